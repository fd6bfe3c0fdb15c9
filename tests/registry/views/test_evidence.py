"""The part on evidence: what is asked, one upload at a time, opening and removing."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registry.enums import State
from registry.fields import Step
from registry.models import Attachment, AuditEvent, Case
from tests.pictures import picture

pytestmark = pytest.mark.django_db


def photo(data: bytes | None = None, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if data is None else data, content_type="image/jpeg")


def url(name: str, thing, *args) -> str:
    return reverse(name, args=[thing.public_id, *args])


def step(case: Case) -> str:
    return url("case_step", case, Step.EVIDENCE)


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def send(client, case: Case, kind: str = "foto_rumah", data: bytes | None = None, **more):
    return client.post(url("evidence_upload", case), {"kind": kind, "photo": photo(data), "mutation_id": uuid4(), **more})


def test_what_is_asked_and_what_is_there(client_of, make_case):
    case, client = make_case(attach=False), client_of("psm")
    text = words(client.get(step(case)))
    assert "Yang diminta 0 dari 2" in text
    assert "Foto rumah atau Surat keterangan gampong Belum ada. Salah satu sudah cukup." in text
    assert send(client, case).headers["Location"] == step(case)
    text = words(client.get(step(case)))
    assert "Foto yang tersimpan 1 foto Foto rumah Terunggah" in text and "Yang diminta 1 dari 2" in text
    assert Case.objects.get(pk=case.pk).evidence == {"foto_rumah"}


def test_the_report_counts_as_evidence_where_it_is_asked(client_of, make_case):
    case = make_case(attach=False, case__kind="11", case__criteria=[1])
    client = client_of("psm")
    assert "Tulis laporan petugas di bawah" in words(client.get(step(case)))
    fields = dict(re.findall(r'name="(shown:[^"]+)" value="([^"]*)"', client.get(step(case)).content.decode()))
    client.post(step(case), fields | {"case.report": "Dilihat di depan pasar."})
    assert Case.objects.get(pk=case.pk).values()["case.report"] == "Dilihat di depan pasar."
    assert "Yang diminta 1 dari 2" in words(client.get(step(case)))


def test_before_the_kind_is_chosen(client_of, make_case):
    case = make_case(attach=False, case__kind=None, case__criteria=None)
    text = words(client_of("psm").get(step(case)))
    assert "Bukti yang diminta tampil setelah jenis PPKS dipilih." in text
    assert send(client_of("psm"), case, "foto_ktp_atau_kk").status_code == 302


def test_a_photo_sent_twice_is_kept_once(client_of, make_case):
    case, client, mutation = make_case(attach=False), client_of("psm"), uuid4()
    answers = [send(client, case, mutation_id=mutation) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("foto_rumah", b"not a picture", "Berkas ini bukan foto yang dapat dibaca."),
        ("foto_rumah", b"", "Berkas foto ini kosong."),
        ("foto_rumah", b"GIF89a" + bytes(64), "Berkas ini bukan foto yang dapat dibaca."),
        ("foto_rumah", picture(640, 480)[:1500], "Foto ini rusak atau terpotong."),
        ("no_such_kind", None, "Masukkan pilihan yang valid"),
        ("laporan_petugas", None, "Masukkan pilihan yang valid"),
    ],
)
def test_what_is_no_fit_photo_is_refused_in_words(client_of, make_case, kind, data, sentence):
    case = make_case(attach=False)
    answer = send(client_of("psm"), case, kind, data)
    assert answer.status_code == 422
    assert sentence in words(answer) and "<title>Kesalahan:" in answer.content.decode()
    assert Attachment.objects.count() == 0


def test_no_file_and_a_too_large_file(client_of, make_case, settings):
    case, client = make_case(attach=False), client_of("psm")
    missing = client.post(url("evidence_upload", case), {"kind": "foto_rumah"})
    assert missing.status_code == 422 and "Foto belum dipilih." in words(missing)
    settings.PHOTO_MAX_BYTES = 100
    large = send(client, case)
    assert large.status_code == 422 and "sedangkan batasnya 100" in words(large)


def test_a_restricted_kind_takes_no_picture_of_a_person(client_of, make_case):
    case = make_case(attach=False, keeper="psm_restricted", case__kind="18", case__criteria=[1])
    client = client_of("psm_restricted")
    assert "Foto keadaan warga" not in words(client.get(step(case)))
    assert send(client, case, "foto_keadaan").status_code == 422
    assert send(client, case, "surat_instansi_penanganan").status_code == 302


def test_a_picture_is_opened_for_this_request_only_and_recorded(client_of, make_case):
    [attachment, _other] = make_case().attachments.all()
    answer = client_of("psm").get(url("evidence_picture", attachment))
    assert answer.status_code == 200 and answer.content[:4] == b"RIFF"
    assert {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Type": "image/webp", "Content-Disposition": "inline", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
    }  # fmt: skip
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert [e.object_id for e in AuditEvent.objects.filter(verb="lihat_bukti")] == [str(attachment.public_id)]


@pytest.mark.parametrize(
    ("persona", "look", "remove"),
    [
        ("psm", 200, 200), ("psm_same_gampong", 403, 403), ("psm_next_door", 404, 404), ("supervisor", 200, 200),
        ("supervisor_elsewhere", 404, 404), ("admin", 200, 403), ("disabled", 302, 302),
    ],
)  # fmt: skip
def test_who_opens_and_removes(client_of, make_case, persona, look, remove):
    attachment = make_case().attachments.first()
    client = client_of(persona)
    assert client.get(url("evidence_picture", attachment)).status_code == look
    assert client.get(url("evidence_remove", attachment)).status_code == remove


@pytest.mark.parametrize(("persona", "status"), [("psm_same_gampong", 403), ("psm_next_door", 404), ("admin", 403), ("disabled", 302)])
def test_nobody_else_uploads(client_of, make_case, persona, status):
    case = make_case(attach=False)
    assert send(client_of(persona), case).status_code == status
    assert Attachment.objects.count() == 0


def test_removing_is_asked_first_and_keeps_the_row(client_of, make_case):
    case = make_case()
    attachment, client = case.attachments.first(), client_of("psm")
    where = url("evidence_remove", attachment)
    assert "Hapus foto ini: Foto KTP atau KK?" in words(client.get(where))
    data = {"case": case.public_id}
    assert client.post(where, data).headers["Location"] == step(case)
    assert client.post(where, data).headers["Location"] == step(case)  # a second tap
    assert client_of("psm_next_door").post(where, data).status_code == 404
    assert Attachment.objects.get(pk=attachment.pk).removed_at is not None
    assert Case.objects.get(pk=case.pk).evidence == {"foto_rumah"}
    assert [client.post(where).status_code, client.get(url("evidence_picture", attachment)).status_code] == [404, 404]
    assert Case.objects.get(pk=case.pk).revision == case.revision + 1


def test_a_decided_record_takes_no_more_evidence(client_of, make_case):
    case = make_case(State.DITOLAK)
    assert send(client_of("psm"), case).headers["Location"] == step(case)
    assert client_of("psm").get(step(case)).headers["Location"] == url("case", case)
    assert Attachment.objects.count() == 2
