"""Sessions and language: signing out and disabling take effect at once, in every tab; another language keeps the page."""

import re

import pytest
from playwright.sync_api import expect

from registry.models import Account
from tests.browser.conftest import LAPTOP
from tests.browser.pages import enter, field, fill, heading, press, tick
from tests.people import GAMPONG


def test_signing_out_ends_the_session_in_another_tab(open_page, make_case):
    case = make_case()
    page = open_page("psm", f"/catatan/{case.public_id}/")
    other = page.context.new_page()
    other.goto("/")
    heading(other, "Tugas saya")
    page.get_by_role("button", name="Keluar", exact=True).last.click()
    heading(page, "Masuk")
    other.get_by_role("link", name=re.compile("Aisyah Hamid")).click()
    heading(other, "Masuk")
    page.go_back()
    expect(page.get_by_text("Aisyah Hamid")).to_have_count(0)


def test_a_disabled_account_is_out_at_its_next_click(open_page, account_of, film):
    shot = film("nonaktif")
    worker = account_of("psm")
    page = open_page("psm")
    heading(page, "Tugas saya")
    admin = open_page("admin", f"/akun/{worker.public_id}/", viewport=LAPTOP)
    admin.get_by_role("link", name="Nonaktifkan akun", exact=True).click()
    heading(admin, "Nonaktifkan akun Psm?")
    shot(admin)
    press(admin, "Nonaktifkan akun")
    expect(admin.get_by_text("Akun Psm dinonaktifkan dan sudah keluar di semua perangkat.")).to_be_visible()
    shot(admin)
    page.get_by_role("link", name="Catat warga", exact=True).click()
    heading(page, "Masuk")
    enter(page, worker.username)
    expect(page.locator(".error-summary, .errors, [role=alert]").first).to_be_visible()


def test_an_invited_person_chooses_a_password_and_signs_in(open_page, film):
    shot = film("undangan")
    admin = open_page("admin", "/akun/baru/", viewport=LAPTOP)
    fill(admin, {"name": "Nurhayati Ismail", "username": "nurhayati"})
    tick(admin, "role", "psm")
    field(admin, "area_0").select_option(GAMPONG)
    shot(admin)
    press(admin, "Buat akun dan undangan")
    heading(admin, "Undangan untuk Nurhayati Ismail")
    shot(admin)
    link = admin.get_by_label("Tautan undangan").input_value()
    page = open_page(address=link)
    fill(page, {"new": "pisang rebus kopi pagi", "again": "pisang rebus kopi pagi"})
    shot(page)
    press(page, "Simpan kata sandi")
    expect(page.get_by_text("Kata sandi tersimpan. Masuk dengan nama pengguna nurhayati.")).to_be_visible()
    enter(page, "nurhayati", "pisang rebus kopi pagi")
    heading(page, "Tugas saya")
    shot(page)
    assert Account.objects.get(username="nurhayati").is_active
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Buat kata sandi Anda")
    expect(field(page, "new")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_another_language_keeps_the_page(open_page, make_case, script):
    case = make_case()
    page = open_page("psm", f"/catatan/{case.public_id}/isi/alamat/?dari=uji", java_script_enabled=script)
    before = page.url
    expect(page.locator("html")).to_have_attribute("lang", "id")
    press(page, "English")
    expect(page).to_have_url(before)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    press(page, "Bahasa Indonesia")
    expect(page.locator("html")).to_have_attribute("lang", "id")
