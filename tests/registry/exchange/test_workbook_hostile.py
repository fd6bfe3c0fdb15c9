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

from registry.exchange.reader.book import values
from registry.exchange.reader.limits import Stop
from registry.exchange.reader.scan import Scan
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
    "cells in disorder": (cells(row(1, inline("B1"), inline("A1"))), ("damaged", {})),
    "rows in two places": (cells(row(1, inline("A1")), f"<sheetData>{row(2, inline('A2'))}</sheetData>"), ("damaged", {})),
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
    "an empty text with its sound": (
        row(1, inline("A1"), '<c r="B1" t="inlineStr"><is><t></t><rPh sb="0" eb="1"><t>bunyi</t></rPh></is></c>'),
        [Row(1, ("x",))],
    ),
    "a truth": (row(1, '<c r="A1" t="b"><v>1</v></c>'), [Row(1, (True,))]),
    "blanks that count": (
        row(1, '<c r="A1" t="inlineStr"><is><t xml:space="preserve">  </t></is></c><c r="B1"><v>1</v></c>'),
        [Row(1, (None, 1.0))],
    ),
    "blanks that do not": (row(1, '<c r="A1" t="inlineStr"><is><t>  </t></is></c><c r="B1"><v>1</v></c>'), [Row(1, (None, 1.0))]),
}


@pytest.mark.parametrize("xml, expected", READ.values(), ids=READ)
def test_sheets_that_only_look_strange(tmp_path, parts, xml, expected):
    assert read(pack(tmp_path, parts | {SHEET: cells(xml)}), limits=LIMITS).rows == expected


FOUND = {
    "the truth": ({1: 3, 2: 3}, False),
    "a value less in a row": ({1: 3, 2: 2}, True),
    "a value more in a row": ({1: 3, 2: 4}, True),
    "a row less": ({1: 3}, True),
    "a row more": ({1: 3, 2: 3, 5: 1}, True),
    "another row": ({1: 3, 3: 3}, True),
}


@pytest.mark.parametrize("rows, refused", FOUND.values(), ids=FOUND)
def test_calamine_and_the_scan_must_agree(tmp_path, parts, rows, refused):
    path = pack(tmp_path, parts)
    if refused:
        with pytest.raises(Stop, match="damaged"):
            list(values(path, "Data", Scan(rows=rows)))
    else:
        assert [tuple(line[:2]) for line in values(path, "Data", Scan(rows=rows))] == [(row.number, list(row.cells)) for row in ROWS]


def test_a_formula_of_a_format_rule_is_not_a_cell(tmp_path, parts):
    rule = "<conditionalFormatting sqref='A1'><cfRule type='expression' priority='1'><f>A1</f></cfRule></conditionalFormatting>"
    rule += "<extLst><ext><row r='1'><c r='A1'><f>A1</f></c></row></ext></extLst>"
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


def test_a_member_inside_another(tmp_path, parts):
    """Many such members make a small file large without a lie in any size (Fifield 2019)."""
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(zipfile.ZipInfo("docProps/b.bin"), b"1" * 50)
    record = inner.read_bytes().partition(b"PK\x01\x02")[0]
    path = tmp_path / "inside.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr(zipfile.ZipInfo("docProps/a.bin"), record)
        archive.writestr(zipfile.ZipInfo("docProps/b.bin"), b"1" * 50)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.rindex(b"docProps/b.bin") - 46 + 42, content.index(record))
    assert content.index(record) < content.index(b"docProps/b.bin", content.index(record) + len(record))
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


def test_a_text_of_many_megabytes_is_refused_before_it_is_held(tmp_path, parts):
    xml = row(1, '<c r="A1" t="inlineStr"><is><t>' + "A" * 20_000_000 + "</t></is></c>")
    with pytest.raises(Refused) as refused:
        read(pack(tmp_path, parts | {SHEET: cells(xml)}), limits=LIMITS)
    assert (refused.value.code, refused.value.params) == ("long_text", {"cell": "A1", "limit": 32_767})
