"""Queries that bring the persons worth comparing: the same NIK, or the same normalised name with the same birth date."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from registry.models import MatchKey, Person

NIK_AS_KEY = "nik"
NAME_BIRTH = "name_birth"


def pairs_of(persons: Sequence[Person]) -> dict[tuple[int, int], list[str]]:
    """(lower key, higher key) -> what they share, for every unmerged person who shares a key with one of `persons`.

    Two queries, however many persons.
    """
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    own = {person.pk for person in persons}
    niks = {person.nik_index for person in persons if person.nik_index}
    same_nik = Person.objects.unmerged().filter(nik_index__in=niks).values_list("nik_index", "pk")
    _collect(found, own, same_nik, NIK_AS_KEY)
    keys = MatchKey.objects.filter(person__in=own, kind=NAME_BIRTH).values("key")
    same_name = MatchKey.objects.filter(kind=NAME_BIRTH, key__in=keys, person__merged_into=None).values_list("key", "person_id")
    _collect(found, own, same_name, NAME_BIRTH)
    return {pair: sorted(shared) for pair, shared in found.items()}


def _collect(found: dict[tuple[int, int], set[str]], own: set[int], rows: Iterable[tuple[Any, int]], what: str) -> None:
    groups: dict[Any, list[int]] = defaultdict(list)
    for key, person in rows:
        groups[key].append(person)
    for members in groups.values():
        for one in members:
            if one in own:
                for other in members:
                    if other != one:
                        found[(min(one, other), max(one, other))].add(what)
