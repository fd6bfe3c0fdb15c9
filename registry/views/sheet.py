"""What the record page and the review page share: answers by page of the form, what stops readiness, findings, evidence, history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import privacy
from registry.enums import WORKER_EDITABLE, Fixer, Level, Stage
from registry.fields import FIELDS, NUMBERS, STEP_LABELS, Step
from registry.models import Case, Member, StateChange
from registry.permissions import can
from registry.privacy import Shown, Viewer
from registry.reference.evidence import label_of
from registry.reference.kinds import KINDS
from registry.workflow import TRANSITIONS
from validation import assess
from validation.models import DuplicatePair, Finding
from validation.rules import words

# First parts of the names of parameters that tell nothing of the person (validation.rules.words).
OPEN_PARAMS = {"field", "step", "evidence", "kind"}
DONE = {
    "ajukan": gettext_lazy("Diajukan"),
    "tarik": gettext_lazy("Ditarik kembali"),
    "kembalikan": gettext_lazy("Dikembalikan"),
    "setujui": gettext_lazy("Disetujui"),
    "tolak": gettext_lazy("Ditolak"),
    "kirim": gettext_lazy("Dikirim ke Dinas Sosial"),
    "nonaktifkan": gettext_lazy("Dinonaktifkan"),
    "buka_kembali": gettext_lazy("Dibuka kembali"),
    "ubah": gettext_lazy("Diubah, diperiksa lagi"),
}
FIXER_TITLES = {
    Fixer.WORKER: gettext_lazy("Petugas"),
    Fixer.SUPERVISOR: gettext_lazy("Penyelia"),
    Fixer.DISDUKCAPIL: gettext_lazy("Disdukcapil"),
    Fixer.ADMIN: gettext_lazy("Admin Dinas Sosial"),
}


@dataclass(frozen=True)
class Answer:
    """One answer on the page. `old`: what stood there in the version compared with; `note`: pinned with the last return."""

    path: str
    label: str
    lines: tuple[str, ...]
    empty: bool
    number: bool
    reveal_url: str | None
    old: tuple[str, ...] = ()
    note: str = ""
    pin: Any = None


@dataclass(frozen=True)
class Section:
    step: str
    title: str
    url: str | None
    answers: list[Answer]


@dataclass
class Group:
    """What one kind of helper can mend."""

    title: str
    own: bool
    findings: list[dict[str, str]] = field(default_factory=list)


def day(moment: datetime) -> str:
    """ "3 Desember 2026"."""
    return format_date(localtime(moment), "j F Y")


def editable(case: Case, member: Member) -> bool:
    return can(member, "ubah", case) and case.state in WORKER_EDITABLE


def field_url(case: Case, path: str) -> str:
    """The page of the form with this field on it."""
    return f"{reverse('case_step', args=[case.public_id, words.step_of(path)])}#id_{NUMBERS.get(path, path)}"


def sections(
    case: Case,
    member: Member,
    today: date,
    *,
    before: Mapping[str, Any] | None = None,
    notes: Mapping[str, str] | None = None,
    pins: Any = None,
) -> list[Section]:
    """Answers by page of the form, masked for this member.

    `before`: path -> (old, new) of what changed. `notes`: path -> text of the last return. `pins`: form with an input per field.
    """
    before, notes = before or {}, notes or {}
    shown = privacy.show(case, member, today)
    for path in before:  # no longer asked, but somebody approved or returned it
        shown.setdefault(path, privacy.show_value(path, None, member, case, today))
    may_edit = editable(case, member)
    found = []
    for step in Step:
        answers = [
            _answer(shown[path], case, member, today, before, notes.get(path, ""), pins)
            for path, row in FIELDS.items()
            if row.step == step and path in shown
        ]
        url = reverse("case_step", args=[case.public_id, step]) if may_edit else None
        found.append(Section(step, str(STEP_LABELS[step]), url, answers))
    return found


def _answer(shown: Shown, case: Case, member: Member, today: date, before: Mapping[str, Any], note: str, pins: Any) -> Answer:
    path = shown.path
    old: tuple[str, ...] = ()
    if path in before:
        old = lines_of(privacy.show_value(path, before[path][0], member, case, today), before[path][0], case)
    number = path in NUMBERS and shown.masked
    return Answer(
        path=path,
        label=shown.label,
        lines=lines_of(shown, case.values().get(path), case),
        empty=shown.empty,
        number=number,
        reveal_url=reverse("case_reveal", args=[case.public_id, NUMBERS[path]]) if number and shown.revealable else None,
        old=old,
        note=note,
        pin=pins[f"pin-{path}"] if pins is not None and f"pin-{path}" in pins.fields else None,
    )


def lines_of(shown: Shown, value: Any, case: Case) -> tuple[str, ...]:
    """The answer in words; the criteria by the text of the kind."""
    if shown.path == "case.criteria" and value and not shown.masked and case.kind:
        texts = KINDS[case.kind].criteria
        return tuple(texts[number - 1] if number <= len(texts) else str(number) for number in value)
    return (shown.text,)


def changes(differences: Mapping[str, tuple[Any, Any]], case: Case, member: Member, today: date) -> list[dict[str, Any]]:
    """Old and new answers of a case that changed underneath, each masked for this member."""
    return [
        {
            "label": FIELDS[path].label,
            "old": lines_of(privacy.show_value(path, old, member, case, today), old, case),
            "new": lines_of(privacy.show_value(path, new, member, case, today), new, case),
        }
        for path, (old, new) in differences.items()
    ]


# --- judgement


def finding_text(finding: Finding, who: Viewer) -> str:
    """The sentence; another worker of the gampong learns which field it is about, not what stands there."""
    if who is Viewer.WORKER and any(name.split("_")[0] not in OPEN_PARAMS for name in finding.params):
        return _("Perlu diperiksa lagi: %(field)s.") % {"field": words.label_of(finding.field)}
    return finding.text


def findings(case: Case, member: Member) -> list[dict[str, Any]]:
    """Findings of the latest judgement, errors first, with what each stops."""
    reasons = {answer.rule: answer.reason for answer in case.finding_answers.all()}
    who = privacy.viewer(member, case)
    rows = []
    for finding in assess.current_findings(case):
        note = ""
        if finding.lifted:
            note = _("Diterima dengan alasan: %(reason)s") % {"reason": reasons.get(finding.rule, "")}
        elif finding.stops in (Stage.SUBMIT, Stage.APPROVE):
            note = _("Menghalangi persetujuan.")
        elif finding.stops == Stage.READY:
            note = _("Hanya untuk siap DTSEN, tidak menghalangi persetujuan.")
        level = "done" if finding.lifted else finding.level
        rows.append({"level": level, "message": finding_text(finding, who), "fixer": finding.fixer, "note": note})
    return rows


def pair_of(case: Case, member: Member) -> DuplicatePair | None:
    """The pair that holds this case up, where the member may open it."""
    if not can(member, "lihat_ganda"):
        return None
    return DuplicatePair.objects.visible_to(member).blocking().of_persons([case.person_id]).listed().first()


def readiness(case: Case, member: Member, today: date) -> list[Group]:
    """What is missing for DTSEN, grouped by who can mend it; the reader's own things first. Empty: ready."""
    who, pair = privacy.viewer(member, case), pair_of(case, member)
    known = pair is not None or DuplicatePair.objects.within_reach(member).blocking().of_persons([case.person_id]).exists()
    sources = {(finding.rule, finding.text): finding for finding in assess.current_findings(case)}
    groups: dict[str, Group] = {}
    for blocker in assess.blockers(case, today=today, pair_visible=known):
        source = sources.get((blocker.rule, blocker.sentence))
        row = {
            "level": _level(source, blocker.fixer),
            "message": finding_text(source, who) if source else blocker.sentence,
            "note": blocker.why,
            "label": "",
            "url": "",
        }
        if blocker.path and editable(case, member):
            row |= {"label": _button(blocker.path), "url": field_url(case, blocker.path)}
        elif blocker.rule == "pair.open" and pair is not None:
            row |= {"label": _("Bandingkan keduanya"), "url": reverse("pair", args=[pair.public_id])}
        own = (blocker.fixer == Fixer.WORKER and who is Viewer.KEEPER) or (blocker.fixer == Fixer.SUPERVISOR and who is Viewer.SUPERVISOR)
        title = _("Anda") if own else str(FIXER_TITLES[Fixer(blocker.fixer)])
        groups.setdefault(blocker.fixer, Group(title, own)).findings.append(row)
    return sorted(groups.values(), key=lambda group: not group.own)


