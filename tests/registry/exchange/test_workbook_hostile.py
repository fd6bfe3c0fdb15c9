"""Files made to harm, to mislead or by accident: each is refused with its own code, or read exactly."""

import json
import re
import struct
import subprocess
import sys
import zipfile
from dataclasses import asdict, replace
from datetime import date

import pytest
import xlsxwriter

from registry.exchange.workbook import CellError, Limits, Refused, Row, read
from registry.exchange.workbook.reading import ROOT, Child, affordable
from registry.exchange.workbook.refusals import NOTES, SENTENCES

LIMITS = Limits()
SHEET = "xl/worksheets/sheet1.xml"
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROWS = [Row(1, ("nama", "nik", "alamat")), Row(2, ("Siti", "1", "Juli"))]


@pytest.fixture
def parts(tmp_path):
    """Members of a good workbook with two rows, to be changed and packed again."""
    path = tmp_path / "good.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Data")
    for row in ROWS:
        for column, text in enumerate(row.cells):
            sheet.write_string(row.number - 1, column, text)
    book.close()
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def pack(tmp_path, parts, method=zipfile.ZIP_DEFLATED):
    path = tmp_path / "berkas.xlsx"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refusal(path, limits=LIMITS):
    with pytest.raises(Refused) as refused:
        read(path, limits=limits)
    assert refused.value.sentence.endswith(".") and "%" not in refused.value.sentence
    assert str(refused.value) == refused.value.code
    return refused.value.code, refused.value.params


def cells(text, rows=""):
    return f'<?xml version="1.0"?><worksheet {NS}><sheetData>{text}</sheetData>{rows}</worksheet>'.encode()


def inline(place, text="x"):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number, *inner):
    return f'<row r="{number}">{"".join(inner)}</row>'


def test_the_good_one_is_read(tmp_path, parts):
    assert read(pack(tmp_path, parts), limits=LIMITS).rows == ROWS


FAR = {"rows": 200_000, "columns": 300}
SHEETS = {
    "far cell": (cells(row(1, inline("A1")) + row(1048576, inline("XFD1048576"))), ("far_cell", {"cell": "XFD1048576"} | FAR)),
    "far row": (cells(row(1, inline("A1")) + row(200001, inline("A200001"))), ("far_cell", {"cell": "A200001"} | FAR)),
    "far column": (cells(row(1, inline("A1"), inline("KO1"))), ("far_cell", {"cell": "KO1"} | FAR)),
    "place beyond any sheet": (cells(row(1, inline("XFE1"))), ("damaged", {})),
    "row beyond any sheet": (cells(row(1048577, inline("A1048577"))), ("damaged", {})),
    "nonsense place": (cells(row(1, inline("1A"))), ("damaged", {})),
    "row zero": (cells(row(0, inline("A0"))), ("damaged", {})),
    "cell in another row": (cells(row(1, inline("A2"))), ("damaged", {})),
    "the same cell twice": (cells(row(1, inline("A1"), inline("A1", "y"))), ("damaged", {})),
    "the same row twice": (cells(row(1, inline("A1")) + row(1, inline("B1"))), ("damaged", {})),
    "formula without result": (cells(row(1, '<c r="A1"><f>HYPERLINK("http://x","y")</f></c>')), ("formula", {"cell": "A1"})),
    "formula with an empty result": (cells(row(2, inline("A2"), '<c r="B2"><f>1+1</f><v></v></c>')), ("formula", {"cell": "B2"})),
    "an error of another program": (cells(row(1, '<c r="A1" t="e"><v>#SPILL!</v></c>')), ("strange_error", {"cell": "A1"})),
    "shared text that is not there": (cells(row(1, '<c r="A1" t="s"><v>99</v></c>')), ("damaged", {})),
    "cut xml": (cells(row(1, inline("A1")))[:-20], ("damaged", {})),
    "nothing": (cells(""), ("no_rows", {"sheet": "Data"})),
    "styles only": (cells(row(1048576, '<c r="XFD1048576" s="0"/>')), ("no_rows", {"sheet": "Data"})),
    "a text longer than a cell": (cells(row(1, inline("B1", "x" * 32768))), ("long_text", {"cell": "B1", "limit": 32767})),
    "doctype": (cells(row(1, inline("A1"))).replace(b"<worksheet", b"<!DOCTYPE worksheet><worksheet", 1), ("doctype", {})),
    "small entity": (
        cells(row(1, inline("A1", "&a;"))).replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1),
        ("doctype", {}),
    ),
    "billion laughs": (
        cells(row(1, inline("A1", "&d;"))).replace(
            b"<worksheet",
            b'<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;">]><worksheet',
            1,
        ),
        ("doctype", {}),
    ),
    "doctype in utf-16": (
        cells(row(1, inline("A1"))).decode().replace('"1.0"?>', '"1.0" encoding="utf-16"?><!DOCTYPE worksheet>', 1).encode("utf-16"),
        ("doctype", {}),
    ),
}


