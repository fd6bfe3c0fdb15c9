"""LAYOUTS, the resources made from it, and how a sheet's headings and areas are recognised."""

from datetime import date, datetime, time

import pytest
from import_export.resources import Resource

from registry.exchange.gazetteer import Gazetteer
from registry.exchange.layouts import INCOMING, LAYOUTS, PPKS_RINGKAS, SIKS_NG_E1, Direction, normal
from registry.exchange.recognise import LayoutRefused, no_record, recognise, veiled
from registry.exchange.resources import resource_for, value_kind
from registry.exchange.workbook import CellError, Row
from registry.fields import FIELDS
from registry.fieldtypes import Unreadable
from registry.reference.kinds import KINDS
from tests.registry.exchange.sheets import HEADINGS, line, nik

E1 = [
    "ID DTKS",
    "PROVINSI",
    "KABUPATEN/KOTA",
    "KECAMATAN",
    "DESA/KELUARAHAN",
    "ALAMAT",
    "DUSUN",
    "RT",
    "RW",
    "NOKK",
    "NIK",
    "NAMA",
    "TANGGAL LAHIR",
    "TEMPAT LAHIR",
    "JENIS KELAMIN",
    "PEKERJAAN",
    "NAMA IBU KANDUNG",
    "HUB KELUARGA",
    "KETERANGAN PADAN",
    "BANSOS BPNT",
    "BANSOS PKH",
    "BANSOS BPNT-PPKM",
    "PBI JKN",
]
MORE = ["JENIS PPKS", "JENIS DISABILITAS", "ALASAN TANPA NIK", "TANGGAL VERIFIKASI", "NAMA PETUGAS", "ID_REGISTRASI"]


def test_what_goes_out_has_the_23_columns_of_e1_and_the_agreed_additions():
    assert [column.heading for column in SIKS_NG_E1.columns] == E1 + MORE
    assert len(E1) == 23


def test_what_comes_in_needs_the_nine_columns_of_the_issue():
    assert tuple(column.name for column in PPKS_RINGKAS.columns if column.needed) == HEADINGS
    assert list(INCOMING) == ["ppks_ringkas"]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_every_column_is_a_field_or_says_what_it_is_and_no_heading_means_two(layout):
    unknown = [column.name for column in layout.columns if column.path and column.path not in FIELDS]
    headings = [heading for column in layout.columns for heading in column.headings]
    assert unknown == []
    assert len(headings) == len(set(headings))
    if layout.direction is Direction.OUT:
        assert all(column.path or column.write for column in layout.columns)


def test_resources_are_made_from_the_layouts():
    made = resource_for(SIKS_NG_E1)
    assert issubclass(made, Resource)
    assert list(made.fields) == [column.name for column in SIKS_NG_E1.columns]
    assert resource_for(SIKS_NG_E1) is made


@pytest.mark.parametrize(
    "heading", ["NO KK", "NOKK", "no_kk", "No. KK *", "Nomor KK", "nomor kartu keluarga", "No KK (16 angka)", "NO\nKK", "No. KK"]
)
def test_a_heading_is_known_in_any_writing(heading):
    assert normal(heading) in PPKS_RINGKAS["no_kk"].headings


ALIASES = ("Nama Lengkap", "NIK", "NOMOR KK", "TGL LAHIR", "JK", "Alamat Rumah", "DESA/KELUARAHAN", "KEC", "Jenis PMKS")


def rows(*lines) -> list[Row]:
    return [Row(number, tuple(cells)) for number, cells in enumerate(lines, 1) if any(cells)]


@pytest.mark.parametrize(
    "lines, header_row, below",
    [
        ([HEADINGS, ["Ani"]], 1, 1),
        ([HEADINGS[::-1], ["x"], ["y"]], 1, 2),
        ([[h.upper() for h in HEADINGS], ["x"]], 1, 1),
        ([ALIASES, ["x"]], 1, 1),
        ([["DAFTAR PPKS"], ["Kecamatan", "Peusangan"], [], ("No", *ALIASES, "Keterangan"), ["1"], ["2"]], 4, 2),
        ([*[["judul"]] * 19, HEADINGS, ["x"]], 20, 1),
    ],
)
def test_the_heading_row_is_found(lines, header_row, below):
    found, rest = recognise(rows(*lines))
    assert (found.row.number, len(rest)) == (header_row, below)
    assert {column.name for column in found.columns.values()} == set(HEADINGS)


