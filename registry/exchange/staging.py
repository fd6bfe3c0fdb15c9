"""The whole file is judged before the first row is written: every row is new, changed, same or a problem.

A problem is an unreadable value, an unknown area or code, or an identity error; other findings travel with the row. An empty cell changes
nothing, and neither does another letter case. new + changed + same + rows with a problem = rows.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from registry import numbers
from registry.enums import LIVING_STATES, WORKER_EDITABLE, AreaLevel, Level, Role, Stage, State
from registry.exchange.gazetteer import Gazetteer
from registry.exchange.layouts import Layout
from registry.exchange.lookup import Known
from registry.exchange.recognise import Head, LayoutRefused, no_record, recognise, skipped_note, veiled
from registry.exchange.resources import LayoutResource, resource_for, value_kind
from registry.exchange.workbook import Limits, Row, read
from registry.fields import FIELDS
from registry.fieldtypes import Unreadable
from registry.models import Area, Case, Member
from registry.models.person import NIK
from registry.models.sealed import index_of
from registry.privacy import CHILD_UNTIL
from registry.reference.kinds import RESTRICTED_KINDS
from validation.rules import RULES, Record, identity, say

KIND, GAMPONG = "case.kind", "household.gampong"
CHUNK = 500
# What a row must say to become a new record; everything else may be added later, in the draft.
NEEDED_FOR_NEW = ("nama", "gampong", "jenis_ppks")
IDENTITY_ERRORS = [
    rule
    for rule in RULES.values()
    if rule.speak.__module__ == identity.__name__ and rule.level == Level.ERROR and rule.stops == Stage.SUBMIT
]
Verdict = Literal["new", "changed", "same", "problem"]
Beat = Callable[[int, int], None]


@dataclass(frozen=True)
class Problem:
    """`column`: name of the layout's column; `value_kind`: see resources; `message`: a sentence, without any number of a person."""

    row: int
    column: str
    value_kind: str
    message: str


@dataclass
class Item:
    """One row. `values`: path -> value it brings. `changes`: path -> (value now, value of the file), of a record or person already known.

    `case`: the record it was matched with; `person_key`: a known person for whom this would be a new case; `after`: an earlier row of the
    file that brings the same, new person.
    """

    row: int
    values: dict[str, Any]
    raw: dict[str, Any] = field(repr=False, default_factory=dict)
    verdict: Verdict = "new"
    problems: list[Problem] = field(default_factory=list)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    case: Case | None = None
    person_key: int | None = None
    after: "Item | None" = None
    number: str = ""
    is_child: bool = False

    @property
    def nik(self) -> str | None:
        """Blind index of the row's NIK."""
        return index_of(self.values.get(NIK), NIK)

    def trouble(self, column: str, message: Any) -> None:
        self.problems.append(Problem(self.row, column, value_kind(self.raw.get(column)), veiled(str(message))))


@dataclass(frozen=True)
class Judged:
    """The verdict on a whole file. `notes`: sentences about how it was read."""

    layout: Layout
    head: Head
    items: list[Item]
    notes: list[str]
    counts: Counter = field(default_factory=Counter)

    rows = property(lambda self: len(self.items))
    new = property(lambda self: self.counts["new"])
    changed = property(lambda self: self.counts["changed"])
    same = property(lambda self: self.counts["same"])
    problem_rows = property(lambda self: self.counts["problem"])

    @property
    def problems(self) -> list[Problem]:
        return [problem for item in self.items for problem in item.problems]


def whole_regency() -> Member:
    """Who judges when nobody does: sees every area that is loaded, and writes nothing."""
    areas = Area.objects.filter(level=AreaLevel.REGENCY).values_list("code", flat=True)
    return Member(id=0, name="", role=Role.ADMIN, areas=tuple(areas), restricted=True)


