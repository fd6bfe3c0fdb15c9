"""The doors that write a case: begin, update, assign, delete_draft."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import cases, numbers
from registry.cases import Edit, NewCase, fingerprint
from registry.enums import State
from registry.models import (
    AnswerIndex,
    Answers,
    AuditEvent,
    Case,
    CaseWrite,
    Community,
    Household,
    MatchKey,
    Membership,
    Person,
)
from tests.people import ELSEWHERE, GAMPONG, NEXT_DOOR, NOON, TODAY, complete_values, invented_nik
from validation.models import DuplicatePair

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
ONE = UUID("00000000-0000-4000-8000-000000000001")


def begin(member, *values, **more):
    return cases.begin([NewCase(row, member.id) for row in values], actor=member, now=NOON, **more)


def update(case, changes, member, shown=None, **more):
    [edited] = cases.update([Edit(case.pk, changes, shown)], actor=member, now=LATER, **more)
    case.refresh_from_db()
    return edited


def shown(case, *paths):
    values = Case.objects.with_record().get(pk=case.pk).values()
    return {path: fingerprint(path, values.get(path)) for path in paths}


def values_of(case):
    return Case.objects.with_record().get(pk=case.pk).values()


# --- beginning


def test_a_draft_keeps_every_answer(member_of):
    values = complete_values(case__note="Tinggal sendiri.", household__rt="003")
    [case] = begin(member_of("psm"), values)
    assert {path: value for path, value in case.values().items() if value is not None} == values
    assert (case.state, case.revision, case.worker_id, case.created_by_id) == ("draf", 1, member_of("psm").id, member_of("psm").id)
    assert numbers.normalise(case.registry_no) == case.registry_no
    assert CaseWrite.objects.get(case=case).paths == sorted(values)
    assert case.judgements.get().revision == 1


def test_a_draft_needs_a_place_only(member_of):
    [case] = begin(member_of("psm"), {"case.place": GAMPONG})
    assert (case.place_id, case.found_on, case.kind, case.person.name) == (GAMPONG, TODAY, None, None)


def test_many_begin_in_order_and_in_as_many_queries_as_one(member_of):
    psm, counts = member_of("psm"), []
    begin(psm, complete_values(person__birth_date=date(1940, 1, 1)))
    for size in (1, 30):
        born = [date(1950, size % 12 + 1, day + 1) for day in range(size)]
        rows = [complete_values(person__birth_date=day, household__address=f"Rumah {size} {day}") for day in born]
        with CaptureQueriesContext(connection) as queries:
            made = begin(psm, *rows)
        assert [case.person.birth_date for case in made] == born
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40


def test_rows_with_the_same_card_and_address_share_a_household(member_of):
    same, other, no_card = complete_values(), complete_values(household__address="Lain"), complete_values(household__kk=None)
    begin(member_of("psm"), same, {**same, "person.name": "Husin"}, other, no_card, no_card)
    assert sorted(household.memberships.count() for household in Household.objects.all()) == [1, 1, 1, 2]


def begin_for(person_key, member, **changes):
    [case] = cases.begin([NewCase(complete_values(**changes), member.id, person_key)], actor=member, now=LATER)
    return case


def test_another_case_of_a_known_person_changes_nothing_of_the_person(make_case, member_of):
    first = make_case(attach=False)
    second = begin_for(first.person_id, member_of("psm"), person__name="Nama Lain", household__address="Lain", case__kind="08")
    assert (second.person_id, second.person.name, second.kind) == (first.person_id, "Aisyah Hamid", "08")
    assert (Person.objects.count(), Household.objects.count(), Membership.objects.count()) == (1, 1, 1)
    assert second.values()["household.address"] == "Belakang meunasah"


def test_two_cases_of_one_known_person_in_one_list(make_case, member_of):
    first, psm = make_case(attach=False), member_of("psm")
    entries = [NewCase(complete_values(case__kind=kind), psm.id, first.person_id) for kind in ("08", "09")]
    assert {case.person_id for case in cases.begin(entries, actor=psm, now=NOON)} == {first.person_id}


@pytest.mark.parametrize("why", ["not seen", "merged", "not there"])
def test_a_person_who_may_not_be_known_gets_no_case(why, make_case, member_of):
    outside = {"keeper": "psm_elsewhere", "supervisor": "supervisor_elsewhere", "case__place": ELSEWHERE}
    case = make_case(attach=False, **(outside if why == "not seen" else {}))
    if why == "merged":
        Person.objects.filter(pk=case.person_id).update(merged_into=make_case(attach=False, person__name="Asli").person)
    key = case.person_id + (1000 if why == "not there" else 0)
    with pytest.raises(PermissionError):
        begin_for(key, member_of("psm"))


@pytest.mark.parametrize(
    ("persona", "changes"),
    [
        ("psm", {"case__place": NEXT_DOOR}),
        ("psm", {"case__place": ELSEWHERE}),
        ("psm", {"case__kind": "18"}),
        ("psm", {"case__kind": "03"}),
        ("supervisor", {}),
        ("admin", {}),
    ],
)
def test_who_may_not_record_it_makes_nothing(persona, changes, member_of):
    with pytest.raises(PermissionError):
        begin(member_of(persona), complete_values(), complete_values(**changes))
    assert (Case.objects.count(), Person.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


def test_a_restricted_kind_with_the_grant(member_of):
    [case] = begin(member_of("psm_restricted"), complete_values(case__kind="18"))
    assert case.is_restricted


def test_beginning_sent_twice_makes_one_case(member_of):
    psm, values = member_of("psm"), complete_values()
    first, second = (begin(psm, values, mutation_id=ONE) for _ in range(2))
    assert first == second
    assert (Case.objects.count(), Person.objects.count()) == (1, 1)


def test_a_registry_number_that_is_taken_is_drawn_again(make_case, member_of, monkeypatch):
    """The draw is random, so the same dice are thrown twice."""
    taken = make_case(attach=False).registry_no
    draws = iter([taken, taken, "BBB-BBBB"])
    monkeypatch.setattr(numbers, "new_number", lambda _randbelow: next(draws))
    [case] = begin(member_of("psm"), complete_values())
    assert case.registry_no == "BBB-BBBB"


# --- subjects


@pytest.mark.parametrize("kind", ["24", "25", "26", None])
@pytest.mark.parametrize("back", ["24", "25", "26"])
def test_the_subject_follows_the_kind(kind, back, member_of):
    psm = member_of("psm_restricted")  # kind 25 is a restricted one
    [case] = begin(psm, complete_values(case__kind=kind))
    for wanted in (kind, back, kind or "24"):
        update(case, {"case.kind": wanted}, psm)
        assert case.kind == wanted
        assert (case.household_id is not None, case.community_id is not None) == (wanted == "25", wanted == "26")


def test_a_family_of_somebody_without_a_household_gets_one(make_case, member_of):
    case = make_case(attach=False, keeper="psm_restricted")
    case.person.memberships.all().delete()
    assert update(case, {"case.kind": "25"}, member_of("psm_restricted")).done
    assert case.household == case.person.memberships.get().household


# --- changing


def test_an_edit_writes_what_changed_and_says_so(make_case, member_of):
    case = make_case(attach=False)
    changes = {
        "person.name": "Aisyah", "person.mother_name": "Nyak Maneh", "household.rt": "003", "case.note": "Sakit.", "case.criteria": [1, 2],
        "person.relation": "istri", "case.place_note": "Pasar", "household.rw": "",
    }  # fmt: skip
    edited = update(case, changes, member_of("psm"))
    written = ("person.name", "household.rt", "case.note", "case.criteria", "person.relation", "case.place_note")
    assert (edited.done, edited.revision, set(edited.changed)) == (True, 2, set(written))
    assert {path: values_of(case)[path] for path in written} == {path: changes[path] for path in written}
    assert CaseWrite.objects.get(case=case, revision=2).paths == sorted(written)
    assert AuditEvent.objects.get(verb="ubah").detail == {"paths": sorted(written)}
    assert case.judgements.get().revision == 2


def test_an_edit_without_a_change_writes_nothing(make_case, member_of):
    case = make_case(attach=False)
    edited = update(case, {"person.name": "Aisyah Hamid", "person.birth_year": None, "case.note": ""}, member_of("psm"))
    assert (edited.done, edited.revision, edited.changed) == (True, 1, ())
    assert not AuditEvent.objects.filter(verb="ubah").exists()


def test_an_answer_can_be_taken_away(make_case, member_of):
    case = make_case(attach=False, case__note="Sakit.")
    update(case, {"case.note": None, "person.birth_place": None, "household.kk": None}, member_of("psm"))
    values = values_of(case)
    assert (values.get("case.note"), values["person.birth_place"], values["household.kk"]) == (None, None, None)
    assert Household.objects.get().kk_index is None


def test_a_field_that_changed_underneath_is_not_overwritten_by_who_left_it_alone(make_case, member_of):
    case, paths = make_case(attach=False), ("person.name", "person.birth_place")
    form = shown(case, *paths)
    update(case, {"person.birth_place": "Jeunieb"}, member_of("supervisor"))
    edited = update(case, {"person.name": "Aisyah", "person.birth_place": "Bireuen"}, member_of("psm"), form)
    assert (edited.done, edited.changed) == (True, ("person.name",))
    assert (values_of(case)["person.name"], values_of(case)["person.birth_place"]) == ("Aisyah", "Jeunieb")


def test_the_same_field_changed_by_both_clashes_and_nothing_is_written(make_case, member_of):
    case = make_case(attach=False)
    form = shown(case, "person.name", "household.rt", "case.note")
    update(case, {"person.name": "Dari Penyelia"}, member_of("supervisor"))
    edited = update(case, {"household.rt": "003", "person.name": "Dari Petugas", "case.note": "Sakit."}, member_of("psm"), form)
    assert (edited.done, edited.clashes, edited.changed) == (False, {"person.name": ("Dari Penyelia", "Dari Petugas")}, ())
    values = values_of(case)
    assert (values["person.name"], values["household.rt"], values.get("case.note"), case.revision) == ("Dari Penyelia", None, None, 2)


def test_both_wrote_the_same_so_nothing_clashes(make_case, member_of):
    case = make_case(attach=False)
    form = shown(case, "person.name")
    update(case, {"person.name": "Aisyah"}, member_of("supervisor"))
    assert update(case, {"person.name": "Aisyah"}, member_of("psm"), form).clashes == {}


def test_without_what_was_shown_the_last_word_stands(make_case, member_of):
    case = make_case(attach=False)
    update(case, {"person.name": "Satu"}, member_of("supervisor"))
    assert update(case, {"person.name": "Dua"}, member_of("psm")).done
    assert values_of(case)["person.name"] == "Dua"


def test_a_fingerprint_tells_nothing_and_tells_fields_apart():
    nik = invented_nik()
    assert nik not in fingerprint("person.nik", nik)
    assert fingerprint("person.nik", nik) != fingerprint("household.kk", nik)
    assert fingerprint("person.name", None) == fingerprint("person.name", "")
    assert fingerprint("person.birth_date", date(1958, 8, 7)) != fingerprint("person.birth_date", date(1958, 7, 8))


@pytest.mark.parametrize(
    ("change", "revisions", "person", "household"),
    [
        ({"person.birth_place": "Jeunieb"}, (2, 2, 1, 1), 2, 1),
        ({"household.address": "Lain"}, (2, 2, 2, 1), 1, 2),
        ({"person.relation": "istri"}, (2, 2, 1, 1), 1, 1),
        ({"case.note": "Sakit."}, (2, 1, 1, 1), 1, 1),
        ({"case.kind": "08"}, (2, 1, 1, 1), 1, 1),
    ],
)
def test_a_write_raises_the_revision_of_every_record_it_is_part_of(change, revisions, person, household, member_of):
    psm = member_of("psm")
    edited, housemate = begin(psm, complete_values(person__name="Ibu"), complete_values(person__name="Anak"))
    sibling = begin_for(edited.person_id, psm, case__kind="09")
    [stranger] = begin(psm, complete_values(household__address="Jauh", person__name="Orang Lain"))
    update(edited, change, psm)
    assert tuple(Case.objects.get(pk=case.pk).revision for case in (edited, sibling, housemate, stranger)) == revisions
    assert Person.objects.get(pk=edited.person_id).revision == person
    assert edited.membership.household.revision == household


def test_a_new_nik_or_name_is_looked_for_at_once(make_case, member_of):
    nik = invented_nik()
    known = make_case(attach=False, person__nik=nik, person__name="Cut Meutia", person__birth_date=date(1950, 1, 1))
    case = make_case(attach=False)
    assert not DuplicatePair.objects.exists()
    update(case, {"person.nik": nik}, member_of("psm"))
    assert list(DuplicatePair.objects.values_list("low", "high", "found_by")) == [(known.person_id, case.person_id, ["nik"])]
    other = make_case(attach=False, person__name="Lain", person__birth_date=date(1951, 1, 1))
    update(other, {"person.name": "CUT MEUTIA", "person.birth_date": date(1950, 1, 1)}, member_of("psm"))
    assert DuplicatePair.objects.get(high=other.person).found_by == ["name_birth"]
    keys = [set(MatchKey.objects.filter(person=person).values_list("kind", "key")) for person in (known.person, other.person)]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("persona", "changes", "sentence"),
    [
        ("psm_next_door", {"person.name": "X"}, "Catatan ini tidak ada di wilayah Anda. Periksa nomornya, atau tanya penyelia Anda."),
        ("psm_same_gampong", {"person.name": "X"}, "Catatan ini tidak dapat diubah sekarang."),
        ("admin", {"person.name": "X"}, "Catatan ini tidak dapat diubah sekarang."),
        ("psm", {"case.kind": "18"}, "Jenis ini hanya dicatat oleh petugas yang ditunjuk Dinas Sosial."),
        ("psm", {"case.place": NEXT_DOOR}, "Gampong ini di luar wilayah Anda. Minta penyelia menyerahkan catatannya."),
        ("psm", {"case.place": None}, "Gampong ini di luar wilayah Anda. Minta penyelia menyerahkan catatannya."),
        ("supervisor", {"case.place": ELSEWHERE}, "Gampong ini di luar wilayah Anda. Minta penyelia menyerahkan catatannya."),
    ],
)
def test_edits_that_are_refused_write_nothing(persona, changes, sentence, make_case, member_of):
    case = make_case(attach=False)
    before = values_of(case)
    edited = update(case, {"person.birth_place": "Jeunieb", **changes}, member_of(persona))
    assert (edited.done, edited.sentence) == (False, sentence)
    assert (values_of(case), case.revision) == (before, 1)


def test_a_supervisor_may_move_a_case_within_the_kecamatan(make_case, member_of):
    case = make_case(attach=False)
    assert update(case, {"case.place": NEXT_DOOR}, member_of("supervisor")).done
    assert case.place_id == NEXT_DOOR


def test_an_edit_sent_twice_is_written_once(make_case, member_of):
    case, psm = make_case(attach=False), member_of("psm")
    first = update(case, {"person.birth_place": "Jeunieb"}, psm, mutation_id=ONE)
    update(case, {"person.birth_place": "Juli"}, member_of("supervisor"))
    assert update(case, {"person.birth_place": "Jeunieb"}, psm, mutation_id=ONE) == first
    assert (values_of(case)["person.birth_place"], case.revision) == ("Juli", 3)


def test_an_edit_that_clashed_is_tried_again_under_the_same_id(make_case, member_of):
    case, psm = make_case(attach=False), member_of("psm")
    form = shown(case, "person.name")
    update(case, {"person.name": "Satu"}, member_of("supervisor"))
    assert not update(case, {"person.name": "Dua"}, psm, form, mutation_id=ONE).done
    assert update(case, {"person.name": "Dua"}, psm, shown(case, "person.name"), mutation_id=ONE).done
    assert values_of(case)["person.name"] == "Dua"


def test_several_edits_at_once(make_case, member_of):
    first, second = make_case(attach=False), make_case(attach=False, keeper="psm_same_gampong")
    results = cases.update([Edit(second.pk, {"case.note": "X"}), Edit(first.pk, {"case.note": "Y"})], actor=member_of("psm"), now=LATER)
    assert [(edited.key, edited.done) for edited in results] == [(second.pk, False), (first.pk, True)]


def test_an_edit_costs_the_same_however_big_the_household(member_of):
    psm, counts = member_of("psm"), []
    for size in (2, 12):
        rows = [complete_values(household__address=f"Rumah {size}", person__birth_date=date(1950, size, day + 1)) for day in range(size)]
        edited = begin(psm, *rows)[0]
        with CaptureQueriesContext(connection) as queries:
            update(edited, {"household.dusun": "Barat"}, psm)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_slugs_that_lists_filter_by_are_kept_as_rows(make_case, member_of):
    case = make_case(attach=False)
    rows = AnswerIndex.objects.filter(owner="case", owner_id=case.pk).order_by("path", "slug").values_list("path", "slug")
    assert list(rows.all()) == [("case.consent_basis", "lisan"), ("case.criteria", "2")]
    update(case, {"case.criteria": [1, 3], "case.consent_basis": None}, member_of("psm"))
    assert list(rows.all()) == [("case.criteria", "1"), ("case.criteria", "3")]
    assert Answers.objects.count() == 1


# --- giving away, giving up


def test_a_supervisor_gives_cases_to_another_worker(make_case, member_of, account_of):
    mine, outside = make_case(attach=False), make_case(attach=False, keeper="psm_elsewhere", case__place=ELSEWHERE)
    receiver = account_of("psm_same_gampong")
    assert cases.assign([mine.pk, outside.pk], receiver, actor=member_of("supervisor"), now=NOON) == 1
    assert list(Case.objects.order_by("pk").values_list("worker", flat=True)) == [receiver.pk, account_of("psm_elsewhere").pk]
    event = AuditEvent.objects.get(verb="serahkan")
    assert (event.object_id, event.detail) == (str(mine.public_id), {"worker": receiver.pk})


@pytest.mark.parametrize(
    ("receiver", "kind"),
    [*((who, "24") for who in ("psm_next_door", "psm_elsewhere", "supervisor", "admin", "disabled")), ("psm_same_gampong", "18")],
)
def test_a_worker_who_may_not_have_it_gets_nothing(receiver, kind, make_case, member_of, account_of):
    case = make_case(attach=False, keeper="psm_restricted", case__kind=kind)
    with pytest.raises(PermissionError):
        cases.assign([case.pk], account_of(receiver), actor=member_of("supervisor_restricted"), now=NOON)
    case.refresh_from_db()
    assert case.worker_id == account_of("psm_restricted").pk


def test_a_worker_who_left_gets_nothing(make_case, member_of, account_of):
    case, receiver = make_case(attach=False), account_of("psm_same_gampong")
    receiver.is_active = False
    with pytest.raises(PermissionError):
        cases.assign([case.pk], receiver, actor=member_of("supervisor"), now=NOON)


def test_a_worker_gives_nothing_away(make_case, member_of, account_of):
    case = make_case(attach=False)
    assert cases.assign([case.pk], account_of("psm_same_gampong"), actor=member_of("psm"), now=NOON) == 0


def test_a_deleted_draft_takes_its_person_household_and_traces_along(make_case, member_of):
    case = make_case()
    assert cases.delete_draft(case.pk, actor=member_of("psm"), now=LATER)
    left = [model.objects.count() for model in (Case, Person, Household, Membership, Answers, AnswerIndex, MatchKey, CaseWrite)]
    assert left == [0] * 8
    assert AuditEvent.objects.filter(object_id=str(case.public_id)).last().verb == "hapus_draf"


def test_a_person_with_another_case_stays(make_case, member_of):
    first = make_case(attach=False)
    second = begin_for(first.person_id, member_of("psm"), case__kind="08")
    for case, persons in ((first, 1), (second, 1)):
        assert cases.delete_draft(case.pk, actor=member_of("psm"), now=LATER)
        assert Person.objects.count() == persons
    # The person came with the first case and was known before the second began, so the second alone does not take them along.


def test_a_household_with_others_stays(member_of):
    psm = member_of("psm")
    first, second = begin(psm, complete_values(person__name="Ibu"), complete_values(person__name="Anak"))
    assert cases.delete_draft(first.pk, actor=psm, now=LATER)
    assert (Person.objects.get().name, Household.objects.get()) == ("Anak", second.membership.household)


@pytest.mark.parametrize("why", ["submitted", "of another worker", "not seen", "made by another"])
def test_drafts_that_stay(why, make_case, member_of, account_of):
    case, actor = make_case(State.DIAJUKAN if why == "submitted" else State.DRAF, attach=False), member_of("psm")
    if why == "of another worker":
        actor = member_of("psm_same_gampong")
    if why == "not seen":
        actor = member_of("psm_next_door")
    if why == "made by another":
        actor = member_of("psm_same_gampong")
        cases.assign([case.pk], account_of("psm_same_gampong"), actor=member_of("supervisor"), now=NOON)
    assert cases.delete_draft(case.pk, actor=actor, now=LATER) is False
    assert Case.objects.filter(pk=case.pk).exists()


def test_a_community_is_made_where_it_was_found(member_of):
    [case] = begin(member_of("psm"), complete_values(case__kind="26"))
    assert Community.objects.get().place_id == case.place_id == GAMPONG


@pytest.mark.parametrize(("persona", "count"), [("psm", 1), ("admin", 609)])
def test_gampong_in_which_a_member_may_record(persona, count, member_of, django_assert_num_queries):
    member = member_of(persona)
    with django_assert_num_queries(1):
        assert len([area.parent.name for area in cases.gampong_of(member)]) == count


def test_a_community_moves_with_its_case_and_goes_with_its_kind(member_of, make_case):
    member = member_of("supervisor")
    case = make_case(values=complete_values(case__kind="26", case__criteria=[1]), attach=False)
    update(case, {"case.place": NEXT_DOOR}, member)
    assert list(Community.objects.values_list("place_id", flat=True)) == [NEXT_DOOR]
    update(case, {"case.kind": "24"}, member)
    assert not Community.objects.exists()
