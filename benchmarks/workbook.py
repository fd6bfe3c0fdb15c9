"""How much the guard around the reader costs, and the writer beside a plain csv: ratios of one run on one machine, no seconds to compare.

python benchmarks/workbook.py [ROWS]
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import python_calamine

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from registry.exchange.workbook import Column, Limits, read, write, write_csv

COLUMNS = [Column(f"KOLOM {number}", "number" if number % 4 == 3 else "text") for number in range(20)]


def rows(count: int) -> Iterator[list[str | int]]:
    for row in range(count):
        yield [row * number if number % 4 == 3 else f"Nama {row * number % 5000}" for number in range(20)]


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def plain_csv(path: Path, count: int) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows(count))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with TemporaryDirectory() as folder:
        book, text = Path(folder) / "a.xlsx", Path(folder) / "a.csv"
        bare_csv = seconds(lambda: plain_csv(text, count))
        our_csv = seconds(lambda: write_csv(text, columns=COLUMNS, rows=rows(count)))
        our_book = seconds(lambda: write(book, title="ukur", columns=COLUMNS, rows=rows(count)))
        bare_read = seconds(lambda: python_calamine.load_workbook(str(book)).get_sheet_by_index(0).to_python())
        our_read = seconds(lambda: read(book, limits=Limits()))
        our_text = seconds(lambda: read(text, limits=Limits()))
    sys.stdout.write(
        f"{count} rows x {len(COLUMNS)} columns\n"
        f"read xlsx, guarded child / calamine alone   {our_read / bare_read:5.1f}\n"
        f"read csv, guarded child / read xlsx         {our_text / our_read:5.2f}\n"
        f"write xlsx / csv module alone               {our_book / bare_csv:5.1f}\n"
        f"write csv, harmless / csv module alone      {our_csv / bare_csv:5.1f}\n"
    )


if __name__ == "__main__":
    main()