def judge_file(
    path: Path, *, layout: str | None = None, actor: Member | None, now: datetime, beat: Beat = lambda _done, _total: None
) -> Judged:
    """Judge every row of the file as `actor` would import it; without actor for the whole regency. Writes nothing.

    Raises Refused, with a sentence, for a file that cannot be read whole or fits no layout. Queries grow with the file by the chunk of 500
    rows, not by the row.
    """
    sheet = read(path, limits=Limits.from_settings(settings))
    head, below = recognise(sheet.rows, layout)
    records, skipped = _records(head, below)
    if not records:
        raise LayoutRefused("no_records")
    notes = [note.sentence for note in sheet.notes] + head.notes() + [skipped_note(kind, rows) for kind, rows in skipped.items()]
    member = actor or whole_regency()
    gazetteer, resource = Gazetteer.load(), resource_for(head.layout)()
    items = [_item(resource, gazetteer, head, row, localdate(now)) for row in records]
    _twice(items)
    for start in range(0, len(items), CHUNK):
        part = items[start : start + CHUNK]
        known = Known.of(part, member)
        for item in part:
            _decide(item, known, member)
        beat(min(start + CHUNK, len(items)), len(items))
    _share_persons(items)
    for item in items:
        item.verdict = "problem" if item.problems else item.verdict
    return Judged(head.layout, head, items, notes, Counter(item.verdict for item in items))


def _records(head: Head, rows: Iterable[Row]) -> tuple[list[Row], dict[str, list[int]]]:
    records, skipped = [], defaultdict(list)
    for row in rows:
        reason = no_record(head, row)
        if reason:
            skipped[reason].append(row.number)
        else:
            records.append(row)
    return records, skipped


def _item(resource: LayoutResource, gazetteer: Gazetteer, head: Head, row: Row, today: date) -> Item:
    raw = head.cells(row)
    values, troubles = resource.take(raw)
    number, kecamatan = values.pop("id_registrasi", None), values.pop("kecamatan", "")
    years = Record(values, today).age_today
    item = Item(row.number, values, raw, is_child=years is not None and years < CHILD_UNTIL)
    for trouble in troubles:
        item.problems.append(Problem(row.number, trouble.column, trouble.value_kind, veiled(str(trouble.sentence))))
    if number:
        item.number = numbers.normalise(number) or ""
        if not item.number:
            item.trouble("id_registrasi", _("Nomor registrasi ini tidak terbaca. Salin dari catatan, seperti R4K-82WT, atau kosongkan."))
    _place(item, gazetteer, values.pop(GAMPONG, ""), kecamatan)
    for rule in IDENTITY_ERRORS:
        for sentence, params, *path in rule.speak(Record(values, today)):
            item.trouble(_column_of(head, path[0] if path else rule.field), say(sentence, params))
    return item


def _place(item: Item, gazetteer: Gazetteer, gampong: str, kecamatan: str) -> None:
    """The gampong by name within its kecamatan, by code, or by another spelling."""
    try:
        inside = gazetteer.kecamatan(kecamatan) if kecamatan else ""
    except Unreadable as unreadable:
        item.trouble("kecamatan", unreadable.sentence)
        return
    try:
        if gampong:
            item.values[GAMPONG] = gazetteer.gampong(gampong, inside)
    except Unreadable as unreadable:
        item.trouble("gampong", unreadable.sentence)


def _column_of(head: Head, path: str) -> str:
    return next((column.name for column in head.layout.columns if column.path == path), path)


def _twice(items: Sequence[Item]) -> None:
    """A record that stands twice in the file is a problem on the later row, which names the earlier."""
    seen: dict[Any, Item] = {}
    for item in items:
        keys = [("id_registrasi", item.number)] if item.number else []
        keys += [("nik", item.nik, item.values.get(KIND))] if item.nik else []
        for key in keys:
            if key in seen:
                said = {"row": seen[key].row}
                if key[0] == "nik":
                    item.trouble("nik", _("NIK ini dengan jenis PPKS yang sama sudah ada di baris %(row)d.") % said)
                else:
                    item.trouble("id_registrasi", _("Nomor registrasi ini sudah ada di baris %(row)d.") % said)
            seen.setdefault(key, item)


