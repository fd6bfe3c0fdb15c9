"""Pages of accounts: an admin makes and changes them, the invited person sets the password, and nobody else does either."""

import logging
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ipsm_portal.logs import mask
from registry.enums import Role
from registry.models import Account, AuditEvent, Worker
from tests.people import ELSEWHERE, GAMPONG, KECAMATAN, NEXT_DOOR, PASSWORD, REGENCY, make_account

pytestmark = pytest.mark.django_db
GOOD = "gajah lari ke bukit"
NEW = {"name": "Cut Rahmi", "role": "psm", "area_0": GAMPONG, "area_1": ""}
PLACES = ["/akun/", "/akun/baru/"]


@pytest.fixture
def admin(client_of) -> Client:
    return client_of("admin")


def link_on(answer) -> str:
    return re.search(r'value="http://testserver(/undangan/[^"]+)"', answer.content.decode())[1]


def invite(admin: Client, account: Account) -> str:
    return link_on(admin.post(f"/akun/{account.public_id}/undang/"))


def is_in(client: Client) -> bool:
    return client.get("/kata-sandi/").status_code == 200


@pytest.mark.parametrize("persona", ["psm", "psm_restricted", "supervisor", "supervisor_restricted"])
def test_the_pages_are_for_admins(client_of, account_of, persona):
    client, other = client_of(persona), account_of("psm_next_door")
    own = [f"/akun/{other.public_id}/", f"/akun/{other.public_id}/undang/", f"/akun/{other.public_id}/aktif/"]
    assert {client.get(path).status_code for path in PLACES} == {403}
    assert {client.post(path, {"aktif": "tidak"}).status_code for path in own} == {403}
    other.refresh_from_db()
    assert other.is_active


def test_who_is_signed_out_is_asked_to_sign_in(client, account_of):
    path = f"/akun/{account_of('psm').public_id}/"
    for place in [*PLACES, path, "/kata-sandi/"]:
        assert client.get(place).headers["Location"] == f"/masuk/?next={place}"
    assert client.post(f"{path}undang/").status_code == 302


def test_an_account_outside_the_own_areas_is_not_there(account_of, client):
    client.force_login(make_account("local_admin", Role.ADMIN, KECAMATAN))
    for persona in ("psm_elsewhere", "admin"):
        account = account_of(persona)
        path = f"/akun/{account.public_id}/"
        answers = [
            client.get(path),
            client.post(path, NEW),
            client.post(f"{path}undang/"),
            client.post(f"{path}aktif/", {"aktif": "tidak"}),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        account.refresh_from_db()
        assert account.is_active
    assert "psm_elsewhere" not in client.get("/akun/").content.decode()


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("", ["Admin", "Disabled", "Psm", "Supervisor"]),
        ("petugas", ["Psm"]),
        ("penyelia", ["Disabled", "Supervisor"]),
        ("admin", ["Admin"]),
        ("belum-masuk", ["Psm", "Supervisor"]),
        ("nonaktif", ["Disabled"]),
        ("apa-saja", ["Admin", "Disabled", "Psm", "Supervisor"]),
    ],
)
def test_views_of_the_list(admin, account_of, word, names):
    for persona in ("psm", "supervisor", "disabled"):
        account_of(persona)
    html = admin.get("/akun/", {"tampil": word}).content.decode()
    assert re.findall(r'class="who hit24"[^>]*>([^<]+)<', html) == names


def test_the_list_costs_the_same_for_one_and_for_thirty(admin, account_of):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert admin.get("/akun/").status_code == 200
        return len(queries)

    admin.get("/akun/")
    few = cost()
    for number in range(30):
        make_account(f"psm_{number}", Role.PSM, NEXT_DOOR)
    assert cost() == few


# --- making and changing


