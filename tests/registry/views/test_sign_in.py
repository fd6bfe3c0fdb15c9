"""The door: who comes in, who is told what, and when a session is over."""

import re

import pytest
from django.conf import settings
from django.test import Client

from registry import members
from registry.models import Account, AuditEvent
from tests.people import NOON, PASSWORD

pytestmark = pytest.mark.django_db
WRONG = "bukan sandi yang benar"


def sign_in(client: Client, username: str = "psm", password: str = PASSWORD, **more):
    return client.post("/masuk/", {"login": username, "password": password} | more)


def is_in(client: Client) -> bool:
    return client.get("/kata-sandi/").status_code == 200


def told(answer) -> list[str]:
    """The error summary, without what differs by chance."""
    [summary] = re.findall(r'<div class="errsum".*?</div>', answer.content.decode(), re.S)
    return re.findall(r"<li>(.*?)</li>", summary, re.S)


def test_the_right_password_opens_the_door(client, account_of):
    psm = account_of("psm")
    assert sign_in(client).headers["Location"] == "/"
    assert is_in(client)
    psm.refresh_from_db()
    assert psm.last_login is not None


def test_wrong_password_unknown_name_and_disabled_account_are_told_the_same(account_of):
    account_of("psm")
    account_of("disabled")
    attempts = [("psm", WRONG), ("siapa", WRONG), ("disabled", PASSWORD), ("disabled", WRONG)]
    answers = [sign_in(Client(), username, password) for username, password in attempts]
    assert [told(answer) for answer in answers] == [told(answers[0])] * 4
    assert len(told(answers[0])) == 1


def test_five_failures_close_one_account_and_no_other(account_of):
    account_of("psm")
    account_of("supervisor")
    for _attempt in range(5):
        sign_in(Client(), "psm", WRONG)
    late, neighbour = Client(), Client()
    answer = sign_in(late, "psm")
    assert (answer.status_code, is_in(late)) == (200, False)
    assert told(answer) != told(sign_in(Client(), "supervisor", WRONG))
    sign_in(neighbour, "supervisor")
    assert is_in(neighbour)


def test_an_unknown_name_is_throttled_like_a_known_one(account_of):
    account_of("psm")
    for _attempt in range(5):
        sign_in(Client(), "psm", WRONG)
        sign_in(Client(), "siapa", WRONG)
    assert told(sign_in(Client(), "psm", WRONG)) == told(sign_in(Client(), "siapa", WRONG))


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/warga/", "/warga/"),
        ("/warga/?state=draf", "/warga/?state=draf"),
        ("https://jahat.example/", "/"),
        ("//jahat.example/", "/"),
        ("///jahat.example", "/"),
        ("/\\jahat.example", "/"),
        ("http:jahat.example", "/"),
        ("javascript:alert(1)", "/"),
        ("https://testserver@jahat.example/", "/"),
    ],
)
def test_signing_in_leads_to_the_own_host_only(client, account_of, wanted, given):
    account_of("psm")
    assert sign_in(client, next=wanted).headers["Location"] == given


def test_who_is_signed_out_comes_back_to_the_page_they_asked_for(client, account_of):
    account_of("psm")
    assert client.get("/petugas/").headers["Location"] == "/masuk/?next=/petugas/"


def test_signing_in_gives_a_new_session(client, account_of):
    account_of("psm")
    client.get("/masuk/")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    sign_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key


def test_signing_out_ends_the_session_for_whoever_copied_the_cookie(client, account_of):
    account_of("psm")
    sign_in(client)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert is_in(thief)
    client.get("/keluar/")
    assert is_in(client)
    assert client.post("/keluar/").headers["Location"] == "/masuk/"
    assert (is_in(client), is_in(thief)) == (False, False)


@pytest.mark.parametrize("field", ["is_active", "password"])
def test_a_session_does_not_outlive_what_it_stands_on(client, account_of, field):
    """Also when the account was changed past the doors, in the database itself."""
    account = account_of("psm")
    sign_in(client)
    assert is_in(client)
    Account.objects.filter(pk=account.pk).update(**{field: False if field == "is_active" else "!"})
    assert not is_in(client)


def test_disabling_ends_every_device_at_once(account_of, member_of):
    account_of("psm")
    devices = [Client(), Client()]
    for device in devices:
        sign_in(device)
    assert [is_in(device) for device in devices] == [True, True]
    members.set_active(account_of("psm"), False, actor=member_of("admin"), now=NOON)
    assert [is_in(device) for device in devices] == [False, False]
    again = Client()
    sign_in(again)
    assert not is_in(again)


def test_coming_failing_and_going_leave_a_trace_without_what_was_typed(client, account_of):
    psm = account_of("psm")
    sign_in(client, "psm", WRONG)
    sign_in(client, "sandi-di-kolom-nama", WRONG)
    sign_in(client)
    client.post("/keluar/")
    rows = AuditEvent.objects.order_by("pk").values_list("verb", "actor_id", "object_id", "detail", "address")
    mark = (str(psm.public_id), {}, "127.0.0.1")
    nobody = ("gagal_masuk", None, "", {}, "127.0.0.1")
    assert list(rows) == [nobody, nobody, ("masuk", psm.pk, *mark), ("keluar", psm.pk, *mark)]


@pytest.mark.parametrize("path", ["/accounts/signup/", "/daftar/", "/signup/", "/masuk/daftar/"])
def test_nobody_signs_up(client, db, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("persona", ["psm", "supervisor_restricted", "admin_restricted"])
def test_the_administration_of_django_is_for_superusers(client_of, persona):
    client = client_of(persona)
    for path in ("/pengelola/", "/pengelola/registry/area/", "/pengelola/registry/worker/"):
        assert client.get(path).status_code in (302, 403)


def test_a_superuser_finds_reference_data_there_and_no_record(client, areas):
    client.force_login(Account.objects.create_superuser("root", PASSWORD, name="Root"))
    html = client.get("/pengelola/").content.decode()
    found = set(re.findall(r"/pengelola/(registry|validation)/(\w+)/", html))
    assert found == {("registry", "area"), ("registry", "worker")}
    assert client.get("/pengelola/registry/area/11.11/change/").status_code == 200
    assert client.get("/pengelola/registry/worker/add/").status_code == 403
