"""What the registry already knows of the rows of a file, fetched for a chunk of rows at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from registry.models import Case, Member, Membership, Person


class Wanted(Protocol):
    """What a row asks by."""

    number: str

    @property
    def nik(self) -> str | None: ...


@dataclass(frozen=True)
class Known:
    """`cases`: registry number -> case. Only what the member may see."""

    cases: dict[str, Case]
    _holders: dict[str, set[int]]
    _cases_of: dict[int, list[Case]]
    _records: dict[int, dict[str, Any]]

    @classmethod
    def of(cls, wanted: Iterable[Wanted], member: Member) -> "Known":
        """Six queries for the cases by number, their holders, and what those hold; each with its fixed number of prefetches."""
        rows = list(wanted)
        visible = Case.objects.visible_to(member).with_record()
        by_number = {case.registry_no: case for case in visible.filter(registry_no__in={row.number for row in rows} - {""})}
        holders: dict[str, set[int]] = defaultdict(set)
        persons = Person.objects.visible_to(member).unmerged().filter(nik_index__in={row.nik for row in rows} - {None})
        for index, key in persons.values_list("nik_index", "pk"):
            holders[index].add(key)
        single = {key for keys in holders.values() if len(keys) == 1 for key in keys}
        cases_of: dict[int, list[Case]] = defaultdict(list)
        for case in visible.filter(person_id__in=single).newest():
            cases_of[case.person_id].append(case)
        return cls(by_number, holders, cases_of, _records(single))

    def holders(self, nik: str | None) -> set[int]:
        """Persons on whose record the NIK stands."""
        return self._holders.get(nik or "", set())

    def cases_of(self, person: int) -> list[Case]:
        return self._cases_of.get(person, [])

    def record_of(self, person: int) -> dict[str, Any]:
        """Answers of a person and their household, path -> value."""
        return self._records.get(person, {})


def _records(keys: set[int]) -> dict[int, dict[str, Any]]:
    records = {person.pk: person.values() for person in Person.objects.filter(pk__in=keys)}
    for membership in Membership.objects.filter(person_id__in=keys, until=None).select_related("household"):
        records[membership.person_id] |= {"person.relation": membership.relation} | membership.household.values()
    return records
