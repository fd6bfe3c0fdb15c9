"""What the portal refuses to start with, and what its settings promise to a browser, a log reader and a thief."""

import base64
import logging
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from ipsm_portal import keys, logs, versions
from ipsm_portal.language import CookieLocaleMiddleware
from ipsm_portal.proxy import ForwardedAddressMiddleware
from tests.settings import typed

ROOT = Path(__file__).resolve().parent.parent


def drawn() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def sound() -> dict[str, str]:
    """An environment that a real portal could start with."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "NIK_KEYS": f"1:{drawn()}",
        "INDEX_KEY": drawn(),
        "ALLOWED_HOSTS": "ipsm.example.org",
        "DEBUG": "false",
        "HTTPS": "true",
    }


def start(tmp_path: Path, changes: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own, with nothing of this one's environment but where programs are."""
    env = {"PATH": os.environ["PATH"], "IPSM_VAR": str(tmp_path), **sound(), **changes}
    command = [sys.executable, "-c", "import ipsm_portal.settings as s; print(s.SESSION_COOKIE_NAME, s.DEMO, s.NIK_CURRENT_KEY)"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


SAME = drawn()
REFUSED = {
    "no secret key": ({"SECRET_KEY": ""}, "SECRET_KEY must have at least 50 characters"),
    "a short secret key": ({"SECRET_KEY": "rahasia"}, "SECRET_KEY must have at least 50 characters"),
    "no key for NIK": ({"NIK_KEYS": ""}, "NIK_KEYS is empty"),
    "a key without its number": ({"NIK_KEYS": drawn()}, "NIK_KEYS must look like 1:<base64>"),
    "a number out of range": ({"NIK_KEYS": f"256:{drawn()}"}, "NIK_KEYS must look like 1:<base64>"),
    "a number twice": ({"NIK_KEYS": f"1:{drawn()},1:{drawn()}"}, "NIK_KEYS gives number 1 twice"),
    "a key that is no base64": ({"NIK_KEYS": "1:bukan kunci"}, "NIK_KEYS 1 is not base64"),
    "a key too short": ({"INDEX_KEY": base64.b64encode(b"x" * 16).decode()}, "INDEX_KEY must hold 32 bytes, it holds 16"),
    "no index key": ({"INDEX_KEY": ""}, "INDEX_KEY must hold 32 bytes, it holds 0"),
    "one key for two purposes": ({"NIK_KEYS": f"1:{SAME}", "INDEX_KEY": SAME}, "must all differ"),
    "the keys of the tests": ({"INDEX_KEY": typed(b"test-only-key-of-the-blind-index")}, "a readable text"),
    "a key of one byte": ({"NIK_KEYS": "1:" + base64.b64encode(bytes(32)).decode()}, "a readable text"),
    "no host": ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the hosts"),
    "any host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
    "a day that February lacks": ({"DTSEN_CUTOFF_DAY": "31"}, "DTSEN_CUTOFF_DAY must be a day that every month has"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_nonsense_does_not_start(what, tmp_path):
    changes, sentence = REFUSED[what]
    done = start(tmp_path, changes)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert sentence in last
    assert not any(value and len(value) > 20 and value in last for value in changes.values()), "a refusal must not repeat a key"


def test_a_sound_environment_starts(tmp_path):
    done = start(tmp_path, {"NIK_KEYS": f"7:{drawn()},3:{drawn()}"})
    assert (done.returncode, done.stdout.split()) == (0, ["__Host-sesi", "False", "7"])


def test_settings_env_is_read_and_a_demo_registry_says_so(tmp_path):
    (tmp_path / "settings.env").write_text("HTTPS=false\n")
    (tmp_path / "demo-accounts.json").write_text("[]")
    env = {key: value for key, value in sound().items() if key != "HTTPS"}
    command = [sys.executable, "-c", "import ipsm_portal.settings as s; print(s.SESSION_COOKIE_NAME, s.DEMO)"]
    env |= {"PATH": os.environ["PATH"], "IPSM_VAR": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["sesi", "True"]


# --- keys


def test_a_ring_keeps_the_order_written():
    one, two = secrets.token_bytes(32), secrets.token_bytes(32)
    text = f"2:{base64.b64encode(two).decode()}, 1:{base64.b64encode(one).decode()}"
    assert list(keys.decode_ring("NIK_KEYS", text).items()) == [(2, two), (1, one)]


def test_typed_keys_are_fine_while_debugging():
    keys.refuse_unfit({1: b"a" * 32}, b"b" * 32, debug=True)
    with pytest.raises(ImproperlyConfigured):
        keys.refuse_unfit({1: b"a" * 32}, b"b" * 32, debug=False)


# --- versions


def test_the_installed_packages_have_no_known_holes():
    assert versions.packages_too_old() == []


@pytest.mark.parametrize("name", versions.PACKAGES)
def test_a_package_below_its_line_is_named(name):
    installed = {**versions.PACKAGES, name: "0.7.0"}
    assert versions.packages_too_old(installed) == [f"{name} 0.7.0 has known holes, {versions.PACKAGES[name]} or newer is needed"]


@pytest.mark.parametrize(
    "text, expected", [("5.2.19", (5, 2, 19)), ("13.0.0rc1", (13, 0, 0)), ("15.18 (Debian 15.18-0)", (15, 18)), ("5.10", (5, 10)), ("", ())]
)
def test_version_numbers_compare_as_numbers(text, expected):
    assert versions.number(text) == expected


def test_an_old_server_only_warns():
    assert [line.split(":")[0] for line in versions.server_warnings("15.2")][-1] == "PostgreSQL 15.2"
    assert not any("PostgreSQL" in line for line in versions.server_warnings("15.20"))


def test_geodjango_stays_out():
    assert not any(app.startswith("django.contrib.gis") for app in settings.INSTALLED_APPS)


# --- logs

DIGITS = "11110145" + "09879001"


@pytest.mark.parametrize("written", [DIGITS, " ".join(DIGITS[n : n + 4] for n in (0, 4, 8, 12)), "-".join((DIGITS[:8], DIGITS[8:]))])
def test_sixteen_digits_never_reach_a_log(written):
    assert logs.mask(f"nik {written}, kk") == "nik [16 angka], kk"


@pytest.mark.parametrize("kept", ["2026-11-24 14.05.33,120", "0812 3456 7890", DIGITS + "0", DIGITS[:-1]])
def test_other_numbers_stay(kept):
    assert logs.mask(kept) == kept


def test_arguments_and_tracebacks_are_masked():
    said = f"duplicate key\nDETAIL:  Key (name)=({'Nama'} {'Orang'}) {DIGITS}"
    try:
        raise ValueError(said)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "gagal %s", (DIGITS,), sys.exc_info())
    text = logs.MaskingFormatter("%(message)s").format(record)
    assert DIGITS not in text
    assert "Nama Orang" not in text
    assert text.startswith("gagal [16 angka]\nTraceback")


# --- passwords


TRIED_FIRST = ["BireuenIPSM2026!", "gampong-peusangan-1", "RahasiaDinsos123", "petugaspsm2026", "pendek", "123456789012"]


@pytest.mark.parametrize("password", TRIED_FIRST)
def test_passwords_everybody_would_try_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_three_random_words_are_accepted():
    validate_password("pelita kuda sumur")


# --- language


@pytest.mark.parametrize("cookie, wish, expected", [("", "en-US", "id"), ("en", "id", "en"), ("id", "en", "id"), ("xx", "en", "id")])
def test_the_cookie_alone_chooses_the_language(cookie, wish, expected):
    request = RequestFactory().get("/", headers={"accept-language": wish})
    request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: cookie} if cookie else {}
    CookieLocaleMiddleware(lambda r: None).process_request(request)
    assert (request.LANGUAGE_CODE, translation.get_language()) == (expected, expected)
    translation.activate("id")


# --- who asks


@pytest.mark.parametrize(
    "proxies, forwarded, expected",
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_own_proxies_are_believed(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded} if forwarded else {}, REMOTE_ADDR="192.0.2.1")
    assert ForwardedAddressMiddleware(lambda r: r.META["REMOTE_ADDR"])(request) == expected


# --- doors


@pytest.mark.django_db
def test_the_sign_in_page_carries_every_header(client):
    answer = client.get(reverse("account_login"))
    assert answer.status_code == 200
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
    }
    granted = {part.strip() for part in answer["Permissions-Policy"].split(",") if not part.strip().endswith("=()")}
    assert granted == {"camera=(self)", "geolocation=(self)"}
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password", "account_change_password"])
def test_no_other_page_of_allauth_is_open(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.django_db
def test_a_get_signs_nobody_out_and_the_admin_has_no_door_of_its_own(client):
    assert client.get(reverse("account_logout")).status_code == 302
    assert client.get("/pengelola/", follow=True).redirect_chain[-1][0] == "/masuk/?next=%2Fpengelola%2F"


@pytest.mark.django_db
def test_failed_sign_ins_shut_the_account_not_the_office(client, django_user_model):
    """Five failures for one name; then that name waits, another one behind the same address comes in."""
    for name in ("rahmi", "fauzan"):
        django_user_model.objects.create_user(name, password="pelita kuda sumur")
    page = reverse("account_login")
    for _attempt in range(5):
        assert client.post(page, {"login": "rahmi", "password": "salah"}).status_code == 200
    late = client.post(page, {"login": "rahmi", "password": "pelita kuda sumur"})
    assert (late.status_code, "_auth_user_id" in client.session) == (200, False)
    other = Client()
    assert other.post(page, {"login": "fauzan", "password": "pelita kuda sumur"}).status_code == 302
    assert "_auth_user_id" in other.session