def _level(source: Finding | None, fixer: str) -> str:
    if source is not None and source.level == Level.ERROR:
        return Level.ERROR
    return Level.INFO if fixer in (Fixer.ADMIN, Fixer.SUPERVISOR) else Level.WARNING


def _button(path: str) -> str:
    if path == "case.evidence":
        return _("Tambah bukti")
    return _("Buka isian: %(field)s") % {"field": words.label_of(path)}


# --- evidence and history


def evidence(case: Case, member: Member, since: Any = None) -> list[dict[str, Any]]:
    """Pictures of the case, oldest first; `since`: the moment after which one counts as new."""
    may_open = can(member, "lihat_bukti", case)
    return [
        {
            "label": label_of(row.kind),
            "added_at": row.added_at,
            "fresh": since is not None and row.added_at > since,
            "url": reverse("evidence_picture", args=[row.public_id]) if may_open else None,
        }
        for row in case.attachments.all()
        if row.removed_at is None
    ]


def steps_of(case: Case) -> list[StateChange]:
    """The life of the case, oldest first."""
    return list(case.steps.select_related("actor").prefetch_related("pins"))


def history(steps: Iterable[StateChange], case: Case, member: Member) -> list[dict[str, Any]]:
    """Newest first, with reason, note and pins; notes stay with those who may read the answers."""
    trusted = privacy.viewer(member, case) is not Viewer.WORKER
    events, sent = [], False
    for step in steps:
        what = DONE[step.action]
        if step.action == "ajukan":
            what, sent = (_("Diajukan lagi") if sent else what), True
        events.append(
            {
                "what": what,
                "who": _("Anda") if step.actor_id == member.id else step.actor.name,
                "when": step.at,
                "note": _said(step) if trusted else "",
            }
        )
    return events[::-1]


def reason_of(step: StateChange) -> str:
    """The label of the reason a step was given."""
    reasons = TRANSITIONS[step.action].reasons if step.action in TRANSITIONS else None
    return str(reasons(step.reason).label) if reasons is not None and step.reason in reasons.values else ""


def _said(step: StateChange) -> str:
    reason = reason_of(step)
    parts = [f"{reason}." if reason else "", step.note]
    parts += [f"{words.label_of(pin.path)}: {pin.note}" for pin in step.pins.all() if pin.path in FIELDS]
    return " ".join(part for part in parts if part)
