"""What can happen to a case: TRANSITIONS, `available` for the buttons, `perform` as the one door through which a state changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import audit, mutations, snapshots
from registry.enums import EndReason, RejectReason, ReturnReason, Stage, State
from registry.models import Case, CaseWrite, Member, NikSlot, Person, Pin, StateChange
from registry.permissions import can
from registry.transactions import in_one_transaction
from validation import assess
from validation.models import FindingAnswer

NOT_HERE = gettext_lazy("Catatan ini tidak ada di wilayah Anda. Periksa nomornya, atau tanya penyelia Anda.")


class UnknownAction(KeyError):
    """An action that is not in TRANSITIONS."""


@dataclass(frozen=True)
class Seen:
    """A case as the actor saw it."""

    key: int
    revision: int


@dataclass(frozen=True)
class PinNote:
    """A note on one field, by path."""

    path: str
    note: str


@dataclass(frozen=True)
class Outcome:
    """What became of one case: done, or refused with a sentence. `differences`: path -> (seen, now) when another revision was seen."""

    key: int
    done: bool
    sentence: str = ""
    differences: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """One case about to move, with what the checks need."""

    case: Case
    seen: Seen
    actor: Member
    now: datetime
    lift: str


Check = Callable[[Attempt], str | None]


def _sees_this_revision(attempt: Attempt) -> str | None:
    if attempt.seen.revision != attempt.case.revision:
        return _("Catatan ini berubah sejak Anda membukanya. Lihat perubahannya, lalu putuskan lagi.")
    return None


def _wrote_nothing_in_it(attempt: Attempt) -> str | None:
    """Who wrote since the last approval cannot decide: maker is not checker (Kepmensos 73/HUK/2024, one person one function)."""
    writes = CaseWrite.objects.filter(case=attempt.case, actor_id=attempt.actor.id, revision__gt=attempt.case.approved_revision or 0)
    return _("Anda ikut mengisi catatan ini, jadi penyelia lain yang memutuskan.") if writes.exists() else None


def _nothing_stops(stage: Stage) -> Check:
    def check(attempt: Attempt) -> str | None:
        stopping = [f for f in assess.current_findings(attempt.case) if f.stops is not None and f.stops <= stage and not f.lifted]
        if stage is Stage.APPROVE and attempt.lift:
            stopping = [f for f in stopping if f.stops != Stage.APPROVE]
        if not stopping:
            return None
        return _("Masih ada %(count)d hal yang harus diperbaiki dulu. %(first)s") % {"count": len(stopping), "first": stopping[0].text}

    return check


def _submitted_it(attempt: Attempt) -> str | None:
    return None if attempt.case.submitted_by_id == attempt.actor.id else _("Hanya yang mengirim catatan ini yang dapat menariknya.")


def _is_ready(attempt: Attempt) -> str | None:
    found = assess.ready(Case.objects.filter(pk=attempt.case.pk), today=localdate(attempt.now))
    return None if found.exists() else _("Catatan ini belum siap DTSEN.")


@dataclass(frozen=True)
class Transition:
    """One row of the table: from which states, to which, what must hold. Who may is in MATRIX under the same name."""

    label: Any
    sources: frozenset[State]
    target: State
    checks: tuple[Check, ...] = ()
    reasons: Any = None
    needs_note: bool = False
    judged: bool = False


_ALL_BUT_DRAFT = frozenset(State) - {State.DRAF, State.NONAKTIF}

TRANSITIONS: dict[str, Transition] = {
    "ajukan": Transition(
        gettext_lazy("Kirim untuk verifikasi"),
        frozenset({State.DRAF, State.DIKEMBALIKAN}),
        State.DIAJUKAN,
        (_nothing_stops(Stage.SUBMIT),),
        judged=True,
    ),
    "tarik": Transition(gettext_lazy("Tarik kembali"), frozenset({State.DIAJUKAN}), State.DRAF, (_submitted_it,)),
    "kembalikan": Transition(
        gettext_lazy("Kembalikan"), frozenset({State.DIAJUKAN, State.DISETUJUI}), State.DIKEMBALIKAN, reasons=ReturnReason, needs_note=True
    ),
    "setujui": Transition(
        gettext_lazy("Setujui"),
        frozenset({State.DIAJUKAN}),
        State.DISETUJUI,
        (_sees_this_revision, _wrote_nothing_in_it, _nothing_stops(Stage.APPROVE)),
        judged=True,
    ),
    "tolak": Transition(
        gettext_lazy("Tolak"),
        frozenset({State.DIAJUKAN}),
        State.DITOLAK,
        (_sees_this_revision, _wrote_nothing_in_it),
        reasons=RejectReason,
        needs_note=True,
    ),
    "kirim": Transition(
        gettext_lazy("Kirim ke Dinas Sosial"),
        frozenset({State.DISETUJUI, State.TERKIRIM}),
        State.TERKIRIM,
        (_sees_this_revision, _is_ready),
    ),
    "nonaktifkan": Transition(gettext_lazy("Nonaktifkan"), _ALL_BUT_DRAFT, State.NONAKTIF, reasons=EndReason),
    "buka_kembali": Transition(
        gettext_lazy("Buka kembali"), frozenset({State.DITOLAK, State.NONAKTIF}), State.DRAF, needs_note=True
    ),
}  # fmt: skip


def transition_for(action: str) -> Transition:
    """Row of the table. Raises UnknownAction."""
    if action not in TRANSITIONS:
        raise UnknownAction(action)
    return TRANSITIONS[action]


def available(case: Case, member: Member) -> list[str]:
    """Actions to offer as buttons: the ones the table and MATRIX allow now. Checks may still refuse, with a sentence."""
    return [action for action, row in TRANSITIONS.items() if case.state in row.sources and can(member, action, case)]


@in_one_transaction
def perform(
    seen: Sequence[Seen],
    action: str,
    *,
    actor: Member,
    now: datetime,
    reason: str = "",
    note: str = "",
    pins: Sequence[PinNote] = (),
    lift: str = "",
    mutation_id: UUID | None = None,
) -> list[Outcome]:
    """Move each case by `action` where the table, the area and the revision the actor saw allow it.

    `reason`: a value of the row's `reasons`. `note`: free words for the other side. `pins`: notes on fields (with a return).
    `lift`: why a supervisor approves in spite of errors that stop approval only. Returns one Outcome per pair, in order.
    Writes state, step, snapshot and audit event in one transaction; sent twice under one `mutation_id` it has one effect.
    Raises UnknownAction, and ValueError for a reason not in the row.
    """
    row = transition_for(action)
    if row.reasons is not None and reason not in row.reasons.values:
        raise ValueError("this action needs one of its reasons")
    outcomes: list[Outcome] = []

    def do() -> dict[str, Any]:
        cases = _take([s.key for s in seen], actor)
        outcomes.extend(_judge(cases.get(s.key), s, action, actor, now, lift, note) for s in seen)
        moved = [cases[o.key] for o in outcomes if o.done]
        if action == "setujui" and lift:
            _lift(moved, lift, actor, now)
        steps = _move(moved, action, row.target, actor=actor, now=now, reason=reason, note=note)
        Pin.objects.bulk_create([Pin(step=step, path=pin.path, note=pin.note) for step in steps for pin in pins])
        refused = [cases[o.key].public_id for o in outcomes if not o.done and o.key in cases]
        audit.record(action, actor=actor, now=now, kind="case", ids=refused, detail={"refused": True})
        return {"outcomes": [[o.key, o.done, o.sentence] for o in outcomes]}

    answer = mutations.once(mutation_id, action, actor=actor, now=now, do=do)
    return outcomes or [Outcome(*kept) for kept in answer["outcomes"]]


def _take(keys: list[int], actor: Member) -> dict[int, Case]:
    """Lock persons, then cases, in key order (the lock order of the house); returns the visible ones."""
    list(Person.objects.taken(list(Case.objects.filter(pk__in=keys).values_list("person_id", flat=True))).values_list("pk"))
    locked = list(Case.objects.taken(keys, by=actor).values_list("pk", flat=True))
    return {case.pk: case for case in Case.objects.filter(pk__in=locked).with_record()}


def _judge(case: Case | None, seen: Seen, action: str, actor: Member, now: datetime, lift: str, note: str) -> Outcome:
    if case is None:
        return Outcome(seen.key, False, str(NOT_HERE))
    row = TRANSITIONS[action]
    if not can(actor, action, case):
        return Outcome(seen.key, False, _("Tindakan ini bukan tugas Anda untuk catatan ini."))
    if case.state not in row.sources:
        return Outcome(seen.key, False, _("Catatan ini sekarang berstatus %(state)s.") % {"state": State(case.state).label})
    if row.needs_note and not note.strip():
        return Outcome(seen.key, False, _("Tulis alasannya."))
    if row.judged:
        assess.assess([case], now=now)
    for check in row.checks:
        if sentence := check(Attempt(case, seen, actor, now, lift)):
            changed = check is _sees_this_revision
            return Outcome(seen.key, False, sentence, _since(case, seen.revision) if changed else {})
    return Outcome(seen.key, True)


def _since(case: Case, revision: int) -> dict[str, tuple[Any, Any]]:
    before = snapshots.at_revision(case, revision)
    return snapshots.differences(before, case.values()) if before is not None else {}


def _lift(cases: Iterable[Case], reason: str, actor: Member, now: datetime) -> None:
    answers = [
        FindingAnswer(
            case=case, rule=f.rule, value_hash=assess.value_hash(case.values().get(f.field)), reason=reason, actor_id=actor.id, at=now
        )
        for case in cases
        for f in assess.current_findings(case)
        if f.stops == Stage.APPROVE and not f.lifted
    ]
    FindingAnswer.objects.bulk_create(answers, ignore_conflicts=True)
    assess.assess(list(cases), now=now)


def _move(
    cases: Sequence[Case], action: str, target: State, *, actor: Member, now: datetime, reason: str = "", note: str = ""
) -> list[StateChange]:
    """Assign the state; the only place that does. Needs locked cases from `with_record`."""
    steps = []
    for case in cases:
        steps.append(
            StateChange(
                case=case, action=action, source=case.state, target=target, actor_id=actor.id, at=now, revision=case.revision,
                reason=reason, note=note,
            )
        )  # fmt: skip
        case.state, case.updated_at = target, now
        if action == "ajukan":
            case.submitted_by_id, case.submitted_at = actor.id, now
        if action == "setujui":
            case.approved_by_id, case.approved_at, case.approved_revision = actor.id, now, case.revision
        if action == "kirim":
            case.sent_at = now
    columns = ["state", "updated_at", "submitted_by", "submitted_at", "approved_by", "approved_at", "approved_revision", "sent_at"]
    Case.objects.bulk_update(cases, columns, batch_size=500)
    snapshots.take([case for case in cases if case.submitted_at], now=now)
    if action == "setujui":
        _confirm_identities(cases)
    StateChange.objects.bulk_create(steps)
    audit.record(
        action, actor=actor, now=now, kind="case", ids=[case.public_id for case in cases], detail={"reason": reason} if reason else {}
    )
    return steps


def _confirm_identities(cases: Sequence[Case]) -> None:
    """Approval confirms the identity, unless another confirmed person holds that NIK: then it stays unconfirmed and the pair open."""
    persons = {case.person_id: case.person for case in cases if case.person.nik_index and not case.person.identity_confirmed}
    touch_slots(persons.values())
    for key in sorted(persons):
        person = persons[key]
        holder = Person.objects.filter(nik_index=OuterRef("nik_index"), identity_confirmed=True, merged_into=None).exclude(pk=key)
        Person.objects.filter(pk=key, merged_into=None).filter(~Exists(holder)).update(identity_confirmed=True)
        person.refresh_from_db(fields=["identity_confirmed"])


def touch_slots(persons: Iterable[Person]) -> None:
    """Touch the NikSlot of each person, in order, so that writers of one NIK wait for each other until the transaction ends."""
    indexes = sorted({person.nik_index for person in persons if person.nik_index})
    NikSlot.objects.bulk_create(
        [NikSlot(nik_index=index, touched=1) for index in indexes],
        update_conflicts=True,
        unique_fields=["nik_index"],
        update_fields=["touched"],
    )


def reopen(cases: Sequence[Case], *, actor: Member, now: datetime) -> None:
    """`ubah`: an edit that matters sends approved cases back to judgement. Called by `registry.cases` inside its transaction."""
    approved = [case for case in cases if case.state in (State.DISETUJUI, State.TERKIRIM)]
    _move(approved, "ubah", State.DIAJUKAN, actor=actor, now=now)


def land(cases: Sequence[Case], *, actor: Member, now: datetime) -> None:
    """First state of rows that came from a file: `diajukan` when nothing stops them, else they stay `draf`. Needs fresh judgements."""
    fit = [case for case in cases if not any(j.stops_submit for j in case.judgements.all())]
    _move(fit, "ajukan", State.DIAJUKAN, actor=actor, now=now)
