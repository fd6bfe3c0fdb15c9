"""The pages of an import: upload, preview, confirmation, giving up."""

import io
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry import jobs
from registry.enums import BatchState, JobState
from registry.exchange import intake
from registry.models import AuditEvent, Batch, Case, Job, Member
from tests.people import NOON
from tests.registry.exchange.sheets import line, nik, sheet

MUTATION = "0b4b7c1e-6f7c-4e47-9a60-111111111111"
BASIS = {"basis": "pelayanan_publik", "letter": "Camat Peusangan, 460/12, 20 November 2026"}


def upload(client, path: Path, name: str = "Data Peusangan.xlsx"):
    file = SimpleUploadedFile(name, path.read_bytes())
    return client.post(reverse("batch_list"), {"file": file, "mutation_id": MUTATION})


def page(client, batch: Batch, query: str = "") -> str:
    return client.get(reverse("batch", args=[batch.public_id]) + query).content.decode()


@pytest.fixture
def messy(tmp_path) -> Path:
    rows = [line(1), line(2), line(3, nik=1.111054808589e15), line(4, gampong="Entah"), line(1), line(5, tanggal_lahir="31-02-1958")]
    return sheet(tmp_path / "berkas.xlsx", rows)


def test_upload_shows_counts_that_add_up_and_writes_nothing(client_of, messy):
    admin = client_of("admin")
    batch_page = admin.get(upload(admin, messy).url)
    batch = Batch.objects.get()
    assert batch.counts == {"rows": 6, "new": 2, "changed": 0, "same": 0, "problem": 4}
    assert (batch.state, Case.objects.count()) == (BatchState.JUDGED, 0)
    assert "Simpan 2 baris" in batch_page.content.decode()


