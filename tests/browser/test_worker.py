"""The worker's job on a phone: search, record, send, mend what came back. Once with JavaScript, once without."""

import re
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Request, expect

from registry import workflow
from registry.enums import State
from registry.models import Attachment, Case
from tests.browser.pages import Worker, enter, field, fill, follow, heading, press, spaced
from tests.people import invented_nik, seen

BORN = date(1958, 8, 7)
NIK = invented_nik(BORN, "P", serial=9321)
MASKED = f"{NIK[:4]}••••••••{NIK[-4:]}"
NAME, YEAR = "Cut Nuraini", 1958


def recorded(worker: Worker) -> Case:
    """From the home page to the receipt; the case as it was written."""
    page = worker.page
    worker.search(spaced(NIK), NAME, YEAR)
    worker.begin()
    follow(page, "Lanjut ke Identitas")
    worker.identity(BORN, "Nyak Maneh")
    worker.address()
    worker.family("1111 0501 0319 9014")
    worker.kind()
    worker.evidence()
    worker.consent()
    expect(page.get_by_text("6 dari 6 bagian selesai.")).to_be_visible()
    worker.shot(page)
    page.get_by_role("link", name="Periksa jawaban dan kirim", exact=True).last.click()
    expect(page.get_by_text(MASKED)).to_be_visible()
    expect(page.get_by_text(NIK)).to_have_count(0)
    number = worker.send()
    case = Case.objects.with_record().get(registry_no=number)
    assert case.state == State.DIAJUKAN
    return case


def come_back(case: Case, member_of) -> None:
    """The supervisor sends it back with a note and a pin."""
    words = {"reason": "kurang", "note": "Nama ibu belum cocok."}
    pins = [workflow.PinNote("person.mother_name", "Di KK tertulis lain. Cocokkan lagi.")]
    [outcome] = workflow.perform([seen(case)], "kembalikan", actor=member_of("supervisor"), now=timezone.now(), pins=pins, **words)
    assert outcome.done


def mend(page: Page, shot) -> None:
    """First thing on the home page, with the reason; one tap to the field; send again."""
    page.goto("/")
    first = page.locator("main section").first
    expect(first.get_by_role("heading")).to_have_text("Dikembalikan")
    expect(first.get_by_role("link")).to_contain_text("Nama ibu belum cocok.")
    expect(first.get_by_role("link")).to_contain_text("Ada 1 catatan pada isian.")
    shot(page)
    first.get_by_role("link").click()
    pin = page.get_by_role("link").filter(has_text="Di KK tertulis lain.")
    expect(pin).to_be_visible()
    shot(page)
    pin.click()
    expect(page.get_by_text("Di KK tertulis lain. Cocokkan lagi.")).to_be_visible()
    expect(field(page, "person.mother_name")).to_have_value("Nyak Maneh")
    shot(page)
    fill(page, {"person.mother_name": "Nyak Manyang"})
    press(page, "Simpan dan lanjut")
    expect(page.get_by_text("Sudah diubah")).to_be_visible()
    shot(page)
    page.get_by_role("link", name="Periksa jawaban dan kirim", exact=True).last.click()


def test_a_worker_records_a_person_on_a_phone(open_page, account_of, member_of, make_case, film):
    make_case()
    shot = film("petugas")
    page = open_page(address="/masuk/")
    uploads: list[Request] = []
    page.on("request", lambda request: request.url.endswith("/bukti/") and "/isi/" not in request.url and uploads.append(request))
    shot(page)
    enter(page, account_of("psm").username)
    heading(page, "Tugas saya")
    shot(page)
    case = recorded(Worker(page, shot))
    assert (case.values()["person.mother_name"], case.values()["case.criteria"]) == ("Nyak Maneh", [2, 3])
    # The script made the pictures small before they left the phone.
    assert [(upload.resource_type, b"image/webp" in upload.post_data_buffer) for upload in uploads] == [("xhr", True)] * 2
    assert all(max(row.width, row.height) == 1600 for row in Attachment.objects.filter(case=case))
    come_back(case, member_of)
    mend(page, shot)
    assert Worker(page, shot).send() == case.registry_no
    again = Case.objects.with_record().get(pk=case.pk)
    assert (again.state, again.values()["person.mother_name"]) == (State.DIAJUKAN, "Nyak Manyang")


