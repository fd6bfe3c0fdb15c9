"""Writing a judged file: every row that is no problem, in one transaction, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from registry import audit, cases
from registry.enums import BatchState
from registry.exchange import intake
from registry.exchange.gazetteer import Gazetteer
from registry.exchange.staging import GAMPONG, KIND, Beat, Item, Judged, judge_file
from registry.exchange.workbook import Refused
from registry.fields import BATCH_CONSENT
from registry.models import Account, Batch, BatchRow, Member
from registry.permissions import can
from registry.reference.kinds import RESTRICTED_KINDS
from registry.transactions import in_one_transaction


class Moved(Exception):
    """The registry changed while the file was being written; nothing was."""


@dataclass(frozen=True)
class Committed:
    """done: the rows are in the registry. Otherwise nothing was written and `sentence` says why and what to do."""

    done: bool
    sentence: str = ""
    new: int = 0
    changed: int = 0


def blocker(batch: Batch) -> str:
    """Why this batch cannot be committed now, as a sentence; "" when it can."""
    if batch.state == BatchState.COMMITTED:
        return _("Impor ini sudah disimpan.")
    if batch.state != BatchState.JUDGED:
        return _("Impor ini tidak dapat disimpan. Unggah berkasnya lagi.")
    if batch.counts["rows"] > settings.IMPORT_COMMIT_MAX_ROWS:
        most = f"{settings.IMPORT_COMMIT_MAX_ROWS:,}".replace(",", ".")
        return _("Berkas ini lebih dari %(most)s baris: sudah diperiksa, tetapi belum dapat disimpan. Bagi menjadi beberapa berkas.") % {
            "most": most
        }
    if not batch.counts["new"] + batch.counts["changed"]:
        return _("Tidak ada baris baru atau berubah, jadi tidak ada yang disimpan.")
    return ""


def commit(batch: Batch, *, actor: Member, now: datetime, legal_basis: str, beat: Beat = lambda _done, _total: None) -> Committed:
    """Write the new and changed rows of a judged batch, all or none; rows with a problem stay out.

    The file is judged again first: where a row would now do something else than the preview showed, nothing is written and the batch holds
    the new preview. Confirmed twice, it is written once. Raises PermissionError for who may not import, ValueError without a legal basis.
    """
    if not can(actor, "impor"):
        raise PermissionError("impor")
    if not legal_basis.strip():
        raise ValueError("an import names its legal basis")
    batch.refresh_from_db()
    if sentence := blocker(batch):
        return Committed(False, sentence)
    try:
        with intake.opened(batch) as path:
            judged = judge_file(path, layout=batch.layout, actor=actor, now=now, beat=beat)
        if _differs(batch, judged):
            intake.keep(batch, judged)
            raise Moved
        done = _write(batch, judged, actor, now, legal_basis.strip())
    except Moved:
        batch.refresh_from_db()
        return Committed(False, _("Registri berubah sejak berkas ini diperiksa. Lihat hasil pemeriksaan yang baru, lalu simpan lagi."))
    except (Refused, FileNotFoundError):
        return Committed(False, _("Impor ini tidak dapat disimpan. Unggah berkasnya lagi."))
    if not done:
        return Committed(False, _("Impor ini sudah disimpan."))
    default_storage.delete(batch.stored_as)
    return Committed(True, "", judged.new, judged.changed)


def _differs(batch: Batch, judged: Judged) -> bool:
    """Whether a row would now do something that the preview did not show. A row that has become "same" does less, and may."""
    gazetteer = Gazetteer.load()
    shown = {row.row: (row.verdict, row.case_id, row.changes) for row in BatchRow.objects.filter(batch=batch).defer("cells")}
    return any(
        shown.get(item.row) != (item.verdict, item.case.pk if item.case else None, intake.effects(item, gazetteer))
        for item in judged.items
        if item.verdict != "same"
    )


@in_one_transaction
def _write(batch: Batch, judged: Judged, actor: Member, now: datetime, legal_basis: str) -> bool:
    # Committed first: what the batch wrote is visible to the doors that the second half of this transaction goes through.
    if not intake.settle(batch, BatchState.COMMITTED, legal_basis=legal_basis, committed_at=now):
        return False
    written = _begin(judged, batch, actor, now)
    edits = [(item, item.case.pk) for item in judged.items if item.verdict == "changed"]
    edits += [(item, written[item.row]) for item in judged.items if item.verdict == "new" and item.changes]
    edits += [(item, written[item.row]) for item in judged.items if item.verdict == "new" and item.after]
    for edited in cases.update([_edit(item, key) for item, key in edits], actor=actor, now=now, batch=batch):
        if not edited.done:
            raise Moved
    rows = list(BatchRow.objects.filter(batch=batch, row__in=written).defer("cells"))
    for row in rows:
        row.case_id = written[row.row]
    BatchRow.objects.bulk_update(rows, ["case"], batch_size=500)
    counts = {"new": judged.new, "changed": judged.changed, "same": judged.same, "problem": judged.problem_rows}
    audit.record("impor", actor=actor, now=now, kind="batch", ids=[batch.public_id], detail=counts)
    return True


def _begin(judged: Judged, batch: Batch, actor: Member, now: datetime) -> dict[int, int]:
    """Begin the new cases; returns row number -> key of its case. Rows that share a new person follow those that bring it."""
    workers = Workers(actor, now)
    keys: dict[int, int] = {}
    persons: dict[int, int] = {}
    new = [item for item in judged.items if item.verdict == "new"]
    for wave in ([item for item in new if not item.after], [item for item in new if item.after]):
        entries = [
            cases.NewCase(
                item.values | {"case.place": item.values[GAMPONG], "case.consent_basis": BATCH_CONSENT[0]},
                workers.of(item),
                persons[item.after.row] if item.after else item.person_key,
            )
            for item in wave
        ]
        made = cases.begin(entries, actor=actor, now=now, batch=batch) if entries else []
        for item, case in zip(wave, made, strict=True):
            keys[item.row], persons[item.row] = case.pk, case.person_id
    return keys


def _edit(item: Item, key: int) -> cases.Edit:
    if item.after and not item.changes:
        # A second row of a new person may fill what the first one left empty; it never contradicts it.
        missing = {p: v for p, v in item.values.items() if not p.startswith("case.") and not item.after.values.get(p)}
        return cases.Edit(key, missing)
    changes: Mapping[str, Any] = {path: new for path, (_old, new) in item.changes.items()}
    return cases.Edit(key, changes, {path: cases.fingerprint(path, old) for path, (old, _new) in item.changes.items()})


class Workers:
    """Who keeps the new cases: the active PSM whose open assignment covers the gampong (the oldest account), else who imports."""

    def __init__(self, actor: Member, now: datetime) -> None:
        self.actor = actor
        today = localdate(now)
        current = Q(assignments__since__lte=today) & (Q(assignments__until=None) | Q(assignments__until__gt=today))
        found = Account.objects.workers().filter(current, is_active=True).order_by("pk")
        self.rows = list(found.values_list("pk", "sees_restricted", "assignments__area_id"))
        self.kept: dict[tuple[str, bool], int] = {}

    def of(self, item: Item) -> int:
        code, restricted = item.values[GAMPONG], item.values.get(KIND) in RESTRICTED_KINDS
        if (code, restricted) not in self.kept:
            fits = (pk for pk, grant, area in self.rows if (grant or not restricted) and f"{code}.".startswith(f"{area}."))
            self.kept[code, restricted] = next(fits, self.actor.id)
        return self.kept[code, restricted]


def commit_job(argument: str, beat: Beat, *, actor: Member, now: datetime) -> str:
    """Job `simpan_berkas`: commit the batch with this public id, on the basis noted on it. Returns why not, "" when done."""
    batch = Batch.objects.get(public_id=argument)
    return commit(batch, actor=actor, now=now, legal_basis=batch.legal_basis, beat=beat).sentence