def test_problems_are_shown_with_row_cell_and_sentence_and_without_a_number(client_of, messy):
    admin = client_of("admin")
    upload(admin, messy)
    html = page(admin, Batch.objects.get(), "?lihat=problem")
    for words in ("B4", "G5", "B6", "D7", "NIK ini dengan jenis PPKS yang sama sudah ada di baris 2.", "31-02-1958", "Entah"):
        assert words in html
    assert not re.search(r"\d{12}", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", html))


def test_the_same_upload_twice_is_one_batch(client_of, messy):
    admin = client_of("admin")
    assert upload(admin, messy).url == upload(admin, messy).url
    assert Batch.objects.count() == 1


def test_a_refused_file_says_why_and_what_to_do(client_of, tmp_path):
    path = sheet(tmp_path / "berkas.xlsx", [line(1)], gampong="kampung lain")
    admin = client_of("admin")
    upload(admin, path)
    batch = Batch.objects.get()
    assert batch.state == BatchState.REFUSED
    assert "Di baris judul (baris 1) belum ada kolom: GAMPONG." in page(admin, batch)
    assert not default_storage.exists(batch.stored_as)


def test_confirmation_writes_once_however_often_it_is_sent(client_of, messy, account_of):
    account_of("psm")
    admin = client_of("admin")
    upload(admin, messy)
    batch = Batch.objects.get()
    url = reverse("batch_commit", args=[batch.public_id])
    assert "4 baris bermasalah tidak disimpan" in admin.get(url).content.decode()
    for _again in range(2):
        assert admin.post(url, BASIS).status_code == 302
    batch.refresh_from_db()
    assert (batch.state, Case.objects.count()) == (BatchState.COMMITTED, 2)
    assert batch.legal_basis.endswith(BASIS["letter"])
    assert "2 catatan baru dan 0 perubahan sudah disimpan" in page(admin, batch)
    assert AuditEvent.objects.filter(verb="impor").count() == 1


def test_confirmation_needs_the_legal_basis(client_of, messy):
    admin = client_of("admin")
    upload(admin, messy)
    answer = admin.post(reverse("batch_commit", args=[Batch.objects.get().public_id]), {})
    assert (answer.status_code, Case.objects.count()) == (422, 0)


def test_a_file_over_the_limit_is_judged_but_not_committed_and_the_page_says_so(client_of, messy, settings):
    settings.IMPORT_COMMIT_MAX_ROWS = 5
    admin = client_of("admin")
    upload(admin, messy)
    batch = Batch.objects.get()
    html = page(admin, batch)
    assert "lebih dari 5 baris: sudah diperiksa, tetapi belum dapat disimpan" in html
    assert "Simpan 2 baris" not in html
    admin.post(reverse("batch_commit", args=[batch.public_id]), BASIS)
    assert Case.objects.count() == 0


def test_giving_up_removes_the_file_and_the_preview(client_of, messy):
    admin = client_of("admin")
    upload(admin, messy)
    batch = Batch.objects.get()
    assert "Registri tidak berubah" in admin.get(reverse("batch_cancel", args=[batch.public_id])).content.decode()
    admin.post(reverse("batch_cancel", args=[batch.public_id]))
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == (BatchState.CANCELLED, 0)
    with pytest.raises(FileNotFoundError), intake.opened(batch):
        pass


def test_changes_are_shown_old_and_new_with_numbers_masked(client_of, make_case, tmp_path):
    case = make_case()
    path = sheet(
        tmp_path / "berkas.xlsx", [line(7, nik=nik(8), alamat="Dekat pasar", id_registrasi=case.registry_no)], (*line(), "id_registrasi")
    )
    admin = client_of("admin")
    upload(admin, path)
    html = page(admin, Batch.objects.get(), "?lihat=changed")
    assert "<del>Belakang meunasah</del>" in html and "<ins>Dekat pasar</ins>" in html
    assert f"<ins>1111••••••••{nik(8)[-4:]}</ins>" in html and nik(8) not in html


@pytest.mark.parametrize("persona, named", [("admin", False), ("admin_restricted", True)])
def test_a_restricted_row_names_nobody_and_tells_only_who_has_the_grant(client_of, make_case, tmp_path, persona, named):
    case = make_case(keeper="psm_restricted", case__kind="16", attach=False)
    rows = [line(9, id_registrasi=case.registry_no, alamat="Dekat pasar", jenis_ppks="16")]
    path = sheet(tmp_path / "berkas.xlsx", rows, (*line(), "id_registrasi"))
    upload(client_of("admin_restricted"), path)
    html = page(client_of(persona), Batch.objects.get(), "?lihat=changed")
    assert "<td>Kasus terbatas</td>" in html
    assert [word in html for word in ("Dekat pasar", "Aisyah")] == [named, named]


def test_a_child_is_not_named_in_the_preview(client_of, tmp_path):
    path = sheet(tmp_path / "berkas.xlsx", [line(1, nik="", nama="Fitri", tanggal_lahir="01-02-2018", jenis_ppks="02")])
    admin = client_of("admin")
    upload(admin, path)
    html = page(admin, Batch.objects.get())
    assert "F•••••, anak" in html and "Fitri" not in html


@pytest.mark.parametrize("name", ["batch_list", "batch", "batch_commit", "batch_cancel"])
@pytest.mark.parametrize("persona, status", [("psm", 403), ("supervisor", 403), ("admin", 200), ("disabled", 302)])
def test_only_admins_import(client_of, member_of, messy, name, persona, status):
    batch = intake.receive(messy.open("rb"), "berkas.xlsx", actor=member_of("admin"), now=NOON)
    intake.judge(batch, actor=member_of("admin"), now=NOON)
    args = [] if name == "batch_list" else [batch.public_id]
    assert client_of(persona).get(reverse(name, args=args)).status_code == status


def test_a_batch_of_other_areas_does_not_exist(client_of, messy, member_of):
    admin: Member = member_of("admin")
    elsewhere = Member(admin.id, admin.name, admin.role, ("11.12",))
    batch = intake.receive(messy.open("rb"), "berkas.xlsx", actor=elsewhere, now=NOON)
    assert client_of("admin").get(reverse("batch", args=[batch.public_id])).status_code == 404


def test_the_limits_and_columns_are_said_before_anybody_uploads(client_of):
    html = client_of("admin").get(reverse("batch_list")).content.decode()
    for words in (
        "sampai 20 MB",
        "sampai 50 MB",
        "Sampai 200.000 baris diperiksa",
        "sampai 5.000 baris dapat disimpan",
        "<b>JENIS PPKS</b>",
    ):
        assert words in html


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(client_of, settings):
    settings.IMPORT_MAX_BYTES = settings.CSV_MAX_BYTES = 10
    file = io.BytesIO(b"nama,nik\n" * 10)
    file.name = "besar.csv"
    answer = client_of("admin").post(reverse("batch_list"), {"file": file, "mutation_id": MUTATION})
    assert (answer.status_code, Batch.objects.count()) == (422, 0)


def test_progress_shows_without_a_script_and_a_dead_job_offers_another_try(client_of, messy, member_of):
    admin = client_of("admin")
    batch = intake.receive(messy.open("rb"), "berkas.xlsx", actor=member_of("admin"), now=NOON)
    job = Job.objects.create(
        name="periksa_berkas", argument=str(batch.public_id), state=JobState.RUNNING, done=2, total=6, asked_by_id=member_of("admin").id,
        asked_at=NOON, heartbeat=NOON,
    )  # fmt: skip
    assert jobs.latest(str(batch.public_id), now=NOON).state == JobState.RUNNING
    assert "Coba lagi" in page(admin, batch)  # the heartbeat is old by the clock of the page
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    admin.post(reverse("batch", args=[batch.public_id]))
    batch.refresh_from_db()
    assert batch.state == BatchState.JUDGED


def test_a_running_job_shows_its_progress(client_of, messy, member_of):
    batch = intake.receive(messy.open("rb"), "berkas.xlsx", actor=member_of("admin"), now=NOON)
    Job.objects.create(
        name="periksa_berkas", argument=str(batch.public_id), asked_by_id=member_of("admin").id, asked_at=NOON, done=2, total=6
    )
    answer = client_of("admin").get(reverse("batch", args=[batch.public_id]))
    assert answer.headers["Refresh"] == "3"
    assert '<progress class="prog" max="6" value="2"' in answer.content.decode()


def test_the_same_number_of_queries_for_one_and_thirty_batches(client_of, messy, member_of):
    admin = client_of("admin")

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get(reverse("batch_list"))
        return len(captured)

    intake.receive(messy.open("rb"), "berkas.xlsx", actor=member_of("admin"), now=NOON)
    one = count()
    for _more in range(29):
        intake.receive(messy.open("rb"), "berkas.xlsx", actor=member_of("admin"), now=NOON)
    assert count() == one
