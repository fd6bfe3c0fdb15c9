"""What leaves the house: a dispatch for DTSEN (the cases become `terkirim`) and the masked export of a list (they do not).

Every file stands in the ledger with its receiver, purpose, rows, hash and maker, and is kept sealed.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from registry import audit, mutations, privacy, workflow
from registry.enums import Protection, State
from registry.exchange.intake import private_folder
from registry.exchange.layouts import LAYOUTS, SIKS_NG_E1, Layout, Outgoing
from registry.exchange.resources import resource_for
from registry.exchange.workbook import Column, Written, write
from registry.fields import FIELDS
from registry.models import Area, Case, Dispatch, DispatchRow, Member, Snapshot
from registry.models.area import within
from registry.models.sealed import keyring
from registry.permissions import can
from registry.privacy import CHILD_IDENTITY, is_child
from registry.reference.kinds import RESTRICTED_KINDS
from registry.sealing import seal, unseal
from registry.transactions import in_one_transaction
from validation import assess

# The choice of a selection that leaves out what was sent before.
NOT_SENT = "belum"

CONTEXT = b"dispatch"
CHUNK = 500
Cases = QuerySet[Case]


class NothingToSend(Exception):
    """No case of the selection may go. `sentence` says what to do."""

    @property
    def sentence(self) -> str:
        return _(
            "Tidak ada catatan yang siap dikirim dengan saringan ini. Ubah saringannya, atau lihat apa yang masih kurang di daftar warga."
        )


def receivers() -> list[str]:
    """Offices to which cases of restricted kinds may go too (architecture 6: only Dinas Sosial)."""
    return [settings.RECEIVER, _("Operator SIKS-NG, %(office)s") % {"office": settings.RECEIVER}]


def selection(member: Member, *, kecamatan: str = "", kind: str = "", sent: str = "") -> Cases:
    """Visible cases of a kecamatan and a kind; `sent`: "belum" leaves out what is Terkirim. An empty filter leaves nothing out."""
    cases = Case.objects.visible_to(member)
    if sent == NOT_SENT:
        cases = cases.exclude(state=State.TERKIRIM)
    if kecamatan:
        cases = cases.filter(within("place", (kecamatan,)))
    return cases.filter(kind=kind) if kind else cases


def sendable(cases: Cases, receiver: str, *, actor: Member, today: date) -> Cases:
    """Those of the cases that may go to the receiver now: ready, and restricted kinds with the grant to Dinas Sosial only."""
    ready = assess.ready(cases, today=today)
    if actor.restricted and receiver in receivers():
        return ready
    return ready.exclude(kind__in=RESTRICTED_KINDS)


def filter_words(kecamatan: str = "", kind: str = "", sent: str = "") -> str:
    """The filters of a selection as the ledger says them."""
    area = Area.objects.filter(code=kecamatan).first()
    said = [
        _("Kec. %(name)s") % {"name": area.name} if area else "",
        str(FIELDS["case.kind"].type.show(kind)) if kind else "",
        _("belum dikirim") if sent == NOT_SENT else "",
    ]
    return ", ".join(filter(None, said)) or _("semua kecamatan, semua jenis")


# --- the two ways out


def dispatch(
    queryset: Cases, *, layout: str = SIKS_NG_E1.name, receiver: str, purpose: str, letter: str = "", actor: Member, now: datetime,
    filters: str = "", mutation_id: UUID | None = None,
) -> Dispatch:  # fmt: skip
    """Send the ready cases of a queryset: workbook, ledger, one snapshot per case, state `terkirim`, all or nothing.

    Raises PermissionError for who may not send, NothingToSend when no case may go.
    """
    if not can(actor, "kirim"):
        raise PermissionError("kirim")
    entry = Dispatch(
        layout=layout, receiver=receiver, purpose=purpose, letter=letter, filters=filters[:300], changes_state=True, masked=False,
        areas=" ".join(actor.areas), made_by_id=actor.id, made_at=now,
    )  # fmt: skip
    return _with_file(entry, lambda: _dispatch(entry, queryset, actor, now, mutation_id))


@in_one_transaction
def _dispatch(entry: Dispatch, queryset: Cases, actor: Member, now: datetime, mutation_id: UUID | None) -> Dispatch:
    def do() -> dict[str, Any]:
        chosen = sendable(queryset, entry.receiver, actor=actor, today=localdate(now)).order_by("place_id", "pk")
        seen = [workflow.Seen(key, revision) for key, revision in chosen.values_list("pk", "revision")]
        done = [outcome.key for outcome in workflow.perform(seen, "kirim", actor=actor, now=now) if outcome.done]
        if not done:
            raise NothingToSend
        sent = {case.pk: case for case in Case.objects.filter(pk__in=done).with_record()}
        _store(entry, (_outgoing(sent[key]) for key in done), now)
        taken = Snapshot.objects.filter(case__in=done).values_list("case_id", "revision", "pk")
        snapshots = {(case, revision): key for case, revision, key in taken}
        rows = [DispatchRow(dispatch=entry, case_id=key, snapshot_id=snapshots[key, sent[key].revision]) for key in done]
        DispatchRow.objects.bulk_create(rows, batch_size=1000)
        _record("ekspor", entry, actor, now)
        return {"dispatch": entry.pk}

    return Dispatch.objects.get(pk=mutations.once(mutation_id, "ekspor", actor=actor, now=now, do=do)["dispatch"])


def plain_export(queryset: Cases, *, actor: Member, now: datetime, filters: str) -> Dispatch:
    """The columns of a dispatch for any list: numbers masked, children veiled, restricted kinds left out, no change of state.

    Raises PermissionError for who may not download lists.
    """
    if not can(actor, "unduh_daftar"):
        raise PermissionError("unduh_daftar")
    entry = Dispatch(
        layout=SIKS_NG_E1.name, receiver=actor.name[:100], purpose=_("Unduhan daftar, nomor ditutup"), filters=filters[:300],
        changes_state=False, masked=True, areas=" ".join(actor.areas), made_by_id=actor.id, made_at=now,
    )  # fmt: skip
    return _with_file(entry, lambda: _plain_export(entry, queryset, actor, now))


@in_one_transaction
def _plain_export(entry: Dispatch, queryset: Cases, actor: Member, now: datetime) -> Dispatch:
    today = localdate(now)
    cases = queryset.exclude(kind__in=RESTRICTED_KINDS).order_by("place_id", "pk").with_record()
    _store(entry, (_outgoing(case, veil_on=today) for case in cases.iterator(chunk_size=CHUNK)), now)
    _record("unduh_daftar", entry, actor, now)
    return entry


def content(entry: Dispatch, *, actor: Member, now: datetime) -> bytes:
    """The workbook in clear; every download is recorded."""
    _record("unduh_berkas", entry, actor, now)
    return unseal((Path(settings.EXPORT_ROOT) / entry.stored_as).read_bytes(), ring=keyring(), context=CONTEXT)


# --- shared


def _record(verb: str, entry: Dispatch, actor: Member, now: datetime) -> None:
    detail = {"rows": entry.row_count, "layout": entry.layout, "sha256": entry.file_sha256}
    audit.record(verb, actor=actor, now=now, kind="dispatch", ids=[entry.public_id], detail=detail)


def _with_file(entry: Dispatch, make: Any) -> Dispatch:
    """The file is written before its row is committed, and removed again if the row does not come to be."""
    entry.stored_as = f"{uuid4().hex}.sealed"
    kept = ""
    try:
        made = make()
        kept = made.stored_as
        return made
    finally:
        if kept != entry.stored_as:
            (Path(settings.EXPORT_ROOT) / entry.stored_as).unlink(missing_ok=True)


def _outgoing(case: Case, veil_on: date | None = None) -> Outgoing:
    values = case.values()
    if veil_on is not None:
        values = veiled(case, values, veil_on)
    return Outgoing(values, case, {})


def veiled(case: Case, values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The record as a file for anybody may show it: no number, and of a child neither name nor address nor day of birth."""
    child = is_child(case.person, today)
    hidden = {path for path, field in FIELDS.items() if field.protection is Protection.IDENTIFIER}
    if child:
        hidden |= {*CHILD_IDENTITY, "person.birth_date"}
    return {path: privacy.mask(FIELDS[path], value) if path in hidden and value else value for path, value in values.items()}


