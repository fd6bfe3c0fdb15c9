"""Every write to a case that is not a change of state. Each door takes a list; browser, import and command use the same ones."""

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from registry import audit, fields, mutations, numbers, snapshots, workflow
from registry.enums import WORKER_EDITABLE, State
from registry.models import (
    Account,
    AnswerIndex,
    Answers,
    Area,
    Batch,
    Case,
    CaseWrite,
    Community,
    Household,
    MatchKey,
    Member,
    Membership,
    Person,
)  # fmt: skip
from registry.models.answer import QUESTIONNAIRE
from registry.models.case import COMMUNITY_KIND, FAMILY_KIND
from registry.models.household import KK
from registry.models.person import NIK
from registry.models.sealed import keyring
from registry.permissions import can
from registry.reference.kinds import RESTRICTED_KINDS
from registry.transactions import in_one_transaction
from validation import assess

CASE_COLUMNS = (*(f"case.{column}" for column in Case.COLUMNS), "case.place")
NAMING = {"person.name", "person.birth_date"}


@dataclass(frozen=True)
class NewCase:
    """What a case begins with. `values`: path -> value, at least `case.place`. `person_key`: a person known already."""

    values: Mapping[str, Any] = field(repr=False)
    worker_id: int
    person_key: int | None = None


@dataclass(frozen=True)
class Edit:
    """Changes to one case. `shown`: path -> `fingerprint` of the value the form displayed; None: overwrite whatever is there."""

    key: int
    changes: Mapping[str, Any] = field(repr=False)
    shown: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Edited:
    """What became of one edit. `clashes`: path -> (value now, value sent) of fields that changed underneath; then nothing was written."""

    key: int
    done: bool
    sentence: str = ""
    revision: int = 0
    changed: tuple[str, ...] = ()
    clashes: dict[str, tuple[Any, Any]] = field(default_factory=dict, repr=False)


def fingerprint(path: str, value: Any) -> str:
    """Short keyed hash of an answer: a form carries it to tell later whether the answer changed, without carrying the answer."""
    dumped = None if fields.is_empty(value) else fields.FIELDS[path].type.dump(value)
    content = f"shown|{path}|{json.dumps(dumped, sort_keys=True)}".encode()
    return hmac.new(keyring().index_key, content, sha256).hexdigest()[:20]


# --- beginning


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
    _write_answers(cases, [_stored(entry.values) for entry in entries])
    new = [person for person, entry in zip(persons, entries, strict=True) if entry.person_key is None]
    workflow.touch_slots(new)
    _write_match_keys(new)
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
            person.apply(_of(entry.values, "person", but=("person.relation",)))
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
            own = _of(entry.values, "household")
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
    _fit_subject(case, household, actor, now)
    return case


def _fit_subject(case: Case, household: Household | None, actor: Member, now: datetime) -> None:
    """Kind 25 is about the household, 26 about a community, the others about the person (Permensos 8/2012)."""
    case.household = household if case.kind == FAMILY_KIND else None
    if case.kind != COMMUNITY_KIND:
        case.community = None
    elif case.community is None:
        case.community = Community(place_id=case.place_id, created_by_id=actor.id, created_at=now, batch=case.batch)


# --- changing


@in_one_transaction
def update(
    edits: Sequence[Edit], *, actor: Member, now: datetime, batch: Batch | None = None, mutation_id: UUID | None = None
) -> list[Edited]:
    """Write the changed answers of each edit; only fields that changed underneath clash, and then that edit writes nothing.

    With `batch` the edits come from a file, and the right asked is that of the import.

    A write to a person or household raises its own revision and that of all its cases, and sends approved ones back to judgement
    when the field matters. Everything touched is judged again, snapshotted if it was ever submitted, and recorded.
    """
    results: list[Edited] = []
    action = "impor" if batch else "ubah"

    def do() -> dict[str, Any]:
        results.extend(_update(edit, actor, now, action) for edit in edits)
        return {"edits": [{"key": e.key, "done": e.done, "revision": e.revision, "changed": list(e.changed)} for e in results]}

    answer = mutations.once(mutation_id, "ubah", actor=actor, now=now, do=do)
    # A send that was refused wrote nothing, so it is simply tried again; what clashed is never kept.
    return results or [
        Edited(**{**kept, "changed": tuple(kept["changed"])}) if kept["done"] else _update(edit, actor, now, action)
        for kept, edit in zip(answer["edits"], edits, strict=True)
    ]


