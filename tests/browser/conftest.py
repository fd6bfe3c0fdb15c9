"""Pages in a real Chromium: a phone, no outside host, no error in the console, pictures kept under build/screens."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route

from registry.models import Account
from tests.settings import ROOT

# Playwright's synchronous API runs an event loop in this thread; Django would refuse the database in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

HERE = Path(__file__).parent
PICTURES = ROOT / "build" / "screens"
PHONE = {"width": 360, "height": 780}
LAPTOP = {"width": 1280, "height": 800}
OWN_WORLD = ("data:", "blob:")
# Chromium reports every answer of 400 and above, also the ones a test asks for; and each feature this build of it was made without.
NOT_A_COMPLAINT = ("Failed to load resource", "Error with Permissions-Policy header: Unrecognized feature")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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
def complaints() -> Iterator[list[str]]:
    """What the browsers of a test complained of: errors and refusals of the content security policy, and requests to another host."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def watch(live_server: object, complaints: list[str]) -> Callable[[BrowserContext], BrowserContext]:
    """Listen to a context, and keep it from every other host."""

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(NOT_A_COMPLAINT):
            complaints.append(message.text)

    def refuse(route: Route, request: Request) -> None:
        complaints.append(request.url)
        route.abort()

    def listen(context: BrowserContext) -> BrowserContext:
        context.set_default_timeout(10_000)
        context.on("console", heard)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.route(lambda url: not url.startswith((live_server.url, *OWN_WORLD)), refuse)
        return context

    return listen


@pytest.fixture
def context(context: BrowserContext, watch: Callable[[BrowserContext], BrowserContext]) -> BrowserContext:
    """The browser as pytest-playwright makes it, watched."""
    return watch(context)


@pytest.fixture
def open_page(
    browser: Browser, browser_context_args: dict, watch: Callable, account_of: Callable, live_server: object
) -> Iterator[Callable[..., Page]]:
    """Maker of a page in a browser of its own: `open_page("psm", "/cari/", java_script_enabled=False)`.

    A persona is signed in by its session cookie; signing in by hand is tested with the door. Addresses are relative to the portal.
    """

    contexts: list[BrowserContext] = []

    def opened(persona: str | Account = "", address: str = "/", **options: object) -> Page:
        context = watch(browser.new_context(**{**browser_context_args, "base_url": live_server.url, **options}))
        contexts.append(context)
        if persona:
            client = Client()
            client.force_login(account_of(persona) if isinstance(persona, str) else persona)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def film() -> Callable[[str], Callable[[Page], None]]:
    """Pictures of a job to look at: `shot = film("petugas")`, then `shot(page)` keeps build/screens/petugas-01.png, 02 and so on."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def start(job: str) -> Callable[[Page], None]:
        for old in PICTURES.glob(f"{job}-[0-9][0-9].png"):
            old.unlink()
        numbers = count(1)

        def shot(page: Page) -> None:
            page.wait_for_load_state()
            page.screenshot(path=PICTURES / f"{job}-{next(numbers):02d}.png", full_page=True)

        return shot

    return start


@pytest.fixture(scope="session")
def barriers() -> Callable[[Page], list[str]]:
    """What axe finds on a page: one line for each rule and place, empty when nothing stands in the way."""
    axe, options = Axe(), {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}

    def found(page: Page) -> list[str]:
        violations = axe.run(page, options=options).response["violations"]
        return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in violations for node in rule["nodes"]]

    return found
