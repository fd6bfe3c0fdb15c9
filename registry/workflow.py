"""What can happen to a case: TRANSITIONS, `available` for the buttons, `perform` as the one door through which a state changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import audit, mutations, snapshots
from registry.enums import BEFORE_SENDING, VALID_STATES, EndReason, RejectReason, ReturnReason, Stage, State
from registry.models import Case, CaseWrite, Member, NikSlot, Person, Pin, StateChange
from registry.permissions import can
from registry.transactions import in_one_transaction
from validation import assess
from validation.models import Finding, FindingAnswer

NOT_HERE = gettext_lazy("Catatan ini tidak ada di wilayah Anda. Periksa nomornya, atau tanya penyelia Anda.")

MAKER = gettext_lazy("Anda ikut mengisi catatan ini, jadi penyelia lain yang memutuskan.")

# Rows of one UPDATE.
CHUNK = 1000


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
    differences: dict[str, tuple[Any, Any]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Bunch:
    """Cases that may move together. What the checks ask of the database is read once for all of them."""

    cases: Sequence[Case]
    actor: Member
    now: datetime
    lift: str

    @cached_property
    def written(self) -> set[int]:
        return _written(self.cases, self.actor)

    @cached_property
    def ready(self) -> set[int]:
        found = assess.ready(Case.objects.filter(pk__in=[case.pk for case in self.cases]), today=localdate(self.now))
        return set(found.values_list("pk", flat=True))

    @cached_property
    def findings(self) -> dict[int, list[Finding]]:
        return assess.findings_of(self.cases)


@dataclass(frozen=True)
class Attempt:
    """One case about to move, as the actor saw it."""

    case: Case
    seen: Seen
    bunch: Bunch


Check = Callable[[Attempt], str | None]


def _sees_this_revision(attempt: Attempt) -> str | None:
    if attempt.seen.revision != attempt.case.revision:
        return _("Catatan ini berubah sejak Anda membukanya. Lihat perubahannya, lalu putuskan lagi.")
    return None


def _wrote_nothing_in_it(attempt: Attempt) -> str | None:
    """Who wrote since the last approval cannot decide: maker is not checker (Kepmensos 73/HUK/2024, one person one function)."""
    return str(MAKER) if attempt.case.pk in attempt.bunch.written else None


def wrote_in(case: Case, member: Member) -> bool:
    """Whether the member wrote in the record since its last approval."""
    return case.pk in _written([case], member)


def _written(cases: Sequence[Case], member: Member) -> set[int]:
    since = Q(case__approved_revision=None) | Q(revision__gt=F("case__approved_revision"))
    writes = CaseWrite.objects.filter(since, case__in=[case.pk for case in cases], actor_id=member.id)
    return set(writes.values_list("case_id", flat=True))


def _nothing_stops(stage: Stage) -> Check:
    def check(attempt: Attempt) -> str | None:
        stopping = [f for f in attempt.bunch.findings[attempt.case.pk] if f.stops is not None and f.stops <= stage and not f.lifted]
        if stage is Stage.APPROVE and attempt.bunch.lift:
            stopping = [f for f in stopping if f.stops != Stage.APPROVE]
        if not stopping:
            return None
        return _("Masih ada %(count)d hal yang harus diperbaiki dulu. %(first)s") % {"count": len(stopping), "first": stopping[0].text}

    return check


def _submitted_it(attempt: Attempt) -> str | None:
    return None if attempt.case.submitted_by_id == attempt.bunch.actor.id else _("Hanya yang mengirim catatan ini yang dapat menariknya.")


def _is_ready(attempt: Attempt) -> str | None:
    return None if attempt.case.pk in attempt.bunch.ready else _("Catatan ini belum siap DTSEN.")


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
        frozenset(BEFORE_SENDING),
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
        frozenset(VALID_STATES),
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
        forbidden = {s.key: _refusal(cases.get(s.key), action, actor, note) for s in seen}
        bunch = Bunch([case for key, case in cases.items() if forbidden[key] is None], actor, now, lift.strip())
        if row.judged:
            assess.assess(bunch.cases, now=now)
        outcomes.extend(_judge(cases.get(s.key), s, row, bunch, forbidden[s.key]) for s in seen)
        # A case named twice moves once.
        moved = list({o.key: cases[o.key] for o in outcomes if o.done}.values())
        if action == "setujui" and bunch.lift:
            _lift(moved, bunch)
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


def _refusal(case: Case | None, action: str, actor: Member, note: str) -> str | None:
    """Why the table or the area forbids the action, whatever the record says; None when they allow it."""
    if case is None:
        return str(NOT_HERE)
    row = TRANSITIONS[action]
    if not can(actor, action, case):
        return _("Tindakan ini bukan tugas Anda untuk catatan ini.")
    if case.state not in row.sources:
        return _("Catatan ini sekarang berstatus %(state)s.") % {"state": State(case.state).label}
    return _("Tulis alasannya.") if row.needs_note and not note.strip() else None


def _judge(case: Case | None, seen: Seen, row: Transition, bunch: Bunch, refusal: str | None) -> Outcome:
    if case is None or refusal:
        return Outcome(seen.key, False, refusal or "")
    for check in row.checks:
        if sentence := check(Attempt(case, seen, bunch)):
            changed = check is _sees_this_revision
            return Outcome(seen.key, False, sentence, _since(case, seen.revision) if changed else {})
    return Outcome(seen.key, True)


def _since(case: Case, revision: int) -> dict[str, tuple[Any, Any]]:
    before = snapshots.at_revision(case, revision)
    return snapshots.differences(before, case.values()) if before is not None else {}


def _lift(cases: Sequence[Case], bunch: Bunch) -> None:
    answers = [
        FindingAnswer(
            case=case, rule=f.rule, value_hash=assess.value_hash(case.values().get(f.field)), reason=bunch.lift,
            actor_id=bunch.actor.id, at=bunch.now,
        )
        for case in cases
        for f in bunch.findings[case.pk]
        if f.stops == Stage.APPROVE and not f.lifted
    ]  # fmt: skip
    FindingAnswer.objects.bulk_create(answers, ignore_conflicts=True)
    assess.assess(cases, now=bunch.now)


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
        if action == "setujui":
            case.approved_revision = case.revision
        for column, value in _stamps(action, actor, now).items():
            setattr(case, column, value)
    for start in range(0, len(cases), CHUNK):
        part = Case.objects.filter(pk__in=[case.pk for case in cases[start : start + CHUNK]])
        approved = {"approved_revision": F("revision")} if action == "setujui" else {}
        part.update(state=target, updated_at=now, **_stamps(action, actor, now), **approved)
    snapshots.take([case for case in cases if case.submitted_at], now=now)
    if action == "setujui":
        _confirm_identities(cases)
    StateChange.objects.bulk_create(steps)
    audit.record(
        action, actor=actor, now=now, kind="case", ids=[case.public_id for case in cases], detail={"reason": reason} if reason else {}
    )
    return steps


def _stamps(action: str, actor: Member, now: datetime) -> dict[str, Any]:
    """Columns that say who did what when, beside the state itself."""
    return {
        "ajukan": {"submitted_by_id": actor.id, "submitted_at": now},
        "setujui": {"approved_by_id": actor.id, "approved_at": now},
        "kirim": {"sent_at": now},
    }.get(action, {})


def _confirm_identities(cases: Sequence[Case]) -> None:
    """Approval confirms the identity, unless another confirmed person holds that NIK: then it stays unconfirmed and the pair open."""
    doubtful = [case.person for case in cases if not case.person.identity_confirmed and case.person.merged_into_id is None]
    persons = {person.pk: person.nik_index for person in doubtful if person.nik_index}
    touch_slots(doubtful)
    holders = Person.objects.unmerged().filter(nik_index__in=persons.values(), identity_confirmed=True)
    held = set(holders.values_list("nik_index", flat=True))
    first: dict[str, int] = {}
    for key in sorted(persons):
        if persons[key] not in held:
            first.setdefault(persons[key], key)
    confirmed = set(first.values())
    Person.objects.filter(pk__in=confirmed).update(identity_confirmed=True)
    for person in doubtful:
        person.identity_confirmed = person.pk in confirmed


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
    approved = [case for case in cases if case.state in VALID_STATES]
    _move(approved, "ubah", State.DIAJUKAN, actor=actor, now=now)


def land(cases: Sequence[Case], *, actor: Member, now: datetime) -> None:
    """First state of rows that came from a file: `diajukan` when nothing stops them, else they stay `draf`. Needs fresh judgements."""
    fit = [case for case in cases if not any(j.stops_submit for j in case.judgements.all())]
    _move(fit, "ajukan", State.DIAJUKAN, actor=actor, now=now)
