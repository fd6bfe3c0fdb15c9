"""Who sees which field in clear, how the rest is masked, and the logged click that shows a number.

Protection classes follow UU 27/2022 Pasal 4 (health, children, crime, finance are specific data), UU 11/2012 Pasal 19 (identity of a
child in contact with the law) and the note on PPKS data 5.2. Templates get masked text from here and never a raw number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from registry import audit
from registry.enums import Protection, Role
from registry.fields import FIELDS, Field, is_empty
from registry.fieldtypes import is_number
from registry.models import Area, Case, Member, Person
from registry.permissions import can
from registry.reference.kinds import KINDS

DOTS = "•" * 8
CHILD_UNTIL = 18


class Viewer(StrEnum):
    """How a member stands to a case they can see."""

    KEEPER = "petugas catatan"
    WORKER = "petugas lain"
    SUPERVISOR = "penyelia"
    ADMIN = "admin"


_EVERYBODY = frozenset(Viewer)
_TRUSTED = frozenset({Viewer.KEEPER, Viewer.SUPERVISOR, Viewer.ADMIN})

# Protection class -> who sees it in clear on the page of a record. Numbers are masked for everybody until the logged click.
CLEAR: dict[Protection, frozenset[Viewer]] = {
    Protection.OPEN: _EVERYBODY,
    Protection.PERSONAL: _TRUSTED,
    Protection.IDENTIFIER: frozenset(),
    Protection.CHILD: _TRUSTED,
    Protection.HEALTH: _TRUSTED,
    Protection.FINANCE: _TRUSTED,
    Protection.CRIME: _TRUSTED,
    Protection.SECRET_KIND: _TRUSTED,
}
# What tells who a child is: hidden from other workers (UU 27/2022 Pasal 4; note 5.2).
CHILD_IDENTITY = ("person.name", "person.mother_name", "household.head_name", "household.address", "household.dusun", "case.place_note")


@dataclass(frozen=True)
class Shown:
    """One answer as a page may show it."""

    path: str
    label: str
    text: str
    empty: bool
    masked: bool
    revealable: bool


def viewer(member: Member, case: Case) -> Viewer:
    if member.role == Role.PSM:
        return Viewer.KEEPER if case.worker_id == member.id else Viewer.WORKER
    return Viewer.SUPERVISOR if member.role == Role.SUPERVISOR else Viewer.ADMIN


def sees_clear(who: Viewer, field: Field, *, child: bool) -> bool:
    """The rule behind every mask: may this viewer read this field in clear?"""
    if child and field.path in CHILD_IDENTITY:
        return who in _TRUSTED
    return who in CLEAR[field.protection]


def mask_number(number: str | None) -> str:
    """1111••••••••9001; anything that is no 16 digits shows no digit at all."""
    if is_number(number):
        return f"{number[:4]}{DOTS}{number[-4:]}"
    return DOTS


def mask_phone(number: str) -> str:
    """0812••••••••89: enough to recognise a number one has, too little to learn one."""
    return f"{number[:4]}{DOTS}{number[-2:]}" if len(number) >= 8 else DOTS


def mask(field: Field, value: Any) -> str:
    """What stands in place of a value that is not shown."""
    if field.protection is Protection.IDENTIFIER:
        return mask_number(value)
    if field.path in ("person.name", "person.mother_name", "household.head_name"):
        return f"{str(value)[:1]}•••••"
    if field.path == "person.birth_date":
        return str(value.year)
    return _("tertutup")


def age(person: Person, today: date) -> int | None:
    """Completed years; from the year alone when no date is known."""
    if person.birth_date:
        born = person.birth_date
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return today.year - person.birth_year if person.birth_year else None


def is_child(person: Person, today: date) -> bool:
    years = age(person, today)
    return years is not None and years < CHILD_UNTIL


def list_title(case: Case, today: date) -> str:
    """How a case is called in lists, messages and titles of lists: a child or a restricted kind is never named there."""
    if case.is_restricted:
        return _("Kasus terbatas, nomor %(number)s") % {"number": case.registry_no}
    return person_title(case.person, today)


def person_title(person: Person, today: date) -> str:
    """How a person is called in lists, no case of a restricted kind being in play."""
    if is_child(person, today):
        return _("%(initial)s•••••, anak %(age)d tahun") % {"initial": (person.name or "•")[:1], "age": age(person, today) or 0}
    return person.name or _("Belum ada nama")


def list_kind(case: Case) -> str:
    """The kind in lists: never the label of a restricted one."""
    if case.is_restricted:
        return _("Kasus terbatas")
    return KINDS[case.kind].name if case.kind else _("Jenis belum dipilih")


def list_number(case: Case, today: date) -> str:
    """The NIK in lists: masked, and closed altogether for a child or a restricted kind."""
    if case.is_restricted or is_child(case.person, today):
        return _("tertutup")
    return mask_number(case.person.nik) if case.person.nik else _("belum ada NIK")


def page_title(case: Case, member: Member, today: date) -> str:
    """How a case is called at the head of its own page."""
    name = show_value("person.name", case.person.name, member, case, today)
    return name.text if case.person.name else _("Belum ada nama")


def show(case: Case, member: Member, today: date, values: Mapping[str, Any] | None = None) -> dict[str, Shown]:
    """Path -> Shown for every field this record is asked. `values`: the record's answers if they are at hand (e.g. of a snapshot)."""
    values = case.values() if values is None else values
    areas = _area_names(values)
    return {
        path: show_value(path, values.get(path), member, case, today, areas)
        for path, field in FIELDS.items()
        if field.asked(values) or not is_empty(values.get(path))
    }


def show_value(path: str, value: Any, member: Member, case: Case, today: date, areas: Mapping[str, str] | None = None) -> Shown:
    """One answer as this member may see it."""
    field, who = FIELDS[path], viewer(member, case)
    if is_empty(value):
        return Shown(path, str(field.label), _("Tidak diisi"), empty=True, masked=False, revealable=False)
    if sees_clear(who, field, child=is_child(case.person, today)):
        return Shown(path, str(field.label), words(path, value, areas), empty=False, masked=False, revealable=False)
    revealable = field.protection is Protection.IDENTIFIER and can(member, "lihat_nik", case)
    return Shown(path, str(field.label), mask(field, value), empty=False, masked=True, revealable=revealable)


def words(path: str, value: Any, areas: Mapping[str, str] | None = None) -> str:
    """A value in words, unmasked. Criteria are named by the kind's own text only where the kind is at hand (see pages)."""
    if path in ("household.gampong", "case.place"):
        return (areas or {}).get(value) or _area_names({path: value}).get(value, value)
    return FIELDS[path].type.show(value)


def _area_names(values: Mapping[str, Any]) -> dict[str, str]:
    codes = {values.get("household.gampong"), values.get("case.place")} - {None}
    areas = Area.objects.filter(code__in=codes).select_related("parent")
    return {area.code: f"{area.name}, Kec. {area.parent.name}" if area.parent else area.name for area in areas}


def reveal(case: Case, path: str, *, member: Member, now: datetime) -> str:
    """The number in clear, once, with an audit event that says who looked. Raises PermissionError for whoever may not."""
    if FIELDS[path].protection is not Protection.IDENTIFIER or not can(member, "lihat_nik", case):
        raise PermissionError(path)
    audit.record("lihat_nomor", actor=member, now=now, kind="case", ids=[case.public_id], detail={"path": path})
    return case.values().get(path) or ""
