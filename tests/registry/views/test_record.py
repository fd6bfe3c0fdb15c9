"""The record page: what each persona sees, what is masked, the logged click, taking back and handing over."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from registry import cases, workflow
from registry.enums import State
from registry.models import AuditEvent, Case
from tests.people import ELSEWHERE, NOON, invented_nik, seen

pytestmark = pytest.mark.django_db
RUN = re.compile(r"\d{16}")
CHILD = {
    "person__birth_date": date(2017, 5, 2),
    "case__kind": "02",
    "case__criteria": [1],
    "person__relation": "anak",
    "person__marital_status": "belum_kawin",
}


def child_values() -> dict:
    return CHILD | {"person__name": "Cut Meutia", "person__nik": invented_nik(date(2017, 5, 2)), "household__head_name": "Aisyah Hamid"}


def restricted() -> dict:
    return {"case__kind": "18", "case__criteria": [1], "keeper": "psm_restricted", "attach": False}


def page(client, case, name="case", *args):
    return client.get(reverse(name, args=[case.public_id, *args]))


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("psm", 200), ("psm_same_gampong", 200), ("psm_next_door", 404), ("psm_elsewhere", 404), ("psm_restricted", 200),
        ("supervisor", 200), ("supervisor_restricted", 200), ("supervisor_elsewhere", 404), ("admin", 200), ("disabled", 302),
    ],
)  # fmt: skip
def test_who_may_open_a_record(client_of, make_case, persona, status):
    case = make_case()
    before = AuditEvent.objects.filter(verb="lihat").count()
    assert page(client_of(persona), case).status_code == status
    assert AuditEvent.objects.filter(verb="lihat").count() - before == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("psm", 404), ("psm_same_gampong", 404), ("psm_restricted", 200), ("supervisor", 404), ("supervisor_restricted", 200),
        ("supervisor_elsewhere", 404), ("admin", 404), ("admin_restricted", 200),
    ],
)  # fmt: skip
def test_a_restricted_record_does_not_exist_without_the_grant(client_of, make_case, persona, status):
    assert page(client_of(persona), make_case(**restricted())).status_code == status


def test_the_keeper_reads_the_answers_and_the_number_is_masked(client_of, make_case):
    case = make_case(State.DIAJUKAN)
    html = page(client_of("psm"), case).content.decode()
    nik = case.person.nik
    assert f"{nik[:4]}••••••••{nik[-4:]}" in html
    assert not RUN.search(html)
    assert "Nyak Maneh" in html
    assert f'action="{reverse("case_reveal", args=[case.public_id, "nik"])}"' in html


def test_another_worker_of_the_gampong_sees_no_personal_answer(client_of, make_case):
    case = make_case(State.DIKEMBALIKAN, person__birth_date=date(1958, 8, 9))
    html = page(client_of("psm_same_gampong"), case).content.decode()
    for hidden in ("Nyak Maneh", "Belakang meunasah", "09-08-1958", "7 Agustus", "9 Agustus", "uji", "Tampilkan", "/isi/"):
        assert hidden not in html
    assert "Aisyah Hamid" in html
    assert "Perlu diperiksa lagi: Tanggal lahir." not in html  # only what stops something is listed
    assert not RUN.search(html)


def test_the_three_results_stand_in_their_order(client_of, make_case):
    html = page(client_of("psm"), make_case(State.DISETUJUI)).content.decode()
    verdicts = re.findall(r'<div class="verdict">([^<]+)</div>', html)
    assert verdicts == ["PPKS sah: ya", "Siap DTSEN: ya", "Kelayakan bantuan: desil belum dicatat"]
    assert "Menurut aturan 1." in html
    assert "Disetujui Supervisor, 24 November 2026." in html


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (State.DRAF, "PPKS sah: belum"), (State.DIAJUKAN, "PPKS sah: belum"), (State.DIKEMBALIKAN, "PPKS sah: belum"),
        (State.DISETUJUI, "PPKS sah: ya"), (State.TERKIRIM, "PPKS sah: ya"), (State.DITOLAK, "PPKS sah: tidak"),
        (State.NONAKTIF, "PPKS sah: tidak lagi"),
    ],
)  # fmt: skip
def test_every_state_has_its_verdict(client_of, make_case, state, verdict):
    html = page(client_of("psm"), make_case(state)).content.decode()
    assert f'<div class="verdict">{verdict}</div>' in html


def test_what_is_missing_leads_to_its_field_for_who_may_edit(client_of, make_case):
    case = make_case(attach=False, person__mother_name=None)
    step = reverse("case_step", args=[case.public_id, "identitas"])
    mine, other = (page(client_of(who), case).content.decode() for who in ("psm", "psm_same_gampong"))
    assert f'href="{step}#id_person.mother_name"' in mine
    assert "<h3>Anda</h3>" in mine
    assert "SIKS-NG tidak menerima baris tanpa nama ibu kandung." in mine
    assert step not in other
    assert "<h3>Petugas</h3>" in other
    assert "Nama ibu kandung belum diisi." in other


@pytest.mark.parametrize(("state", "editable"), [(State.DIAJUKAN, True), (State.DITOLAK, False), (State.NONAKTIF, False)])
def test_a_closed_record_offers_no_field(client_of, make_case, state, editable):
    assert ("/isi/" in page(client_of("psm"), make_case(state)).content.decode()) is editable


def test_a_duplicate_elsewhere_reads_as_checked_by_the_supervisor(client_of, make_case):
    nik = invented_nik()
    case = make_case(person__nik=nik)
    make_case(keeper="psm_elsewhere", person__nik=nik, case__place=ELSEWHERE)
    worker, supervisor = (page(client_of(who), case).content.decode() for who in ("psm", "supervisor"))
    assert "Sedang diperiksa penyelia." in worker
    assert "Mungkin ganda" not in worker
    assert "/ganda/" not in worker
    assert "Mungkin ganda dengan catatan lain." in supervisor
    assert "/ganda/" in supervisor


def test_a_duplicate_in_the_own_gampong_is_said(client_of, make_case):
    nik = invented_nik()
    case = make_case(person__nik=nik)
    make_case(person__nik=nik)
    html = page(client_of("psm"), case).content.decode()
    assert "Mungkin ganda dengan catatan lain." in html
    assert "Sedang diperiksa penyelia." not in html


def test_a_child_is_named_to_the_keeper_only_and_never_in_the_title(client_of, make_case):
    case = make_case(**child_values())
    keeper, other = (page(client_of(who), case).content.decode() for who in ("psm", "psm_same_gampong"))
    for html in (keeper, other):
        assert "Cut Meutia" not in re.search(r"<title>.*?</title>", html, re.S)[0]
        assert "C•••••, anak 9 tahun" in re.search(r"<title>.*?</title>", html, re.S)[0]
    assert "<h1>Cut Meutia</h1>" in keeper
    assert "Cut Meutia" not in other


def test_a_restricted_kind_is_not_in_the_title(client_of, make_case):
    case = make_case(**restricted())
    html = page(client_of("psm_restricted"), case).content.decode()
    assert f"Kasus terbatas, nomor {case.registry_no}" in re.search(r"<title>.*?</title>", html, re.S)[0]


# --- the number


def post(client, case, name, *args, data=None, **headers):
    return client.post(reverse(name, args=[case.public_id, *args]), data or {}, headers=headers)


@pytest.mark.parametrize(
    ("persona", "status"),
    [("psm", 200), ("psm_same_gampong", 403), ("psm_elsewhere", 404), ("supervisor", 200), ("supervisor_elsewhere", 404), ("admin", 200)],
)
@pytest.mark.parametrize("number", ["nik", "kk"])
def test_showing_a_number_is_logged_and_forbidden_to_others(client_of, make_case, persona, status, number):
    case = make_case()
    client = client_of(persona)
    looked = AuditEvent.objects.filter(verb="lihat_nomor")
    answer = post(client, case, "case_reveal", number)
    assert answer.status_code == status
    path = {"nik": "person.nik", "kk": "household.kk"}[number]
    clear = case.values()[path]
    grouped = " ".join(clear[at : at + 4] for at in range(0, 16, 4))
    assert (grouped in answer.content.decode()) is (status == 200)
    events = [(event.actor.username, event.object_id, event.detail) for event in looked]
    assert events == ([(persona, str(case.public_id), {"path": path})] if status == 200 else [])


def test_without_script_the_number_comes_as_a_page_with_a_way_back(client_of, make_case):
    case = make_case()
    html = post(client_of("psm"), case, "case_reveal", "nik").content.decode()
    assert "<title>" in html
    assert f'href="{reverse("case", args=[case.public_id])}"' in html
    assert post(client_of("psm"), case, "case_reveal", "nik")["Cache-Control"] == "no-store"


def test_the_script_gets_the_number_alone(client_of, make_case):
    case = make_case()
    html = post(client_of("psm"), case, "case_reveal", "nik", **{"X-Requested-With": "fetch"}).content.decode()
    assert re.fullmatch(r'<span class="nik">\d{4} \d{4} \d{4} \d{4}</span>\s*', html)


def test_a_number_is_shown_by_post_only(client_of, make_case):
    assert page(client_of("psm"), make_case(), "case_reveal", "nik").status_code == 405


# --- taking back


def withdrawal(client, case, revision=None):
    data = {"revision": revision or seen(case).revision, "mutation_id": uuid4()}
    return post(client, case, "case_withdraw", data=data)


def test_the_sender_takes_back_what_nobody_decided(client_of, make_case):
    case = make_case(State.DIAJUKAN)
    client = client_of("psm")
    assert "Tarik kembali Aisyah Hamid?" in page(client, case, "case_withdraw").content.decode()
    assert withdrawal(client, case).url == reverse("case", args=[case.public_id])
    assert Case.objects.get(pk=case.pk).state == State.DRAF


@pytest.mark.parametrize(("persona", "status"), [("psm_same_gampong", 403), ("supervisor", 403), ("psm_elsewhere", 404)])
def test_nobody_else_takes_it_back(client_of, make_case, persona, status):
    case = make_case(State.DIAJUKAN)
    assert withdrawal(client_of(persona), case).status_code == status
    assert Case.objects.get(pk=case.pk).state == State.DIAJUKAN


def test_what_was_decided_meanwhile_stays(client_of, make_case):
    case = make_case(State.DISETUJUI)
    client = client_of("psm")
    withdrawal(client, case)
    assert "Catatan ini sekarang berstatus Disetujui." in page(client, case).content.decode()
    assert Case.objects.get(pk=case.pk).state == State.DISETUJUI


# --- handing over


def test_the_supervisor_hands_over_to_a_worker_of_the_gampong(client_of, account_of, make_case):
    case = make_case()
    new, far = account_of("psm_same_gampong"), account_of("psm_next_door")
    client = client_of("supervisor")
    html = page(client, case, "case_assign").content.decode()
    assert str(new.public_id) in html
    assert str(far.public_id) not in html
    assert post(client, case, "case_assign", data={"worker": far.public_id}).status_code == 422
    assert post(client, case, "case_assign", data={"worker": new.public_id}).status_code == 302
    assert Case.objects.get(pk=case.pk).worker == new


def test_a_restricted_case_is_handed_to_the_granted_only(client_of, account_of, make_case):
    case = make_case(**restricted())
    plain = account_of("psm_same_gampong")
    html = page(client_of("supervisor_restricted"), case, "case_assign").content.decode()
    assert str(plain.public_id) not in html
    assert "Belum ada petugas lain di gampong ini" in html


@pytest.mark.parametrize(("persona", "status"), [("psm", 403), ("psm_elsewhere", 404), ("supervisor_elsewhere", 404), ("admin", 200)])
def test_who_may_hand_over(client_of, make_case, persona, status):
    assert page(client_of(persona), make_case(), "case_assign").status_code == status


# --- buttons


@pytest.mark.parametrize(
    ("persona", "state", "labels"),
    [
        ("psm", State.DRAF, ["Lanjutkan mengisi", "Hapus draf"]),
        ("psm", State.DIAJUKAN, ["Ubah catatan", "Tarik kembali"]),
        ("psm", State.DIKEMBALIKAN, ["Perbaiki catatan"]),
        ("psm", State.DISETUJUI, ["Ubah catatan"]),
        ("psm", State.DITOLAK, []),
        ("psm_same_gampong", State.DIAJUKAN, []),
        ("supervisor", State.DIAJUKAN, ["Periksa dan putuskan", "Ubah catatan", "Serahkan ke petugas lain", "Nonaktifkan"]),
        ("supervisor", State.DISETUJUI, ["Ubah catatan", "Kembalikan ke petugas", "Serahkan ke petugas lain", "Nonaktifkan"]),
        ("supervisor", State.NONAKTIF, ["Buka kembali", "Serahkan ke petugas lain"]),
        ("admin", State.DISETUJUI, ["Serahkan ke petugas lain"]),
    ],
)
def test_the_buttons_follow_the_tables(client_of, make_case, persona, state, labels):
    html = page(client_of(persona), make_case(state)).content.decode()
    assert re.findall(r'class="btn btn-wide [^"]+" href="[^"]+">([^<]+)<', html) == labels
    assert html.count("btn-primary") == (
        1 if labels and labels[0] in ("Lanjutkan mengisi", "Perbaiki catatan", "Periksa dan putuskan") else 0
    )


def test_history_has_reason_note_and_pins(client_of, make_case, member_of):
    case = make_case(State.DIAJUKAN)
    pins = [workflow.PinNote("person.mother_name", "Lihat lagi di KK.")]
    workflow.perform([seen(case)], "kembalikan", actor=member_of("supervisor"), now=NOON, reason="kurang", note="Dua hal.", pins=pins)
    html = page(client_of("psm"), case).content.decode()
    assert "<b>Dikembalikan</b> oleh Supervisor: Isian kurang. Dua hal. Nama ibu kandung: Lihat lagi di KK." in html
    assert f'href="{reverse("case_step", args=[case.public_id, "identitas"])}#id_person.mother_name">Nama ibu kandung</a>' in html


def test_the_record_takes_as_many_queries_with_little_as_with_much(
    client_of, make_case, member_of, django_assert_num_queries, django_assert_max_num_queries
):
    small = make_case(attach=False)
    large = make_case(State.DIAJUKAN)
    for _round in range(3):
        workflow.perform([seen(large)], "kembalikan", actor=member_of("supervisor"), now=NOON, reason="kurang", note="lagi")
        workflow.perform([seen(large)], "ajukan", actor=member_of("psm"), now=NOON)
    cases.update([cases.Edit(large.pk, {"person.mother_name": "Cut Nyak"})], actor=member_of("psm"), now=NOON)
    client = client_of("psm")
    with django_assert_max_num_queries(60) as counted:
        page(client, small)
    # One query more: the pins of the steps; a draft that was never sent has no steps.
    with django_assert_num_queries(len(counted) + 1):
        page(client, large)