@pytest.mark.parametrize(
    "lines, code",
    [
        ([*[["judul"]] * 20, HEADINGS, ["x"]], "no_headings"),
        ([["a", "b"], ["c"]], "no_headings"),
        ([HEADINGS[1:], ["x"]], "missing_columns"),
        ([(*HEADINGS, "NIK"), ["x"]], "heading_twice"),
    ],
)
def test_a_sheet_without_its_headings_is_refused(lines, code):
    with pytest.raises(LayoutRefused) as refused:
        recognise(rows(*lines))
    assert refused.value.code == code
    assert refused.value.sentence.endswith("unggah lagi.")


def test_an_unknown_layout_is_refused():
    with pytest.raises(LayoutRefused) as refused:
        recognise(rows(HEADINGS, ["x"]), "siks_ng_e1")
    assert refused.value.sentence == "Susunan kolom “siks_ng_e1” tidak dikenal. Yang ada: ppks_ringkas."


def test_other_columns_are_noted_and_the_more_proper_heading_wins():
    found, _rest = recognise(rows(("Nama Lengkap", *HEADINGS, "Desil", nik(3)), ["x"]))
    assert found.columns[1].name == "nama" and 0 not in found.columns
    assert found.notes() == [
        "Kolom yang tidak dipakai: Desil, ••••.",
        "Kolom yang artinya sudah ada di kolom lain, tidak dipakai: Nama Lengkap.",
    ]


@pytest.mark.parametrize(
    "cells, reason",
    [
        (("Aisyah", nik(1)), ""),
        (("Jumlah", None), "total"),
        (("TOTAL KESELURUHAN : 12", None), "total"),
        ((None, None, None, "Jumlah", 12.0), "total"),
        (("Jumlah Hasan", None), ""),
        (("Jumlah", nik(1)), ""),
        ((None, " ", "-"), "blank"),
        (HEADINGS, "heading"),
        ((1.0, 2.0, 3.0, 4.0, 5.0), "numbers"),
        (("(1)", "(2)", "(3)", "(4)"), "numbers"),
        (("1", "3", "3", "4"), ""),
    ],
)
def test_what_is_no_record_is_recognised(cells, reason):
    found, _rest = recognise(rows(HEADINGS, ["x"]))
    assert no_record(found, Row(9, tuple(cells))) == reason


@pytest.mark.parametrize(
    "text, shown",
    [
        ("tulis 28-02-1960.", "tulis 28-02-1960."),
        ("11.11.05.2001", "11.11.05.2001"),
        (nik(1), "••••"),
        (f"x {nik(1)[:4]} {nik(1)[4:8]}-{nik(1)[8:]} y", "x •••• y"),
        (nik(1)[:15], "••••"),
    ],
)
def test_no_long_number_is_ever_shown(text, shown):
    assert veiled(text) == shown


CELLS = [
    ("nik", nik(1), nik(1)),
    ("nik", f" '{nik(1)[:6]} {nik(1)[6:12]}.{nik(1)[12:]}\u00a0", nik(1)),
    ("nik", "-", None),
    ("nik", 1.111054808589e15, "number"),
    ("nik", "1,11105E+15", "number"),
    ("nik", "1.11105E+15", "number"),
    ("nik", "1111••••••••9001", "text"),
    ("nik", date(1958, 8, 8), "date"),
    ("no_kk", 1.0, "number"),
    ("tanggal_lahir", "8 Agustus 1958", date(1958, 8, 8)),
    ("tanggal_lahir", datetime(1958, 8, 8), date(1958, 8, 8)),
    ("tanggal_lahir", "1958-08-08", date(1958, 8, 8)),
    ("tanggal_lahir", "31-02-1958", "text"),
    ("tanggal_lahir", 21405.0, "number"),
    ("jenis_kelamin", "Perempuan", "P"),
    ("jenis_kelamin", "LK", "L"),
    ("jenis_kelamin", 2.0, "P"),
    ("jenis_kelamin", "X", "text"),
    ("jenis_kelamin", True, "boolean"),
    ("alamat", time(1, 2), "time"),
    ("alamat", CellError("#REF!"), "error"),
    ("jenis_ppks", 8.0, "08"),
    ("jenis_ppks", "Lansia terlantar", "08"),
    ("jenis_ppks", "24 Fakir miskin", "24"),
    ("jenis_ppks", "27", "text"),
    ("jenis_ppks", "orang baik", "text"),
    ("hubungan", "Kepala Keluarga", "kepala_keluarga"),
    ("hubungan", "ISTERI", "istri"),
    ("status_kawin", "Belum Kawin", "belum_kawin"),
    ("status_kawin", "CM", "cerai_mati"),
    ("rt", 1.0, "1"),
    ("rt", "001", "001"),
    ("rt", "0012", "text"),
    ("nama", "x" * 101, "text"),
]