def _store(entry: Dispatch, records: Iterable[Outgoing], now: datetime) -> None:
    """Write the workbook, seal it beside the others (readable by the portal only) and save the line of the ledger.

    The office reads Indonesian, whatever language the page had that asked for the file.
    """
    layout = LAYOUTS[entry.layout]
    entry.file_name = _file_name(entry, now)
    with private_folder() as folder, translation.override(settings.LANGUAGE_CODE):
        path = folder / "keluar.xlsx"
        written = _write(path, layout, records, entry, now)
        _keep(Path(settings.EXPORT_ROOT), entry.stored_as, path.read_bytes())
    entry.file_sha256, entry.row_count = written.sha256, written.rows
    entry.save()


def _write(path: Path, layout: Layout, records: Iterable[Outgoing], entry: Dispatch, now: datetime) -> Written:
    resource = resource_for(layout)()
    columns = [Column(column.heading, column.kind, column.width) for column in layout.columns]
    return write(
        path, title=str(layout.label), columns=columns, rows=map(resource.give, _named(records)), notes=_notes(entry, now), now=now
    )


def _named(records: Iterable[Outgoing]) -> Iterator[Outgoing]:
    areas = dict(Area.objects.values_list("code", "name"))
    for record in records:
        yield Outgoing(record.values, record.case, areas)


def _notes(entry: Dispatch, now: datetime) -> Sequence[str]:
    return [
        _("Penerima: %(receiver)s") % {"receiver": entry.receiver},
        _("Tujuan: %(purpose)s") % {"purpose": entry.purpose},
        _("Dibuat: %(day)s") % {"day": localdate(now).strftime("%d-%m-%Y")},
        _("NIK dan No. KK adalah teks. Jangan mengubah kolomnya menjadi angka, dan jangan mengubah kolom ID_REGISTRASI."),
        _("Berkas ini memuat data pribadi. Pakai hanya untuk tujuan di atas, lalu hapus."),
    ]


def _file_name(entry: Dispatch, now: datetime) -> str:
    """siksng_bireuen_2026-11-24.xlsx: never a name of a person; the second of a day gets a number."""
    regency = Area.objects.filter(code=(entry.areas.split() or [""])[0][:5]).values_list("name", flat=True).first() or ""
    place = re.sub(r"[^a-z0-9]+", "-", re.sub(r"^(kabupaten|kota)\s+", "", regency.lower())).strip("-")
    kind = "siksng" if entry.changes_state else "daftar"
    stem = "_".join(filter(None, (kind, place, localdate(now).isoformat())))
    same_day = Dispatch.objects.filter(file_name__startswith=stem).count()
    return f"{stem}_{same_day + 1}.xlsx" if same_day else f"{stem}.xlsx"


def _keep(root: Path, name: str, content: bytes) -> None:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(root / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(seal(content, ring=keyring(), context=CONTEXT))
        file.flush()
        os.fsync(file.fileno())
