"""What the child says to its parent, one JSON value a line: rows as lists, then one object, the verdict. No pickle: nobody trusts it.

A row is [number, cells, special]; special holds [index, kind, text] of the cells that JSON has no value for.
The verdict is {"name", "kind", "rows", "notes"} or {"refused", "params"}. Without a verdict nothing that came before counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

Line = tuple[int, list[Any], list[list[Any]]]
Notes = list[tuple[str, dict[str, str | int]]]
AT_ONCE = 500


def send_rows(out: BinaryIO, lines: Iterable[Line]) -> int:
    """How many were sent."""
    sent, waiting = 0, []
    dump = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
    for line in lines:
        cells = line[1]
        while cells and cells[-1] is None:
            cells.pop()
        waiting.append(dump(line))
        if len(waiting) == AT_ONCE:
            out.write("\n".join(waiting).encode() + b"\n")
            sent += AT_ONCE
            waiting.clear()
    if waiting:
        out.write("\n".join(waiting).encode() + b"\n")
    return sent + len(waiting)


def send_verdict(out: BinaryIO, verdict: dict[str, Any]) -> None:
    out.write(json.dumps(verdict).encode() + b"\n")
    out.flush()