@pytest.mark.parametrize("xml, expected", SHEETS.values(), ids=SHEETS)
def test_sheets_that_are_refused(tmp_path, parts, xml, expected):
    assert refusal(pack(tmp_path, parts | {SHEET: xml})) == expected


ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
READ = {
    "far cells with only a style": (
        row(1, inline("A1"), '<c r="XFD1" s="0"/>') + row(1048576, '<c r="B1048576" s="0"/>'),
        [Row(1, ("x",))],
    ),
    "an empty result that is stored": (row(1, inline("A1"), '<c r="B1" t="str"><f>""</f><v></v></c>'), [Row(1, ("x",))]),
    "a place in a comment": (row(1, "<!-- <c r='XFD1048576'><v>1</v></c> -->", inline("A1")), [Row(1, ("x",))]),
    "cdata": (row(1, inline("A1", "<![CDATA[<c r='XFD1'>]]>")), [Row(1, ("<c r='XFD1'>",))]),
    "the last row and column allowed": (row(1, inline("A1")) + row(200000, inline("A200000")), [Row(1, ("x",)), Row(200000, ("x",))]),
    "the last column allowed": (row(1, inline("KN1")), [Row(1, (*[None] * 299, "x"))]),
    "every error there is": (
        row(1, *(f'<c r="{"ABCDEFG"[n]}1" t="e"><v>{error}</v></c>' for n, error in enumerate(ERRORS))),
        [Row(1, tuple(map(CellError, ERRORS)))],
    ),
    "dates as texts of ISO": (row(1, '<c r="A1" t="d"><v>1990-01-02</v></c>'), [Row(1, (date(1990, 1, 2),))]),
    "a truth": (row(1, '<c r="A1" t="b"><v>1</v></c>'), [Row(1, (True,))]),
    "white space": (row(1, '<c r="A1" t="inlineStr"><is><t xml:space="preserve">  </t></is></c>'), [Row(1, ("  ",))]),
}


@pytest.mark.parametrize("xml, expected", READ.values(), ids=READ)
def test_sheets_that_only_look_strange(tmp_path, parts, xml, expected):
    assert read(pack(tmp_path, parts | {SHEET: cells(xml)}), limits=LIMITS).rows == expected


def test_a_formula_of_a_format_rule_is_not_a_cell(tmp_path, parts):
    rule = "<conditionalFormatting sqref='A1'><cfRule type='expression' priority='1'><f>A1</f></cfRule></conditionalFormatting>"
    assert read(pack(tmp_path, parts | {SHEET: cells(row(1, inline("A1")), rule)}), limits=LIMITS).rows == [Row(1, ("x",))]


