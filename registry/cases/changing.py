"""Changes to the record of a case: compared with what the form showed, written under lock, judged again."""

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from registry import audit, fields, mutations, snapshots, workflow
from registry.cases.parts import CASE_COLUMNS, answers_of, fit_subject, without_column, write_answers, write_match_keys
from registry.enums import WORKER_EDITABLE
from registry.models import Batch, Case, CaseWrite, Community, Household, MatchKey, Member, Membership, Person
from registry.models.answer import QUESTIONNAIRE
from registry.models.case import FAMILY_KIND
from registry.models.household import KK
from registry.models.person import NIK
from registry.models.sealed import keyring
from registry.permissions import can
from registry.reference.kinds import RESTRICTED_KINDS
from registry.transactions import in_one_transaction
from validation import assess

NAMING = {"person.name", "person.birth_date"}


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
    own_person, own_household = answers_of(changed, "person", but=("person.relation",)), answers_of(changed, "household")
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


def _columns(changed: Mapping[str, Any], number: str, columns: tuple[str, ...]) -> list[str]:
    """Names of the columns that hold these answers; a number has several."""
    return [column for path in changed for column in (columns if path == number else (path.split(".", 1)[1],))]


def _write_case(case: Case, changed: Mapping[str, Any], household: Household | None, actor: Member, now: datetime) -> None:
    own = {path: changed[path] for path in CASE_COLUMNS if path in changed}
    if own:
        community = case.community
        case.apply(own)
        fit_subject(case, household, actor, now)
        if case.community:
            case.community.place_id = case.place_id
            case.community.save()
            case.community = case.community  # the key is known only after the insert
        case.save(update_fields=[*(path.removeprefix("case.") for path in own), "household", "community"])
        if community and case.community is None:
            Community.objects.filter(pk=community.pk, cases=None).delete()
    loose = without_column(changed)
    if loose:
        answers = case.answers.filter(version=QUESTIONNAIRE).first()
        all_of_them = {**(answers.values() if answers else {}), **loose}
        write_answers([case], [{path: value for path, value in all_of_them.items() if not fields.is_empty(value)}])


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
        write_match_keys([person])
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
