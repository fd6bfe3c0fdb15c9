"""New cases: a person (new or known), their household and a draft, judged and compared at once."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from registry import audit, fields, mutations, numbers, workflow
from registry.cases.parts import CASE_COLUMNS, answers_of, fit_subject, without_column, write_answers, write_match_keys
from registry.models import Area, Batch, Case, CaseWrite, Community, Household, Member, Membership, Person
from registry.models.household import KK
from registry.permissions import can
from registry.reference.kinds import RESTRICTED_KINDS
from registry.transactions import in_one_transaction
from validation import assess


@dataclass(frozen=True)
class NewCase:
    """What a case begins with. `values`: path -> value, at least `case.place`. `person_key`: a person known already."""

    values: Mapping[str, Any] = field(repr=False)
    worker_id: int
    person_key: int | None = None


@in_one_transaction
def begin(
    entries: Sequence[NewCase], *, actor: Member, now: datetime, batch: Batch | None = None, mutation_id: UUID | None = None
) -> list[Case]:
    """Make a draft of each entry with its person and household, judge it and look for doubles. Returns them in order.

    With `batch` they land as `diajukan` where nothing stops them (architecture 6).
    Raises PermissionError for who may not record, a restricted kind without the grant or a place outside the actor's areas.
    """
    known = {entry.person_key for entry in entries if entry.person_key}
    seen = Person.objects.visible_to(actor).unmerged().filter(pk__in=known)
    if not can(actor, "impor" if batch else "catat") or seen.count() != len(known):
        raise PermissionError(str(workflow.NOT_HERE))
    for entry in entries:
        if not actor.covers(entry.values["case.place"]) or (entry.values.get("case.kind") in RESTRICTED_KINDS and not actor.restricted):
            raise PermissionError(_("Tempat atau jenis ini di luar tugas Anda."))
    answer = mutations.once(mutation_id, "catat", actor=actor, now=now, do=lambda: {"cases": _begin(entries, actor, now, batch)})
    made = {case.pk: case for case in Case.objects.filter(pk__in=answer["cases"]).with_record()}
    return [made[key] for key in answer["cases"]]


def _begin(entries: Sequence[NewCase], actor: Member, now: datetime, batch: Batch | None) -> list[int]:
    persons = _persons_for(entries, actor, now, batch)
    households = _households_for(entries, persons, actor, now, batch)
    cases = [
        _new_case(number, *of_entry, actor, now, batch)
        for number, *of_entry in zip(_free_numbers(len(entries)), entries, persons, households, strict=True)
    ]
    Community.objects.bulk_create([case.community for case in cases if case.community])
    for case in cases:
        case.community = case.community  # the key is known only after the insert
    Case.objects.bulk_create(cases, batch_size=500)
    write_answers(cases, [without_column(entry.values) for entry in entries])
    new = [person for person, entry in zip(persons, entries, strict=True) if entry.person_key is None]
    workflow.touch_slots(new)
    write_match_keys(new)
    writes = [CaseWrite(case=c, revision=1, actor_id=actor.id, at=now, paths=sorted(e.values)) for c, e in zip(cases, entries, strict=True)]
    CaseWrite.objects.bulk_create(writes, batch_size=1000)
    keys = [case.pk for case in cases]
    _judge(keys, persons, now)
    audit.record("catat", actor=actor, now=now, kind="case", ids=[c.public_id for c in cases], detail={"batch": batch.pk} if batch else {})
    if batch is not None:
        fresh = Case.objects.filter(pk__in=keys).with_record().prefetch_related("judgements")
        workflow.land(list(fresh), actor=actor, now=now)
    return keys


def _persons_for(entries: Sequence[NewCase], actor: Member, now: datetime, batch: Batch | None) -> list[Person]:
    known = {person.pk: person for person in Person.objects.taken([e.person_key for e in entries if e.person_key])}
    persons = []
    for entry in entries:
        person = known.get(entry.person_key) if entry.person_key else None
        if person is None:
            person = Person(created_by_id=actor.id, created_at=now, batch=batch)
            person.apply(answers_of(entry.values, "person", but=("person.relation",)))
        persons.append(person)
    Person.objects.bulk_create([person for person in persons if person.pk is None], batch_size=500)
    return persons


def _households_for(
    entries: Sequence[NewCase], persons: Sequence[Person], actor: Member, now: datetime, batch: Batch | None
) -> list[Household]:
    """The household of each person: the one they live in, else a new one; rows of one file with the same card and address share it."""
    lives_in = {m.person_id: m.household for m in Membership.objects.filter(person__in=persons, until=None).select_related("household")}
    shared: dict[str, Household] = {}
    households, members = [], []
    for entry, person in zip(entries, persons, strict=True):
        household = lives_in.get(person.pk)
        if household is None:
            own = answers_of(entry.values, "household")
            key = json.dumps(fields.dump(own), sort_keys=True) if own.get(KK) else f"alone {person.pk}"
            household = shared.setdefault(key, Household(created_by_id=actor.id, created_at=now, batch=batch))
            household.apply(own)
            lives_in[person.pk] = household
            members.append(
                Membership(household=household, person=person, relation=entry.values.get("person.relation"), since=localdate(now))
            )
        households.append(household)
    Household.objects.bulk_create(shared.values(), batch_size=500)
    for member in members:
        member.household = member.household  # the key is known only after the insert
    Membership.objects.bulk_create(members, batch_size=1000)
    return households


def _free_numbers(count: int) -> list[str]:
    """So many registry numbers that no case has."""
    free: set[str] = set()
    while len(free) < count:
        drawn = {numbers.new_number(secrets.randbelow) for _ in range(count - len(free))}
        free |= drawn - set(Case.objects.filter(registry_no__in=drawn).values_list("registry_no", flat=True))
    return list(free)


def _new_case(number: str, entry: NewCase, person: Person, household: Household, actor: Member, now: datetime, batch: Batch | None) -> Case:
    case = Case(
        registry_no=number, person=person, worker_id=entry.worker_id, batch=batch,
        created_by_id=actor.id, created_at=now, updated_at=now,
    )  # fmt: skip
    case.apply({path: entry.values.get(path) for path in CASE_COLUMNS})
    case.found_on = case.found_on or localdate(now)
    fit_subject(case, household, actor, now)
    return case


def _judge(keys: Sequence[int], persons: Sequence[Person], now: datetime) -> None:
    assess.open_pairs(persons, now=now)
    assess.assess(list(Case.objects.filter(pk__in=keys).with_record()), now=now)


def gampong_of(member: Member) -> list[Area]:
    """Gampong in which a member may record."""
    return list(Area.objects.gampong().under(member.areas).select_related("parent"))
