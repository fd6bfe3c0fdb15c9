"""The queue and the list of cases: who sees what, the address as the filter, equal query counts, nothing that leaks."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry import workflow
from registry.enums import State
from registry.models import Account, AuditEvent, Dispatch
from registry.views.lists import PER_PAGE
from tests.people import ELSEWHERE, NEXT_DOOR, NOON, invented_nik, seen

pytestmark = pytest.mark.django_db
PATHS = ["/antrean/", "/warga/"]


def names(html: str) -> list[str]:
    """Of a table, or of the rows that workers get."""
    return [a or b for a, b in re.findall(r'<a class="who hit24" href="[^"]+">([^<]+)</a>|<div class="who">([^<]+)</div>', html)]


def shown(client, path, **query) -> list[str]:
    answer = client.get(path, query)
    assert answer.status_code == 200
    return names(answer.content.decode())


def options(client, path, field, **query) -> list[str]:
    html = client.get(path, query).content.decode()
    found = re.search(rf'<select class="form-select" name="{field}".*?</select>', html, re.S)
    return re.findall(r'<option value="([^"]*)"', found[0]) if found else []


def restricted(**more) -> dict:
    return {
        "case__kind": "18",
        "case__criteria": [1],
        "keeper": "psm_restricted",
        "supervisor": "supervisor_restricted",
        "attach": False,
    } | more


@pytest.mark.parametrize(
    ("persona", "queue", "listed"),
    [
        ("psm", 403, ["Warga Satu"]), ("psm_next_door", 403, ["Warga Dua"]), ("psm_elsewhere", 403, ["Warga Tiga"]),
        ("supervisor", 200, ["Warga Dua", "Warga Satu"]), ("supervisor_elsewhere", 200, ["Warga Tiga"]),
        ("admin", 403, ["Warga Dua", "Warga Satu", "Warga Tiga"]),
    ],
)  # fmt: skip
def test_each_sees_the_own_area(client_of, make_case, persona, queue, listed):
    make_case(person__name="Warga Satu")
    make_case(person__name="Warga Dua", keeper="psm_next_door", case__place=NEXT_DOOR)
    make_case(person__name="Warga Tiga", keeper="psm_elsewhere", case__place=ELSEWHERE)
    client = client_of(persona)
    assert client.get("/antrean/").status_code == queue
    assert sorted(shown(client, "/warga/")) == listed


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_sent_to_the_door(client, path):
    assert client.get(path).url == f"/masuk/?next={path}"


def test_the_queue_holds_what_waits_and_the_oldest_stands_on_top(client_of, make_case, member_of):
    late, early = make_case(person__name="Kiriman Kemudian"), make_case(person__name="Kiriman Awal")
    make_case(State.DISETUJUI, person__name="Sudah Disetujui")
    make_case(person__name="Masih Draf")
    for case, when in ((early, NOON), (late, NOON + timedelta(hours=2))):
        workflow.perform([seen(case)], "ajukan", actor=member_of("psm"), now=when)
    client = client_of("supervisor")
    assert shown(client, "/antrean/") == ["Kiriman Awal", "Kiriman Kemudian"]
    assert shown(client, "/antrean/", state="disetujui") == ["Sudah Disetujui"]
    assert sorted(shown(client, "/antrean/", state="")) == ["Kiriman Awal", "Kiriman Kemudian", "Sudah Disetujui"]


def test_a_line_says_what_was_found_and_what_is_missing(client_of, make_case):
    make_case(State.DIAJUKAN, person__name="Warga Bersih")
    make_case(State.DIAJUKAN, person__name="Warga Beda Tanggal", person__birth_date=date(1958, 8, 9), attach=False)
    html = client_of("supervisor").get("/antrean/").content.decode()
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", html, re.S)]
    rows = [cells[at : at + 8] for at in range(0, len(cells), 8)]
    assert [(row[0], row[2], row[3], row[4], row[6], row[7]) for row in rows] == [
        ("Warga Bersih", "Fakir miskin", "Paya Cut", "Psm", "Bersih", "0"),
        ("Warga Beda Tanggal", "Fakir miskin", "Paya Cut", "Psm", "1 peringatan", "2"),
    ]
    assert all(re.fullmatch(r"1111••••••••9\d{3}", row[1]) for row in rows)
    assert not re.search(r"\d{16}", html)


# --- filters


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Warga Dua", "Warga Satu"]),
        ({"kind": "24"}, ["Warga Satu"]),
        ({"kind": "09"}, ["Warga Dua"]),
        ({"gampong": NEXT_DOOR}, ["Warga Dua"]),
        ({"kecamatan": "11.11.05"}, ["Warga Dua", "Warga Satu"]),
        ({"state": "draf", "kind": "24"}, ["Warga Satu"]),
        ({"kind": "24", "gampong": NEXT_DOOR}, []),
        ({"page": "99"}, ["Warga Dua", "Warga Satu"]),
        # what is not offered, whether it exists or not, gives an empty list
        ({"kind": "18"}, []),
        ({"kind": "99"}, []),
        ({"kecamatan": "11.11.01"}, []),
        ({"gampong": ELSEWHERE}, []),
        ({"gampong": "11.11.05.9999"}, []),
        ({"worker": "bukan-kunci"}, []),
        ({"state": "\x00"}, []),
        ({"state": "terkirim' or 1=1"}, []),
    ],
)
def test_the_address_is_the_filter(client_of, make_case, query, found):
    make_case(person__name="Warga Satu")
    make_case(person__name="Warga Dua", keeper="psm_next_door", case__place=NEXT_DOOR, case__kind="09")
    make_case(person__name="Warga Tiga", keeper="psm_elsewhere", case__place=ELSEWHERE)
    assert sorted(shown(client_of("supervisor"), "/warga/", **query)) == found


def test_the_filter_by_worker_offers_who_keeps_a_case_here(client_of, account_of, make_case):
    make_case(person__name="Warga Satu")
    make_case(person__name="Warga Dua", keeper="psm_same_gampong")
    make_case(person__name="Warga Tiga", keeper="psm_elsewhere", case__place=ELSEWHERE)
    client = client_of("supervisor")
    here = [str(account_of(name).public_id) for name in ("psm", "psm_same_gampong")]
    assert options(client, "/warga/", "worker") == ["", *here]
    assert shown(client, "/warga/", worker=here[1]) == ["Warga Dua"]
    assert shown(client, "/warga/", worker=account_of("psm_elsewhere").public_id) == []


@pytest.mark.parametrize("path", PATHS)
def test_restricted_cases_are_seen_counted_and_offered_to_the_granted_only(client_of, account_of, make_case, path):
    case = make_case(State.DIAJUKAN, **restricted(person__name="Nama Rahasia"))
    make_case(State.DIAJUKAN, person__name="Warga Satu")
    plain, granted = client_of("supervisor"), client_of("supervisor_restricted")
    assert shown(plain, path) == ["Warga Satu"]
    assert "1 catatan" in plain.get(path).content.decode()
    assert shown(plain, path, kind="18") == []
    assert "18" not in options(plain, path, "kind")
    assert str(Account.objects.get(username="psm_restricted").public_id) not in options(plain, path, "worker")
    html = granted.get(path).content.decode()
    assert sorted(names(html)) == [f"Kasus terbatas, nomor {case.registry_no}", "Warga Satu"]
    assert "Nama Rahasia" not in html
    assert case.person.nik[-4:] not in re.sub(r'href="[^"]*"|value="[^"]*"', "", html)
    assert "18" in options(granted, path, "kind")
    assert shown(granted, path, kind="18") == [f"Kasus terbatas, nomor {case.registry_no}"]


def test_a_granted_supervisor_meets_restricted_cases_of_the_whole_regency(client_of, account_of, make_case):
    case = make_case(State.DIAJUKAN, **restricted())
    account = account_of("supervisor_elsewhere")
    account.sees_restricted = True
    account.save()
    client = client_of("supervisor_elsewhere")
    assert shown(client, "/antrean/") == [f"Kasus terbatas, nomor {case.registry_no}"]
    assert shown(client, "/antrean/", kecamatan="11.11.05") == [f"Kasus terbatas, nomor {case.registry_no}"]


def test_a_child_is_veiled_in_lists_for_everybody(client_of, make_case):
    born = date(2017, 5, 2)
    make_case(
        person__name="Cut Meutia", person__birth_date=born, person__nik=invented_nik(born), case__kind="02", person__relation="anak",
        person__marital_status="belum_kawin", household__head_name="Aisyah Hamid",
    )  # fmt: skip
    for persona in ("psm", "supervisor", "admin"):
        html = client_of(persona).get("/warga/").content.decode()
        assert names(html) == ["C•••••, anak 9 tahun"]
        assert "Meutia" not in html
        assert "tertutup" in html


def test_a_possible_duplicate_is_marked_for_who_may_decide(client_of, make_case):
    nik = invented_nik()
    make_case(State.DIAJUKAN, person__nik=nik)
    make_case(person__nik=nik, person__name="Nama Lain")
    assert "Mungkin ganda" in client_of("supervisor").get("/antrean/").content.decode()
    assert "Mungkin ganda" not in client_of("psm").get("/warga/").content.decode()


# --- pages and queries


@pytest.mark.parametrize("path", PATHS)
def test_a_list_takes_as_many_queries_for_one_row_as_for_thirty(client_of, make_case, path):
    client = client_of("supervisor")
    make_case(State.DIAJUKAN)
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        assert len(shown(client, path)) == 1
    for _number in range(29):
        make_case(State.DIAJUKAN, attach=False)
    with CaptureQueriesContext(connection) as thirty:
        assert len(shown(client, path)) == PER_PAGE
    assert len(thirty) == len(one)
    assert len(shown(client, path, page=2)) == 5


def test_the_filter_travels_with_the_links(client_of, make_case):
    case = make_case(State.DIAJUKAN)
    html = client_of("supervisor").get("/antrean/", {"kind": "24", "page": "1"}).content.decode()
    assert f'href="{reverse("review", args=[case.public_id])}?kind=24"' in html


@pytest.mark.parametrize(("persona", "offered"), [("psm", False), ("supervisor", True), ("admin", True)])
def test_the_download_is_offered_to_who_may(client_of, make_case, persona, offered):
    make_case()
    html = client_of(persona).get("/warga/", {"kind": "24"}).content.decode()
    assert ('action="/warga/unduh/?kind=24"' in html) is offered


@pytest.mark.parametrize(
    ("path", "query", "heading"),
    [
        ("/antrean/", {}, "Tidak ada yang menunggu Anda"),
        ("/antrean/", {"kind": "24"}, "Tidak ada catatan yang cocok"),
        ("/warga/", {}, "Belum ada catatan di wilayah Anda"),
        ("/warga/", {"state": "draf"}, "Tidak ada catatan yang cocok"),
    ],
)
def test_an_empty_list_says_what_is_so(client_of, path, query, heading):
    assert heading in client_of("supervisor").get(path, query).content.decode()


# --- the download


@pytest.mark.parametrize(
    ("persona", "status"), [("psm", 403), ("supervisor", 200), ("supervisor_elsewhere", 200), ("admin", 200), ("disabled", 302)]
)
def test_the_download_is_a_workbook_in_the_ledger(client_of, make_case, persona, status):
    make_case(State.DISETUJUI)
    make_case(person__name="Warga Dua", case__kind="09")
    answer = client_of(persona).post("/warga/unduh/?kind=24")
    assert answer.status_code == status
    if status == 200:
        assert answer.content[:2] == b"PK"
        assert answer["Content-Disposition"].startswith("attachment; ")
        entry = Dispatch.objects.get()
        rows = 0 if persona == "supervisor_elsewhere" else 1
        assert (entry.row_count, entry.filters, entry.masked, entry.changes_state) == (rows, "kind=24", True, False)


def test_the_download_of_a_filter_that_is_not_offered_is_empty(client_of, make_case):
    make_case(**restricted())
    make_case()
    client_of("supervisor").post("/warga/unduh/?kind=18")
    assert Dispatch.objects.get().row_count == 0


def test_looking_at_a_list_is_recorded_with_the_filter_in_codes(client_of, make_case):
    make_case()
    client_of("supervisor").get("/warga/", {"kind": "24", "state": ""})
    client_of("supervisor").get("/antrean/", {"kind": "18"})
    assert list(AuditEvent.objects.filter(verb="daftar").values_list("detail", flat=True)) == [
        {"of": "case", "filter": "kind=24"}, {"of": "review", "filter": ""},
    ]  # fmt: skip