def _update(edit: Edit, actor: Member, now: datetime, action: str) -> Edited:
    case = locked(edit.key, actor)
    if case is None or not can(actor, action, case) or case.state not in WORKER_EDITABLE:
        return Edited(edit.key, False, str(workflow.NOT_HERE) if case is None else _("Catatan ini tidak dapat diubah sekarang."))
    if edit.changes.get("case.kind") in RESTRICTED_KINDS and not actor.restricted:
        return Edited(edit.key, False, _("Jenis ini hanya dicatat oleh petugas yang ditunjuk Dinas Sosial."))
    if "case.place" in edit.changes and not actor.covers(edit.changes["case.place"] or ""):
        return Edited(edit.key, False, _("Gampong ini di luar wilayah Anda. Minta penyelia menyerahkan catatannya."))
    current = case.values()
    changed, clashes = _compare(edit, current)
    if clashes:
        return Edited(edit.key, False, _("Isian ini juga diubah orang lain. Pilih yang benar."), case.revision, (), clashes)
    if not changed:
        return Edited(edit.key, True, revision=case.revision)
    affected = _write(case, changed, actor, now)
    _after_write(affected, case, changed, actor, now)
    case.refresh_from_db(fields=["revision"])
    return Edited(edit.key, True, revision=case.revision, changed=tuple(changed))


def _compare(edit: Edit, current: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, tuple[Any, Any]]]:
    """Three ways: what the form showed, what is there now, what was sent."""
    changed, clashes = {}, {}
    for path, value in edit.changes.items():
        now_there = current.get(path)
        if value == now_there or (fields.is_empty(value) and fields.is_empty(now_there)):
            continue
        if edit.shown is not None and edit.shown.get(path) != fingerprint(path, now_there):
            if edit.shown.get(path) != fingerprint(path, value):
                clashes[path] = (now_there, value)
            continue
        changed[path] = value
    return changed, clashes


def locked(key: int, actor: Member) -> Case | None:
    """The case with its household, persons and cases locked in the order of the house; None when it is not visible."""
    person_key = Case.objects.filter(pk=key).values_list("person_id", flat=True).first()
    households = list(Membership.objects.filter(person=person_key, until=None).values_list("household_id", flat=True))
    list(Household.objects.taken(households).values_list("pk"))
    persons = {person_key, *Membership.objects.filter(household__in=households, until=None).values_list("person_id", flat=True)} - {None}
    list(Person.objects.taken(sorted(persons)).values_list("pk"))
    list(Case.objects.of_persons(sorted(persons)).select_for_update(of=("self",)).values_list("pk"))
    return Case.objects.visible_to(actor).filter(pk=key).with_record().first()


def _write(case: Case, changed: Mapping[str, Any], actor: Member, now: datetime) -> list[int]:
    """Write the columns that changed; returns the keys of all cases whose record this is part of."""
    person, membership = case.person, case.membership
    own_person, own_household = _of(changed, "person", but=("person.relation",)), _of(changed, "household")
    if membership is None and (own_household or "person.relation" in changed or changed.get("case.kind") == FAMILY_KIND):
        household = Household.objects.create(created_by_id=actor.id, created_at=now)
        membership = Membership.objects.create(household=household, person=person, since=localdate(now))
    persons = {person.pk}
    if own_person:
        person.apply(own_person)
        person.revision += 1
        person.save(update_fields=[*_columns(own_person, NIK, ("nik", "nik_index", "identity_confirmed")), "revision"])
    if own_household:
        household = membership.household
        household.apply(own_household)
        household.revision += 1
        household.save(update_fields=[*_columns(own_household, KK, ("kk", "kk_index")), "revision"])
        persons |= set(household.memberships.filter(until=None).values_list("person_id", flat=True))
    if "person.relation" in changed:
        membership.relation = changed["person.relation"]
        membership.save(update_fields=["relation"])
    _write_case(case, changed, membership.household if membership else None, actor, now)
    if own_person or own_household or "person.relation" in changed:
        return list(Case.objects.of_persons(sorted(persons)).values_list("pk", flat=True))
    return [case.pk]