CONTAINERS = {
    "macro": ({"xl/vbaProject.bin": b"x"}, "macro"),
    "macro elsewhere": ({"xl/other/VBAPROJECT.BIN": b"x"}, "macro"),
    "macro sheet": ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "macro"),
    "external link": ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "external_links"),
    "way up": ({"../x.xml": b"<x/>"}, "damaged"),
    "from the root": ({"/etc/x.xml": b"<x/>"}, "damaged"),
    "backslash": ({"xl\\x.xml": b"<x/>"}, "damaged"),
    "drive": ({"C:x.xml": b"<x/>"}, "damaged"),
    "the same name in other case": ({SHEET.upper(): b"<x/>"}, "damaged"),
    "doctype in another part": ({"docProps/custom.xml": b"<!DOCTYPE a><a/>"}, "doctype"),
    "doctype in relations": ({"xl/worksheets/_rels/sheet1.xml.rels": b"<!DOCTYPE a><a/>"}, "doctype"),
    "broken part": ({"docProps/custom.xml": b"<a><b></a>"}, "damaged"),
}


@pytest.mark.parametrize("more, code", CONTAINERS.values(), ids=CONTAINERS)
def test_containers_that_are_refused(tmp_path, parts, more, code):
    assert refusal(pack(tmp_path, parts | more)) == (code, {})


def test_a_macro_workbook_by_its_content_type(tmp_path, parts):
    types = parts["[Content_Types].xml"].replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    assert refusal(pack(tmp_path, parts | {"[Content_Types].xml": types})) == ("macro", {})


def test_strict_open_xml(tmp_path, parts):
    strict = {
        name: content.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        for name, content in parts.items()
    }
    assert refusal(pack(tmp_path, strict)) == ("strict", {})


def test_too_many_members(tmp_path, parts):
    path = pack(tmp_path, parts | {f"docProps/{n}.bin": b"" for n in range(200)})
    assert refusal(path) == ("too_many_members", {"limit": 200})


def test_a_bomb_is_counted_not_believed(tmp_path, parts):
    limits = replace(LIMITS, unpacked_bytes=1_000_000)
    path = pack(tmp_path, parts | {"xl/media/blank.bin": bytes(2_000_000)})
    assert path.stat().st_size < 20_000
    assert refusal(path, limits) == ("unpacked_too_big", {"limit": 1_000_000})
    # The directory says 10 bytes, the member holds two million.
    content = bytearray(path.read_bytes())
    at = content.rindex(b"xl/media/blank.bin") - 46
    struct.pack_into("<I", content, at + 24, 10)
    path.write_bytes(content)
    assert refusal(path, limits) == ("damaged", {})


def test_a_wrong_checksum(tmp_path, parts):
    path = pack(tmp_path, parts, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"<sheetData>", b"<sheetDatA>", 1).replace(b"</sheetData>", b"</sheetDatA>", 1))
    assert refusal(path) == ("damaged", {})


def test_the_same_name_twice(tmp_path, parts):
    path = pack(tmp_path, parts)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, parts[SHEET])
    assert refusal(path) == ("damaged", {})


def test_members_over_each_other(tmp_path, parts):
    content = bytearray(pack(tmp_path, parts | {"docProps/a.bin": b"1", "docProps/b.bin": b"1"}).read_bytes())
    first, second = content.rindex(b"docProps/a.bin") - 46, content.rindex(b"docProps/b.bin") - 46
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    path = tmp_path / "over.xlsx"
    path.write_bytes(content)
    assert refusal(path) == ("damaged", {})


def test_something_before_the_archive(tmp_path, parts):
    path = pack(tmp_path, parts)
    path.write_bytes(b"PK\x03\x04 stub" + path.read_bytes())
    assert refusal(path) == ("damaged", {})


def test_an_encrypted_member(tmp_path, parts):
    content = bytearray(pack(tmp_path, parts).read_bytes())
    at = content.rindex(SHEET.encode()) - 46
    content[at + 8] |= 1
    path = tmp_path / "locked.xlsx"
    path.write_bytes(content)
    assert refusal(path) == ("password", {})


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_cut_upload(tmp_path, parts, share):
    content = pack(tmp_path, parts).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(content[: int(len(content) * share)])
    assert refusal(path) == ("damaged", {})


