"""The admin's job on a laptop: readiness, the workbook that goes out, the workbooks that come in."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from registry.enums import State
from registry.exchange.layouts import SIKS_NG_E1
from registry.models import Case
from tests.browser.conftest import LAPTOP
from tests.browser.pages import field, fill, follow, heading, press, tick
from tests.people import invented_nik
from tests.registry.exchange.sheets import HEADINGS, line, sheet

NIK = invented_nik(serial=9511)
FORMULA = '=HYPERLINK("http://contoh.invalid","klik")'


@pytest.fixture
def desk(open_page):
    """An admin at a laptop."""
    return lambda address="/", **options: open_page("admin", address, viewport=LAPTOP, **options)


def upload(page: Page, file: Path) -> None:
    page.goto("/impor/")
    field(page, "file").set_input_files(file)
    press(page, "Unggah dan periksa")
    heading(page, file.name)


def counted(page: Page) -> dict[str, str]:
    """What the preview counts: label -> number."""
    parts = page.locator("ul.adds > li").all()
    return {part.locator(".lb").inner_text(): part.locator("b").inner_text() for part in parts}


def test_readiness_stands_on_the_record_as_a_list(desk, make_case, film):
    shot = film("siap")
    case = make_case(State.DISETUJUI)
    lacking = make_case(State.DISETUJUI, person__name="Marzuki Daud", person__nik=invented_nik(), person__mother_name=None)
    page = desk()
    expect(page.get_by_text("2 sudah disetujui penyelia, 1 di antaranya siap DTSEN menurut aturan 1.")).to_be_visible()
    shot(page)
    page.goto(f"/catatan/{case.public_id}/")
    expect(page.get_by_text("Siap DTSEN: ya")).to_be_visible()
    expect(page.get_by_role("heading", name="Supaya siap DTSEN")).to_have_count(0)
    shot(page)
    page.goto(f"/catatan/{lacking.public_id}/")
    expect(page.get_by_text("Siap DTSEN: belum")).to_be_visible()
    missing = page.locator("section", has=page.get_by_role("heading", name="Supaya siap DTSEN"))
    expect(missing.get_by_text("Nama ibu kandung").first).to_be_visible()
    shot(page)


def test_ready_cases_go_out_as_a_workbook(desk, make_case, film, tmp_path):
    shot = film("ekspor")
    case = make_case(State.DISETUJUI, person__nik=NIK, household__address=FORMULA)
    lacking = make_case(State.DISETUJUI, person__name="Marzuki Daud", person__nik=invented_nik(), person__mother_name=None)
    page = desk("/ekspor/")
    expect(page.get_by_text("1 catatan siap DTSEN")).to_be_visible()
    shot(page)
    fill(page, {"purpose": "Usulan DTSEN Desember 2026", "letter": "460/12/2026"})
    press(page, "Buat berkas dan tandai terkirim")
    expect(page.get_by_text("1 catatan terkirim. Unduh berkasnya dari buku ekspor di bawah.")).to_be_visible()
    shot(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile(r"^siksng_bireuen_.*\.xlsx$")).click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    book = load_workbook(file)
    rows = list(book.worksheets[0].iter_rows())
    assert [cell.value for cell in rows[0]] == [column.heading for column in SIKS_NG_E1.columns]
    assert rows[0][-1].value == "ID_REGISTRASI"
    assert len(rows) == 2
    cells = {heading.value: cell for heading, cell in zip(*rows, strict=True)}
    assert (cells["NIK"].value, cells["NIK"].data_type, cells["NIK"].number_format) == (NIK, "s", "@")
    assert (cells["NOKK"].data_type, cells["NOKK"].number_format) == ("s", "@")
    assert cells["ID_REGISTRASI"].value == case.registry_no
    assert all(cell.data_type != "f" for one in book.worksheets for row in one.iter_rows() for cell in row)
    assert cells["ALAMAT"].value.lstrip("'") == FORMULA
    assert book.worksheets[0].freeze_panes == "A2"
    states = dict(Case.objects.values_list("pk", "state"))
    assert states == {case.pk: State.TERKIRIM, lacking.pk: State.DISETUJUI}
    page.goto(f"/catatan/{case.public_id}/")
    expect(page.get_by_text("Sudah dikirim ke Dinas Sosial.")).to_be_visible()
    shot(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_workbook_comes_in_after_a_look_at_what_it_would_do(desk, make_case, film, tmp_path, script):
    shot = film("impor" if script else "impor-tanpa-js")
    case = make_case(State.DIAJUKAN, person__nik=NIK)
    changed = line(nama="Aisyah Hamid", nik=NIK, no_kk="1111050103199014", tanggal_lahir="07-08-1958", alamat="Depan meunasah")
    rows = [line(1), line(2, nama="Rosmala Dewi"), changed | {"id": case.registry_no, "lain": "sudah dicek"}]
    headings = {"id": "ID_REGISTRASI", "lain": "Catatan kantor", "jenis_kelamin": "JK", "gampong": "Desa", "tanggal_lahir": "Tgl Lahir"}
    file = sheet(tmp_path / "usulan.xlsx", rows, ("id", "lain", *reversed(HEADINGS)), **headings)
    page = desk(java_script_enabled=script)
    upload(page, file)
    expect(page.get_by_text("Belum ada yang ditulis.")).to_be_visible()
    assert counted(page) == {"Baru": "2", "Berubah": "1", "Sama": "0", "Bermasalah": "0", "Semua": "3"}
    shot(page)
    assert Case.objects.count() == 1
    follow(page, "Simpan 3 baris")
    heading(page, "Simpan 3 baris ke registri?")
    tick(page, "basis", "pelayanan_publik")
    fill(page, {"letter": "Geuchik Paya Cut, 12/2026"})
    shot(page)
    press(page, "Simpan 3 baris")
    expect(page.get_by_text("2 catatan baru dan 1 perubahan sudah disimpan.")).to_be_visible()
    shot(page)
    page.goto("/warga/")
    for name in ("Aisyah B", "Rosmala Dewi", "Aisyah Hamid"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    shot(page)
    assert Case.objects.count() == 3
    assert Case.objects.with_record().get(pk=case.pk).values()["household.address"] == "Depan meunasah"
    upload(page, file)
    assert counted(page) == {"Baru": "0", "Berubah": "0", "Sama": "3", "Bermasalah": "0", "Semua": "3"}


def test_a_messy_list_says_what_is_wrong_where(desk, account_of, film, tmp_path):
    shot = film("berantakan")
    account_of("psm")
    file = tmp_path / "daftar.csv"
    good = f"Cut Nuraini;{invented_nik()};1111050103199014;07/08/1958;Perempuan;Belakang meunasah;Paya Cut;Peusangan;Fakir miskin"
    lines = [
        "nama;nik;no_kk;tanggal_lahir;jenis_kelamin;alamat;gampong;kecamatan;jenis_ppks",
        good,
        "Ramlah;1,11105E+15;1111050103199014;07/08/1958;P;Belakang meunasah;Paya Cut;Peusangan;24",
        "Marzuki;;;31/02/1960;L;Dusun Tunong;Paya Cut;Peusangan;24",
        "Zainab;;;07/08/1958;P;Pasar;Gampong Tidak Ada;Peusangan;24",
        "Usman;;;07/08/1958;L;Pasar;Paya Cut;Peusangan;Orang kaya",
        "Café Rén;;;07/08/1958;P;Pasar;Paya Cut;Peusangan;24",
    ]
    file.write_bytes("\r\n".join(lines).encode("cp1252"))
    page = desk()
    upload(page, file)
    assert counted(page) == {"Baru": "2", "Berubah": "0", "Sama": "0", "Bermasalah": "4", "Semua": "6"}
    problems = page.get_by_role("region", name="Bermasalah")
    for row, words in (("3", "angka"), ("4", "31/02/1960"), ("5", "Gampong Tidak Ada"), ("6", "Orang kaya")):
        expect(problems.get_by_role("row").filter(has=page.get_by_role("cell", name=row, exact=True)).first).to_contain_text(words)
    shot(page)
    assert not Case.objects.exists()
    follow(page, "Batalkan impor")
    press(page, "Batalkan impor")
    expect(page.get_by_text("Impor dibatalkan. Tidak ada yang ditulis, dan berkasnya sudah dihapus.")).to_be_visible()


def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(desk, film, tmp_path):
    shot = film("bukan-berkas")
    file = tmp_path / "foto.xlsx"
    file.write_bytes(b"PK\x03\x04 this is no archive")
    page = desk()
    upload(page, file)
    expect(page.get_by_text("Berkas ini tidak dapat dibaca.")).to_be_visible()
    shot(page)
