"""A file that was handed in: kept sealed, judged, shown, committed or cancelled."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from registry import audit, cases, mutations, privacy
from registry.enums import BatchState, Protection
from registry.exchange.gazetteer import Gazetteer
from registry.exchange.reader.scan import cell_name
from registry.exchange.recognise import veiled
from registry.exchange.staging import KIND, Beat, Item, Judged, judge_file
from registry.exchange.workbook import Refused, fingerprint
from registry.fields import FIELDS
from registry.fieldtypes import is_number, plain
from registry.models import Batch, BatchRow, Member
from registry.models.sealed import keyring
from registry.reference.kinds import RESTRICTED_KINDS
from registry.sealing import seal, unseal
from registry.transactions import in_one_transaction

CONTEXT = b"batch"
# Rows that are kept of a file too long to be committed; of any other file every row is kept.
KEPT_OF_LONG = 50
OPEN = (BatchState.UPLOADED, BatchState.JUDGED)


def receive(file: IO[bytes], name: str, *, actor: Member, now: datetime, mutation_id: UUID | None = None) -> Batch:
    """Keep the file, sealed, under a name of our own; nothing is read yet. Sent twice, it is one batch."""
    content = file.read()
    with private_folder() as folder:
        (folder / "berkas").write_bytes(content)
        digest = fingerprint(folder / "berkas")
    stored = default_storage.save(f"imports/{uuid4().hex}", ContentFile(seal(content, ring=keyring(), context=CONTEXT)))
    kept = ""
    try:
        batch = _receive(veiled(plain(Path(name).name))[:200], digest, stored, actor, now, mutation_id)
        kept = batch.stored_as
        return batch
    finally:
        if kept != stored:
            default_storage.delete(stored)


@in_one_transaction
def _receive(name: str, digest: str, stored: str, actor: Member, now: datetime, mutation_id: UUID | None) -> Batch:
    def do() -> dict[str, Any]:
        batch = Batch.objects.create(
            file_name=name, file_sha256=digest, stored_as=stored, areas=" ".join(actor.areas), made_by_id=actor.id, made_at=now
        )
        audit.record("unggah_berkas", actor=actor, now=now, kind="batch", ids=[batch.public_id])
        return {"batch": batch.pk}

    return Batch.objects.get(pk=mutations.once(mutation_id, "unggah_berkas", actor=actor, now=now, do=do)["batch"])


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that is gone afterwards, among the portal's own files: what lies in it names people."""
    root = Path(settings.FILE_UPLOAD_TEMP_DIR)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix="impor-") as name:
        yield Path(name)


@contextmanager
def opened(batch: Batch) -> Iterator[Path]:
    """The batch's file in clear, for as long as the block runs."""
    with private_folder() as folder, default_storage.open(batch.stored_as) as stored:
        path = folder / "berkas"
        path.write_bytes(unseal(stored.read(), ring=keyring(), context=CONTEXT))
        yield path


def judge(
    batch: Batch, *, actor: Member, now: datetime, layout: str | None = None, beat: Beat = lambda _done, _total: None
) -> Judged | None:
    """Judge the batch's file and keep the preview; None when the file was refused, and then the batch says why."""
    try:
        with opened(batch) as path:
            judged = judge_file(path, layout=layout, actor=actor, now=now, beat=beat)
    except Refused as refused:
        if settle(batch, BatchState.REFUSED, refused=refused.sentence):
            default_storage.delete(batch.stored_as)
        return None
    keep(batch, judged)
    return judged


@in_one_transaction
def keep(batch: Batch, judged: Judged) -> None:
    """Store the preview of a judged file in place of an older one. A batch that is committed or cancelled stays as it is."""
    counts = {"rows": judged.rows, **{verdict: judged.counts[verdict] for verdict in ("new", "changed", "same", "problem")}}
    if not settle(batch, BatchState.JUDGED, layout=judged.layout.name, notes=judged.notes, counts=counts):
        return
    BatchRow.objects.filter(batch=batch).delete()
    gazetteer = Gazetteer.load()
    rows = [_row(batch, item, judged, gazetteer) for item in _kept(judged.items)]
    BatchRow.objects.bulk_create(rows, batch_size=1000)


