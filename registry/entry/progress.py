"""How far a record is: the parts of the form, what each still lacks, what came back from the supervisor, where to go next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from registry.enums import Level, ReturnReason, Stage, State
from registry.fields import FIELDS, STEP_LABELS, Step, fields_of, is_empty, required_fields
from registry.models import Case
from registry.models.case import CaseWrite, StateChange
from validation.models import Finding
from validation.rules import step_of

# Filled when the record begins, so they do not show that a part was worked on.
GIVEN = ("case.place", "case.found_on")
# A question that was not answered yet is told by the task list; on its page it would only scold.
UNANSWERED = ("isian.kirim", "isian.siap", "syarat.kosong")


@dataclass(frozen=True)
class Part:
    """One part of the form. `missing`: paths that must be answered before sending; `later`: how many things only DTSEN needs."""

    step: Step
    label: str
    done: bool
    started: bool
    missing: tuple[str, ...]
    later: int
    errors: int
    warnings: int
    pins: int

    @property
    def holds_up(self) -> bool:
        """Whether the record cannot be sent because of this part."""
        return bool(self.missing or self.errors)


@dataclass(frozen=True)
class Returned:
    """How a record came back. `pins`: path -> note, in the order of the form; `changed`: the pinned paths written to since."""

    step: StateChange
    reason: str
    pins: dict[str, str] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()

    @property
    def open_pins(self) -> list[str]:
        return [path for path in self.pins if path not in self.changed]


def latest_findings(case: Case) -> list[Finding]:
    """Findings of the newest verdict that nobody lifted; no query after `with_story`."""
    verdicts = sorted(case.judgements.all(), key=lambda judgement: judgement.rule_set_id)
    return [found for found in verdicts[-1].findings.all() if not found.lifted] if verdicts else []


def returned(case: Case) -> Returned | None:
    """The last return of a case that is back at its worker; None in every other state."""
    steps = [step for step in case.steps.all() if step.action == "kembalikan"] if case.state == State.DIKEMBALIKAN else []
    if not steps:
        return None
    last, order = steps[-1], {path: place for place, path in enumerate(FIELDS)}
    pins = sorted(last.pins.all(), key=lambda pin: order.get(pin.path, len(order)))
    changed = {path for write in case.writes.all() if write.revision > last.revision for path in write.paths}
    reason = str(ReturnReason(last.reason).label) if last.reason else ""
    return Returned(last, reason, {pin.path: pin.note for pin in pins}, frozenset(changed))


def parts(case: Case) -> list[Part]:
    """The six parts in order. A part is done when nothing in it stops the sending, no note is open and something was answered.

    Evidence stops no sending, so there it is the list of the kind that must be complete.
    """
    values, findings, back = case.values(), latest_findings(case), returned(case)
    return [_part(step, values, findings, back.open_pins if back else ()) for step in Step]


def _part(step: Step, values: Mapping[str, Any], findings: Sequence[Finding], pins: Sequence[str]) -> Part:
    own = [found for found in findings if step_of(found.field) == step]
    missing = _open(step, values, required_fields(Stage.SUBMIT, values))
    later = sum(found.stops == Stage.READY for found in own)
    stopping = [found for found in own if found.stops == Stage.SUBMIT and found.field not in missing]
    noted = sum(step_of(path) == step for path in pins if path in FIELDS)
    started = any(not is_empty(values.get(row.path)) for row in fields_of(step) if row.path not in GIVEN)
    return Part(
        step=step,
        label=str(STEP_LABELS[step]),
        done=started and not missing and not stopping and not noted and not (step == Step.EVIDENCE and later),
        started=started,
        missing=tuple(missing),
        later=later,
        errors=len(stopping),
        warnings=sum(found.level == Level.WARNING for found in own),
        pins=noted,
    )


def _open(step: Step, values: Mapping[str, Any], asked: Sequence[Any]) -> list[str]:
    return [row.path for row in asked if row.step == step and is_empty(values.get(row.path))]


def can_be_sent(known: Sequence[Part]) -> bool:
    return not any(part.holds_up for part in known)


def next_step(known: Sequence[Part], after: Step) -> Step | None:
    """The next part that is not done, from the one after `after` on; None at the end."""
    steps = list(Step)
    later = [part.step for part in known if not part.done and steps.index(part.step) > steps.index(after)]
    return later[0] if later else None


def findings_of(step: Step, findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Field path -> errors and warnings of one part; what is merely not answered yet is left out."""
    by_path: dict[str, list[Finding]] = {}
    for found in findings:
        if found.level != Level.INFO and found.rule not in UNANSWERED and step_of(found.field) == step:
            by_path.setdefault(found.field, []).append(found)
    return by_path


def last_write(case: Case, path: str) -> CaseWrite | None:
    """Who wrote a field last, and when."""
    writes = case.writes.select_related("actor").order_by("-revision")
    return next((write for write in writes if path in write.paths), None)


def word_of(part: Part) -> str:
    """What stands at the right of a task that is not done."""
    if not part.started:
        return _("Belum diisi")
    return _("Perlu diperbaiki") if part.pins and not part.holds_up else _("Belum lengkap")


def note_of(part: Part) -> str:
    """The small line below a task: pins first, then what holds it up, then what is doubtful, then what only DTSEN needs."""
    if part.pins:
        return _("%(count)d catatan dari penyelia") % {"count": part.pins}
    if part.started and part.missing:
        return _("Masih perlu: %(fields)s") % {"fields": ", ".join(str(FIELDS[path].label) for path in part.missing[:3])}
    if part.errors:
        return _("%(count)d hal perlu diperbaiki") % {"count": part.errors}
    if part.warnings:
        return _("%(count)d peringatan, boleh tetap dikirim") % {"count": part.warnings}
    if part.started and part.later:
        if part.step == Step.EVIDENCE:
            return _("Untuk DTSEN masih kurang %(count)d bukti") % {"count": part.later}
        return _("Untuk DTSEN masih kurang %(count)d isian") % {"count": part.later}
    return ""
