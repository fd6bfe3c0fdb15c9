"""Makers of small sheets for the tests of the exchange. Every NIK is invented, with a serial from 9000 up."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

HEADINGS = ("nama", "nik", "no_kk", "tanggal_lahir", "jenis_kelamin", "alamat", "gampong", "kecamatan", "jenis_ppks")


def nik(serial: int, born: str = "480858", district: str = "111105") -> str:
    """A woman of Peusangan born on 8 August 1958."""
    return f"{district}{born}{9000 + serial:04d}"


def line(serial: int = 1, **changes: Any) -> dict[str, Any]:
    """A sound row: a woman without a record yet, in Paya Cut."""
    return {
        "nama": f"Aisyah {chr(65 + serial % 26)}",
        "nik": nik(serial),
        "no_kk": f"111105010319{9000 + serial:04d}",
        "tanggal_lahir": "08-08-1958",
        "jenis_kelamin": "P",
        "alamat": "Belakang meunasah",
        "gampong": "Paya Cut",
        "kecamatan": "Peusangan",
        "jenis_ppks": "24",
    } | changes


def sheet(
    path: Path, rows: Sequence[dict[str, Any]], headings: Sequence[str] = HEADINGS, above: Sequence[Sequence[Any]] = (), **titles: str
) -> Path:
    """An .xlsx with these rows; `above` stands over the heading row; `titles` are other headings for the columns."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Data")
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    lines = [*above, [titles.get(name, name) for name in headings], *([row.get(name) for name in headings] for row in rows)]
    for number, cells in enumerate(lines):
        for place, cell in enumerate(cells):
            if isinstance(cell, date):
                page.write_datetime(number, place, cell, day)
            elif isinstance(cell, str):
                page.write_string(number, place, cell)
            elif cell is not None:
                page.write(number, place, cell)
    book.close()
    return path