def _write_case(case: Case, changed: Mapping[str, Any], household: Household | None, actor: Member, now: datetime) -> None:
    own = {path: changed[path] for path in CASE_COLUMNS if path in changed}
    if own:
        case.apply(own)
        _fit_subject(case, household, actor, now)
        if case.community and case.community.pk is None:
            case.community.save()
            case.community = case.community
        case.save(update_fields=[*(path.removeprefix("case.") for path in own), "household", "community"])
    stored = _stored(changed)
    if stored:
        answers = case.answers.filter(version=QUESTIONNAIRE).first()
        merged = {path: value for path, value in {**(answers.values() if answers else {}), **stored}.items() if not fields.is_empty(value)}
        _write_answers([case], [merged])


def _after_write(keys: Sequence[int], edited: Case, changed: Mapping[str, Any], actor: Member, now: datetime) -> None:
    cases = list(Case.objects.filter(pk__in=keys).order_by("pk").with_record())
    person = edited.person
    parts = [(_shared(case, edited, changed), case) for case in cases]
    written = {paths: [case for own, case in parts if own == paths] for paths, _case in parts}
    for paths, touched in written.items():
        raise_revision(touched, paths, actor=actor, now=now)
    if NIK in changed:
        workflow.touch_slots([person])
    if NAMING & changed.keys():
        MatchKey.objects.filter(person=person).delete()
        _write_match_keys([person])
    if NIK in changed or NAMING & changed.keys():
        assess.open_pairs([person], now=now)
    for paths, touched in written.items():
        settle(touched, paths, actor=actor, now=now)
    audit.record("ubah", actor=actor, now=now, kind="case", ids=[edited.public_id], detail={"paths": sorted(changed)})


def _shared(case: Case, edited: Case, changed: Iterable[str]) -> tuple[str, ...]:
    """Which of the changed fields belong to the record of `case`: all, those of the same person, or those of the same household."""
    if case.pk == edited.pk:
        return tuple(sorted(changed))
    owners = ("person.", "household.") if case.person_id == edited.person_id else ("household.",)
    return tuple(sorted(path for path in changed if path.startswith(owners)))


def raise_revision(cases: Sequence[Case], paths: Iterable[str], *, actor: Member, now: datetime) -> None:
    """Count a write to each (locked) case and keep who made it."""
    for case in cases:
        case.revision += 1
        case.updated_at = now
    Case.objects.bulk_update(cases, ["revision", "updated_at"], batch_size=500)
    CaseWrite.objects.bulk_create([CaseWrite(case=c, revision=c.revision, actor_id=actor.id, at=now, paths=sorted(paths)) for c in cases])


def settle(cases: Sequence[Case], paths: Iterable[str], *, actor: Member, now: datetime) -> None:
    """After a write: judge again, send approved cases back where the fields matter, keep snapshots of what was ever submitted."""
    assess.assess(cases, now=now)
    if fields.reopening(paths):
        workflow.reopen(cases, actor=actor, now=now)
    snapshots.take([case for case in cases if case.submitted_at], now=now)


# --- giving away, giving up


