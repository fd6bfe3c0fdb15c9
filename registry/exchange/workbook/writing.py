"""Rows to a spreadsheet that opens without surprises: no value becomes a formula, a NIK stays a text, a half-written file is never seen."""

from __future__ import annotations

import csv
import math
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import xlsxwriter
from django.utils.translation import gettext as _

from registry.exchange.workbook.reading import fingerprint

DATA = "Data"
NOTES = "Petunjuk"
DATE_FORMAT = "dd-mm-yyyy"
LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_575
# The first day that a spreadsheet's calendar and ours agree upon; an earlier date is written as a text.
FIRST_DATE = date(1900, 3, 1)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
# Not characters of XML: a spreadsheet calls the whole file damaged.
NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Column:
    """kind "text" (also for a NIK: the whole column is formatted as text), "number" or "date". width in characters, None: by the header."""

    header: str
    kind: Literal["text", "number", "date"] = "text"
    width: float | None = None


@dataclass(frozen=True)
class Written:
    rows: int
    sha256: str
    bytes: int


def write(
    path: Path,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    notes: Sequence[str] = (),
    now: datetime = EPOCH,
) -> Written:
    """An .xlsx with the sheet Data (header in row 1, frozen, filter) and, when there are notes, a sheet Petunjuk with one note a row.

    Rows are taken one by one and not kept. None is an empty cell; a date in a date column is a real date; everything else is a text, unless
    the column says number. The same arguments give the same bytes; `now` is the time of making shown in the file's properties.
    Raises ValueError for a row of another width, a text longer than a cell holds, a number that is none, or more rows than a sheet has;
    then no file is there, and an older one at `path` is untouched.
    """
    with whole_file(path) as (unfinished, folder):
        book = xlsxwriter.Workbook(str(unfinished), {"constant_memory": True, "tmpdir": str(folder)})
        book.set_properties({"title": title, "created": now.astimezone(UTC).replace(tzinfo=None)})
        count = write_data(book, columns, rows)
        if notes:
            write_notes(book, title, notes)
        book.close()
    return Written(count, fingerprint(path), path.stat().st_size)


def write_csv(path: Path, *, columns: Sequence[Column], rows: Iterable[Sequence[Any]], delimiter: str = ",") -> Written:
    """The same rows as UTF-8 with its mark, so that Excel reads the letters right; a text that would be a formula gets a ' before it.

    Raises ValueError as `write` does.
    """
    with whole_file(path) as (unfinished, _folder), unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file, delimiter=delimiter)
        sheet.writerow([harmless(column.header) for column in columns])
        count = 0
        for row in rows:
            count += 1
            sheet.writerow([csv_value(column, value) for column, value in zip(columns, row, strict=True)])
    return Written(count, fingerprint(path), path.stat().st_size)


@contextmanager
def whole_file(path: Path) -> Iterator[tuple[Path, Path]]:
    """(file to write, private folder it is in); moved to `path` in one step when the block ends well, gone when it does not.

    The folder stands beside `path`: what is in it names people, and must not lie in the machine's shared temporary folder.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".menulis-") as name:
        folder = Path(name)
        unfinished = folder / "berkas"
        yield unfinished, folder
        unfinished.chmod(0o600)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(unfinished, path)


def write_data(book: xlsxwriter.Workbook, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    sheet = book.add_worksheet(DATA)
    formats = {"text": book.add_format({"num_format": "@"}), "number": None, "date": book.add_format({"num_format": DATE_FORMAT})}
    header = book.add_format({"bold": True, "bg_color": "#E7EFE9", "bottom": 1, "num_format": "@", "valign": "top"})
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width or min(max(len(column.header) + 4, 12), 60), formats[column.kind])
        done(sheet.write_string(0, index, text_of(column.header), header))
    sheet.freeze_panes(1, 0)
    writers = [cell_writer(sheet, index, column, formats) for index, column in enumerate(columns)]
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise ValueError(f"a sheet holds {MOST_ROWS} rows")
        for write_cell, value in zip(writers, row, strict=True):
            if value is not None and value != "":
                done(write_cell(count, value))
    if columns:
        sheet.autofilter(0, 0, count, len(columns) - 1)
    return count


def cell_writer(sheet: Any, index: int, column: Column, formats: dict[str, Any]) -> Callable[[int, Any], int]:
    text_format, date_format = formats["text"], formats["date"]

    def write_text(row: int, value: Any) -> int:
        return sheet.write_string(row, index, text_of(value), text_format)

    def write_number(row: int, value: Any) -> int:
        if not is_number(value):
            return write_text(row, value)
        if not math.isfinite(value):
            raise ValueError("a cell holds finite numbers only")
        return sheet.write_number(row, index, value)

    def write_date(row: int, value: Any) -> int:
        if isinstance(value, date) and day(value) >= FIRST_DATE:
            return sheet.write_datetime(row, index, day(value), date_format)
        return write_text(row, value)

    return {"text": write_text, "number": write_number, "date": write_date}[column.kind]


def write_notes(book: xlsxwriter.Workbook, title: str, notes: Sequence[str]) -> None:
    sheet = book.add_worksheet(NOTES)
    sheet.set_column(0, 0, 100)
    done(sheet.write_string(0, 0, text_of(title), book.add_format({"bold": True, "font_size": 14})))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for row, note in enumerate(notes, 2):
        done(sheet.write_string(row, 0, text_of(note), wrapped))


def done(result: int) -> None:
    """xlsxwriter answers what it did not write with a negative number and goes on."""
    if result:
        raise ValueError(f"a cell was not written ({result})")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def text_of(value: Any) -> str:
    """What a person reads in the cell. Raises ValueError when it is longer than a cell holds; it is never cut."""
    if isinstance(value, bool):
        text = _("ya") if value else _("tidak")
    elif isinstance(value, date):
        text = day(value).strftime("%d-%m-") + f"{value.year:04d}"
    else:
        text = NOT_XML.sub("\ufffd", str(value))
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a cell holds {LONGEST_TEXT} characters")
    return text


def csv_value(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "number" and is_number(value):
        return str(value)
    return harmless(value)


def harmless(value: Any) -> str:
    """Spreadsheets evaluate a csv's cell that begins like a formula, quoted or not (OWASP CSV injection; ASVS 1.2.10)."""
    text = text_of(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
