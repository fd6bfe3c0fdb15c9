"""The preview of a judged batch, and the ledger of what left, as pages show them: no number, no child and no restricted kind by name."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.exchange.layouts import INCOMING, LAYOUTS, Layout
from registry.fields import FIELDS
from registry.models import Batch, BatchRow, Dispatch, DispatchRow, Member

VERDICTS = {
    "problem": (gettext_lazy("Bermasalah"), "error", "saga"),
    "changed": (gettext_lazy("Berubah"), "pen", ""),
    "new": (gettext_lazy("Baru"), "plus", ""),
    "same": (gettext_lazy("Sama"), "tick", ""),
}


@dataclass(frozen=True)
class Cell:
    """One cell of a row that needs looking at: `place` as the spreadsheet says it (C17), `old` and `new` of a change, or what is wrong."""

    label: str
    place: str = ""
    shown: str = ""
    old: str = ""
    new: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Line:
    row: int
    verdict: str
    label: Any
    icon: str
    tone: str
    who: str
    cells: list[Cell] = field(default_factory=list)


def rows_of(batch: Batch, verdict: str) -> QuerySet[BatchRow]:
    """Rows of one verdict, in the order of the file."""
    return BatchRow.objects.filter(batch=batch, verdict=verdict).order_by("row")


def lines(batch: Batch, rows: list[BatchRow], member: Member) -> list[Line]:
    """Rows as the page shows them to this member."""
    return [_line(LAYOUTS.get(batch.layout, next(iter(INCOMING.values()))), row, member) for row in rows]


def _line(layout: Layout, row: BatchRow, member: Member) -> Line:
    kept = json.loads(row.cells)
    label, icon, tone = VERDICTS[row.verdict]
    closed = kept["restricted"] and not member.restricted
    name = kept["cells"].get("nama", "")
    if kept["restricted"]:
        name = _("Kasus terbatas")
    elif kept["child"]:
        name = _("%(initial)s•••••, anak") % {"initial": name[:1] or "•"}
    cells = [] if closed else [_changed(change) for change in row.changes]
    cells += [_problem(layout, problem, "" if closed else kept["cells"].get(problem["column"], "")) for problem in row.problems]
    return Line(row.row, row.verdict, label, icon, tone, name or _("Belum ada nama"), cells)


def _changed(change: dict[str, str]) -> Cell:
    return Cell(label=str(FIELDS[change["path"]].label), old=change["old"] or _("Kosong"), new=change["new"])


def _problem(layout: Layout, problem: dict[str, str], shown: str) -> Cell:
    return Cell(label=layout[problem["column"]].label, place=problem["cell"], shown=shown, sentence=problem["message"])


def counts(batch: Batch, chosen: str, url: str) -> dict[str, Any]:
    """Context of `_counts.html`: parts that add up to the rows of the file, each with what happens to it."""
    notes = {
        "new": _("masuk sebagai usulan, atau draf bila isiannya belum cukup"),
        "changed": _("jawaban yang beda diperbarui"),
        "same": _("dilewati"),
        "problem": _("tidak disimpan, perbaiki dulu"),
    }
    order = ("new", "changed", "same", "problem")
    parts = [
        {
            "label": VERDICTS[verdict][0],
            "icon": VERDICTS[verdict][1],
            "tone": VERDICTS[verdict][2],
            "count": batch.counts.get(verdict, 0),
            "note": notes[verdict],
            "url": f"{url}?lihat={verdict}",
            "current": verdict == chosen,
        }
        for verdict in order
    ]
    return {"parts": parts, "total": {"label": _("Semua"), "count": batch.counts.get("rows", 0), "note": _("baris dibaca dari berkas")}}


def first_to_see(batch: Batch) -> str:
    """The verdict that is looked at first: what needs work, else what would change something."""
    return next((verdict for verdict in VERDICTS if batch.counts.get(verdict)), "new")


def ledger(member: Member) -> QuerySet[Dispatch]:
    """Files that left, newest first; `has_restricted` marks those with cases of restricted kinds."""
    restricted = DispatchRow.objects.restricted().filter(dispatch=OuterRef("pk"))
    return Dispatch.objects.visible_to(member).newest().annotate(has_restricted=Exists(restricted))
