"""A csv to rows: comma, semicolon or tab; UTF-8 with or without mark, UTF-16 with its mark, else cp1252. Nothing is stripped."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from registry.exchange.reader.limits import Limits, Stop
from registry.exchange.reader.scan import BLANKS
from registry.exchange.reader.wire import Line, Notes

DELIMITERS = ";,\t"
SAMPLE_RECORDS = 50
CHUNK = 1024 * 1024
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Excel obeys such a first line and does not show it, so the rows a person sees begin after it.
SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


def read_text(path: Path, limits: Limits, notes: Notes) -> Iterator[Line]:
    """Rows with something in them; a row's number is the one a spreadsheet shows, a text with line breaks being one row. Raises Stop."""
    csv.field_size_limit(limits.csv_bytes)
    encoding = encoding_of(path)
    if encoding == "cp1252":
        notes.append(("cp1252", {}))
    with path.open(encoding=encoding, newline="") as lines:
        separator = SEP_LINE.fullmatch(lines.readline())
        after_separator = lines.tell() if separator else 0
        lines.seek(after_separator)
        delimiter = separator[1] if separator else delimiter_of(lines)
        if delimiter not in DELIMITERS:
            raise Stop("delimiter")
        lines.seek(after_separator)
        yield from rows(lines, delimiter, limits)


def encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
        encoding = next((name for mark, name in MARKS if head.startswith(mark)), "utf-8")
        if decodes(file, encoding):
            return encoding
        if encoding == "utf-8" and decodes(file, "cp1252"):
            return "cp1252"
    raise Stop("encoding")


def decodes(file: io.BufferedReader, encoding: str) -> bool:
    """Raises Stop for a NUL: no text has one, and readers differ in what they make of it."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(CHUNK):
            if "\0" in decoder.decode(chunk):
                raise Stop("nul")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(lines: io.TextIOWrapper) -> str:
    """The candidate under which most of the first records have the same width of two or more; a comma where there is only one column."""
    sample = "".join(line for line, _ in zip(lines, range(SAMPLE_RECORDS), strict=False))
    best = (0, 0, ",")
    for delimiter in DELIMITERS:
        widths = Counter(len(record) for record in lenient(sample, delimiter) if len(record) > 1)
        if widths:
            width, records = max(widths.items(), key=lambda item: (item[1], item[0]))
            best = max(best, (records, width, delimiter), key=lambda item: item[:2])
    return best[2]


def lenient(sample: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))


def rows(lines: io.TextIOWrapper, delimiter: str, limits: Limits) -> Iterator[Line]:
    shape = Shape(delimiter)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = cells = 0
    try:
        for record in reader:
            number += 1
            values = [cell if cell.strip(BLANKS) else None for cell in record]
            if not any(values):
                continue
            width = max(index for index, value in enumerate(values, 1) if value)
            if number > limits.rows or width > limits.columns:
                raise Stop("too_many_rows", row=number, rows=limits.rows, columns=limits.columns)
            cells += sum(map(bool, values))
            if cells > limits.cells:
                raise Stop("too_many_cells", limit=limits.cells)
            shape.look(number, record)
            yield number, values, []
    except csv.Error as problem:
        raise Stop("open_quote", row=number + 1) from problem
    shape.judge()


class Shape:
    """Suspicions collected row by row, judged at the end when the usual width is known.

    A quote that was never closed is closed by the next quote of a later row: what lies between becomes one cell, the row keeps its width,
    and people vanish without an error. Such a cell has a line break and as many delimiters as a row.
    """

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self.widths: Counter[int] = Counter()
        self.broken: list[tuple[int, int]] = []
        self.short: list[tuple[int, int, list[int]]] = []

    def look(self, number: int, record: list[str]) -> None:
        width = len(record)
        self.widths[width] += 1
        if any("\n" in cell or "\r" in cell for cell in record):
            within = max(cell.count(self.delimiter) for cell in record if "\n" in cell or "\r" in cell)
            self.broken.append((number, within))
        if width < max(self.widths):
            others = [sum(cell.count(other) for cell in record) for other in DELIMITERS if other != self.delimiter]
            if any(others):
                self.short.append((number, width, others))

    def judge(self) -> None:
        if not self.widths:
            return
        usual = max(self.widths.items(), key=lambda item: (item[1], item[0]))[0]
        for number, within in self.broken:
            if usual >= 3 and within >= usual - 1:
                raise Stop("open_quote", row=number)
        for number, width, others in self.short:
            # Split by the other delimiter this row has the full width: it came from another file.
            if usual >= 3 and width < usual and max(others) >= usual - 1:
                raise Stop("mixed_delimiters", row=number)
