"""Rows in the file = rows returned, with the sheet's own numbers and the kind each value had."""

import csv
import re
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from registry.exchange.workbook import CellError, Limits, Note, Refused, Row, fingerprint, read

LIMITS = Limits()

# What XML and a spreadsheet can hold: no lone surrogates, no U+FFFE and U+FFFF; a lone CR is checked apart, XML itself turns it into LF.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff\r\0"), max_size=12)
NUMBER = st.one_of(st.integers(-(2**53), 2**53).map(float), st.floats(-1e300, 1e300).map(lambda value: float(f"{value:.16G}")))
DAY = st.dates(date(1900, 3, 1), date(2100, 12, 31))
VALUE = st.one_of(st.none(), TEXT, NUMBER, st.booleans(), DAY)
GRID = st.dictionaries(st.tuples(st.integers(0, 12), st.integers(0, 9)), VALUE, max_size=30)
CSV_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=12)


def rows_of(grid):
    """The rows that must come back: blank cells at the end and blank rows left out. A text of blanks only is a blank cell."""
    rows = []
    for number in sorted({row for row, _ in grid}):
        cells = [grid.get((number, column)) for column in range(10)]
        cells = [None if isinstance(cell, str) and not cell.strip(" \t\n") else cell for cell in cells]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            rows.append(Row(number + 1, tuple(cells)))
    return rows


def kinds(rows):
    return [(row.number, [(type(cell), cell) for cell in row.cells]) for row in rows]


def save(path, sheets, constant_memory=False):
    """sheets: name -> {(row, column): value}, both from 0."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": constant_memory})
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for name, grid in sheets.items():
        sheet = book.add_worksheet(name)
        for (row, column), value in sorted(grid.items()):
            if isinstance(value, bool):
                sheet.write_boolean(row, column, value)
            elif isinstance(value, float):
                sheet.write_number(row, column, value)
            elif isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            elif value is not None:
                sheet.write_string(row, column, value, day)
    book.close()
    return path


def test_a_cell_of_blanks_is_an_empty_cell_however_it_is_written(tmp_path):
    book = openpyxl.Workbook()  # writes such a text without saying that its blanks count
    for cells in (["nama", " ", "alamat"], [" "], ["a", "\n", "b "], ["c", "\xa0", "d"]):
        book.active.append(cells)
    book.save(tmp_path / "blanks.xlsx")
    assert read(tmp_path / "blanks.xlsx", limits=LIMITS).rows == [
        Row(1, ("nama", None, "alamat")),
        Row(3, ("a", None, "b ")),
        Row(4, ("c", "\xa0", "d")),
    ]


@given(grid=GRID, constant_memory=st.booleans())
@example(grid={(0, 0): "\x01", (3, 2): " a ", (3, 3): "_x0041_", (4, 9): 1111014509870003.0}, constant_memory=False)
@example(grid={(2, 1): "", (5, 5): "a"}, constant_memory=False)
@example(grid={(0, 0): "a", (0, 1): " ", (1, 0): "\n", (2, 0): "b", (2, 3): "\t "}, constant_memory=False)
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_grid_comes_back_whole(grid, constant_memory):
    with TemporaryDirectory() as folder:
        path = save(Path(folder) / "grid.xlsx", {"Lembar": grid}, constant_memory)
        expected = rows_of(grid)
        if expected:
            assert kinds(read(path, limits=LIMITS).rows) == kinds(expected)
        else:
            with pytest.raises(Refused, match="no_rows"):
                read(path, limits=LIMITS)


@given(grid=st.lists(st.lists(CSV_TEXT, min_size=4, max_size=4), max_size=8), delimiter=st.sampled_from(",;\t"))
@hypothesis_settings(max_examples=20, deadline=None)
def test_every_csv_comes_back_whole(grid, delimiter):
    header = ["nama", "nik", "alamat", "jenis"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "grid.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *grid])
        cells = {(row, column): text for row, line in enumerate([header, *grid]) for column, text in enumerate(line)}
        assert read(path, limits=LIMITS).rows == rows_of(cells)


CSV_FILES = {
    "comma": (b"nama,nik\nSiti,1111014509879001\n", [("nama", "nik"), ("Siti", "1111014509879001")]),
    "semicolon": (b"nama;nik\r\nSiti, S.Pd;1\r\n", [("nama", "nik"), ("Siti, S.Pd", "1")]),
    "utf-8 with mark": ("\ufeffnama;kota\nCut Nyak;Lhôk\n".encode(), [("nama", "kota"), ("Cut Nyak", "Lhôk")]),
    "utf-8 without mark": ("nama;kota\nCut Nyak;Lhôk\n".encode(), [("nama", "kota"), ("Cut Nyak", "Lhôk")]),
    "utf-16 with mark": ("nama\tkota\nCut\tLhôk\n".encode("utf-16"), [("nama", "kota"), ("Cut", "Lhôk")]),
    "one column": (b"nama\nSiti\n", [("nama",), ("Siti",)]),
    "sep line": (b"sep=;\r\nnama;nik\r\nSiti;1\r\n", [("nama", "nik"), ("Siti", "1")]),
    "sep line with mark": (b"\xef\xbb\xbfsep=;\nnama;nik\nSiti;1\n", [("nama", "nik"), ("Siti", "1")]),
    "sep line utf-16": ("sep=;\nnama;nik\nSiti;1\n".encode("utf-16"), [("nama", "nik"), ("Siti", "1")]),
    "old Mac line ends": (b"nama,nik\rSiti,1\r", [("nama", "nik"), ("Siti", "1")]),
    "nothing stripped": ("nama,nik\n Si\u202eti ,1\x07\n".encode(), [("nama", "nik"), (" Si\u202eti ", "1\x07")]),
    "commas in a short row": (
        b"no;nama;desa;\n1;Ani;A, B, C\n2;Budi;D\n",
        [("no", "nama", "desa"), ("1", "Ani", "A, B, C"), ("2", "Budi", "D")],
    ),
    "quote inside": (b'nama,nik\nCut "Nyak" D,1\n"Si ""Ti""",2\n', [("nama", "nik"), ('Cut "Nyak" D', "1"), ('Si "Ti"', "2")]),
}