@in_one_transaction
def assign(keys: Sequence[int], worker: Account, *, actor: Member, now: datetime) -> int:
    """Give the visible cases of `keys` to another worker; returns how many. Raises PermissionError where the worker may not have them."""
    cases = [case for case in Case.objects.taken(list(keys), by=actor).select_related(None) if can(actor, "serahkan", case)]
    receiver = worker.member(localdate(now))
    if not can(receiver, "catat") or not worker.is_active:
        raise PermissionError(_("Pilih petugas yang akunnya aktif."))
    if not all(receiver.covers(case.place_id) and (receiver.restricted or not case.is_restricted) for case in cases):
        raise PermissionError(_("Petugas ini tidak bertugas di gampong atau jenis kasus itu."))
    for case in cases:
        case.worker = worker
    Case.objects.bulk_update(cases, ["worker"], batch_size=500)
    audit.record("serahkan", actor=actor, now=now, kind="case", ids=[c.public_id for c in cases], detail={"worker": worker.pk})
    return len(cases)


@in_one_transaction
def delete_draft(key: int, *, actor: Member, now: datetime) -> bool:
    """Remove a draft that was never submitted, and its person where nothing else knows them; the audit event stays.

    Returns whether it was removed. Its files go with `registry.evidence.sweep`, once no row names them.
    """
    case = locked(key, actor)
    if case is None or case.state != State.DRAF or case.submitted_at or case.created_by_id != actor.id or not can(actor, "hapus", case):
        return False
    person, membership = case.person, case.membership
    audit.record("hapus_draf", actor=actor, now=now, kind="case", ids=[case.public_id])
    AnswerIndex.objects.filter(owner="case", owner_id=case.pk).delete()
    came_with_it = person.created_by_id == actor.id and person.created_at == case.created_at
    case.delete()
    if came_with_it and not person.cases.exists() and not person.merged.exists():
        person.delete()
        if membership and not membership.household.memberships.exists() and not membership.household.cases.exists():
            membership.household.delete()
    return True


# --- shared


def _judge(keys: Sequence[int], persons: Sequence[Person], now: datetime) -> None:
    assess.open_pairs(persons, now=now)
    assess.assess(list(Case.objects.filter(pk__in=keys).with_record()), now=now)


def _of(values: Mapping[str, Any], owner: str, but: tuple[str, ...] = ()) -> dict[str, Any]:
    return {path: value for path, value in values.items() if path.startswith(f"{owner}.") and path not in but}


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a case that have no column."""
    return {path: value for path, value in _of(values, "case", but=("case.evidence",)).items() if path not in CASE_COLUMNS}


def _columns(changed: Mapping[str, Any], number: str, columns: tuple[str, ...]) -> list[str]:
    return [column for path in changed for column in (columns if path == number else (path.split(".", 1)[1],))]


def _write_answers(cases: Sequence[Case], stored: Sequence[Mapping[str, Any]]) -> None:
    """Store the column-less answers of each case whole, with the index of those that lists filter by."""
    Answers.objects.filter(case__in=cases, version=QUESTIONNAIRE).delete()
    Answers.objects.bulk_create(
        [Answers(case=case, version=QUESTIONNAIRE, stored=fields.dump(values)) for case, values in zip(cases, stored, strict=True)],
        batch_size=500,
    )
    AnswerIndex.objects.filter(owner="case", owner_id__in=[case.pk for case in cases]).delete()
    AnswerIndex.objects.bulk_create(
        [
            AnswerIndex(owner="case", owner_id=case.pk, path=path, slug=str(slug))
            for case, values in zip(cases, stored, strict=True)
            for path, value in values.items()
            if fields.FIELDS[path].indexed and not fields.is_empty(value)
            for slug in (value if isinstance(value, list) else [value])
        ],
        batch_size=1000,
    )


def _write_match_keys(persons: Sequence[Person]) -> None:
    MatchKey.objects.bulk_create([key for person in persons for key in person.fresh_match_keys()], ignore_conflicts=True, batch_size=1000)


def gampong_of(member: Member) -> list[Area]:
    """Gampong in which a member may record."""
    return list(Area.objects.gampong().under(member.areas).select_related("parent"))
