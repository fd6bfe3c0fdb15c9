"""Files that are no workbook: each named by what it looks like; a csv that would lose people without a word is refused at the row."""

from dataclasses import replace

import pytest

from registry.exchange.workbook import Limits, Refused, read

LIMITS = Limits()


def refusal(path, limits=LIMITS):
    with pytest.raises(Refused) as refused:
        read(path, limits=limits)
    assert refused.value.sentence.endswith(".")
    return refused.value.code, refused.value.params


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
    "quote never closed, two columns": (b'nama,desa\nAni,"A\nBudi,B\n', ("open_quote", {"row": 2})),
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