@pytest.mark.parametrize("content, expected", CSV_FILES.values(), ids=CSV_FILES)
def test_csv_variants(tmp_path, content, expected):
    path = tmp_path / "berkas.xlsx"
    path.write_bytes(content)
    sheet = read(path, limits=LIMITS)
    assert (sheet.rows, sheet.kind, sheet.name, sheet.notes) == ([Row(n, cells) for n, cells in enumerate(expected, 1)], "csv", "", ())


def test_cp1252_is_read_and_said(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("nama;kota\nCut;Lhôk\n".encode("cp1252"))
    sheet = read(path, limits=LIMITS)
    assert sheet.rows == [Row(1, ("nama", "kota")), Row(2, ("Cut", "Lhôk"))]
    assert sheet.notes == (Note("cp1252", {}),)
    assert "Windows-1252" in sheet.notes[0].sentence


def test_rows_have_the_numbers_a_spreadsheet_shows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'nama;alamat;desa\n\n;;\nSiti;"Jalan A\nNo 3";Juli\nBudi;B;C\n')
    assert read(path, limits=LIMITS).rows == [
        Row(1, ("nama", "alamat", "desa")),
        Row(4, ("Siti", "Jalan A\nNo 3", "Juli")),
        Row(5, ("Budi", "B", "C")),
    ]


def test_a_number_stays_a_number_and_a_text_a_text(tmp_path):
    path = save(tmp_path / "a.xlsx", {"Data": {(0, 0): "nik", (1, 0): 1111014509870000.0, (2, 0): "1111014509879001"}})
    cells = [row.cells[0] for row in read(path, limits=LIMITS).rows]
    assert [(type(cell), cell) for cell in cells] == [(str, "nik"), (float, 1111014509870000.0), (str, "1111014509879001")]


