"""Resources of django-import-export, made from LAYOUTS: cells -> values by field path, and values -> cells.

Only the mapping is the library's. Its readers, its admin screens and its bulk saving stay off: they lose rows without an error, and
skip validation. Nothing here reads or writes the database.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import fields as library_fields
from import_export import resources, widgets

from registry.exchange.layouts import Column, Layout, Outgoing
from registry.exchange.workbook import CellError
from registry.fields import FIELDS
from registry.fieldtypes import Area, Choice, Date, IdNumber, KindCode, Unreadable, plain
from registry.reference.kinds import kind_from
from validation.rules.nik import CELL_PROBLEMS, nik_cell_problem

# What people write into a cell that has no answer.
NOTHING = {"", "-", "--", "–", "—"}
_MASKED = re.compile(r"[•*●]{3,}")


@dataclass(frozen=True)
class Trouble:
    """A cell that gives no value: the column's name, what kind of value stood there, and a sentence (a lazy translation)."""

    column: str
    value_kind: str
    sentence: Any


def value_kind(cell: Any) -> str:
    """empty, text, number, date, time, boolean or error. A number written as 1,11E+15 is a number, whatever the cell says."""
    if isinstance(cell, str):
        return "empty" if plain(cell) in NOTHING else "number" if nik_cell_problem(cell) == "scientific" else "text"
    kinds = {bool: "boolean", float: "number", int: "number", datetime: "date", date: "date", time: "time", timedelta: "time"}
    return "error" if isinstance(cell, CellError) else kinds.get(type(cell), "empty")


class CellWidget(widgets.Widget):
    """One cell of a column: its raw value to the field's value, and the field's value to what is written."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column
        self.type = FIELDS[column.path].type if column.path else None

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        """The value; None for an empty cell. Raises Unreadable."""
        kind = value_kind(value)
        if kind == "empty":
            return None
        if kind in ("error", "boolean", "time"):
            raise Unreadable(_("Sel ini tidak berisi jawaban. Ketik ulang isinya sebagai teks."))
        if isinstance(self.type, IdNumber):
            return self._number(value, kind)
        if isinstance(self.type, Date):
            if kind == "number":
                raise Unreadable(_("Tanggal ini tersimpan sebagai angka. Tulis tanggal seperti 28-02-1960."))
            return self.type.clean(value)
        if kind == "date":
            raise Unreadable(_("Excel mengubah isi sel ini menjadi tanggal. Ubah kolomnya menjadi Teks dan ketik ulang."))
        return self._word(str(int(value)) if isinstance(value, float) and value.is_integer() else plain(value))

    def _number(self, value: Any, kind: str) -> str | None:
        if problem := nik_cell_problem(value):
            raise Unreadable(CELL_PROBLEMS[problem])
        if kind == "date":
            raise Unreadable(_("Excel mengubah nomor ini menjadi tanggal. Ubah kolomnya menjadi Teks dan ketik ulang."))
        if _MASKED.search(value):
            raise Unreadable(_("Nomor ini tertutup. Unggah berkas dengan nomor yang lengkap."))
        return self.type.clean(value)

    def _word(self, text: str) -> Any:
        if isinstance(self.type, KindCode):
            code = kind_from(text)
            if code is None:
                raise Unreadable(_("Jenis PPKS ini tidak dikenal. Tulis nomornya, 01 sampai 26, atau namanya menurut Permensos 8/2012."))
            return code
        if isinstance(self.type, Choice):
            return Choice(self.type.choices, (*self.type.aliases, *self.column.words)).clean(text)
        # Names of areas are resolved by the gazetteer, registry numbers by their own check.
        return text if self.type is None or isinstance(self.type, Area) else self.type.clean(text)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> Any:
        """What stands in the cell: a date as a date, every other answer in words."""
        # Of a veiled date only the year is left, as a text.
        if value is None or self.type is None or isinstance(self.type, Date):
            return value
        return self.type.show(value)


class PathField(library_fields.Field):
    """A field of a resource that is named by its path in FIELDS."""

    def __init__(self, column: Column) -> None:
        super().__init__(attribute=column.path or column.name, column_name=column.name, widget=CellWidget(column))
        self.column = column

    def get_value(self, instance: Outgoing) -> Any:
        return self.column.write(instance) if self.column.write else instance.values.get(self.column.path)


class LayoutResource(resources.Resource):
    """Base of the resources: `take` for a row of a file, `give` for a record."""

    layout: Layout

    def take(self, cells: Mapping[str, Any]) -> tuple[dict[str, Any], list[Trouble]]:
        """(path or column name -> value of every readable, filled cell; troubles of the others). `cells`: column name -> raw value."""
        values, troubles = {}, []
        for name, field in self.fields.items():
            if name not in cells:
                continue
            try:
                value = field.clean(cells)
            except Unreadable as unreadable:
                troubles.append(Trouble(name, value_kind(cells[name]), unreadable.sentence))
                continue
            if value is not None:
                values[field.attribute] = value
        return values, troubles

    def give(self, record: Outgoing) -> list[Any]:
        """One cell per column, in the order of the layout."""
        return [field.export(record) for field in self.fields.values()]


@cache
def resource_for(layout: Layout) -> type[LayoutResource]:
    """The resource class of a layout."""
    fields = {column.name: PathField(column) for column in layout.columns}
    return type(f"{layout.name.title().replace('_', '')}Resource", (LayoutResource,), {**fields, "layout": layout})
