"""The door: by keyboard and thumb, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.pages import enter, heading


def test_a_wrong_password_is_told_without_saying_which_half_was_wrong(open_page, account_of, film):
    shot = film("masuk-salah")
    account_of("psm")
    page = open_page()
    said = []
    for username in ("psm", "tidak_ada"):
        enter(page, username, "bukan sandi saya")
        expect(page.locator("[data-errsum], .err, [role=alert]").first).to_be_visible()
        expect(page.locator("[name=password]")).to_have_value("")
        # The script adds this button when it has run; only then are the two pages comparable.
        expect(page.get_by_role("button", name="Tampilkan")).to_be_visible()
        said.append(page.locator("main").inner_text())
    shot(page)
    assert said[0] == said[1]


@pytest.mark.parametrize("script", [True, False])
def test_signing_in_and_out_works_without_javascript_too(open_page, account_of, live_server, script):
    page = open_page(java_script_enabled=script)
    enter(page, account_of("psm").username)
    expect(page).to_have_url(f"{live_server.url}/")
    page.locator("footer").get_by_role("button", name="Keluar").click()
    heading(page, "Masuk")


def test_the_door_opens_by_keyboard_alone_and_shows_what_is_typed_on_request(open_page, account_of):
    username = account_of("psm").username
    page = open_page(address="/masuk/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Nama pengguna")).to_be_focused()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    password = page.locator("[name=password]")
    expect(password).to_be_focused()
    page.keyboard.type("sandi-untuk-")
    page.get_by_role("button", name="Tampilkan").press("Enter")
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="Tutup").press("Enter")
    expect(password).to_have_attribute("type", "password")
    password.press("End")
    page.keyboard.type("uji-saja")
    page.keyboard.press("Enter")
    heading(page, "Tugas saya")