@pytest.mark.parametrize("column, cell, expected", CELLS)
def test_a_cell_is_a_value_or_a_problem(column, cell, expected):
    values, troubles = resource_for(PPKS_RINGKAS)().take({column: cell})
    if troubles:
        assert [(trouble.column, trouble.value_kind) for trouble in troubles] == [(column, expected)]
        assert not values
    else:
        assert list(values.values()) == ([] if expected is None else [expected])


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_is_written_so_that_it_is_read_again(code):
    written = resource_for(SIKS_NG_E1).fields["jenis_ppks"].widget.render(code)
    assert resource_for(PPKS_RINGKAS)().take({"jenis_ppks": written}) == ({"case.kind": code}, [])


def test_value_kinds():
    cells = [None, "", " – ", "x", 1.5, True, date(2000, 1, 1), time(1), CellError("#N/A"), "1,2E+15"]
    assert [value_kind(cell) for cell in cells] == [
        "empty", "empty", "empty", "text", "number", "boolean", "date", "time", "error", "number",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "gampong, kecamatan, code",
    [
        ("Paya Cut", "Peusangan", "11.11.05.2008"),
        ("GAMPONG PAYA CUT", "Kec. Peusangan", "11.11.05.2008"),
        ("paya-cut", "peusangan", "11.11.05.2008"),
        ("11.11.05.2008", "", "11.11.05.2008"),
        ("1111052008", "Peusangan", "11.11.05.2008"),
        ("Pante Rheeng", "Samalanga", "11.11.01.2003"),
        ("Desa Matang Sagoe", "11.11.05", "11.11.05.2012"),
    ],
)
def test_a_gampong_is_found_by_name_code_and_alias(areas, gampong, kecamatan, code):
    names = Gazetteer.load()
    assert names.gampong(gampong, names.kecamatan(kecamatan) if kecamatan else "") == code


def test_every_area_is_found_by_its_name_and_by_both_codes(areas):
    names = Gazetteer.load()
    for code, area in names.areas.items():
        if code.count(".") == 3:
            assert names.gampong(area.name, area.parent_id) == code
            assert names.gampong(area.bps_code) == code
        elif code.count(".") == 2:
            assert names.kecamatan(area.name) == code


@pytest.mark.parametrize(
    "gampong, kecamatan, sentence",
    [
        ("Paya Cut", "Samalanga", "Gampong ini tidak ada di kecamatan yang tertulis. Periksa keduanya."),
        ("Entah", "Peusangan", "Gampong ini tidak ada dalam daftar wilayah. Periksa ejaannya atau tulis kodenya."),
        ("Paya Cut", "Entah", "Kecamatan ini tidak ada dalam daftar wilayah. Periksa ejaannya atau tulis kodenya."),
        ("Paloh", "", "Ada beberapa gampong dengan nama ini. Tulis kecamatannya, atau tulis kode gampongnya."),
    ],
)
def test_an_unknown_or_ambiguous_area_is_a_sentence(areas, gampong, kecamatan, sentence):
    names = Gazetteer.load()
    with pytest.raises(Unreadable) as unreadable:
        names.gampong(gampong, names.kecamatan(kecamatan) if kecamatan else "")
    assert str(unreadable.value.sentence) == sentence


def test_a_sound_line_of_the_tests_is_read_whole():
    values, troubles = resource_for(PPKS_RINGKAS)().take(line(1))
    assert (len(values), troubles) == (9, [])
