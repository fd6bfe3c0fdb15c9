"""How the shipped CSV files are read: UTF-8, one heading row, every cell text."""

import csv
from pathlib import Path

DATA = Path(__file__).parent / "data"


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file as heading -> text. Raises ValueError for a row that is longer or shorter than the heading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ValueError(f"{path.name}, row {number}: cells and headings differ in number")
    return rows


def split(text: str, separator: str) -> tuple[str, ...]:
    """Parts of a list cell, trimmed; an empty cell has none."""
    return tuple(part.strip() for part in text.split(separator) if part.strip())