ZIPS = {
    "docx": ({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}, ("other_office", {"looks_like": "docx"})),
    "pptx": ({"[Content_Types].xml": b"<a/>", "ppt/presentation.xml": b"<a/>"}, ("other_office", {"looks_like": "pptx"})),
    "xlsb": ({"xl/workbook.bin": b"x"}, ("other_office", {"looks_like": "xlsb"})),
    "ods": ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, ("other_office", {"looks_like": "ods"})),
    "zip of a workbook": ({"data.xlsx": b"x"}, ("archive", {})),
    "only the workbook part": ({"xl/workbook.xml": b"<workbook/>"}, ("damaged", {})),
}


@pytest.mark.parametrize("members, expected", ZIPS.values(), ids=ZIPS)
def test_other_archives_named_xlsx(tmp_path, members, expected):
    assert refusal(pack(tmp_path, members, zipfile.ZIP_STORED)) == expected


def three(swallow):
    return f"no,nama,desa\n1,Ani,A\n{swallow}5,Eka,E\n".encode()


BYTES = {
    "empty": (b"", ("empty", {})),
    "white space": (b"\xef\xbb\xbf \r\n\r\n", ("empty", {})),
    "only delimiters": (b";;;\n;;;\n", ("no_rows", {"sheet": ""})),
    "old or encrypted Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ("password_or_old", {})),
    "html named xls": (b"\r\n<html><table><tr><td>nama</td></tr></table></html>", ("web_page", {})),
    "xml spreadsheet 2003": (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', ("web_page", {})),
    "pdf": (b"%PDF-1.7\n", ("pdf", {})),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(50), ("image", {})),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(50), ("image", {})),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(50), ("image", {})),
    "rtf": (b"{\\rtf1 x}", ("other_text", {})),
    "json": (b'[{"nama": "Siti"}]', ("other_text", {})),
    "gzip": (b"\x1f\x8b\x08" + bytes(20), ("archive", {})),
    "utf-16 without mark": ("nama,nik\nSiti,1\n".encode("utf-16-le"), ("utf16", {})),
    "cut utf-16": ("\ufeffnama,nik".encode("utf-16-le")[:-1], ("encoding", {})),
    "binary": (bytes(range(256)), ("unknown", {})),
    "nul": (b"nama,nik\nSi\0ti,1\n", ("nul", {})),
    "no encoding": (b"nama,nik\nSi\x81ti,1\n", ("encoding", {})),
    "a delimiter of its own": (b"sep=|\nnama|nik\n", ("delimiter", {})),
    "quote never closed": (three('2,"Budi,B\n3,Cut,C\n4,Dedi,D\n'), ("open_quote", {"row": 3})),
    "quote closed by the next one, three swallowed": (three('2,"Budi,B\n3,Cut,C\n4,Dedi",D\n'), ("open_quote", {"row": 3})),
    "quote closed by the next row, one swallowed": (three('2,"Budi,B\n3,Cut",C\n4,Dedi,D\n'), ("open_quote", {"row": 3})),
    "quote followed by a quote": (three('2,"Budi,B\n3,"Cut",C\n4,Dedi,D\n'), ("open_quote", {"row": 3})),
    "another delimiter in one row": (b"no;nama;desa\n1;Ani;A\n2,Budi,B\n3;Cut;C\n", ("mixed_delimiters", {"row": 3})),
}


@pytest.mark.parametrize("content, expected", BYTES.values(), ids=BYTES)
def test_other_files_whatever_their_name(tmp_path, content, expected):
    path = tmp_path / "berkas.xlsx"
    path.write_bytes(content)
    assert refusal(path) == expected


LOWERED = {
    "bytes": ({"csv_bytes": 10}, "too_big", {"limit": 10}),
    "rows": ({"rows": 2}, "too_many_rows", {"row": 3, "rows": 2, "columns": 300}),
    "columns": ({"columns": 2}, "too_many_rows", {"row": 1, "rows": 200_000, "columns": 2}),
    "cells": ({"cells": 8}, "too_many_cells", {"limit": 8}),
}


