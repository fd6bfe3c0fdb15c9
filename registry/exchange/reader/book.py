"""An .xlsx to rows: which sheet, its values by calamine, and the proof that none was lost."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.parsers import expat

import python_calamine

from registry.exchange.reader.container import Container, feed, plain_parser
from registry.exchange.reader.limits import Limits, Stop
from registry.exchange.reader.scan import BLANKS, LONGEST_TEXT, Scan, cell_name, glance, scan
from registry.exchange.reader.wire import Line, Notes

STRICT = "http://purl.oclc.org/ooxml"
WORKSHEET = "/relationships/worksheet"
SHARED_STRINGS = "/relationships/sharedStrings"
DATA = "data"


@dataclass(frozen=True)
class Part:
    """A worksheet as the workbook lists it: `member` is its place in the archive."""

    name: str
    member: str
    hidden: bool


def read_book(path: Path, limits: Limits, wanted: str | None, notes: Notes) -> Iterator[Line]:
    """Lines of the chosen sheet, blank rows left out; the sheet's name comes back as the generator's value. Raises Stop."""
    with Container(path, limits) as container:
        if container.find("xl/vbaProject.bin") or b"macroEnabled" in b"".join(container.unpack(required(container, "[Content_Types].xml"))):
            raise Stop("macro")
        parts, texts = worksheets(container)
        empty_texts = empty_shared(container, texts) if texts else frozenset()
        part = choose(container, parts, empty_texts, wanted, notes)
        found = scan(container.unpack(part.member), empty_texts, limits)
    if not found.rows:
        raise Stop("no_rows", sheet=part.name)
    if found.hidden_rows:
        notes.append(("hidden_rows", {"count": found.hidden_rows}))
    yield from values(path, part.name, found)
    return part.name


def required(container: Container, name: str) -> str:
    member = container.find(name)
    if member is None:
        raise Stop("damaged")
    return member


def elements(container: Container, member: str) -> list[tuple[str, dict[str, str]]]:
    """(name without prefix, attributes) of each element of a small part. Raises Stop for Strict Open XML, which calamine does not know."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if any(value.startswith(STRICT) for value in attributes.values()):
            raise Stop("strict")
        found.append((name.rpartition(":")[2], attributes))

    parser = plain_parser()
    parser.StartElementHandler = start
    run(parser, container, member)
    return found


def run(parser: expat.XMLParserType, container: Container, member: str) -> None:
    for chunk in container.unpack(member):
        feed(parser, chunk)
    feed(parser, b"", last=True)


def worksheets(container: Container) -> tuple[list[Part], str | None]:
    """The worksheets in the workbook's order, and the member with the shared texts."""
    workbook = elements(container, required(container, "xl/workbook.xml"))
    places: dict[str, str] = {}
    texts = None
    for name, attributes in elements(container, required(container, "xl/_rels/workbook.xml.rels")):
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            continue
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        member = container.find(posixpath.normpath(posixpath.join("/xl", target)).lstrip("/"))
        if kind.endswith(WORKSHEET) and member:
            places[attributes.get("Id", "")] = member
        elif kind.endswith(SHARED_STRINGS):
            texts = member
    parts = []
    for name, attributes in workbook:
        place = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id" and ":" in key), "")
        if name == "sheet" and place in places:
            parts.append(Part(attributes.get("name", ""), places[place], attributes.get("state", "visible") != "visible"))
    if not parts:
        raise Stop("damaged")
    return parts, texts


def empty_shared(container: Container, member: str) -> frozenset[str]:
    """Numbers, as they are written in cells, of the shared texts with nothing but blanks in them."""
    empty: set[str] = set()
    index, length, in_text, in_phonetic = -1, 0, False, False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal index, length, in_text, in_phonetic
        name = name.rpartition(":")[2]
        if name == "si":
            index, length = index + 1, 0
        elif name == "rPh":
            in_phonetic = True
        elif name == "t":
            in_text = not in_phonetic

    def characters(data: str) -> None:
        nonlocal length
        if in_text:
            length += len(data.strip(BLANKS))

    def end(name: str) -> None:
        nonlocal in_text, in_phonetic
        name = name.rpartition(":")[2]
        if name == "t":
            in_text = False
        elif name == "rPh":
            in_phonetic = False
        elif name == "si" and not length:
            empty.add(str(index))

    parser = plain_parser()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = characters
    parser.EndElementHandler = end
    run(parser, container, member)
    return frozenset(empty)