def test_a_worker_records_a_person_without_javascript(open_page, account_of, member_of, film):
    shot = film("tanpa-js")
    page = open_page(address="/masuk/", java_script_enabled=False)
    enter(page, account_of("psm").username)
    case = recorded(Worker(page, shot))
    assert [row.kind for row in Attachment.objects.order_by("pk")] == ["foto_ktp_atau_kk", "foto_rumah"]
    come_back(case, member_of)
    mend(page, shot)
    assert Worker(page, shot).send() == case.registry_no
    assert Case.objects.get().state == State.DIAJUKAN


def test_the_number_is_counted_and_read_aloud_while_it_is_typed(open_page, film):
    shot = film("nik")
    page = open_page("psm", "/cari/")
    nik = field(page, "nik")
    nik.press_sequentially(spaced(NIK)[:-1])
    expect(page.get_by_text("15/16")).to_be_visible()
    expect(page.get_by_text("Lengkap", exact=True)).to_have_count(0)
    nik.press_sequentially(NIK[-1])
    expect(page.get_by_text("16/16")).to_be_visible()
    expect(page.get_by_text("Lengkap", exact=True)).to_be_visible()
    shot(page)
    press(page, "Cari")
    press(page, "Catat baru")
    follow(page, "Lanjut ke Identitas")
    parts = page.get_by_role("status").filter(has_text="Yang terbaca dari NIK ini")
    expect(parts.get_by_text("Kec. Peusangan, Kabupaten Bireuen")).to_be_visible()
    expect(parts.get_by_text("7 Agustus 1958, perempuan")).to_be_visible()
    expect(field(page, "nik")).to_have_value(spaced(NIK))
    shot(page)


def test_somebody_who_is_recorded_already_is_found(open_page, make_case, film):
    shot = film("cari")
    case = make_case(person__name="Cut Nuraini", person__nik=NIK)
    page = open_page("psm_same_gampong", "/cari/")
    press(page, "Cari")
    expect(page.get_by_role("alert")).to_contain_text("Isi NIK, atau nama lengkap bersama tahun lahir dan gampong.")
    expect(page).to_have_title(re.compile("^Kesalahan: "))
    shot(page)
    fill(page, {"nik": NIK})
    press(page, "Cari")
    expect(page.get_by_role("heading", name="1 orang mungkin sama")).to_be_visible()
    expect(page.get_by_text(MASKED)).to_be_visible()
    shot(page)
    follow(page, "Ini orangnya, buka catatan")
    heading(page, "Cut Nuraini")
    expect(page).to_have_url(re.compile(str(case.public_id)))


@pytest.mark.parametrize("script", [True, False])
def test_a_question_that_another_answer_makes_pointless_is_hidden(open_page, make_case, script):
    case = make_case()
    page = open_page("psm", f"/catatan/{case.public_id}/isi/identitas/", java_script_enabled=script)
    year, why = field(page, "person.birth_year"), page.get_by_text("Warga ini belum punya NIK")
    expect(year).to_be_visible(visible=not script)
    expect(why).to_be_visible(visible=not script)
    if script:
        fill(page, {"person.birth_date": "", "nik": ""})
    expect(year).to_be_visible()
    expect(why).to_be_visible()


def test_a_mistake_is_named_and_what_was_typed_stays(open_page, make_case, film):
    shot = film("salah")
    page = open_page("psm", f"/catatan/{make_case().public_id}/isi/identitas/")
    fill(page, {"person.birth_date": "31-02-1958", "person.birth_place": "Matang"})
    press(page, "Simpan dan lanjut")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(field(page, "person.birth_place")).to_have_value("Matang")
    shot(page)
    summary.get_by_role("link").click()
    expect(field(page, "person.birth_date")).to_be_focused()
    expect(field(page, "person.birth_date")).to_have_value("31-02-1958")