@pytest.mark.parametrize("lowered, code, params", LOWERED.values(), ids=LOWERED)
def test_limits_of_a_csv(tmp_path, lowered, code, params):
    path = tmp_path / "a.csv"
    path.write_bytes(b"no,nama,desa\n1,Ani,A\n2,Budi,B\n")
    assert refusal(path, replace(LIMITS, **lowered)) == (code, params)


BOOK_LIMITS = {
    "bytes": ({"workbook_bytes": 10}, "too_big", {"limit": 10}),
    "rows": ({"rows": 1}, "far_cell", {"cell": "A2", "rows": 1, "columns": 300}),
    "columns": ({"columns": 2}, "far_cell", {"cell": "C1", "rows": 200_000, "columns": 2}),
    "cells": ({"cells": 5}, "too_many_cells", {"limit": 5}),
}


@pytest.mark.parametrize("lowered, code, params", BOOK_LIMITS.values(), ids=BOOK_LIMITS)
def test_limits_of_a_workbook(tmp_path, parts, lowered, code, params):
    assert refusal(pack(tmp_path, parts), replace(LIMITS, **lowered)) == (code, params)


def test_few_values_far_apart(tmp_path, parts):
    xml = cells(row(1, inline("A1")) + row(150, inline("CV150")))
    assert refusal(pack(tmp_path, parts | {SHEET: xml}), replace(LIMITS, cells=5000)) == ("too_scattered", {"limit": 5000})


def test_a_child_without_memory_refuses_the_file(tmp_path, parts):
    text = "x" * 30_000
    xml = cells("".join(row(number, inline(f"A{number}", text)) for number in range(1, 4000)))
    path = pack(tmp_path, parts | {SHEET: xml})
    assert refusal(path, replace(LIMITS, memory_bytes=150_000_000)) == ("too_heavy", {})


def test_a_child_that_cannot_even_start(tmp_path, parts):
    assert refusal(pack(tmp_path, parts), replace(LIMITS, memory_bytes=1_000_000))[0] in ("too_heavy", "damaged")


def test_a_slow_child_is_ended(tmp_path, parts):
    assert refusal(pack(tmp_path, parts), replace(LIMITS, seconds=0.001)) == ("too_slow", {})


def test_a_killed_child_gives_a_reason_and_no_verdict(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"nama,nik\n" + b"Siti,1\n" * 199_000)
    request = json.dumps({"path": str(path), "sheet": None, "limits": asdict(LIMITS)})
    answers = []
    with Child(LIMITS) as child:
        for answer in child.ask(request):
            answers.append(answer)
            if len(answers) == 1000:
                child.process.kill()
    assert child.reason == "too_heavy"
    assert child.process.returncode == -9
    assert 1000 <= len(answers) < 199_001 and all(type(answer) is list for answer in answers)


def test_the_child_knows_no_django_and_no_keys():
    code = "import sys, registry.exchange.reader.__main__; print([m for m in sys.modules if m.split('.')[0] in ('django', 'pickle')])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal():
    source = "".join(path.read_text() for path in (ROOT / "registry/exchange").glob("*/*.py"))
    raised = set(re.findall(r'Stop\("(\w+)"|"refused": "(\w+)"|: "(too_\w+)"|\(b".*", "(\w+)"\)', source))
    codes = {code for found in raised for code in found if code}
    assert codes == set(SENTENCES)
    assert set(re.findall(r'notes.append\(\("(\w+)"', source)) == set(NOTES)


def test_the_limits_are_those_of_the_plan():
    mb = 1024 * 1024
    assert Limits() == Limits(20 * mb, 400 * mb, 200, 200_000, 300, 5_000_000, 50 * mb, 600 * mb, 120)


def test_less_is_read_where_memory_cannot_be_limited():
    assert affordable(LIMITS, True) == LIMITS
    assert affordable(LIMITS, False) == replace(LIMITS, unpacked_bytes=64 * 1024 * 1024, cells=500_000, csv_bytes=10 * 1024 * 1024)
    assert affordable(Limits(cells=7), False).cells == 7