def _decide(item: Item, known: Known, member: Member) -> None:
    """Match the row with a record by its registration number, else by a NIK that exactly one visible person holds and the kind."""
    kind = item.values.get(KIND)
    if kind in RESTRICTED_KINDS and not member.restricted:
        item.trouble("jenis_ppks", _("Jenis ini hanya diimpor oleh admin yang ditunjuk Dinas Sosial."))
        return
    if item.number:
        _match_by_number(item, known)
    elif item.nik:
        _match_by_nik(item, known)
    if item.case is not None:
        _compare(item)
    elif not item.number:
        _begin(item, known, member)


def _match_by_number(item: Item, known: Known) -> None:
    item.case = known.cases.get(item.number)
    if item.case is None:
        item.trouble("id_registrasi", _("Nomor registrasi ini tidak ada di wilayah Anda. Kosongkan bila warga ini belum tercatat."))
        return
    others = known.holders(item.nik) - {item.case.person_id}
    if others and item.nik != item.case.person.nik_index:
        item.trouble("nik", _("NIK ini sudah ada pada catatan warga lain. Periksa nomornya di KTP."))


def _match_by_nik(item: Item, known: Known) -> None:
    holders = known.holders(item.nik)
    if len(holders) > 1:
        item.trouble("nik", _("NIK ini ada pada %(count)d warga. Putuskan dulu dugaan ganda itu.") % {"count": len(holders)})
    for person in holders:
        cases = [case for case in known.cases_of(person) if case.kind == item.values.get(KIND)]
        living = [case for case in cases if case.state in LIVING_STATES]
        if len(living) > 1:
            item.trouble("jenis_ppks", _("Warga ini punya beberapa catatan dengan jenis ini. Isi kolom ID_REGISTRASI."))
        item.case = next(iter(living or cases), None)
        item.person_key = None if item.case else person


def _compare(item: Item) -> None:
    case = item.case
    item.changes = dict(differences(case.values(), item.values))
    item.verdict = "changed" if item.changes else "same"
    if item.changes and case.state not in WORKER_EDITABLE:
        said = {"number": case.registry_no, "state": State(case.state).label}
        item.trouble("nik", _("Catatan %(number)s berstatus %(state)s, jadi tidak diubah lewat berkas.") % said)


def _begin(item: Item, known: Known, member: Member) -> None:
    if item.person_key:
        shared = {path: value for path, value in item.values.items() if not path.startswith("case.")}
        item.changes = dict(differences(known.record_of(item.person_key), shared))
    troubled = {problem.column for problem in item.problems}
    paths = {"nama": "person.name", "gampong": GAMPONG, "jenis_ppks": KIND}
    for column in NEEDED_FOR_NEW:
        if not item.values.get(paths[column]) and not troubled & {column, "kecamatan" if column == "gampong" else column}:
            item.trouble(column, _("%(field)s belum diisi, jadi catatan baru tidak dapat dibuat.") % {"field": FIELDS[paths[column]].label})
    if item.values.get(GAMPONG) and not member.covers(item.values[GAMPONG]):
        item.trouble("gampong", _("Gampong ini di luar wilayah Anda."))


def _share_persons(items: Sequence[Item]) -> None:
    """Rows of one new person with several kinds become several cases of that one person; their answers must not contradict."""
    first: dict[str, Item] = {}
    for item in items:
        nik = item.nik
        if not nik or item.problems:
            continue
        earlier = first.setdefault(nik, item)
        if earlier is item:
            continue
        unlike = [path for path, _both in differences(earlier.values, item.values) if earlier.values.get(path)]
        clash = [path for path in unlike if not path.startswith("case.")]
        if clash:
            said = {"row": earlier.row, "fields": ", ".join(str(FIELDS[path].label) for path in clash)}
            item.trouble("nik", _("NIK ini juga ada di baris %(row)d, tetapi isinya beda: %(fields)s. Samakan keduanya.") % said)
        elif item.verdict == "new" and earlier.verdict == "new" and not item.person_key:
            item.after = earlier


def differences(now: dict[str, Any], brought: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """(path, (value now, value brought)) of every answer that a file would change."""
    for path, value in brought.items():
        there = now.get(path)
        if value != there and str(value).casefold() != str(there).casefold():
            yield path, (there, value)
