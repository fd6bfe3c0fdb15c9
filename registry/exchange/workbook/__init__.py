"""Bytes <-> rows: `read` and `write` of spreadsheets. Knows no model, no layout and no person.

read(path, limits=Limits()) -> Sheet, or raises Refused with a sentence for the user; write(...) and write_csv(...) -> Written.
"""

from registry.exchange.reader.limits import Limits
from registry.exchange.workbook.reading import CellError, CellValue, Note, Row, Sheet, fingerprint, read
from registry.exchange.workbook.refusals import Refused
from registry.exchange.workbook.writing import Column, Written, write, write_csv

__all__ = [
    "CellError",
    "CellValue",
    "Column",
    "Limits",
    "Note",
    "Refused",
    "Row",
    "Sheet",
    "Written",
    "fingerprint",
    "read",
    "write",
    "write_csv",
]
