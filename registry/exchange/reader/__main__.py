"""The child: one request on standard input, rows and a verdict on standard output (see wire.py). Started by workbook.reading.

It takes its limits upon itself before it looks at the file: memory, processor time, no file written, no core left behind (a core would
hold every NIK of the sheet). Where the system knows no such limits (Windows), the parent has already made the file's limits smaller.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from registry.exchange.reader.book import read_book
from registry.exchange.reader.limits import OUT_OF_MEMORY, Limits, Stop, confine
from registry.exchange.reader.sniff import sniff
from registry.exchange.reader.text import read_text
from registry.exchange.reader.wire import Notes, send_rows, send_verdict


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Sends the rows and gives the verdict."""
    path, limits, notes = Path(request["path"]), Limits(**request["limits"]), Notes()
    confine(limits)
    name = ""
    try:
        kind = sniff(path, limits)
        if kind == "xlsx":
            sheet = Named(read_book(path, limits, request["sheet"], notes))
            sent = send_rows(sys.stdout.buffer, sheet)
            name = sheet.name
        else:
            sent = send_rows(sys.stdout.buffer, read_text(path, limits, notes))
    except Stop as stop:
        return {"refused": stop.code, "params": stop.params}
    if not sent:
        return {"refused": "no_rows", "params": {"sheet": name}}
    return {"name": name, "kind": kind, "rows": sent, "notes": notes}


class Named:
    """A generator's lines, and its return value afterwards as `name`."""

    def __init__(self, lines: Any) -> None:
        self.lines = lines
        self.name = ""

    def __iter__(self) -> Any:
        self.name = yield from self.lines


def main() -> None:
    try:
        verdict = answer(json.load(sys.stdin.buffer))
    except MemoryError:
        # Nothing that needs memory may run any more, the interpreter's own end included.
        os._exit(OUT_OF_MEMORY)
    send_verdict(sys.stdout.buffer, verdict)


if __name__ == "__main__":
    main()
