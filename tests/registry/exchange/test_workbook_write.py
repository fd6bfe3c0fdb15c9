"""What we send out: no live formula from any value, whole or not at all, and read back as it was."""

import codecs
import csv
import hashlib
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from registry.exchange.workbook import Column, Limits, Row, Written, read, write, write_csv

COLUMNS = (Column("NAMA"), Column("NIK", width=20), Column("JUMLAH", "number"), Column("LAHIR", "date"))
NIK = "1111014509879001"
FORMULAS = [
    "=1+1",
    "==1+1",
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "{=1+1}",
    "=cmd|' /C calc'!A0",
    "http://x.example/",
    "mailto:x@example",
    "internal:Data!A1",
]


def make(tmp_path, rows, columns=COLUMNS, **more):
    path = tmp_path / "keluar.xlsx"
    return path, write(path, title="Daftar PPKS", columns=columns, rows=rows, **more)


@pytest.mark.parametrize("value", FORMULAS)
def test_no_value_becomes_a_formula_or_a_link(tmp_path, value):
    path, _ = make(tmp_path, [(value, value, value, value)], columns=(Column(value), *COLUMNS[1:]), notes=[value])
    book = openpyxl.load_workbook(path)
    sheet = book["Data"]
    cells = [cell for line in sheet.iter_rows() for cell in line] + [book["Petunjuk"]["A3"]]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [cell.value for cell in sheet[2]] == [value.replace("\r", "_x000D_") if "\r" in value else value] * 4
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name) and b"<hyperlink" not in archive.read(name)
        assert not [name for name in archive.namelist() if "externalLink" in name or ("_rels/sheet" in name)]
    assert read(path, limits=Limits()).rows[1].cells == (value,) * 4


def test_what_is_written_is_read_back(tmp_path):
    rows = [
        ("Siti", NIK, 3, date(1990, 1, 2)),
        ("Ani", NIK, 2.5, datetime(1990, 1, 2, 8, 0)),
        (None, "", Decimal("7"), None),
        (None, None, None, None),
        ("Tua", "0012", "tiga", date(1890, 5, 6)),
        (True, 1111014509879001, None, "2 Mei 1990"),
    ]
    path, written = make(tmp_path, rows)
    assert written == Written(6, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    assert read(path, limits=Limits()).rows == [
        Row(1, ("NAMA", "NIK", "JUMLAH", "LAHIR")),
        Row(2, ("Siti", NIK, 3.0, date(1990, 1, 2))),
        Row(3, ("Ani", NIK, 2.5, date(1990, 1, 2))),
        Row(4, (None, None, 7.0)),
        Row(6, ("Tua", "0012", "tiga", "06-05-1890")),
        Row(7, ("ya", NIK, None, "2 Mei 1990")),
    ]


def test_how_the_sheet_looks(tmp_path):
    path, _ = make(
        tmp_path, [("Siti", NIK, 3, date(1990, 1, 2))], notes=["Isi kolom NIK sebagai teks."], now=datetime(2026, 11, 24, 3, tzinfo=UTC)
    )
    book = openpyxl.load_workbook(path)
    sheet = book["Data"]
    assert (book.sheetnames, book.active.title) == (["Data", "Petunjuk"], "Data")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D2")
    assert [cell.number_format for cell in sheet[2]] == ["@", "@", "General", "dd-mm-yyyy"]
    assert sheet.column_dimensions["B"].width == pytest.approx(20, abs=1)
    assert [cell.value for cell in book["Petunjuk"]["A"]] == ["Daftar PPKS", None, "Isi kolom NIK sebagai teks."]
    assert (book.properties.title, book.properties.created) == ("Daftar PPKS", datetime(2026, 11, 24, 3))


def test_without_notes_there_is_one_sheet_and_no_rows_still_a_header(tmp_path):
    path, written = make(tmp_path, [])
    assert openpyxl.load_workbook(path).sheetnames == ["Data"]
    assert written.rows == 0
    assert read(path, limits=Limits()).rows == [Row(1, ("NAMA", "NIK", "JUMLAH", "LAHIR"))]


def test_the_same_rows_give_the_same_bytes(tmp_path):
    rows = [("Siti", NIK, 3, date(1990, 1, 2))]
    first = make(tmp_path, rows)[1]
    assert make(tmp_path, rows)[1] == first


BAD_ROWS = {
    "too short": ("Siti", NIK, 3),
    "too long": ("Siti", NIK, 3, None, "x"),
    "a text that a cell cannot hold": ("x" * 32_768, NIK, 3, None),
    "no number": ("Siti", NIK, float("nan"), None),
    "infinite": ("Siti", NIK, float("inf"), None),
}


@pytest.mark.parametrize("bad", BAD_ROWS.values(), ids=BAD_ROWS)
def test_nothing_is_left_when_a_row_cannot_be_written(tmp_path, bad):
    path = tmp_path / "keluar.xlsx"
    path.write_bytes(b"yang lama")
    good = ("Siti", NIK, 3, date(1990, 1, 2))
    with pytest.raises(ValueError):
        write(path, title="x", columns=COLUMNS, rows=[good, bad])
    assert path.read_bytes() == b"yang lama"
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file() or entry.name.startswith(".menulis")] == ["keluar.xlsx"]