def test_dates_errors_and_stored_results(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Data")
    sheet.write_datetime(1, 1, datetime(1990, 1, 2, 3, 4), book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
    sheet.write_number(1, 2, 1.5, book.add_format({"num_format": "[h]:mm"}))
    sheet.write_formula(1, 3, "=A1+1", None, 7)
    sheet.write_formula(1, 4, '=A1&""', None, "teks")
    sheet.write_formula(1, 5, "=#REF!", None, "#REF!")
    sheet.write_formula(3, 0, "=NA()", None, "#N/A")
    book.close()
    assert read(path, limits=LIMITS).rows == [
        Row(2, (None, datetime(1990, 1, 2, 3, 4), timedelta(days=1.5), 7.0, "teks", CellError("#REF!"))),
        Row(4, (CellError("#N/A"),)),
    ]


def test_the_other_calendar_of_a_mac(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    book.add_worksheet("Data").write_datetime(0, 0, date(1990, 1, 2), book.add_format({"num_format": "dd-mm-yyyy"}))
    book.close()
    assert read(path, limits=LIMITS).rows == [Row(1, (date(1990, 1, 2),))]


def test_a_sheet_of_errors_alone_is_not_empty(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Data").write_formula(2, 1, "=NA()", None, "#N/A")
    book.close()
    assert read(path, limits=LIMITS).rows == [Row(3, (None, CellError("#N/A")))]


def test_merged_cells_and_hidden_rows_are_read_as_they_stand(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Data")
    sheet.merge_range(0, 0, 1, 2, "judul")
    sheet.write_string(2, 0, "Siti")
    sheet.set_row(2, None, None, {"hidden": True})
    book.close()
    read_back = read(path, limits=LIMITS)
    assert read_back.rows == [Row(1, ("judul",)), Row(3, ("Siti",))]
    assert read_back.notes == (Note("hidden_rows", {"count": 1}),)


def test_openpyxl_writes_what_we_read(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for line in (["nama", "lahir", "n"], [], ["Siti", date(1990, 1, 2), 5]):
        book.active.append(line)
    book.save(path)
    rows = read(path, limits=LIMITS).rows
    assert [row.number for row in rows] == [1, 3]
    assert rows[1].cells[0] == "Siti"
    assert rows[1].cells[1:] in ((date(1990, 1, 2), 5.0), (datetime(1990, 1, 2), 5.0))


def test_a_wrong_dimension_is_not_believed(tmp_path):
    whole = save(tmp_path / "whole.xlsx", {"Data": {(row, column): f"{row}.{column}" for row in range(100) for column in range(5)}})
    path = tmp_path / "a.xlsx"
    rewrite(whole, path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb'<dimension ref="[^"]+"/>', b'<dimension ref="A1"/>', xml))
    assert read(path, limits=LIMITS).rows == read(whole, limits=LIMITS).rows
    assert len(read(path, limits=LIMITS).rows) == 100


def test_cells_without_a_place_and_prefixed_names_are_read(tmp_path):
    whole = save(tmp_path / "whole.xlsx", {"Data": {(0, 0): "nama", (0, 1): "nik", (1, 0): "Siti", (1, 1): "1"}})
    path = tmp_path / "a.xlsx"
    rewrite(whole, path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb'<(c|row) r="[A-Z0-9]+"', rb"<\1", xml))
    assert read(path, limits=LIMITS).rows == [Row(1, ("nama", "nik")), Row(2, ("Siti", "1"))]


def test_phonetic_and_rich_texts(tmp_path):
    whole = save(tmp_path / "whole.xlsx", {"Data": {(0, 0): "nama", (0, 1): "nik"}})
    path = tmp_path / "a.xlsx"
    rich = b'<si><r><t>na</t></r><r><rPr><b/></rPr><t xml:space="preserve">ma </t></r><rPh sb="0" eb="1"><t>bunyi</t></rPh></si>'
    rewrite(whole, path, "xl/sharedStrings.xml", lambda xml: xml.replace(b"<si><t>nama</t></si>", rich))
    assert read(path, limits=LIMITS).rows == [Row(1, ("nama ", "nik"))]


def rewrite(source, target, member, change):
    """A copy of the workbook with one member changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == member:
                changed = change(content)
                assert changed != content
                content = changed
            new.writestr(info.filename, content)


HEADER = {(0, column): text for column, text in enumerate(("nama", "nik", "alamat"))}
PEOPLE = HEADER | {(1, 0): "Siti", (1, 1): "1", (1, 2): "Juli"}
WORDS = {(0, 0): "Cara mengisi", (1, 0): "Isi lembar data."}


def sheets(tmp_path, hidden=(), active=None, **grids):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, grid in grids.items():
        sheet = book.add_worksheet(name)
        for (row, column), value in grid.items():
            sheet.write_string(row, column, value)
        if name in hidden:
            sheet.hide()
        if name == active:
            sheet.activate()
    book.close()
    return path


CHOICES = {
    "called Data": ({"Petunjuk": WORDS, "DATA": PEOPLE, "Lain": PEOPLE}, {}, "DATA", []),
    "the only one with rows": ({"Kosong": {}, "Warga": PEOPLE}, {}, "Warga", []),
    "the first with a header": (
        {"Petunjuk": WORDS, "Warga": PEOPLE, "Lama": PEOPLE},
        {"active": "Petunjuk"},
        "Warga",
        [Note("other_sheets", {"sheet": "Warga", "sheets": "Petunjuk, Lama"})],
    ),
    "the first, where none has a header": ({"A": WORDS, "B": WORDS}, {}, "A", [Note("other_sheets", {"sheet": "A", "sheets": "B"})]),
    "a hidden one is skipped": (
        {"Referensi": PEOPLE, "Warga": PEOPLE},
        {"hidden": ["Referensi"], "active": "Warga"},
        "Warga",
        [Note("hidden_sheets_skipped", {"sheets": "Referensi"})],
    ),
    "a hidden one that has the data": (
        {"Kosong": {}, "Warga": PEOPLE},
        {"hidden": ["Warga"]},
        "Warga",
        [Note("hidden_sheet_read", {"sheet": "Warga"})],
    ),
}


@pytest.mark.parametrize("grids, look, chosen, notes", CHOICES.values(), ids=CHOICES)
def test_which_sheet_is_read(tmp_path, grids, look, chosen, notes):
    sheet = read(sheets(tmp_path, **look, **grids), limits=LIMITS)
    assert (sheet.name, list(sheet.notes)) == (chosen, notes)


def test_a_sheet_can_be_asked_for(tmp_path):
    path = sheets(tmp_path, Data=PEOPLE, Lain=WORDS)
    assert read(path, limits=LIMITS, sheet="lain").rows == [Row(1, ("Cara mengisi",)), Row(2, ("Isi lembar data.",))]
    with pytest.raises(Refused) as refused:
        read(path, limits=LIMITS, sheet="Tiada")
    assert (refused.value.code, refused.value.params) == ("no_such_sheet", {"sheet": "Tiada", "sheets": "Data, Lain"})


def test_fingerprint_is_the_sha256(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert fingerprint(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_limits_come_from_settings(settings):
    assert Limits.from_settings(settings) == Limits()
    settings.WORKBOOK_LIMITS = {"rows": 7}
    assert Limits.from_settings(settings) == Limits(rows=7)