def choose(container: Container, parts: list[Part], empty_texts: frozenset[str], wanted: str | None, notes: Notes) -> Part:
    """The sheet asked for; else the one called Data; else the only visible one with rows, else the first with a header-like row.

    Never the sheet that happened to be open when the file was saved. Hidden sheets count only where no visible one has rows.
    """
    if wanted is not None:
        named = [part for part in parts if part.name == wanted] or [part for part in parts if part.name.casefold() == wanted.casefold()]
        if not named:
            raise Stop("no_such_sheet", sheet=wanted, sheets=", ".join(part.name for part in parts))
        return named[0]
    called_data = [part for part in parts if part.name.strip().casefold() == DATA]
    called_data.sort(key=lambda part: part.hidden)
    if called_data:
        chosen = called_data[0]
    else:
        chosen = best(container, [part for part in parts if not part.hidden], empty_texts, notes)
        chosen = chosen or best(container, [part for part in parts if part.hidden], empty_texts, notes)
    if chosen is None:
        raise Stop("no_rows", sheet=parts[0].name)
    if chosen.hidden:
        notes.append(("hidden_sheet_read", {"sheet": chosen.name}))
    skipped = [part.name for part in parts if part.hidden and part != chosen]
    if skipped:
        notes.append(("hidden_sheets_skipped", {"sheets": ", ".join(skipped)}))
    return chosen


def best(container: Container, parts: list[Part], empty_texts: frozenset[str], notes: Notes) -> Part | None:
    seen = {part: glance(container.unpack(part.member), empty_texts) for part in parts}
    filled = [part for part, (has_rows, _) in seen.items() if has_rows]
    if not filled:
        return None
    chosen = next((part for part in filled if seen[part][1]), filled[0]) if len(filled) > 1 else filled[0]
    others = [part.name for part in filled if part != chosen]
    if others:
        notes.append(("other_sheets", {"sheet": chosen.name, "sheets": ", ".join(others)}))
    return chosen


def values(path: Path, sheet: str, found: Scan) -> Iterator[Line]:
    """calamine's rows with the sheet's own numbers. Raises Stop when they hold more or fewer values than the scan saw in any row."""
    try:
        with python_calamine.load_workbook(str(path)) as book:
            read = book.get_sheet_by_name(sheet)
            start = read.start
            rows = read.iter_rows()
    except (python_calamine.CalamineError, ValueError, OSError) as problem:
        raise Stop("damaged") from problem
    if start is None:
        if set(found.rows.values()) - {0} and len(found.errors) != sum(found.rows.values()):
            raise Stop("damaged")
        rows, start = iter(()), (0, 0)
    before = start[1]
    seen: set[int] = set()
    errors: dict[int, dict[int, str]] = {}
    for (row, column), text in found.errors.items():
        errors.setdefault(row, {})[column] = text
    for number, cells in enumerate(rows, 1):
        expected = found.rows.get(number, 0)
        line = (number, [None] * before + [None if isinstance(cell, str) and not cell.strip(BLANKS) else cell for cell in cells], [])
        wrong = errors.get(number, {})
        if sum(cell is not None for cell in line[1]) + len(wrong) != expected:
            raise Stop("damaged")
        if expected:
            seen.add(number)
            yield coded(line, wrong)
    for number in found.rows.keys() - seen:
        if len(errors.get(number, {})) != found.rows[number]:
            raise Stop("damaged")
        yield coded((number, [], []), errors[number])


def coded(line: Line, errors: dict[int, str]) -> Line:
    """Dates and errors moved to the third place, which the wire can carry."""
    number, cells, special = line
    for index, cell in enumerate(cells):
        kind = type(cell)
        if kind is str:
            if len(cell) > LONGEST_TEXT:
                raise Stop("long_text", cell=cell_name(number, index + 1), limit=LONGEST_TEXT)
        elif kind in DATED:
            special.append([index, *DATED[kind](cell)])
            cells[index] = None
    for column, text in errors.items():
        special.append([column - 1, "error", text])
    return line


DATED: dict[type, Any] = {
    date: lambda cell: ("date", cell.isoformat()),
    datetime: lambda cell: ("datetime", cell.isoformat()),
    time: lambda cell: ("time", cell.isoformat()),
    timedelta: lambda cell: ("timedelta", cell.total_seconds()),
}