def test_making_an_account_shows_its_link_once(admin):
    answer = admin.post("/akun/baru/", NEW)
    assert answer.status_code == 200
    link = link_on(answer)
    account = Account.objects.get(username="cut.rahmi")
    assert (account.role, account.sees_restricted, [a.area_id for a in account.assignments.all()]) == ("psm", False, [GAMPONG])
    assert (Worker.objects.get().account, answer.headers["Cache-Control"]) == (account, "no-store")
    token = link.split("/")[2]
    for path in ("/akun/", f"/akun/{account.public_id}/"):
        assert token not in admin.get(path).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Nama lengkap belum diisi."),
        ({"role": ""}, "Pilih satu peran."),
        ({"role": "superuser"}, "superuser"),
        ({"area_0": ""}, "Pilih wilayah kerjanya."),
        ({"area_0": "99.99.99"}, "Pilih wilayah dari daftar."),
        ({"area_0": "11"}, "Pilih wilayah dari daftar."),
        ({"username": "ADMIN"}, "Nama pengguna ini sudah dipakai. Pilih yang lain."),
        ({"username": "dua kata"}, "nama pengguna"),
    ],
)
def test_what_makes_no_account(admin, changes, sentence):
    answer = admin.post("/akun/baru/", NEW | changes)
    assert (answer.status_code, Account.objects.count()) == (422, 1)
    assert sentence in answer.content.decode()


def test_nobody_becomes_superuser_or_staff_through_the_form(admin):
    admin.post("/akun/baru/", NEW | {"is_superuser": "on", "is_staff": "on", "password": "x", "public_id": "1"})
    account = Account.objects.get(username="cut.rahmi")
    assert (account.is_superuser, account.is_staff, account.has_usable_password()) == (False, False, False)


