"""The first page of each role."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry import workflow
from registry.enums import State
from registry.workflow import PinNote
from tests.people import GAMPONG, NOON, invented_nik, seen

pytestmark = pytest.mark.django_db
RUN = re.compile(r"\d{4}[ •]?\d{4}[ •]?\d{4}[ •]?\d{4}")


def page(client) -> str:
    answer = client.get(reverse("home"))
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_nothing_yet(client_of):
    text = words(page(client_of("psm")))
    assert "Belum ada yang dikembalikan." in text and "Tidak ada draf." in text
    assert "Sudah dikirim" not in text


def test_returned_work_comes_first_with_who_and_why(client_of, make_case, member_of):
    make_case(person__name="Draf Saja", attach=False)
    case = make_case(State.DIAJUKAN, person__name="Ramlah Usman")
    pins = [PinNote("person.mother_name", "Belum diisi.")]
    workflow.perform(
        [seen(case)], "kembalikan", actor=member_of("supervisor"), now=NOON, reason="kurang", note="Nama ibu kosong.", pins=pins
    )
    html = page(client_of("psm"))
    text = words(html)
    assert "Ramlah Usman Fakir miskin Gampong Paya Cut Isian kurang. Nama ibu kosong. Ada 1 catatan pada isian." in text
    assert "Dari Supervisor" in text
    assert text.index("Ramlah Usman") < text.index("Draf Saja")
    assert reverse("case_tasks", args=[case.public_id]) in html


def test_drafts_say_how_far_they_are(client_of, make_case):
    make_case(values={"case.place": GAMPONG}, attach=False)
    make_case(person__name="Hampir Selesai", attach=False)
    text = words(page(client_of("psm")))
    assert "Belum ada nama, Paya Cut 0 dari 6 bagian selesai" in text and "Hampir Selesai 5 dari 6 bagian selesai" in text
    assert text.count("Bisa dikirim untuk verifikasi") == 1


def test_submitted_and_approved_are_counted(client_of, make_case):
    make_case(State.DIAJUKAN)
    make_case(State.DISETUJUI)
    make_case(State.DISETUJUI, person__mother_name=None)
    make_case(State.DISETUJUI, keeper="psm_same_gampong")
    text = words(page(client_of("psm")))
    assert "1 menunggu penyelia" in text
    # Three records of one invented person share name and birth date, so pairs hold all of them back.
    assert "2 disetujui 2 di antaranya belum siap DTSEN" in text


def test_all_ready(client_of, make_case):
    make_case(State.DISETUJUI)
    assert "1 disetujui Semuanya siap DTSEN" in words(page(client_of("psm")))


def test_work_of_others_is_not_mine(client_of, make_case):
    make_case(person__name="Milik Orang", keeper="psm_same_gampong", attach=False)
    assert "Milik Orang" not in page(client_of("psm"))


def test_children_restricted_kinds_and_numbers_are_never_named(client_of, make_case):
    restricted = make_case(keeper="psm_restricted", case__kind="18", case__criteria=[1], person__name="Nama Rahasia", attach=False)
    child = {"person__name": "Cut Meutia", "person__birth_date": None, "person__birth_year": 2017, "case__kind": "02"}
    make_case(keeper="psm_restricted", attach=False, **child)
    html = page(client_of("psm_restricted"))
    assert f"Kasus terbatas, nomor {restricted.registry_no}" in html and "C•••••, anak 9 tahun" in html
    for secret in ("Nama Rahasia", "Cut Meutia", "trafficking"):
        assert secret not in html
    assert not RUN.search(html)


@pytest.mark.parametrize("state", [State.DRAF, State.DIKEMBALIKAN])
def test_the_number_of_queries_does_not_grow(client_of, make_case, state):
    client, counts = client_of("psm"), []
    page(client)
    for many in (1, 29):
        for _ in range(many):
            make_case(state, attach=False, person__nik=invented_nik())
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


def test_a_supervisor_is_sent_to_the_queue(client_of):
    assert client_of("supervisor").get(reverse("home")).headers["Location"] == reverse("queue")


def test_the_regency_in_sentences(client_of, make_case):
    make_case(State.DISETUJUI)
    make_case(State.DIAJUKAN, person__name="Mawardi Daud", person__mother_name=None)
    make_case(keeper="psm_restricted", case__kind="18", case__criteria=[1], person__name="Nama Rahasia", attach=False)
    text = words(page(client_of("admin")))
    assert "2 catatan. 1 sudah disetujui penyelia, 1 di antaranya siap DTSEN menurut aturan 1." in text
    assert "1 catatan menunggu keputusan penyelia." in text
    assert "Isian wajib untuk DTSEN 1 kali Menahan: Siap DTSEN" in text
    assert "Belum ada berkas yang diimpor." in text and "Belum ada yang dikirim kepada Dinas Sosial." in text
    assert "3 catatan. 1 sudah" in words(page(client_of("admin_restricted")))


def test_who_must_sign_in(client):
    assert client.get(reverse("home")).headers["Location"].startswith(reverse("account_login"))
