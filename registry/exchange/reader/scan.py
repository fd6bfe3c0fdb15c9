"""A sheet's XML read once by expat, beside calamine and independent of it.

calamine holds the whole rectangle between the first and the last cell (one cell in XFD1048576 asks for 500 GB and aborts the process),
turns #REF! into an empty cell, and gives an empty cell for a formula whose result was never stored. So where the values are, how many
there are, and which of them are errors or results that are missing, is known from here; `<dimension>` is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from registry.exchange.reader.container import feed, plain_parser
from registry.exchange.reader.limits import Limits, Stop

TEXT_TYPES = {"s", "str", "inlineStr"}
# The errors calamine knows; at any other it gives up on the whole sheet.
ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
# What calamine leaves out of a text that is nothing else, unless the text says that it counts; here it never does.
BLANKS = " \t\n"
GLANCE_ROWS = 40
LONGEST_TEXT = 32_767
HEADER_WIDTH = 3

OnCell = Callable[[int, int, str, str], None]


class Enough(Exception):
    """The one who looks has seen what it wanted."""


@dataclass
class Scan:
    """rows: row number -> how many cells of it hold a value. errors: (row, column) -> "#REF!". Everything 1-based."""

    rows: dict[int, int] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0


def cell_name(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise Stop("damaged")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= 16_384:
        raise Stop("damaged")
    return number


def row_number(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits[:8]) <= 1_048_576) or len(digits) > 8:
        raise Stop("damaged")
    return int(digits)


class Walker:
    """Calls on_cell(row, column, type, text) for each cell with something in it, in the file's order.

    Raises Stop when cells do not stand in rising order (a cell that is there twice has two values, and only one would be read), and
    for a formula without its stored result.
    """

    def __init__(self, on_cell: OnCell, on_hidden_row: Callable[[], None]) -> None:
        self.on_cell, self.on_hidden_row = on_cell, on_hidden_row
        self.columns: dict[str, int] = {}
        self.row = self.column = 0
        self.row_text = self.kind = self.text = ""
        self.in_data = self.in_cell = self.in_text = self.in_phonetic = self.has_formula = self.has_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if not self.in_data:
            self.in_data = name == "sheetData"
        elif name == "c":
            self.start_cell(attributes)
        elif name == "row":
            self.start_row(attributes)
        elif self.in_cell:
            if name == "v" or (name == "t" and not self.in_phonetic):
                self.in_text = self.has_value = True
            elif name == "f":
                self.has_formula = True
            elif name == "rPh":
                self.in_phonetic = True

    def start_row(self, attributes: dict[str, str]) -> None:
        before = self.row
        self.row = row_number(attributes["r"]) if "r" in attributes else before + 1
        if self.row <= before:
            raise Stop("damaged")
        self.row_text = str(self.row)
        self.column = 0
        if attributes.get("hidden") in ("1", "true"):
            self.on_hidden_row()

    def start_cell(self, attributes: dict[str, str]) -> None:
        before, place = self.column, attributes.get("r")
        if place is None:
            self.column = before + 1
        else:
            letters = place.rstrip("0123456789")
            if place[len(letters) :] != self.row_text:
                raise Stop("damaged")
            self.column = self.columns.get(letters) or self.columns.setdefault(letters, column_number(letters))
        if self.column <= before:
            raise Stop("damaged")
        self.kind, self.text = attributes.get("t", "n"), ""
        self.in_cell, self.has_formula, self.has_value = True, False, False

    def characters(self, data: str) -> None:
        if self.in_text:
            self.text += data
            # Far beyond what a cell holds, escapes included: adding on would cost the square of its length.
            if len(self.text) > 8 * LONGEST_TEXT:
                raise Stop("long_text", cell=cell_name(self.row, self.column), limit=LONGEST_TEXT)

    def end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" or name == "t":
            self.in_text = False
        elif name == "c" and self.in_cell:
            self.in_cell = False
            if self.has_formula and not (self.text or (self.has_value and self.kind == "str")):
                raise Stop("formula", cell=cell_name(self.row, self.column))
            if self.text:
                self.on_cell(self.row, self.column, self.kind, self.text)
        elif name == "rPh":
            self.in_phonetic = False
        elif name == "sheetData":
            self.in_data = False


def walk(chunks: Iterable[bytes], on_cell: OnCell, on_hidden_row: Callable[[], None] = lambda: None) -> None:
    walker, parser = Walker(on_cell, on_hidden_row), plain_parser()
    parser.StartElementHandler = walker.start
    parser.CharacterDataHandler = walker.characters
    parser.EndElementHandler = walker.end
    for chunk in chunks:
        feed(parser, chunk)
    feed(parser, b"", last=True)


def scan(chunks: Iterable[bytes], empty_texts: frozenset[str], limits: Limits) -> Scan:
    """Where the values of a sheet stand. Raises Stop beyond the limits; cells with only a style or only blanks count for nothing."""
    found = Scan()
    rows, count, first, last, top, bottom = found.rows, 0, limits.columns, 0, limits.rows, 0

    def on_cell(row: int, column: int, kind: str, text: str) -> None:
        nonlocal count, first, last, top, bottom
        if row > limits.rows or column > limits.columns:
            raise Stop("far_cell", cell=cell_name(row, column), rows=limits.rows, columns=limits.columns)
        # A blank cell is no value, but calamine may hold the space up to it.
        first, last, top, bottom = min(first, column), max(last, column), min(top, row), max(bottom, row)
        if is_blank(kind, text, empty_texts):
            return
        count += 1
        if count > limits.cells:
            raise Stop("too_many_cells", limit=limits.cells)
        rows[row] = rows.get(row, 0) + 1
        if kind == "e":
            if text not in ERRORS:
                raise Stop("strange_error", cell=cell_name(row, column))
            found.errors[row, column] = text

    def on_hidden_row() -> None:
        found.hidden_rows += 1

    walk(chunks, on_cell, on_hidden_row)
    # Twice the cells: a table is seldom more than half empty, and the reader has to hold the gaps as well.
    if rows and (bottom - top + 1) * (last - first + 1) > 2 * limits.cells:
        raise Stop("too_scattered", limit=limits.cells)
    return found


def is_blank(kind: str, text: str, empty_texts: frozenset[str]) -> bool:
    return text in empty_texts if kind == "s" else not text.strip(BLANKS)


def glance(chunks: Iterator[bytes], empty_texts: frozenset[str]) -> tuple[bool, bool]:
    """(has rows, has a header-like row): the first rows only, never refusing for what stands in a sheet that is not read.

    Header-like: three texts side by side and no number in a row, with something in a row beneath it.
    """
    rows: dict[int, list[tuple[int, bool]]] = {}

    def on_cell(row: int, column: int, kind: str, text: str) -> None:
        if is_blank(kind, text, empty_texts):
            return
        if row not in rows and len(rows) == GLANCE_ROWS:
            raise Enough
        rows.setdefault(row, []).append((column, kind in TEXT_TYPES))

    try:
        walk(chunks, on_cell)
    except Enough:
        pass
    except Stop as problem:
        if problem.code != "formula":
            raise
        return True, any(header_like(cells) for cells in rows.values())
    return bool(rows), any(header_like(cells) for cells in list(rows.values())[:-1])


def header_like(cells: list[tuple[int, bool]]) -> bool:
    if len(cells) < HEADER_WIDTH or not all(is_text for _, is_text in cells):
        return False
    run = 1
    for (before, _), (column, _) in pairwise(cells):
        run = run + 1 if column == before + 1 else 1
        if run >= HEADER_WIDTH:
            return True
    return False
