"""The review page and the decisions: changes since the last decision, findings, pins, refusals in sentences, the way through the queue."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from registry import cases, workflow
from registry.enums import State
from registry.models import AuditEvent, Case, Pin, StateChange
from tests.people import ELSEWHERE, NOON, invented_nik, seen
from validation.models import FindingAnswer

pytestmark = pytest.mark.django_db
# The code of a province that does not exist: an error that a supervisor may lift with a reason.
UNKNOWN_PROVINCE = invented_nik(district="970105")


def page(client, case, query=""):
    return client.get(reverse("review", args=[case.public_id]) + query)


def decide(client, case, action, query="", **given):
    data = {"revision": seen(case).revision, "mutation_id": uuid4()} | given
    return client.post(reverse("case_decide", args=[case.public_id, action]) + query, data)


def state_of(case) -> str:
    return Case.objects.get(pk=case.pk).state


def edit(case, member, **changes):
    changes = {path.replace("__", "."): value for path, value in changes.items()}
    [edited] = cases.update([cases.Edit(case.pk, changes)], actor=member, now=NOON)
    assert edited.done


def restricted() -> dict:
    return {"case__kind": "18", "case__criteria": [1], "keeper": "psm_restricted", "supervisor": "supervisor_restricted", "attach": False}


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("psm", 403), ("psm_next_door", 404), ("supervisor", 200), ("supervisor_restricted", 200), ("supervisor_elsewhere", 404),
        ("admin", 403), ("disabled", 302),
    ],
)  # fmt: skip
def test_who_may_review(client_of, make_case, persona, status):
    case = make_case(State.DIAJUKAN)
    assert page(client_of(persona), case).status_code == status
    assert AuditEvent.objects.filter(verb="lihat", object_id=str(case.public_id)).count() == (status == 200)


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("supervisor", 404),
        ("supervisor_restricted", 200),
        ("supervisor_elsewhere", 404),
        ("admin_restricted", 403),
        ("psm_restricted", 403),
    ],
)
def test_a_restricted_case_is_reviewed_with_the_grant_only(client_of, make_case, persona, status):
    case = make_case(State.DIAJUKAN, **restricted())
    assert page(client_of(persona), case).status_code == status


def test_a_restricted_case_is_decided_by_any_granted_supervisor_of_the_regency(client_of, account_of, make_case):
    case = make_case(State.DIAJUKAN, **restricted())
    account = account_of("supervisor_elsewhere")
    account.sees_restricted = True
    account.save()
    client = client_of("supervisor_elsewhere")
    assert decide(client, case, "setujui").status_code == 302
    assert state_of(case) == State.DISETUJUI
    html = page(client, case).content.decode()
    assert f"Kasus terbatas, nomor {case.registry_no} disetujui." in html


def buttons(html: str) -> list[tuple[str, bool]]:
    bar = html[html.index('<div class="bulk">') :] if '<div class="bulk">' in html else ""
    return [(label, "btn-primary" in tone) for tone, label in re.findall(r'class="(btn [^"]+)"[^>]*>([^<]+)</(?:button|a)>', bar)]


def test_approve_is_primary_when_nothing_stops(client_of, make_case):
    html = page(client_of("supervisor"), make_case(State.DIAJUKAN)).content.decode()
    assert buttons(html) == [("Setujui", True), ("Kembalikan", False), ("Tolak…", False)]
    assert "Bersih. Tidak ada yang salah dan tidak ada dugaan ganda." in html
    assert not re.search(r"\d{16}", html)


def test_return_is_primary_when_an_error_stops(client_of, make_case, member_of):
    case = make_case(State.DIAJUKAN)
    edit(case, member_of("psm"), case__criteria=None)
    html = page(client_of("supervisor"), case).content.decode()
    assert buttons(html) == [("Kembalikan", True), ("Tolak…", False)]
    assert "Belum bisa disetujui: 1 hal harus diperbaiki dulu." in html


def test_an_error_that_may_be_lifted_asks_for_the_reason(client_of, make_case):
    case = make_case(State.DIAJUKAN, person__nik=UNKNOWN_PROVINCE)
    client = client_of("supervisor")
    html = page(client, case).content.decode()
    assert buttons(html) == [("Kembalikan", True), ("Setujui", False), ("Tolak…", False)]
    assert 'name="lift"' in html
    answer = decide(client, case, "setujui")
    assert answer.status_code == 422
    assert "Mengapa tetap disetujui? belum diisi." in answer.content.decode()
    assert decide(client, case, "setujui", lift="KTP asli sudah dilihat").status_code == 302
    assert state_of(case) == State.DISETUJUI
    assert FindingAnswer.objects.get().reason == "KTP asli sudah dilihat"
    assert "Diterima dengan alasan: KTP asli sudah dilihat" in page(client, case).content.decode()


def test_answers_that_changed_since_the_return_are_marked(client_of, make_case, member_of):
    case = make_case(State.DIAJUKAN)
    pins = [workflow.PinNote("person.mother_name", "Tanya lagi.")]
    workflow.perform([seen(case)], "kembalikan", actor=member_of("supervisor"), now=NOON, reason="keliru", note="Lihat.", pins=pins)
    new_nik = invented_nik(serial=9876)
    edit(case, member_of("psm"), person__mother_name="Cut Nyak", person__nik=new_nik, household__dusun=None, case__criteria=[1, 2])
    workflow.perform([seen(case)], "ajukan", actor=member_of("psm"), now=NOON)
    html = page(client_of("supervisor"), case).content.decode()
    assert "<b>4 jawaban berubah</b> sejak dikembalikan 24 November." in html
    fresh = re.findall(r'<div class="is-fresh"><dt>([^<]+)</dt>\s*<dd[^>]*><del class="old">([^<]+)</del>', html)
    assert [label for label, _old in fresh] == ["NIK", "Nama ibu kandung", "Dusun", "Syarat menurut aturan"]
    assert dict(fresh)["Nama ibu kandung"] == "Nyak Maneh"
    assert dict(fresh)["NIK"] == f"{case.person.nik[:4]}••••••••{case.person.nik[-4:]}"
    assert f"{new_nik[:4]}••••••••9876" in html
    assert "Catatan terakhir: Tanya lagi." in html
    assert "<b>Diajukan lagi</b> oleh Psm" in html
    assert not re.search(r"\d{16}", html)


def test_after_an_edit_the_approved_version_is_what_is_compared(client_of, make_case, member_of):
    case = make_case(State.DISETUJUI)
    edit(case, member_of("psm"), person__name="Aisyah Hamzah")
    html = page(client_of("supervisor"), case).content.decode()
    assert "<b>1 jawaban berubah</b> sejak disetujui 24 November." in html
    assert '<del class="old">Aisyah Hamid</del> ' in html


# --- decisions


def test_approval_moves_the_case_and_names_it_as_lists_do(client_of, make_case):
    case = make_case(State.DIAJUKAN)
    client = client_of("supervisor")
    answer = decide(client, case, "setujui")
    assert answer.url == reverse("queue")
    assert state_of(case) == State.DISETUJUI
    assert "Aisyah Hamid disetujui." in client.get(answer.url).content.decode()


def test_an_approval_sent_twice_has_one_effect(client_of, make_case):
    case = make_case(State.DIAJUKAN)
    client, same = client_of("supervisor"), {"mutation_id": uuid4(), "revision": case.revision}
    assert [decide(client, case, "setujui", **same).status_code for _time in range(2)] == [302, 302]
    assert StateChange.objects.filter(case=case, action="setujui").count() == 1


def test_a_mutation_of_somebody_else_is_refused(client_of, make_case):
    case, same = make_case(State.DIAJUKAN), {"mutation_id": uuid4()}
    decide(client_of("supervisor"), case, "setujui", **same)
    assert decide(client_of("supervisor_restricted"), case, "setujui", **same).status_code == 403


def test_a_return_keeps_reason_note_and_pins(client_of, make_case):
    case = make_case(State.DIAJUKAN)
    given = {"reason": "kurang", "note": "Dua hal.", "pin-person.mother_name": "Lihat di KK.", "pin-case.evidence": "Foto buram."}
    assert decide(client_of("supervisor"), case, "kembalikan", **given).status_code == 302
    step = StateChange.objects.get(case=case, action="kembalikan")
    assert (step.reason, step.note, state_of(case)) == ("kurang", "Dua hal.", State.DIKEMBALIKAN)
    assert set(Pin.objects.values_list("path", "note")) == {("person.mother_name", "Lihat di KK."), ("case.evidence", "Foto buram.")}


def test_pins_alone_are_note_enough(client_of, make_case):
    case = make_case(State.DIAJUKAN)
    assert decide(client_of("supervisor"), case, "kembalikan", reason="kurang", **{"pin-person.name": "Periksa."}).status_code == 302
    assert StateChange.objects.get(case=case, action="kembalikan").note == "Lihat catatan pada isian."


@pytest.mark.parametrize(
    ("action", "given", "sentence"),
    [
        ("kembalikan", {"note": "x"}, "Sebab belum dipilih."),
        ("kembalikan", {"reason": "kurang"}, "Tulis apa yang perlu diperbaiki, atau beri catatan pada isiannya."),
        ("kembalikan", {"reason": "bukan-sebab", "note": "x"}, "bukan-sebab"),
        ("tolak", {"note": "x"}, "Sebab belum dipilih."),
        ("tolak", {"reason": "bukan_ppks"}, "Catatan belum diisi."),
        ("nonaktifkan", {}, "Sebab belum dipilih."),
    ],
)
def test_what_is_missing_is_said_and_nothing_moves(client_of, make_case, action, given, sentence):
    case = make_case(State.DIAJUKAN)
    answer = decide(client_of("supervisor"), case, action, **given)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert "data-errsum" in html
    assert "<title>Kesalahan:" in html
    assert state_of(case) == State.DIAJUKAN


def test_what_was_written_stays_on_the_page(client_of, make_case):
    given = {"note": "Mohon dilihat lagi.", "pin-person.name": "Ejaan?"}
    html = decide(client_of("supervisor"), make_case(State.DIAJUKAN), "kembalikan", **given).content.decode()
    assert "Mohon dilihat lagi." in html
    assert 'value="Ejaan?"' in html


@pytest.mark.parametrize(
    ("action", "before", "after", "given", "said"),
    [
        ("tolak", State.DIAJUKAN, State.DITOLAK, {"reason": "bukan_ppks", "note": "Tidak memenuhi."}, "Aisyah Hamid ditolak."),
        ("nonaktifkan", State.DISETUJUI, State.NONAKTIF, {"reason": "pindah"}, "Aisyah Hamid dinonaktifkan."),
        ("buka_kembali", State.DITOLAK, State.DRAF, {"note": "Keliru ditolak."}, "Aisyah Hamid dibuka kembali sebagai draf."),
    ],
)
def test_decisions_with_a_page_of_their_own(client_of, make_case, action, before, after, given, said):
    case = make_case(before)
    client = client_of("supervisor")
    asked = client.get(reverse("case_decide", args=[case.public_id, action]))
    assert asked.status_code == 200
    assert "<h1>" in asked.content.decode()
    answer = decide(client, case, action, **given)
    assert state_of(case) == after
    assert said in client.get(answer.url).content.decode()


@pytest.mark.parametrize("action", ["setujui", "kembalikan"])
def test_decisions_of_the_review_page_lead_there(client_of, make_case, action):
    case = make_case(State.DIAJUKAN)
    answer = client_of("supervisor").get(reverse("case_decide", args=[case.public_id, action]) + "?kind=24")
    assert answer.url == reverse("review", args=[case.public_id]) + "?kind=24"


@pytest.mark.parametrize(("persona", "status"), [("psm", 403), ("admin", 403), ("supervisor_elsewhere", 404), ("psm_next_door", 404)])
@pytest.mark.parametrize("action", ["setujui", "kembalikan", "tolak", "nonaktifkan", "buka_kembali"])
def test_nobody_else_decides(client_of, make_case, persona, status, action):
    case = make_case(State.DIAJUKAN)
    assert decide(client_of(persona), case, action, reason="kurang", note="x").status_code == status
    assert state_of(case) == State.DIAJUKAN


# --- refusals


def test_a_stale_revision_is_refused_with_the_exact_differences(client_of, make_case, member_of):
    case = make_case(State.DIAJUKAN)
    new_nik = invented_nik(serial=9765)
    edit(case, member_of("psm"), person__mother_name="Cut Nyak", person__nik=new_nik)
    client = client_of("supervisor")
    answer = decide(client, case, "setujui", revision=case.revision)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Catatan ini berubah sejak Anda membukanya. Lihat perubahannya, lalu putuskan lagi." in html
    rows = re.findall(r"<dt>([^<]+)</dt><dd><span class=\"old-new\"><del>([^<]+)</del>.*?<ins>([^<]+)</ins>", html)
    old = case.person.nik
    assert rows == [
        ("NIK", f"{old[:4]}••••••••{old[-4:]}", f"{new_nik[:4]}••••••••9765"),
        ("Nama ibu kandung", "Nyak Maneh", "Cut Nyak"),
    ]
    assert not re.search(r"\d{16}", html)
    assert state_of(case) == State.DIAJUKAN
    revision, mutation = (re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("revision", "mutation_id"))
    assert int(revision) == seen(case).revision
    assert decide(client, case, "setujui", revision=revision, mutation_id=mutation).status_code == 302
    assert state_of(case) == State.DISETUJUI


def test_a_stale_rejection_keeps_what_was_written(client_of, make_case, member_of):
    case = make_case(State.DIAJUKAN)
    edit(case, member_of("psm"), person__name="Aisyah Hamzah")
    answer = decide(client_of("supervisor"), case, "tolak", revision=case.revision, reason="salah_data", note="Bukan di sini.")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Bukan di sini." in html
    assert re.findall(r'value="([^"]+)"[^>]* checked', html) == ["salah_data"]


def test_the_maker_is_not_the_checker(client_of, make_case, member_of):
    case = make_case(State.DIAJUKAN)
    edit(case, member_of("supervisor"), person__mother_name="Cut Nyak")
    client = client_of("supervisor")
    html = page(client, case).content.decode()
    sentence = "Anda ikut mengisi catatan ini, jadi penyelia lain yang memutuskan."
    assert sentence in html
    assert buttons(html) == [("Kembalikan", True)]
    answer = decide(client, case, "setujui")
    assert (answer.status_code, state_of(case)) == (409, State.DIAJUKAN)
    assert answer.content.decode().count(sentence) == 2  # as the answer, and on the page as before
    other = client_of("supervisor_restricted")
    assert decide(other, case, "setujui").status_code == 302
    assert state_of(case) == State.DISETUJUI


def test_what_somebody_else_decided_meanwhile_is_said(client_of, make_case):
    case = make_case(State.DIAJUKAN)
    assert decide(client_of("supervisor_restricted"), case, "setujui").status_code == 302
    answer = decide(client_of("supervisor"), case, "setujui")
    assert answer.status_code == 409
    assert "Catatan ini sekarang berstatus Disetujui." in answer.content.decode()


@pytest.mark.parametrize("given", [{"revision": ""}, {"revision": "-1"}, {"revision": "x"}, {"mutation_id": ""}, {"mutation_id": "x"}])
def test_without_revision_or_mutation_nothing_moves(client_of, make_case, given):
    case = make_case(State.DIAJUKAN)
    assert decide(client_of("supervisor"), case, "setujui", **given).status_code == 422
    assert state_of(case) == State.DIAJUKAN


# --- through the queue


@pytest.fixture
def three(make_case, member_of) -> list[Case]:
    """Three submissions, an hour apart; the second is of another kind."""
    made = [make_case(person__name=f"Warga {name}", **more) for name, more in (("A", {}), ("B", {"case__kind": "09"}), ("C", {}))]
    for hours, case in enumerate(made):
        [outcome] = workflow.perform([seen(case)], "ajukan", actor=member_of("psm"), now=NOON + timedelta(hours=hours))
        assert outcome.done, outcome.sentence
    return made


def link(case, query="") -> str:
    return reverse("review", args=[case.public_id]) + query


@pytest.mark.parametrize(
    ("at", "query", "place", "left", "right"),
    [
        (0, "", "1 dari 3", None, 1), (1, "", "2 dari 3", 0, 2), (2, "", "3 dari 3", 1, None),
        (0, "?kind=24", "1 dari 2", None, 2), (2, "?kind=24", "2 dari 2", 0, None), (1, "?kind=18", None, None, None),
    ],
)  # fmt: skip
def test_previous_and_next_stay_inside_the_filter(client_of, three, at, query, place, left, right):
    html = page(client_of("supervisor"), three[at], query).content.decode()
    found = {label: url for url, label in re.findall(r'<a class="small hit24" href="([^"]+)">([^<]+)</a>', html)}
    assert found == {name: link(three[to], query) for name, to in (("Sebelumnya", left), ("Berikutnya", right)) if to is not None}
    assert (place is None) is (" dari " not in html)
    assert place is None or place in html
    assert f'href="/antrean/{query}"' in html


@pytest.mark.parametrize(
    ("at", "query", "following"), [(0, "", 1), (2, "", 0), (0, "?kind=24", 2), (2, "?kind=24", 0), (1, "?kind=09", None)]
)
def test_a_decision_leads_to_the_next_of_the_filter(client_of, three, at, query, following):
    answer = decide(client_of("supervisor"), three[at], "setujui", query)
    assert answer.status_code == 302
    assert answer.url == (f"/antrean/{query}" if following is None else link(three[following], query))


def test_a_pair_is_shown_beside_the_findings(client_of, make_case):
    nik = invented_nik()
    case = make_case(State.DIAJUKAN, person__nik=nik)
    make_case(keeper="psm_elsewhere", person__nik=nik, case__place=ELSEWHERE)
    html = page(client_of("supervisor"), case).content.decode()
    assert "Mungkin ganda dengan catatan lain." in html
    assert buttons(html)[0] == ("Setujui", True)
