"""A file from outside to rows: opened in a child process that may die without taking the portal with it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from registry.exchange.reader.limits import CAN_CONFINE, MB, OUT_OF_MEMORY, Limits
from registry.exchange.workbook.refusals import NOTES, SENTENCES, Refused, filled

ROOT = Path(__file__).resolve().parents[3]
# What Python itself needs; no key, password or address of a database goes to the process that opens a stranger's file.
ENVIRONMENT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
# Exit codes: SIGXCPU; SIGABRT (calamine finds no memory), SIGKILL (the system's own last resort), SIGSEGV.
REASONS = {-24: "too_slow", OUT_OF_MEMORY: "too_heavy", -6: "too_heavy", -9: "too_heavy", -11: "too_heavy"}
WITHOUT_MEMORY_LIMIT = {"unpacked_bytes": 64 * MB, "cells": 500_000, "csv_bytes": 10 * MB}


@dataclass(frozen=True)
class CellError:
    """A cell that shows an error in the spreadsheet: `text` is #REF!, #N/A, ..."""

    text: str


CellValue = str | float | bool | date | datetime | time | timedelta | CellError | None


class Row(NamedTuple):
    """number: the row's number as the spreadsheet shows it, from 1. cells: from column A on; empty ones are None, and left out at the end.

    A number stays a float (a NIK that arrives as one can be refused); in a csv every value is a text. Nothing is stripped;
    a text of blanks only is an empty cell.
    """

    number: int
    cells: tuple[CellValue, ...]


@dataclass(frozen=True)
class Note:
    """What the user should know about how the file was read: `code` is a key of NOTES."""

    code: str
    params: dict[str, str | int]

    @property
    def sentence(self) -> str:
        return filled(str(NOTES[self.code]), self.params)


@dataclass(frozen=True)
class Sheet:
    """name: of the sheet, "" for a csv. rows: every row with something in it, in order. kind: "xlsx" or "csv"."""

    name: str
    rows: list[Row]
    notes: tuple[Note, ...]
    kind: str


def fingerprint(path: Path) -> str:
    """SHA-256 of the file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path, *, limits: Limits, sheet: str | None = None) -> Sheet:
    """All rows of an .xlsx or .csv, recognised by its content; `sheet` names one, else see `reader.book.choose`.

    Raises Refused for everything that cannot be read whole: another kind of file, a hostile or damaged one, one beyond the limits, and one
    on which the child dies or does not finish. Rows are never given in part. On a system without memory limits (Windows) only files up to
    WITHOUT_MEMORY_LIMIT are read, so that what the child may ask for stays harmless.
    """
    limits = affordable(limits, CAN_CONFINE)
    request = json.dumps({"path": str(path.resolve()), "sheet": sheet, "limits": asdict(limits)})
    rows: list[Row] = []
    verdict: dict[str, Any] = {}
    with Child(limits) as child:
        for answer in child.ask(request):
            if isinstance(answer, dict):
                verdict = answer
            else:
                rows.append(row_of(*answer))
    if child.reason:
        raise Refused(child.reason)
    if "refused" in verdict:
        raise Refused(verdict["refused"] if verdict["refused"] in SENTENCES else "damaged", verdict["params"])
    if verdict.get("rows") != len(rows):
        raise Refused("damaged")
    return Sheet(verdict["name"], rows, tuple(Note(code, params) for code, params in verdict["notes"]), verdict["kind"])


def affordable(limits: Limits, can_confine: bool) -> Limits:
    """The limits on this system: the smaller ones where nothing holds the child's memory."""
    if can_confine:
        return limits
    return replace(limits, **{name: min(getattr(limits, name), most) for name, most in WITHOUT_MEMORY_LIMIT.items()})


class Child:
    """The reading process for one file. `reason` afterwards: why it gave no whole answer, as a code, or ""."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.reason = ""
        self.process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-m", "registry.exchange.reader"],
            cwd=ROOT,
            env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A traceback can quote a cell.
            stderr=subprocess.DEVNULL,
        )
        self.timer = threading.Timer(limits.seconds, self.stop, ["too_slow"])

    def __enter__(self) -> Child:
        self.timer.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind:
            self.process.kill()
        self.timer.cancel()
        self.process.stdout.close()
        code = self.process.wait()
        if code and not self.reason:
            self.reason = REASONS.get(code, "damaged")

    def stop(self, reason: str) -> None:
        self.reason = reason
        self.process.kill()

    def ask(self, request: str) -> Iterator[Any]:
        """The child's lines as values. Ends early, with a reason, when they make no sense or are more than the file may hold."""
        try:
            with self.process.stdin as stdin:
                stdin.write(request.encode())
        except BrokenPipeError:
            return
        left = 2 * self.limits.unpacked_bytes
        for line in self.process.stdout:
            left -= len(line)
            if left < 0:
                self.stop("too_heavy")
                return
            try:
                yield json.loads(line)
            except ValueError:
                # The last line of a child that was killed while it wrote.
                return


def row_of(number: int, cells: list[Any], special: list[list[Any]]) -> Row:
    if special:
        cells += [None] * (max(index for index, *_ in special) + 1 - len(cells))
        for index, kind, text in special:
            cells[index] = VALUES[kind](text)
    return Row(number, tuple(cells))


VALUES: dict[str, Any] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
    "error": CellError,
}