def test_nothing_is_left_when_the_rows_themselves_fail(tmp_path):
    def rows():
        yield ("Siti", NIK, 3, None)
        raise LookupError

    for writer in (
        lambda path: write(path, title="x", columns=COLUMNS, rows=rows()),
        lambda path: write_csv(path, columns=COLUMNS, rows=rows()),
    ):
        with pytest.raises(LookupError):
            writer(tmp_path / "keluar")
        assert not [entry for entry in tmp_path.iterdir() if entry.is_file() or entry.name.startswith(".menulis")]


def test_what_is_being_written_stays_beside_its_place(tmp_path):
    seen = []

    def rows():
        for _ in range(3):
            yield ("Siti", NIK, 3, None)
            seen.append([entry.is_file() for folder in tmp_path.glob(".menulis-*") for entry in folder.iterdir()])

    make(tmp_path, rows())
    assert seen[-1] == [True]


def test_more_columns_than_a_sheet_has(tmp_path):
    with pytest.raises(ValueError):
        make(tmp_path, [], columns=[Column("X")] * 16_385)


def test_only_the_owner_may_read_the_file(tmp_path):
    assert make(tmp_path, [])[0].stat().st_mode & 0o777 == 0o600


def test_characters_that_xml_does_not_have(tmp_path):
    path, _ = make(tmp_path, [("a\ufffeb\uffffc\ud800d", "\x01\x0b", 1, None)])
    assert read(path, limits=Limits()).rows[1] == Row(2, ("a\ufffdb\ufffdc\ufffdd", "\x01\x0b", 1.0))


@pytest.mark.parametrize("value", [value for value in FORMULAS if value[0] in "=+-@\t\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_formula_in_a_csv_is_a_text(tmp_path, value, delimiter):
    path = tmp_path / "a.csv"
    write_csv(path, columns=(Column(value), Column("N", "number")), rows=[(value, value), ("a=b", -5)], delimiter=delimiter)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=delimiter)) == [["'" + value, "N"], ["'" + value, "'" + value], ["a=b", "-5"]]


def test_a_csv_opens_with_its_letters(tmp_path):
    path = tmp_path / "a.csv"
    written = write_csv(path, columns=COLUMNS, rows=[('Lhôk, "A"\nB', NIK, 3, date(1990, 1, 2)), (None, None, None, None)])
    assert path.read_bytes().startswith(codecs.BOM_UTF8)
    assert written == Written(2, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    assert read(path, limits=Limits()).rows == [
        Row(1, ("NAMA", "NIK", "JUMLAH", "LAHIR")),
        Row(2, ('Lhôk, "A"\nB', NIK, "3", "02-01-1990")),
    ]
