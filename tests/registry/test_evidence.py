"""Evidence: sealed before it touches the disk, limited, never a picture of a person where the kind is secret; no stray files."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from registry import cases, evidence, photos
from registry.enums import State
from registry.evidence import Upload
from registry.models import Attachment, AuditEvent, CaseWrite
from registry.photos import PhotoRefused
from registry.reference.evidence import EVIDENCE
from registry.reference.kinds import KINDS
from tests.people import NOON
from tests.pictures import picture

pytestmark = pytest.mark.django_db
ONE = UUID("00000000-0000-4000-8000-000000000001")
OF_PERSONS = {"foto_keadaan"}


def stored(settings):
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def attach(case, member, kind="foto_rumah", data=None, **more):
    return evidence.attach(case.pk, Upload(kind, data or picture()), actor=member, now=NOON, **more)


def test_the_file_on_disk_is_sealed_and_opens_again(settings, make_case, member_of):
    case, psm = make_case(attach=False), member_of("psm")
    attachment = attach(case, psm)
    [path] = stored(settings)
    on_disk = path.read_bytes()
    assert not any(mark in on_disk for mark in (b"JFIF", b"\xff\xd8\xff", b"RIFF", b"WEBP", b"VP8"))
    clear = evidence.open_picture(attachment, actor=psm, now=NOON)
    assert clear == photos.reencode(picture(), max_bytes=10**6, max_pixels=10**6).bytes
    assert (attachment.content_type, attachment.size, attachment.width, attachment.height) == ("image/webp", len(clear), 32, 24)
    assert case.registry_no not in path.name
    assert path.stat().st_mode & 0o077 == 0


def test_every_look_is_recorded(make_case, member_of):
    attachment = attach(make_case(attach=False), member_of("psm"))
    for persona in ("psm", "supervisor"):
        evidence.open_picture(attachment, actor=member_of(persona), now=NOON)
    looks = AuditEvent.objects.filter(verb="lihat_bukti").order_by("pk").values_list("actor_id", "object_kind", "object_id")
    assert list(looks) == [(member_of(persona).id, "attachment", str(attachment.public_id)) for persona in ("psm", "supervisor")]


def test_attaching_is_a_write_to_the_record(make_case, member_of):
    case = make_case(State.DISETUJUI, attach=False)
    attach(case, member_of("psm"))
    case.refresh_from_db()
    assert (case.revision, case.state) == (2, "diajukan")
    assert CaseWrite.objects.get(case=case, revision=2).paths == ["case.evidence"]
    assert case.snapshots.get(revision=2).values()["case.evidence"] == ["foto_rumah"]
    assert AuditEvent.objects.filter(verb="unggah_bukti", object_id=str(case.public_id)).count() == 1


def test_there_is_a_limit(settings, make_case, member_of):
    settings.PHOTOS_PER_CASE = 2
    case, psm = make_case(attach=False), member_of("psm")
    first = attach(case, psm)
    attach(case, psm)
    with pytest.raises(PhotoRefused) as refused:
        attach(case, psm)
    assert str(refused.value) == "Sudah ada 2 foto, itu batasnya. Hapus satu dulu."
    assert len(stored(settings)) == 2
    evidence.detach(first, actor=psm, now=NOON)
    attach(case, psm)


@pytest.mark.parametrize("kind", KINDS)
def test_a_restricted_kind_asks_no_picture_of_a_person(kind, make_case):
    case = make_case(attach=False, keeper="psm_restricted", case__kind=kind)
    pictures = set(EVIDENCE) - {"laporan_petugas"}
    assert set(evidence.kinds_for(case)) == (pictures - OF_PERSONS if KINDS[kind].restricted else pictures)


@pytest.mark.parametrize(("kind_of_case", "kind"), [("18", "foto_keadaan"), ("24", "laporan_petugas"), ("24", "foto_kucing"), ("24", "")])
def test_a_kind_that_is_not_asked_is_refused_and_leaves_no_file(kind_of_case, kind, settings, make_case, member_of):
    case = make_case(attach=False, keeper="psm_restricted", case__kind=kind_of_case)
    with pytest.raises(PhotoRefused):
        attach(case, member_of("psm_restricted"), kind)
    assert (stored(settings), Attachment.objects.count()) == ([], 0)


@pytest.mark.parametrize("data", [b"GIF89a", b"%PDF-1.4", b"<svg/>", picture()[:100], b"\x00" * 50])
def test_what_is_no_picture_is_refused_and_leaves_no_file(data, settings, make_case, member_of):
    with pytest.raises(PhotoRefused):
        attach(make_case(attach=False), member_of("psm"), data=data)
    assert stored(settings) == []


@pytest.mark.parametrize(
    ("persona", "state"),
    [
        ("psm_same_gampong", "draf"), ("psm_next_door", "draf"), ("admin", "draf"), ("psm", "ditolak"), ("psm", "nonaktif"),
    ],
)  # fmt: skip
def test_who_may_not_write_attaches_and_removes_nothing(persona, state, settings, make_case, member_of):
    case = make_case(state)
    before = stored(settings)
    with pytest.raises(PermissionError):
        attach(case, member_of(persona))
    with pytest.raises(PermissionError):
        evidence.detach(case.attachments.first(), actor=member_of(persona), now=NOON)
    assert (stored(settings), case.attachments.filter(removed_at=None).count()) == (before, 2)


def test_a_failure_of_the_database_leaves_no_file(settings, make_case, member_of, monkeypatch):
    """The failure is put behind the row, where a broken connection would be."""
    case = make_case(attach=False)

    def fail(*_args, **_more):
        raise RuntimeError("connection lost")

    monkeypatch.setattr(cases, "settle", fail)
    with pytest.raises(RuntimeError):
        attach(case, member_of("psm"))
    assert stored(settings) == []


def test_an_upload_sent_twice_is_one_picture(settings, make_case, member_of):
    case, psm = make_case(attach=False), member_of("psm")
    first, second = (attach(case, psm, mutation_id=ONE) for _ in range(2))
    case.refresh_from_db()
    assert (first, len(stored(settings)), case.revision) == (second, 1, 2)


def test_a_picture_taken_off_stays_in_the_house(settings, make_case, member_of):
    case, psm = make_case(State.DIAJUKAN), member_of("psm")
    attachment = case.attachments.get(kind="foto_rumah")
    for _ in range(2):  # a second click changes nothing more
        evidence.detach(attachment, actor=psm, now=NOON)
    case.refresh_from_db()
    assert (case.revision, case.evidence) == (4, {"foto_ktp_atau_kk"})
    assert AuditEvent.objects.filter(verb="hapus_bukti").count() == 1
    assert evidence.sweep(now=datetime.now(UTC) + timedelta(days=1)) == 0
    assert default_storage.exists(attachment.stored_as)


def test_the_sweep_takes_files_that_no_row_names_once_they_are_old(settings, make_case, member_of):
    case, kept, psm = make_case(), make_case(), member_of("psm")
    assert cases.delete_draft(case.pk, actor=psm, now=NOON)
    assert len(stored(settings)) == 4
    moment = datetime.now(UTC)
    for path in stored(settings):
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    assert evidence.sweep(now=moment + timedelta(minutes=59)) == 0
    assert evidence.sweep(now=moment + timedelta(minutes=61)) == 2
    assert {path.name for path in stored(settings)} == {Path(attachment.stored_as).name for attachment in kept.attachments.all()}


def test_a_sweep_of_nothing_is_nothing():
    assert evidence.sweep(now=NOON) == 0
