"""Which layout a sheet has: its heading row, which column means what, and which rows below are no records (totals, repeated headings)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.exchange.layouts import INCOMING, Column, Layout, normal
from registry.exchange.resources import value_kind
from registry.exchange.workbook import Refused, Row
from registry.fieldtypes import plain

SEARCHED_ROWS = 20
# Fewer known headings than this are a chance meeting, not a heading row.
LIKELY = 3
_TOTAL = re.compile(
    r"^(sub|grand)?\s*(jumlah|total)(\s+(seluruh(nya)?|keseluruhan|orang|jiwa|warga|ppks|pmks|semua|akhir|per\s+\w+))*[\s:.]*\d*$", re.I
)
_LONG_NUMBER = re.compile(r"\d[\d\s.\-]*\d")
# A date has eight digits, the code of a gampong ten; what is longer may be a NIK or a card number.
_MOST_DIGITS = 10

SENTENCES = {
    "unknown_layout": gettext_lazy("Susunan kolom “%(layout)s” tidak dikenal. Yang ada: %(layouts)s."),
    "no_headings": gettext_lazy(
        "Baris judul tidak ditemukan dalam %(rows)s baris pertama. Kolom yang diperlukan: %(columns)s. Tulis judul itu, lalu unggah lagi."
    ),
    "missing_columns": gettext_lazy(
        "Di baris judul (baris %(row)s) belum ada kolom: %(columns)s. Tambahkan kolom itu, boleh kosong, lalu unggah lagi."
    ),
    "heading_twice": gettext_lazy("Judul %(column)s ada dua kali di baris %(row)s. Hapus atau ganti nama salah satunya, lalu unggah lagi."),
    "no_records": gettext_lazy(
        "Di bawah baris judul tidak ada baris yang terisi. Periksa apakah berkas dan lembar yang benar yang diunggah."
    ),
}


class LayoutRefused(Refused):
    """The file can be read, but its columns fit no layout. `code` is a key of SENTENCES."""

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code]) % self.params


@dataclass(frozen=True)
class Head:
    """The heading row. `columns`: index of a cell -> column; `ignored`: headings that no column has, as written."""

    layout: Layout
    row: Row
    columns: Mapping[int, Column]
    ignored: tuple[str, ...]
    spare: tuple[str, ...]

    def cells(self, row: Row) -> dict[str, Any]:
        """Column name -> raw value of a row below."""
        return {column.name: row.cells[index] if index < len(row.cells) else None for index, column in self.columns.items()}

    def notes(self) -> list[str]:
        said = []
        if self.ignored:
            said.append(_("Kolom yang tidak dipakai: %(columns)s.") % {"columns": ", ".join(self.ignored)})
        if self.spare:
            said.append(_("Kolom yang artinya sudah ada di kolom lain, tidak dipakai: %(columns)s.") % {"columns": ", ".join(self.spare)})
        return said


def veiled(text: Any) -> str:
    """A cell or a sentence without any long number in it: what people type into the wrong column may be a NIK."""
    return _LONG_NUMBER.sub(lambda found: "••••" if sum(map(str.isdigit, found.group())) > _MOST_DIGITS else found.group(), plain(text))


def recognise(rows: Sequence[Row], wanted: str | None = None) -> tuple[Head, list[Row]]:
    """(heading row, rows below it). `wanted`: name of the layout, None: whichever fits. Raises LayoutRefused."""
    if wanted is not None and wanted not in INCOMING:
        raise LayoutRefused("unknown_layout", {"layout": wanted, "layouts": ", ".join(INCOMING)})
    layouts = [INCOMING[wanted]] if wanted else [*INCOMING.values()]
    heads = [(head(layout, row), place) for layout in layouts for place, row in enumerate(rows[:SEARCHED_ROWS])]
    best, place = max(heads, key=lambda found: len(found[0].columns), default=(None, 0))
    if best is None or len(best.columns) < LIKELY:
        needed = [column.heading for column in layouts[0].columns if column.needed]
        raise LayoutRefused("no_headings", {"rows": SEARCHED_ROWS, "columns": ", ".join(needed)})
    there = {column.name for column in best.columns.values()}
    missing = [column.heading for column in best.layout.columns if column.needed and column.name not in there]
    if missing:
        raise LayoutRefused("missing_columns", {"row": best.row.number, "columns": ", ".join(missing)})
    _refuse_twice(best)
    return best, list(rows[place + 1 :])


def head(layout: Layout, row: Row) -> Head:
    """The row read as headings of the layout. Where two mean the same column the more proper one, else the first, is it."""
    meanings = {heading: (rank, column) for column in layout.columns for rank, heading in enumerate(column.headings)}
    found: dict[str, tuple[int, int]] = {}
    ignored, spare = [], []
    for index, cell in enumerate(row.cells):
        if not isinstance(cell, str) or not plain(cell):
            continue
        rank, column = meanings.get(normal(cell), (0, None))
        if column is None:
            ignored.append(veiled(cell)[:40])
        elif column.name not in found:
            found[column.name] = (rank, index)
        else:
            old_rank, old_index = found[column.name]
            spare.append(veiled(row.cells[old_index if rank < old_rank else index])[:40])
            found[column.name] = min((old_rank, old_index), (rank, index))
    columns = {index: layout[name] for name, (_rank, index) in found.items()}
    return Head(layout, row, columns, tuple(ignored), tuple(spare))


def _refuse_twice(found: Head) -> None:
    """The very same heading on two columns: nobody can say which one counts."""
    chosen = {normal(found.row.cells[index]) for index in found.columns}
    for heading in found.spare:
        if normal(heading) in chosen:
            raise LayoutRefused("heading_twice", {"column": heading, "row": found.row.number})


def no_record(found: Head, row: Row) -> str:
    """Why a row below the headings is no record: "blank", "total", "heading", "numbers"; "" for a record."""
    cells = found.cells(row)
    filled = [value for value in cells.values() if value_kind(value) != "empty"]
    words = [plain(cell) for cell in row.cells if isinstance(cell, str) and plain(cell)]
    if any(_TOTAL.match(word) for word in words) and value_kind(cells.get("nik")) == "empty":
        return "total"
    if not filled:
        return "blank"
    if filled and all(normal(cells[column.name]) in column.headings for column in found.columns.values() if cells[column.name]):
        return "heading"
    # A line of column numbers below the headings: (1) (2) (3) ...
    numbers = [re.sub(r"[()\s]|\.0$", "", str(cell)) for cell in row.cells if cell is not None]
    if len(numbers) > LIKELY and all(number.isdecimal() for number in numbers):
        counted = [int(number) for number in numbers]
        if counted == list(range(counted[0], counted[0] + len(counted))):
            return "numbers"
    return ""


def skipped_note(kind: str, rows: Sequence[int]) -> str:
    """What is said of the rows of one kind that were passed over."""
    said = ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")
    sentence = {
        "total": _("Baris jumlah tidak dibaca sebagai warga: baris %(rows)s."),
        "heading": _("Judul yang terulang tidak dibaca sebagai warga: baris %(rows)s."),
        "numbers": _("Nomor kolom tidak dibaca sebagai warga: baris %(rows)s."),
        "blank": _("Baris tanpa isian di kolom yang dipakai dilewati: baris %(rows)s."),
    }[kind]
    return sentence % {"rows": said}