def test_a_name_with_markup_is_shown_as_text(admin):
    html = admin.post("/akun/baru/", NEW | {"name": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_change_counts_at_once(admin, account_of, client_of):
    client, psm = client_of("psm"), account_of("psm")
    sent = {"name": "Psm", "role": "supervisor", "area_0": NEXT_DOOR, "area_1": ELSEWHERE, "restricted": "on"}
    assert admin.post(f"/akun/{psm.public_id}/", sent).status_code == 302
    member = Account.objects.get(pk=psm.pk).member(AuditEvent.objects.latest("pk").at.date())
    assert (member.role, member.areas, member.restricted) == (Role.SUPERVISOR, (ELSEWHERE, NEXT_DOOR), True)
    assert not is_in(client)


def test_the_own_account_keeps_its_role_whatever_is_sent(admin, account_of):
    own = account_of("admin")
    admin.post(f"/akun/{own.public_id}/", {"name": "Nama Baru", "role": "psm", "area_0": GAMPONG, "restricted": "on"})
    own.refresh_from_db()
    member = own.member(own.assignments.get().since)
    assert (own.name, own.role, own.sees_restricted, member.areas) == ("Nama Baru", "admin", False, (REGENCY,))


def test_disabling_asks_first_and_ends_the_session(admin, account_of, client_of):
    client, path = client_of("psm"), f"/akun/{account_of('psm').public_id}/aktif/"
    assert "Nonaktifkan akun Psm?" in admin.get(path).content.decode()
    assert is_in(client)
    for _twice in range(2):
        admin.post(path, {"aktif": "tidak"})
    assert (is_in(client), Account.objects.get(username="psm").is_active) == (False, False)
    assert "Aktifkan lagi akun Psm?" in admin.get(path).content.decode()
    admin.post(path, {"aktif": "ya"})
    assert Account.objects.get(username="psm").is_active


def test_nobody_disables_themselves(admin, account_of):
    answer = admin.post(f"/akun/{account_of('admin').public_id}/aktif/", {"aktif": "tidak"}, follow=True)
    assert "Akun Anda sendiri hanya dapat dinonaktifkan oleh admin lain." in answer.content.decode()
    assert is_in(admin)


# --- the invitation


def test_the_invited_person_sets_a_password_and_signs_in_with_it(admin, account_of, client):
    psm = account_of("psm")
    link = invite(admin, psm)
    assert [client.get(link).status_code for _look in range(3)] == [200] * 3
    answer = client.post(link, {"new": GOOD, "again": GOOD})
    assert answer.headers["Location"] == "/masuk/"
    assert not is_in(client)
    assert "Masuk dengan nama pengguna psm." in client.get("/masuk/").content.decode()
    assert client.post("/masuk/", {"login": "psm", "password": GOOD}).headers["Location"] == "/"
    assert is_in(client)
    assert not client.login(username="psm", password=PASSWORD)


@pytest.mark.parametrize(
    ("new", "again"),
    [("", ""), ("pendek", "pendek"), ("123456789012", "123456789012"), ("BireuenIPSM2026", "BireuenIPSM2026"), (GOOD, GOOD + "x")],
)
def test_what_is_no_password(admin, account_of, client, new, again):
    link = invite(admin, account_of("psm"))
    assert client.post(link, {"new": new, "again": again}).status_code == 422
    assert Account.objects.get(username="psm").check_password(PASSWORD)
    assert client.get(link).status_code == 200


def test_used_replaced_disabled_and_unknown_links_read_the_same(admin, account_of, client):
    used, psm = invite(admin, account_of("psm")), account_of("psm")
    client.post(used, {"new": GOOD, "again": GOOD})
    replaced = invite(admin, psm)
    invite(admin, psm)
    of_disabled = invite(admin, account_of("supervisor"))
    admin.post(f"/akun/{account_of('supervisor').public_id}/aktif/", {"aktif": "tidak"})
    answers = [Client().get(link) for link in (used, replaced, of_disabled, "/undangan/tidak-ada/")]
    answers += [Client().post(link, {"new": GOOD, "again": GOOD}) for link in (used, replaced, of_disabled)]
    assert {answer.status_code for answer in answers} == {410}
    bodies = {re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert len(bodies) == 1
    assert "Undangan ini tidak berlaku lagi" in bodies.pop()


def test_the_link_is_neither_logged_nor_passed_on(admin, account_of, client, caplog):
    link = invite(admin, account_of("psm"))
    with caplog.at_level(logging.DEBUG):
        answer = client.post(link, {"new": "x", "again": "x"})
        Client(enforce_csrf_checks=True).post(link, {"new": GOOD, "again": GOOD})
    lines = [mask(record.getMessage()) for record in caplog.records if record.name.startswith("django")]
    assert len(lines) >= 2
    assert [line for line in lines if link.split("/")[2] in line] == []
    assert "/undangan/[token]/" in " ".join(lines)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


def test_passwords_are_in_no_audit_event_and_no_page(admin, account_of, client):
    link = invite(admin, account_of("psm"))
    html = client.post(link, {"new": GOOD, "again": "lain"}).content.decode()
    client.post(link, {"new": GOOD, "again": GOOD})
    assert GOOD not in html + str(list(AuditEvent.objects.values()))


# --- the own password


def test_changing_the_own_password_keeps_this_device_and_signs_out_the_others(client_of):
    here, there = client_of("psm"), client_of("psm")
    answer = here.post("/kata-sandi/", {"old": PASSWORD, "new": GOOD, "again": GOOD})
    assert answer.headers["Location"] == "/"
    assert (is_in(here), is_in(there)) == (True, False)
    assert Account.objects.get(username="psm").check_password(GOOD)
    assert AuditEvent.objects.filter(verb="ganti_sandi").count() == 1


@pytest.mark.parametrize(("old", "new"), [("salah", GOOD), ("", GOOD), (PASSWORD, "pendek"), (PASSWORD, "psm-psm-psm-psm")])
def test_what_does_not_change_the_password(client_of, old, new):
    assert client_of("psm").post("/kata-sandi/", {"old": old, "new": new, "again": new}).status_code == 422
    assert Account.objects.get(username="psm").check_password(PASSWORD)
