"""What the pages of the entry form share: the rows of a page with notes and findings, two versions of a field."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from registry import privacy
from registry.access import Request
from registry.entry import kinds, progress
from registry.enums import BEFORE_SENDING, Sex, State
from registry.fields import FIELDS, STEP_LABELS, Step, is_empty
from registry.forms.steps import CRITERIA, KIND, Row, StepForm
from registry.models import Case
from registry.reference.kinds import KINDS
from registry.views import sheet
from validation.rules import nik, step_of

NO_NIK = "person.no_nik_reason"
# A change in one of these states is no longer a draft's: the page says what follows from it.
JUDGED = {
    State.DIAJUKAN: "waiting",
    State.DISETUJUI: "approved",
    State.TERKIRIM: "approved",
}


def pin_rows(case: Case, back: progress.Returned | None) -> list[dict[str, Any]]:
    """Notes of the last return, numbered in the order of the form, each with the address of its field."""
    pins = back.pins if back else {}
    known = [(path, note) for path, note in pins.items() if path in FIELDS]
    changed = back.changed if back else ()
    return [
        {
            "number": number,
            "path": path,
            "label": FIELDS[path].label,
            "note": note,
            "url": sheet.field_url(case, path),
            "changed": path in changed,
        }
        for number, (path, note) in enumerate(known, start=1)
    ]


def step_context(request: Request, case: Case, form: StepForm, clashes: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """Context of one page of the form. `clashes`: path -> (value now, value sent) of fields that somebody else changed too."""
    today, values = timezone.localdate(request.now), case.values()
    back, steps = progress.returned(case), list(Step)
    pins = {pin["path"]: pin for pin in pin_rows(case, back)}
    found = progress.findings_of(form.step, progress.latest_findings(case))
    apart = (CRITERIA,) if form.step == Step.KIND else ()
    rows = [_row(row, pins, found, clashes, case, request) for row in form.rows()]
    return {
        "case": case,
        "form": form,
        "page_name": privacy.page_title(case, request.member, today),
        "step_label": STEP_LABELS[form.step],
        "number": steps.index(form.step) + 1,
        "count": len(steps),
        "rows": [row for row in rows if row["path"] not in (*apart, KIND)],
        "shown": form.shown.items(),
        "here": [pin for path, pin in pins.items() if step_of(path) == form.step],
        "back": back,
        "judged": JUDGED.get(case.state, ""),
        "has_clashes": bool(clashes),
        "mutation_id": uuid4(),
        "saved_at": case.updated_at,
        "back_url": _back_url(case),
        "no_nik_open": _no_nik_open(values, form),
        "nik_read": nik_read(values, request) if form.step == Step.IDENTITY and not form.is_bound else None,
        **(_kind_context(form, rows, values, today) if form.step == Step.KIND else {}),
    }


def _back_url(case: Case) -> str:
    name = "case_tasks" if case.state in BEFORE_SENDING else "case"
    return reverse(name, args=[case.public_id])


def _row(
    row: Row, pins: Mapping[str, Any], found: Mapping[str, Any], clashes: Mapping[str, Any], case: Case, request: Request
) -> dict[str, Any]:
    path = row.bound.name
    return {
        "path": path,
        "field": row.bound,
        "when": row.when,
        "follows": row.follows,
        "among": " ".join(row.when.among) if row.when else "",
        "heading": row.heading,
        "pin": pins.get(path),
        "findings": found.get(path, ()),
        "clash": clash_of(path, clashes[path], case, request) if path in clashes else None,
    }


def clash_of(path: str, versions: tuple[Any, Any], case: Case, request: Request) -> dict[str, Any]:
    """Both versions of a field in words, numbers masked; who wrote the one that is kept, and when."""
    today = timezone.localdate(request.now)
    now_there, sent = (privacy.show_value(path, value, request.member, case, today) for value in versions)
    return {
        "path": path,
        "label": FIELDS[path].label,
        "theirs": sheet.lines_of(now_there, versions[0], case),
        "mine": sheet.lines_of(sent, versions[1], case),
        "write": progress.last_write(case, path),
    }


def _no_nik_open(values: Mapping[str, Any], form: StepForm) -> bool:
    """The reason why there is no NIK stands open once it is given, wrong, or the only thing left about the number."""
    given = not is_empty(values.get(NO_NIK)) or NO_NIK in form.errors
    return given or (is_empty(values.get("person.nik")) and not is_empty(values.get("person.sex")))


def nik_read(values: Mapping[str, Any], request: Request) -> dict[str, str] | None:
    """The NIK read aloud: what its three groups of digits mean. None while it is not 16 digits."""
    parts = nik.describe(values.get("person.nik"), timezone.localdate(request.now))
    if parts is None:
        return None
    region = parts.region
    names = [f"Kec. {region.district}" if region.district else "", region.regency or region.province]
    born = format_date(parts.birth_date, "j F Y") if parts.birth_date else _("bukan tanggal yang ada")
    if parts.other_birth_date:
        born = _("%(one)s atau %(other)s") % {"one": format_date(parts.other_birth_date, "j F Y"), "other": born}
    return {
        "region_digits": parts.region_digits,
        "birth_digits": parts.birth_digits,
        "serial": parts.serial,
        "place": ", ".join(name for name in names if name) or _("wilayah ini tidak dikenal"),
        "born": f"{born}, {str(Sex(parts.sex).label).lower()}",
        "sex_note": _("untuk perempuan, tanggal ditambah 40") if parts.sex == Sex.FEMALE else "",
    }


def _kind_context(form: StepForm, rows: list[dict[str, Any]], values: Mapping[str, Any], today: Any) -> dict[str, Any]:
    """Choosing: the groups. Chosen: the kind, and its criteria with what is ticked in the form at hand."""
    by_path = {row["path"]: row for row in rows}
    code = values.get(KIND)
    if form.choosing:
        chosen = form[KIND].value()
        groups = kinds.groups({**values, KIND: code}, today=today, restricted=form.member.restricted, chosen=chosen)
        return {"kind_row": by_path.get(KIND), "groups": groups, "chosen": chosen}
    ticked = {str(number) for number in form[CRITERIA].value() or ()} if CRITERIA in form.fields else set()
    items = [{"item": item, "ticked": str(item.number) in ticked} for item in kinds.items(values, today=today)]
    met = sum(row["ticked"] or row["item"].met is True for row in items)
    return {"kind_row": by_path.get(CRITERIA), "kind": KINDS[code], "items": items, "met": met}
