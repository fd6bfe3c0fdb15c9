"""Pages in a real Chromium: a phone, no outside host, no error in the console, pictures kept under build/screenshots."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.settings import ROOT

# Playwright's synchronous API runs an event loop in this thread; Django would refuse the database in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

HERE = Path(__file__).parent
PICTURES = ROOT / "build" / "screenshots"
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1366, "height": 768}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder needs a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    quiet = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": found, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": PHONE, "locale": "id-ID", "timezone_id": "Asia/Jakarta", "reduced_motion": "reduce"}


@pytest.fixture
def context(context: BrowserContext, live_server: object) -> Iterator[BrowserContext]:
    """The browser as pytest-playwright makes it; the test fails if a page asks another host or writes an error to the console."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # Chromium reports every answer of 400 and above, also the ones a test asks for.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    context.set_default_timeout(10_000)
    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", lambda request: request.url.startswith((live_server.url, "data:", "blob:")) or complaints.append(request.url))
    yield context
    assert complaints == []


@pytest.fixture
def sign_in(context: BrowserContext, live_server: object) -> Callable[[object], None]:
    """Sign an account in by its session cookie; the sign-in page has a test of its own."""

    def done(account: object) -> None:
        client = Client()
        client.force_login(account)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return done


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keep a picture of the whole page as build/screenshots/NAME.png, to be looked at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return lambda page, name: page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.fixture
def barriers() -> Callable[[Page], list[str]]:
    """What axe finds on a page: one line for each rule and place, empty when nothing stands in the way."""

    def found(page: Page) -> list[str]:
        violations = Axe().run(page).response["violations"]
        return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in violations for node in rule["nodes"]]

    return found
