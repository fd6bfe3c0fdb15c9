"""The door, on a phone: by keyboard and thumb, with and without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.people import PASSWORD


@pytest.fixture
def address(live_server: object) -> str:
    return live_server.url + reverse("account_login")


@pytest.mark.a11y
def test_nothing_stands_in_the_way(page: Page, address: str, barriers, picture):
    page.goto(address)
    picture(page, "masuk")
    assert barriers(page) == []
    for control in page.locator("input:visible, button:visible").all():
        box = control.bounding_box()
        assert box["height"] >= 24, control.inner_html()
    for name in ("login", "password"):
        assert page.locator(f"[name={name}]").bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_wrong_password_is_told_without_saying_which_half_was_wrong(page: Page, address: str, account_of):
    page.goto(address)
    page.get_by_label("Nama pengguna").fill(account_of("psm").username)
    page.locator("[name=password]").fill("bukan sandi saya")
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.locator(".error-summary, .errors, [role=alert]").first).to_be_visible()
    expect(page).to_have_url(address)


@pytest.mark.parametrize("script", [True, False])
def test_signing_in_and_out_works_without_javascript_too(browser: Browser, browser_context_args, live_server, address, account_of, script):
    context = browser.new_context(**browser_context_args, java_script_enabled=script)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Nama pengguna").fill(account_of("psm").username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/")
    page.get_by_role("button", name="Keluar").first.click()
    expect(page).to_have_url(address)
    context.close()
