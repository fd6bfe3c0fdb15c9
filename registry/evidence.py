"""Evidence of a case: photos and scans, re-encoded, sealed, kept outside the web root; never removed without a trace."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from registry import audit, cases, mutations, photos
from registry.enums import WORKER_EDITABLE
from registry.models import Attachment, Case, Member
from registry.models.sealed import keyring
from registry.permissions import can
from registry.photos import PhotoRefused
from registry.reference.evidence import EVIDENCE
from registry.reference.kinds import RESTRICTED_KINDS
from registry.sealing import seal, unseal
from registry.transactions import in_one_transaction

CONTEXT = b"attachment"
PATH = "case.evidence"


@dataclass(frozen=True)
class Upload:
    kind: str
    data: bytes


def kinds_for(case: Case) -> list[str]:
    """Evidence slugs that may be attached: pictures only, and never of a person for a restricted kind."""
    restricted = case.kind in RESTRICTED_KINDS
    return [slug for slug, kind in EVIDENCE.items() if kind.photo and not (restricted and kind.of_person)]


def attach(key: int, upload: Upload, *, actor: Member, now: datetime, mutation_id: UUID | None = None) -> Attachment:
    """Add a picture to a case. Raises PhotoRefused (a sentence) for what is no fit picture, PermissionError for who may not.

    The file is written before the row and removed again if the row does not come to be.
    """
    photo = photos.reencode(upload.data, max_bytes=settings.PHOTO_MAX_BYTES, max_pixels=settings.PHOTO_MAX_PIXELS)
    name = default_storage.save(f"evidence/{uuid4().hex}", ContentFile(seal(photo.bytes, ring=keyring(), context=CONTEXT)))
    kept = ""
    try:
        attachment = _attach(key, upload.kind, photo, name, actor, now, mutation_id)
        kept = attachment.stored_as
        return attachment
    finally:
        if kept != name:
            default_storage.delete(name)


@in_one_transaction
def _attach(key: int, kind: str, photo: photos.Photo, name: str, actor: Member, now: datetime, mutation_id: UUID | None) -> Attachment:
    case = _writable(key, actor)

    def do() -> dict:
        if kind not in kinds_for(case):
            raise PhotoRefused(_("Jenis bukti ini tidak diminta untuk catatan ini."))
        if case.attachments.filter(removed_at=None).count() >= settings.PHOTOS_PER_CASE:
            raise PhotoRefused(_("Sudah ada %d foto, itu batasnya. Hapus satu dulu.") % settings.PHOTOS_PER_CASE)
        made = Attachment.objects.create(
            case=case, kind=kind, stored_as=name, sha256=hashlib.sha256(photo.bytes).hexdigest(), content_type=photo.content_type,
            size=len(photo.bytes), width=photo.width, height=photo.height, added_by_id=actor.id, added_at=now,
        )  # fmt: skip
        _written(case, actor, now, "unggah_bukti")
        return {"attachment": made.pk}

    return Attachment.objects.get(pk=mutations.once(mutation_id, "bukti", actor=actor, now=now, do=do)["attachment"])


@in_one_transaction
def detach(attachment: Attachment, *, actor: Member, now: datetime) -> None:
    """Take a picture off its case. The row stays, marked, and so does its file. Raises PermissionError for who may not."""
    case = _writable(attachment.case_id, actor)
    if not case.attachments.filter(pk=attachment.pk, removed_at=None).exists():
        return
    attachment.removed_at = now
    attachment.save(update_fields=["removed_at"])
    _written(case, actor, now, "hapus_bukti")


def open_picture(attachment: Attachment, *, actor: Member, now: datetime) -> bytes:
    """The picture in clear; every look is recorded."""
    with transaction.atomic():
        audit.record("lihat_bukti", actor=actor, now=now, kind="attachment", ids=[attachment.public_id])
    with default_storage.open(attachment.stored_as) as file:
        return unseal(file.read(), ring=keyring(), context=CONTEXT)


def sweep(*, now: datetime) -> int:
    """Remove files that no row names any more (deleted drafts, broken uploads); returns how many.

    A file younger than an hour stays: the row of an upload is written after its file.
    """
    old = [name for name in _stored() if default_storage.get_modified_time(name) < now - timedelta(hours=1)]
    known = set(Attachment.objects.values_list("stored_as", flat=True))
    orphans = [name for name in old if name not in known]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)


def _stored() -> Iterator[str]:
    if default_storage.exists("evidence"):
        for name in default_storage.listdir("evidence")[1]:
            yield f"evidence/{name}"


def _writable(key: int, actor: Member) -> Case:
    case = cases.locked(key, actor)
    if case is None or case.state not in WORKER_EDITABLE or not can(actor, "ubah", case):
        raise PermissionError(_("Catatan ini tidak dapat diubah sekarang."))
    return case


def _written(case: Case, actor: Member, now: datetime, verb: str) -> None:
    touched = list(Case.objects.filter(pk=case.pk).with_record())
    cases.raise_revision(touched, [PATH], actor=actor, now=now)
    cases.settle(touched, [PATH], actor=actor, now=now)
    audit.record(verb, actor=actor, now=now, kind="case", ids=[case.public_id])
