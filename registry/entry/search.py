"""Search before create: at most three people of the own area who may be the one that was met, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import audit, privacy
from registry.models import Area, Case, Member, Person
from validation.linkage import names

MOST_SHOWN = 3
# Persons read for ranking; of a name that half the regency bears the nearest are still among them.
MOST_RANKED = 60
TRIES_PER_HOUR = 60
HOUR = 3600
SAME, LIKE, OTHER, EMPTY = "sama", "mirip", "beda", "kosong"
WORDS = {SAME: gettext_lazy("sama"), LIKE: gettext_lazy("mirip"), OTHER: gettext_lazy("beda"), EMPTY: gettext_lazy("kosong")}
# What a verdict adds to the strength of a candidate: field -> verdict -> points.
WEIGHTS = {
    "nik": {SAME: 100, OTHER: -20},
    "name": {SAME: 30, LIKE: 20},
    "birth": {SAME: 15, LIKE: 8, OTHER: -10},
    "place": {SAME: 10},
}


@dataclass(frozen=True)
class Query:
    """What the worker knows: a NIK, or a name with a year of birth and a gampong."""

    nik: str | None = None
    name: str | None = None
    birth_year: int | None = None
    gampong: str | None = None


@dataclass(frozen=True)
class Chip:
    verdict: str
    label: str


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be the same. `case` is the newest case the member sees, None for a household member without one."""

    person: Person
    case: Case | None
    title: str
    born: int | None
    place: str
    number: str
    chips: tuple[Chip, ...]
    sentence: str


def allowed(member: Member, now: datetime) -> bool:
    """Count this search; False when the account has searched more often in this hour than recording can need."""
    key = f"cari:{member.id}:{now:%Y%m%d%H}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) <= TRIES_PER_HOUR


def search(query: Query, *, member: Member, today: date, now: datetime) -> list[Candidate]:
    """The strongest candidates among the people the member may know of; a person elsewhere is answered like nobody. Recorded."""
    seen = Person.objects.visible_to(member)
    persons: dict[int, Person] = {}
    if query.nik:
        persons |= {person.pk: person for person in seen.holding(query.nik)[:MOST_RANKED]}
    if query.name and query.birth_year:
        persons |= {person.pk: person for person in seen.named_like(query.name, query.birth_year)[:MOST_RANKED]}
    found = _ranked(list(persons.values()), query, member, today)
    by = "nik" if query.nik else "nama"
    audit.record("cari", actor=member, now=now, kind="person", detail={"by": by, "found": len(found)})
    return found


def _ranked(persons: Sequence[Person], query: Query, member: Member, today: date) -> list[Candidate]:
    newest = Case.objects.visible_to(member).of_persons([p.pk for p in persons]).with_record().order_by("person_id", "-updated_at", "-pk")
    cases = {key: next(group) for key, group in groupby(newest, key=lambda case: case.person_id)}
    homes = {key: _home(case) for key, case in cases.items()}
    rated = []
    for person in persons:
        places = {area.code for area in homes.get(person.pk, ())}
        verdicts = _verdicts(query, person, places)
        rated.append((sum(WEIGHTS[what].get(verdict, 0) for what, verdict in verdicts.items()), person, verdicts))
    rated.sort(key=lambda rating: (-rating[0], rating[1].pk))
    # A shared word of a common name is no candidate by itself: something else must speak for it too.
    strong = [(person, verdicts) for _points, person, verdicts in rated if verdicts["nik"] == SAME or verdicts["name"] in (SAME, LIKE)]
    return [_candidate(p, cases.get(p.pk), homes.get(p.pk, ()), v, member, today) for p, v in strong[:MOST_SHOWN]]


def _home(case: Case) -> tuple[Area, ...]:
    """Where the person of a case lives and was found."""
    lives = case.membership.household.gampong if case.membership else None
    return tuple(area for area in (lives, case.place) if area)


def _verdicts(query: Query, person: Person, places: set[str]) -> dict[str, str]:
    born = person.birth_date.year if person.birth_date else person.birth_year
    return {
        "name": _name_verdict(query.name, person.name),
        "birth": EMPTY if not query.birth_year or not born else SAME if born == query.birth_year else
        LIKE if abs(born - query.birth_year) <= 2 else OTHER,
        "place": EMPTY if not query.gampong or not places else SAME if query.gampong in places else OTHER,
        "nik": EMPTY if not query.nik or not person.nik else SAME if person.nik == query.nik else OTHER,
    }  # fmt: skip


def _name_verdict(typed: str | None, known: str | None) -> str:
    if not typed or not known:
        return EMPTY
    if typed.casefold() == known.casefold():
        return SAME
    one, other = set(names.tokens(typed)), set(names.tokens(known))
    if names.normalise(typed) == names.normalise(known) or len(one & other) >= min(2, len(one), len(other)):
        return LIKE
    return OTHER


def _candidate(
    person: Person, case: Case | None, homes: Sequence[Area], verdicts: dict[str, str], member: Member, today: date
) -> Candidate:
    own = case is not None and case.worker_id == member.id
    title = person.name if own and person.name else privacy.list_title(case, today) if case else privacy.person_title(person, today)
    labels = {"name": _("Nama"), "birth": _("Tahun lahir"), "place": _("Gampong"), "nik": _("NIK")}
    veiled = not own and (privacy.is_child(person, today) or (case is not None and case.is_restricted))
    return Candidate(
        person=person,
        case=case,
        title=title,
        born=None if veiled else person.birth_date.year if person.birth_date else person.birth_year,
        place=homes[0].bare_name if homes else "",
        number="" if veiled or not person.nik else privacy.mask_number(person.nik),
        chips=tuple(Chip(verdicts[what], f"{label}: {WORDS[verdicts[what]]}") for what, label in labels.items()),
        sentence=_sentence(verdicts),
    )


def _sentence(verdicts: dict[str, str]) -> str:
    """What the chips add up to."""
    if verdicts["nik"] == SAME:
        return _("NIK-nya sama dengan yang Anda tulis. Kemungkinan besar orang yang sama.")
    if verdicts["nik"] == OTHER:
        return _("NIK-nya lain dari yang Anda tulis. Bandingkan dengan KTP, mungkin orang lain.")
    name = _("Namanya sama.") if verdicts["name"] == SAME else _("Namanya mirip dengan yang Anda tulis.")
    if verdicts["birth"] == SAME and verdicts["place"] == SAME:
        return _("%(name)s Tahun lahir dan gampongnya sama. Kemungkinan besar orang yang sama.") % {"name": name}
    if verdicts["birth"] == EMPTY:
        return _("%(name)s Tahun lahirnya belum diketahui. Tanyakan ke warga atau keuchik.") % {"name": name}
    return _("%(name)s Yang lain belum pasti. Tanyakan ke warga atau keuchik.") % {"name": name}
