"""The life of a case: the whole table of architecture 6, written out here by hand, and every check behind it."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import cases, workflow
from registry.cases import Edit, NewCase
from registry.enums import BatchState, Role, State
from registry.models import AuditEvent, Batch, Case, CaseWrite, Person, Pin, StateChange
from registry.permissions import can
from registry.workflow import Outcome, PinNote, Seen, UnknownAction, perform
from tests.people import GAMPONG, NOON, complete_values, invented_nik, seen
from validation.models import DuplicatePair, FindingAnswer

pytestmark = pytest.mark.django_db

# action -> who, {from: to}. By hand from the plan: never import the table that is being proved.
TABLE = {
    "ajukan": ("psm", {"draf": "diajukan", "dikembalikan": "diajukan"}),
    "tarik": ("psm", {"diajukan": "draf"}),
    "kembalikan": ("supervisor", {"diajukan": "dikembalikan", "disetujui": "dikembalikan"}),
    "setujui": ("supervisor", {"diajukan": "disetujui"}),
    "tolak": ("supervisor", {"diajukan": "ditolak"}),
    "kirim": ("admin", {"disetujui": "terkirim", "terkirim": "terkirim"}),
    "nonaktifkan": (
        "supervisor",
        {
            "diajukan": "nonaktif",
            "dikembalikan": "nonaktif",
            "disetujui": "nonaktif",
            "terkirim": "nonaktif",
            "ditolak": "nonaktif",
        },
    ),
    "buka_kembali": ("supervisor", {"ditolak": "draf", "nonaktif": "draf"}),
}
EDITS = {
    "draf": "draf",
    "diajukan": "diajukan",
    "dikembalikan": "dikembalikan",
    "disetujui": "diajukan",
    "terkirim": "diajukan",
}
REASONS = {
    "kembalikan": ("kurang", "keliru", "bukti", "jenis", "ganda", "lain"),
    "tolak": ("bukan_ppks", "tidak_ditemukan", "tidak_disepakati", "salah_data", "ganda"),
    "nonaktifkan": ("meninggal", "pindah", "mandiri", "usia_lewat", "salah_data", "ganda"),
}
LATER = NOON + timedelta(hours=1)
STALE = "Catatan ini berubah sejak Anda membukanya. Lihat perubahannya, lalu putuskan lagi."
MAKER = "Anda ikut mengisi catatan ini, jadi penyelia lain yang memutuskan."
NOT_YOURS = "Tindakan ini bukan tugas Anda untuk catatan ini."


def do(case, action, actor, *, reason=None, note="uji", now=LATER, **more):
    """One attempt on the case as it stands now."""
    reason = REASONS.get(action, ("",))[0] if reason is None else reason
    [outcome] = perform([seen(case)], action, actor=actor, now=now, reason=reason, note=note, **more)
    case.refresh_from_db()
    return outcome


def change(case, actor, now=LATER, **changes):
    """One edit; keys with __ for dots."""
    edit = Edit(case.pk, {path.replace("__", "."): value for path, value in changes.items()})
    [edited] = cases.update([edit], actor=actor, now=now)
    assert edited.done, edited.sentence
    case.refresh_from_db()
    return edited


def test_the_table_is_about_every_action_and_every_state():
    assert set(TABLE) == set(workflow.TRANSITIONS)
    assert {state for _who, moves in TABLE.values() for pair in moves.items() for state in pair} == set(State)


@pytest.mark.parametrize(("state", "role"), list(product(State, Role)))
def test_only_the_table_moves_a_case(state, role, make_case, member_of):
    for action, (who, moves) in TABLE.items():
        case, member = make_case(state, attach=action == "kirim" or state == State.TERKIRIM, person__name=f"Nama {action}"), member_of(role)
        before = list(case.steps.values_list("pk", flat=True))
        target = moves.get(state) if role == who else None
        offered = action in workflow.available(case, member)
        outcome = do(case, action, member)
        assert (action, case.state, outcome.done, offered) == (action, target or state, target is not None, target is not None)
        step = case.steps.exclude(pk__in=before).first()
        if target is None:
            assert step is None
            assert outcome.sentence
        else:
            kept = (step.action, step.source, step.target, step.actor_id, step.at, step.revision, step.note)
            assert kept == (action, state, target, member.id, LATER, case.revision, "uji")


@pytest.mark.parametrize(("state", "role"), list(product(State, Role)))
def test_only_the_table_lets_a_record_be_edited(state, role, make_case, member_of):
    case = make_case(state, attach=state == State.TERKIRIM)
    [edited] = cases.update([Edit(case.pk, {"person.birth_place": "Jeunieb"})], actor=member_of(role), now=LATER)
    case.refresh_from_db()
    allowed = role != "admin" and state in EDITS
    assert (edited.done, case.state) == (allowed, EDITS[state] if allowed else state)


@pytest.mark.parametrize(("state", "role"), list(product(State, Role)))
def test_only_a_draft_that_was_never_submitted_can_be_deleted_by_its_maker(state, role, make_case, member_of):
    case = make_case(state, attach=state == State.TERKIRIM)
    allowed = (state, role) == ("draf", "psm")
    assert cases.delete_draft(case.pk, actor=member_of(role), now=LATER) is allowed
    assert Case.objects.filter(pk=case.pk).exists() is not allowed
    if allowed:
        assert AuditEvent.objects.about("case", str(case.public_id)).filter(verb="hapus_draf").count() == 1


def test_a_draft_that_was_once_submitted_cannot_be_deleted(make_case, member_of):
    case, psm = make_case(State.DIAJUKAN, attach=False), member_of("psm")
    assert do(case, "tarik", psm).done
    assert (case.state, cases.delete_draft(case.pk, actor=psm, now=LATER)) == ("draf", False)


def test_an_action_that_is_not_in_the_table_is_an_error(make_case, member_of):
    with pytest.raises(UnknownAction):
        perform([seen(make_case(attach=False))], "hapus_semua", actor=member_of("psm"), now=NOON)


# --- checks


def test_approval_of_a_revision_the_supervisor_has_not_seen_is_refused_with_the_differences(make_case, member_of):
    case = make_case(State.DIAJUKAN, attach=False, person__name="Nama Lama")
    old = seen(case)
    change(case, member_of("psm"), person__name="Nama Baru", case__criteria=[1, 2])
    for action in ("setujui", "tolak"):
        [outcome] = perform([old], action, actor=member_of("supervisor"), now=LATER, reason=REASONS.get(action, ("",))[0], note="uji")
        assert outcome == Outcome(case.pk, False, STALE, {"person.name": ("Nama Lama", "Nama Baru"), "case.criteria": ([2], [1, 2])})
    case.refresh_from_db()
    assert case.state == "diajukan"


def test_sending_needs_the_revision_that_was_seen(make_case, member_of):
    case = make_case(State.DISETUJUI)
    [outcome] = perform([Seen(case.pk, case.revision - 1)], "kirim", actor=member_of("admin"), now=LATER)
    assert (outcome.done, outcome.sentence) == (False, STALE)


def test_returning_and_ending_need_no_particular_revision(make_case, member_of):
    case = make_case(State.DIAJUKAN, attach=False)
    [outcome] = perform([Seen(case.pk, 0)], "kembalikan", actor=member_of("supervisor"), now=LATER, reason="kurang", note="Lengkapi.")
    assert outcome == Outcome(case.pk, True)


@pytest.mark.parametrize("action", ["setujui", "tolak"])
def test_maker_is_not_checker(action, make_case, member_of, account_of):
    case, supervisor = make_case(State.DIAJUKAN, attach=False), member_of("supervisor")
    change(case, supervisor, person__birth_place="Jeunieb")
    assert do(case, action, supervisor).sentence == MAKER
    assert case.state == "diajukan"
    assert workflow.wrote_in(case, supervisor)
    assert do(case, action, member_of("supervisor_restricted")).done


def test_who_wrote_before_the_last_approval_may_decide_again(make_case, member_of):
    case, first, second = make_case(State.DIAJUKAN, attach=False), member_of("supervisor"), member_of("supervisor_restricted")
    change(case, first, person__birth_place="Jeunieb")
    assert do(case, "setujui", second).done
    change(case, member_of("psm"), person__birth_place="Juli")
    assert case.state == "diajukan"
    assert do(case, "setujui", first).done


def test_who_wrote_in_a_sibling_case_wrote_in_this_one_too(make_case, member_of):
    first = make_case(State.DIAJUKAN, attach=False)
    second = make_case(State.DIAJUKAN, attach=False, person_key=first.person_id, case__kind="08")
    change(first, member_of("supervisor"), person__birth_place="Jeunieb")
    assert do(second, "setujui", member_of("supervisor")).sentence == MAKER


def test_only_who_submitted_may_withdraw(make_case, member_of, account_of):
    case = make_case(State.DIAJUKAN, attach=False)
    cases.assign([case.pk], account_of("psm_same_gampong"), actor=member_of("supervisor"), now=NOON)
    assert do(case, "tarik", member_of("psm_same_gampong")).sentence == "Hanya yang mengirim catatan ini yang dapat menariknya."
    assert do(case, "tarik", member_of("psm")).sentence == NOT_YOURS
    assert case.state == "diajukan"


@pytest.mark.parametrize(("action", "reason"), [(action, reason) for action, reasons in REASONS.items() for reason in reasons])
def test_every_reason_of_the_row_is_kept(action, reason, make_case, member_of):
    case = make_case(State.DIAJUKAN, attach=False)
    assert do(case, action, member_of("supervisor"), reason=reason).done
    assert list(case.steps.values_list("action", "reason")) == [("ajukan", ""), (action, reason)]
    assert AuditEvent.objects.about("case", str(case.public_id)).get(verb=action).detail == {"reason": reason}


@pytest.mark.parametrize("reason", ["", "sembarang"])
@pytest.mark.parametrize("action", REASONS)
def test_a_reason_of_no_row_is_an_error(action, reason, make_case, member_of):
    case = make_case(State.DIAJUKAN, attach=False)
    with pytest.raises(ValueError, match="reasons"):
        do(case, action, member_of("supervisor"), reason=reason)


@pytest.mark.parametrize(("state", "action"), [("diajukan", "kembalikan"), ("diajukan", "tolak"), ("ditolak", "buka_kembali")])
def test_some_actions_need_words(state, action, make_case, member_of):
    case = make_case(state, attach=False)
    assert do(case, action, member_of("supervisor"), note="  ") == Outcome(case.pk, False, "Tulis alasannya.")
    assert case.state == state


def test_pins_are_kept_with_the_return(make_case, member_of):
    case = make_case(State.DIAJUKAN, attach=False)
    notes = [PinNote("person.name", "Cocokkan dengan KTP."), PinNote("household.kk", "Salah satu angka kurang.")]
    assert do(case, "kembalikan", member_of("supervisor"), pins=notes).done
    kept = Pin.objects.filter(step__case=case, step__action="kembalikan").order_by("pk").values_list("path", "note")
    assert list(kept) == [("person.name", "Cocokkan dengan KTP."), ("household.kk", "Salah satu angka kurang.")]


def test_an_error_stops_sending_and_warnings_do_not(make_case, member_of):
    case, psm = make_case(attach=False, person__sex=None), member_of("psm")
    assert do(case, "ajukan", psm).sentence == (
        "Masih ada 1 hal yang harus diperbaiki dulu. Belum diisi: Jenis kelamin. Lengkapi di bagian Identitas."
    )
    change(case, psm, person__sex="L")  # the NIK says P: a warning
    assert do(case, "ajukan", psm).done


@pytest.mark.parametrize(
    ("changes", "stopped"),
    [
        ({"case__consent_basis": None, "case__consent_by": None, "case__consent_on": None}, True),
        ({"case__consent_by": None}, True),
        ({"case__consent_basis": "keselamatan", "case__consent_by": None, "case__consent_on": None}, True),
        (
            {
                "case__consent_basis": "keselamatan", "case__consent_by": None, "case__consent_on": None,
                "case__consent_note": "Pelakunya diduga ayahnya.",
            },
            False,
        ),
        (
            {
                "case__consent_basis": "tugas_publik", "case__consent_by": None, "case__consent_on": None,
                "case__consent_note": "Darurat.",
            },
            False,
        ),
        ({"case__consent_basis": "tertulis"}, False),
    ],
)  # fmt: skip
def test_sending_needs_consent_or_its_legal_exception(changes, stopped, make_case, member_of):
    assert do(make_case(attach=False, **changes), "ajukan", member_of("psm")).done is not stopped


def test_a_person_without_nik_can_be_approved_and_is_never_sent(make_case, member_of):
    case = make_case(State.DISETUJUI, person__nik=None, person__no_nik_reason="belum_terdaftar")
    assert not case.person.identity_confirmed
    assert do(case, "kirim", member_of("admin")).sentence == "Catatan ini belum siap DTSEN."


def test_only_a_ready_case_is_sent(make_case, member_of):
    without, ready, admin = (
        make_case(State.DISETUJUI, attach=False, person__name="Tanpa Bukti"),
        make_case(State.DISETUJUI),
        member_of("admin"),
    )
    outcomes = perform([seen(without), seen(ready)], "kirim", actor=admin, now=LATER)
    assert outcomes == [Outcome(without.pk, False, "Catatan ini belum siap DTSEN."), Outcome(ready.pk, True)]
    ready.refresh_from_db()
    assert (ready.state, ready.sent_at) == ("terkirim", LATER)


UNKNOWN_PROVINCE = "9911054708589001"


def test_a_supervisor_may_lift_an_error_that_stops_approval_only_with_a_reason(make_case, member_of):
    case, supervisor = make_case(State.DIAJUKAN, person__nik=UNKNOWN_PROVINCE), member_of("supervisor")
    for lift in ("", "   "):
        assert not do(case, "setujui", supervisor, lift=lift).done
    assert do(case, "setujui", supervisor, lift=" Sama dengan KTP. ").done
    answer = FindingAnswer.objects.get(case=case)
    assert (answer.rule, answer.reason, answer.actor_id, answer.at) == ("nik.provinsi", "Sama dengan KTP.", supervisor.id, LATER)
    assert do(case, "kirim", member_of("admin")).done


def test_a_lifted_error_stays_lifted_for_the_same_value_only(make_case, member_of):
    case, psm, supervisor = make_case(State.DIAJUKAN, attach=False, person__nik=UNKNOWN_PROVINCE), member_of("psm"), member_of("supervisor")
    assert do(case, "setujui", supervisor, lift="Sama dengan KTP.").done
    change(case, psm, person__birth_place="Jeunieb")
    assert do(case, "setujui", supervisor).done
    change(case, psm, person__nik="9811054708589001")
    assert not do(case, "setujui", supervisor).done


def test_no_reason_lifts_an_error_that_stops_sending(make_case, member_of):
    case = make_case(State.DIAJUKAN, attach=False)
    change(case, member_of("psm"), person__sex=None)
    assert not do(case, "setujui", member_of("supervisor"), lift="Tidak apa-apa.").done


# --- what a step leaves behind


def test_submission_and_every_later_write_are_snapshotted_once(make_case, member_of):
    case, psm = make_case(), member_of("psm")
    taken = case.snapshots.order_by("revision").values_list("revision", flat=True)
    change(case, psm, person__birth_place="Jeunieb")
    assert (case.revision, list(taken.all())) == (4, [])
    do(case, "ajukan", psm)
    assert list(taken.all()) == [4]
    change(case, psm, person__birth_place="Juli")
    assert list(taken.all()) == [4, 5]
    do(case, "setujui", member_of("supervisor"))
    do(case, "kirim", member_of("admin"))
    assert list(taken.all()) == [4, 5]
    change(case, psm, person__birth_place="Makmur")
    assert list(taken.all()) == [4, 5, 6]
    places = [snapshot.values()["person.birth_place"] for snapshot in case.snapshots.order_by("revision")]
    assert places == ["Jeunieb", "Juli", "Makmur"]


def test_every_act_leaves_one_audit_event(make_case, member_of):
    case = make_case(State.TERKIRIM)
    change(case, member_of("psm"), person__birth_place="Jeunieb")
    do(case, "setujui", member_of("psm"))
    verbs = AuditEvent.objects.about("case", str(case.public_id)).order_by("pk").values_list("verb", "detail")
    assert list(verbs) == [
        ("catat", {}),
        ("unggah_bukti", {}),
        ("unggah_bukti", {}),
        ("ajukan", {}),
        ("setujui", {}),
        ("kirim", {}),
        ("ubah", {}),
        ("ubah", {"paths": ["person.birth_place"]}),
        ("setujui", {"refused": True}),
    ]


def test_the_case_keeps_who_submitted_and_who_approved_which_revision(make_case, member_of):
    case = make_case(State.DISETUJUI)
    assert (case.submitted_by_id, case.submitted_at) == (member_of("psm").id, NOON)
    assert (case.approved_by_id, case.approved_at, case.approved_revision) == (member_of("supervisor").id, NOON, 3)


def test_the_last_approved_snapshot_stays_readable(make_case, member_of):
    case = make_case(State.DISETUJUI, attach=False)
    change(case, member_of("psm"), person__birth_place="Jeunieb")
    assert case.state == "diajukan"
    assert case.snapshots.get(revision=case.approved_revision).values()["person.birth_place"] == "Bireuen"


def test_a_list_is_moved_in_order(make_case, member_of):
    some = [make_case(State.DIAJUKAN, attach=False, person__name=f"Nama {letter}") for letter in "abc"]
    outside = make_case(
        State.DIAJUKAN, attach=False, keeper="psm_elsewhere", supervisor="supervisor_elsewhere", case__place="11.11.01.2001"
    )
    asked = [seen(case) for case in reversed([*some, outside])]
    outcomes = perform(asked, "setujui", actor=member_of("supervisor"), now=LATER)
    assert [outcome.key for outcome in outcomes] == [one.key for one in asked]
    assert [outcome.done for outcome in outcomes] == [False, True, True, True]
    assert outcomes[0].sentence == str(workflow.NOT_HERE)


@pytest.mark.parametrize(("state", "action", "who"), [("diajukan", "setujui", "supervisor"), ("disetujui", "kirim", "admin")])
def test_a_list_of_many_takes_as_many_queries_as_one(state, action, who, make_case, member_of):
    actor, counts = member_of(who), []
    make_case(State.TERKIRIM, person__name="Penghangat")  # what is read once per process is read
    for size in (1, 12):
        asked = [seen(make_case(state, person__birth_date=date(1950, size, number + 1))) for number in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert all(outcome.done for outcome in perform(asked, action, actor=actor, now=LATER))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_case_named_twice_moves_once(make_case, member_of):
    case = make_case(State.DIAJUKAN, attach=False)
    outcomes = perform([seen(case), seen(case)], "setujui", actor=member_of("supervisor"), now=LATER)
    assert [outcome.done for outcome in outcomes] == [True, True]
    assert StateChange.objects.filter(case=case, action="setujui").count() == 1


# --- identity


def test_approval_confirms_the_identity(make_case, member_of):
    case = make_case(State.DIAJUKAN, attach=False)
    assert not case.person.identity_confirmed
    do(case, "setujui", member_of("supervisor"))
    assert Person.objects.get(pk=case.person_id).identity_confirmed


def test_a_nik_that_somebody_confirmed_holds_stays_unconfirmed_and_the_pair_open(make_case, member_of):
    nik = invented_nik()
    first = make_case(State.DISETUJUI, attach=False, person__nik=nik, person__name="Aminah")
    second = make_case(State.DIAJUKAN, attach=False, person__nik=nik, person__name="Zulaikha")
    assert do(second, "setujui", member_of("supervisor")).done
    second.refresh_from_db()
    persons = Person.objects.filter(pk__in=[first.person_id, second.person_id]).order_by("pk")
    assert (second.state, [person.identity_confirmed for person in persons]) == ("disetujui", [True, False])
    assert list(DuplicatePair.objects.values_list("low", "high", "status")) == [(first.person_id, second.person_id, "terbuka")]


def test_of_two_holders_approved_together_one_is_confirmed(make_case, member_of):
    nik = invented_nik()
    both = [make_case(State.DIAJUKAN, attach=False, person__nik=nik, person__name=name) for name in ("Aminah", "Zulaikha")]
    assert all(outcome.done for outcome in perform([seen(case) for case in both], "setujui", actor=member_of("supervisor"), now=LATER))
    assert list(Person.objects.order_by("pk").values_list("identity_confirmed", flat=True)) == [True, False]


def test_changing_the_nik_clears_the_confirmation(make_case, member_of):
    case = make_case(State.DISETUJUI, attach=False)
    change(case, member_of("psm"), person__birth_place="Jeunieb")
    assert Person.objects.get(pk=case.person_id).identity_confirmed
    change(case, member_of("psm"), person__nik=invented_nik())
    assert not Person.objects.get(pk=case.person_id).identity_confirmed


# --- ubah


MATTERS = {
    "person.birth_place": "Jeunieb",
    "person.name": "Nama Baru",
    "household.address": "Di tepi sungai",
    "person.relation": "istri",
    "case.criteria": [1],
}
DOES_NOT = {"household.rt": "003", "case.note": "Tinggal sendiri.", "case.report": "Rumah didatangi.", "case.consent_by": "wali"}


@pytest.mark.parametrize(
    ("path", "value", "reopens"), [(*item, True) for item in MATTERS.items()] + [(*item, False) for item in DOES_NOT.items()]
)
def test_only_an_edit_that_matters_reopens(path, value, reopens, make_case, member_of):
    case = make_case(State.DISETUJUI, attach=False)
    [edited] = cases.update([Edit(case.pk, {path: value})], actor=member_of("psm"), now=LATER)
    case.refresh_from_db()
    assert (edited.done, case.state) == (True, "diajukan" if reopens else "disetujui")
    assert case.steps.filter(action="ubah").exists() is reopens


@pytest.mark.parametrize(
    ("change_of", "sibling", "member"),
    [
        ({"person.birth_place": "Jeunieb"}, "diajukan", "disetujui"),
        ({"household.address": "Di tepi sungai"}, "diajukan", "diajukan"),
        ({"case.criteria": [1]}, "disetujui", "disetujui"),
        ({"household.rt": "003"}, "disetujui", "disetujui"),
        # What matters is asked for each record by the fields that are its own.
        ({"household.rt": "003", "case.criteria": [1]}, "disetujui", "disetujui"),
        ({"household.rt": "003", "person.birth_place": "Jeunieb"}, "diajukan", "disetujui"),
    ],
)
def test_an_edit_that_matters_reopens_the_cases_of_the_person_and_of_the_household(
    change_of, sibling, member, make_case, member_of, account_of
):
    psm, supervisor = member_of("psm"), member_of("supervisor")
    two = [complete_values(person__name="Ibu Rumah"), complete_values(person__name="Anak Rumah", person__relation="anak")]
    edited, housemate = cases.begin([NewCase(values, psm.id) for values in two], actor=psm, now=NOON)
    for case in (edited, housemate):
        assert do(case, "ajukan", psm).done
        assert do(case, "setujui", supervisor).done
    same_person = make_case(State.DISETUJUI, attach=False, person_key=edited.person_id, case__kind="08")
    [outcome] = cases.update([Edit(edited.pk, change_of)], actor=psm, now=LATER)
    assert outcome.done
    states = [Case.objects.get(pk=case.pk).state for case in (same_person, housemate)]
    assert states == [sibling, member]


def test_a_write_is_kept_on_each_record_with_its_own_fields(make_case, member_of):
    psm = member_of("psm")
    two = [complete_values(person__name="Ibu Rumah"), complete_values(person__name="Anak Rumah")]
    edited, housemate = cases.begin([NewCase(values, psm.id) for values in two], actor=psm, now=NOON)
    changes = {"household.rt": "003", "person.birth_place": "Jeunieb", "case.criteria": [1]}
    cases.update([Edit(edited.pk, changes)], actor=psm, now=LATER)
    kept = {write.case_id: write.paths for write in CaseWrite.objects.filter(revision=2)}
    assert kept == {edited.pk: ["case.criteria", "household.rt", "person.birth_place"], housemate.pk: ["household.rt"]}


# --- files


def test_rows_of_a_file_land_as_far_as_nothing_stops_them(make_case, member_of, account_of):
    admin = member_of("admin")
    batch = Batch.objects.create(layout="ppks_ringkas", file_name="a.xlsx", file_sha256="0" * 64, made_by_id=admin.id, made_at=NOON)
    values = [
        complete_values(person__name="Lengkap", person__birth_date=date(1950, 1, 1)),
        complete_values(person__name="Kurang", person__sex=None),
    ]
    landed = cases.begin([NewCase(row, account_of("psm").pk) for row in values], actor=admin, now=NOON, batch=batch)
    assert [case.state for case in landed] == ["diajukan", "draf"]
    assert [case.snapshots.count() for case in landed] == [1, 0]
    assert landed[0].submitted_by_id == admin.id
    supervisor = member_of("supervisor")
    assert do(landed[0], "setujui", supervisor).sentence == str(workflow.NOT_HERE)  # not committed yet
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.COMMITTED)
    assert do(landed[0], "setujui", supervisor).done


def test_who_confirmed_a_file_did_not_leave_the_deciding_to_themselves(make_case, member_of):
    """An admin cannot approve at all; the rows are marked as written by them all the same."""
    admin = member_of("admin")
    batch = Batch.objects.create(
        layout="ppks_ringkas", file_name="a.xlsx", file_sha256="0" * 64, made_by_id=admin.id, made_at=NOON, state=BatchState.COMMITTED
    )
    [case] = cases.begin([NewCase(complete_values(), member_of("psm").id)], actor=admin, now=NOON, batch=batch)
    assert workflow.wrote_in(case, admin)
    assert not can(admin, "setujui", case)


def test_restricted_kinds_are_decided_regency_wide_with_the_grant(make_case, member_of):
    case = make_case(
        State.DIAJUKAN, attach=False, keeper="psm_restricted", supervisor="supervisor_restricted", case__kind="18", case__place=GAMPONG
    )
    assert case.state == "diajukan"
    assert do(case, "setujui", member_of("supervisor")).sentence == str(workflow.NOT_HERE)
    assert do(case, "setujui", member_of("supervisor_restricted")).done