def settle(batch: Batch, state: BatchState, **columns: Any) -> bool:
    """Give an open batch a state; whether it was still open."""
    still = Batch.objects.filter(pk=batch.pk, state__in=OPEN).update(state=state, **columns)
    batch.refresh_from_db()
    return bool(still)


def _kept(items: list[Item]) -> list[Item]:
    if len(items) <= settings.IMPORT_COMMIT_MAX_ROWS:
        return items
    left: dict[str, int] = {}
    kept = []
    for item in items:
        left[item.verdict] = left.get(item.verdict, 0) + 1
        if left[item.verdict] <= KEPT_OF_LONG:
            kept.append(item)
    return kept


def _row(batch: Batch, item: Item, judged: Judged, gazetteer: Gazetteer) -> BatchRow:
    restricted = {item.values.get(KIND), item.case.kind if item.case else None} & RESTRICTED_KINDS
    places = {column.name: cell_name(item.row, index + 1) for index, column in judged.head.columns.items()}
    return BatchRow(
        batch=batch,
        row=item.row,
        verdict=item.verdict,
        cells=json.dumps(
            {
                "cells": {name: _shown(name, cell) for name, cell in item.raw.items()},
                "restricted": bool(restricted),
                "child": item.is_child,
            }
        ),
        problems=[
            {"column": p.column, "cell": places.get(p.column, ""), "value_kind": p.value_kind, "message": p.message} for p in item.problems
        ],
        changes=effects(item, gazetteer),
        case=item.case,
        case_revision=item.case.revision if item.case else None,
    )


def effects(item: Item, gazetteer: Gazetteer) -> list[dict[str, str]]:
    """What a row would change, in words, with numbers masked; `was` tells later whether the old answer is still the same."""
    return [
        {
            "path": path,
            "old": _words(path, old, gazetteer),
            "new": _words(path, new, gazetteer),
            "was": cases.fingerprint(path, old),
            "becomes": cases.fingerprint(path, new),
        }
        for path, (old, new) in item.changes.items()
    ]


def _words(path: str, value: Any, gazetteer: Gazetteer) -> str:
    if value is None or value == "":
        return ""
    if FIELDS[path].protection is Protection.IDENTIFIER:
        return privacy.mask_number(value)
    return privacy.words(path, value, {value: gazetteer.label(value)} if isinstance(value, str) else None)


def _shown(column: str, cell: Any) -> str:
    """A cell as the preview shows it: no number of a person, dates as people write them."""
    if hasattr(cell, "strftime"):
        return cell.strftime("%d-%m-%Y")
    text = plain("" if cell is None else cell)
    if column in ("nik", "no_kk") and any(map(str.isdigit, text)):
        digits = "".join(filter(str.isdigit, text))
        if is_number(digits) and isinstance(cell, str):
            return privacy.mask_number(digits)
        return f"{text[:4]}…" if len(text) > 8 else privacy.DOTS
    return veiled(text)[:200]


def cancel(batch: Batch, *, actor: Member, now: datetime) -> bool:
    """Give an import up before anything was written; its file and preview are removed. Returns whether it was still open."""
    done = _cancel(batch, actor, now)
    if done:
        default_storage.delete(batch.stored_as)
    return done


@in_one_transaction
def _cancel(batch: Batch, actor: Member, now: datetime) -> bool:
    if not settle(batch, BatchState.CANCELLED):
        return False
    BatchRow.objects.filter(batch=batch).delete()
    audit.record("batal_impor", actor=actor, now=now, kind="batch", ids=[batch.public_id])
    return True


@in_one_transaction
def note_basis(batch: Batch, legal_basis: str) -> None:
    """Keep on which legal basis the open batch will be committed."""
    settle(batch, BatchState(batch.state), legal_basis=legal_basis)


def judge_job(argument: str, beat: Beat, *, actor: Member, now: datetime) -> str:
    """Job `periksa_berkas`: judge the batch with this public id. A refusal stands on the batch, so the job itself is done."""
    batch = Batch.objects.get(public_id=argument)
    if batch.state in OPEN:
        judge(batch, actor=actor, now=now, beat=beat)
    return ""
