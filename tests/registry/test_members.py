"""The doors for people of the system: who may, what is written, what ends at once."""

import hashlib
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from registry import members
from registry.enums import Role
from registry.members import InvitationGone, Profile, Refused
from registry.models import Account, Area, AuditEvent, Invitation, Worker
from tests.people import ELSEWHERE, ELSEWHERE_KECAMATAN, GAMPONG, KECAMATAN, NEXT_DOOR, NOON, REGENCY, make_account

GOOD = "gajah lari ke bukit"
WEAK = "bireuen2026"


@pytest.fixture
def admin(member_of):
    return member_of("admin")


@pytest.fixture
def local_admin(account_of):
    """An admin of one kecamatan only."""
    return make_account("local_admin", Role.ADMIN, KECAMATAN).member(NOON.date())


def events(verb: str) -> list[dict]:
    return list(AuditEvent.objects.filter(verb=verb).order_by("pk").values_list("object_kind", "object_id", "actor_id", "detail"))


def is_in(client: Client) -> bool:
    return client.get("/kata-sandi/").status_code == 200


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("Nurlaila Hasbi", "nurlaila.hasbi"),
        ("Psm", "psm2"),
        ("  Cut  Nyak Dhien ", "cut.nyak.dhien"),
        ("M. Nur, S.Pd", "m.nur.spd"),
        ("العربية", "petugas"),
        ("A" * 90, "a" * 50),
    ],
)
def test_user_names_come_from_names(account_of, name, username):
    account_of("psm")
    assert members.username_for(name) == username


# --- making


def test_a_new_account_cannot_sign_in_before_its_invitation_is_accepted(admin):
    account = members.make_account("rahmi", Profile("Cut Rahmi", Role.PSM, (GAMPONG, NEXT_DOOR), True), actor=admin, now=NOON)
    account.refresh_from_db()
    assert (account.name, account.role, account.sees_restricted, account.is_active) == ("Cut Rahmi", "psm", True, True)
    assert (account.is_staff, account.is_superuser, account.has_usable_password()) == (False, False, False)
    assert account.member(NOON.date()).areas == (GAMPONG, NEXT_DOOR)
    assert list(account.assignments.values_list("since", "until")) == [(date(2026, 11, 24), None)] * 2
    detail = {"role": "psm", "areas": [GAMPONG, NEXT_DOOR], "restricted": True}
    assert events("buat_akun") == [("account", str(account.public_id), admin.id, detail)]


@pytest.mark.parametrize(
    ("username", "codes", "sentence"),
    [
        ("PSM", (GAMPONG,), "Nama pengguna ini sudah dipakai. Pilih yang lain."),
        ("baru", ("99.99",), "Wilayah 99.99 tidak dikenal. Tulis kode Kemendagri, seperti 11.11.05 atau 11.11.05.2008."),
        ("baru", (), "Wilayah - tidak dikenal. Tulis kode Kemendagri, seperti 11.11.05 atau 11.11.05.2008."),
        ("baru", (GAMPONG, ELSEWHERE), "Pilih wilayah di dalam wilayah Anda sendiri."),
        ("baru", (REGENCY,), "Pilih wilayah di dalam wilayah Anda sendiri."),
    ],
)
def test_what_makes_no_account(account_of, local_admin, username, codes, sentence):
    account_of("psm")
    before = Account.objects.count()
    with pytest.raises(Refused, match="^" + sentence.replace(".", r"\.") + "$"):
        members.make_account(username, Profile("Baru", Role.PSM, codes), actor=local_admin, now=NOON)
    assert (Account.objects.count(), events("buat_akun")) == (before, [])


@pytest.mark.parametrize("persona", ["psm", "psm_restricted", "supervisor", "supervisor_restricted"])
def test_only_admins_manage_accounts(member_of, account_of, persona):
    actor, other = member_of(persona), account_of("psm_next_door")
    profile = Profile("Baru", Role.ADMIN, (GAMPONG,))
    for act in (
        lambda: members.make_account("baru", profile, actor=actor, now=NOON),
        lambda: members.change_account(other, profile, actor=actor, now=NOON),
        lambda: members.set_active(other, False, actor=actor, now=NOON),
        lambda: members.invite(other, actor=actor, now=NOON),
        lambda: members.save_worker(None, {"name": "X", "gampong": Area.objects.get(pk=GAMPONG)}, actor=actor, now=NOON),
    ):
        with pytest.raises(PermissionError):
            act()
    other.refresh_from_db()
    assert (other.role, other.is_active, Invitation.objects.count(), Worker.objects.count()) == ("psm", True, 0, 0)


def test_a_weak_password_makes_no_account(db):
    with pytest.raises(ValidationError):
        members.make_account("baru", Profile("Baru", Role.PSM, (GAMPONG,)), actor=None, now=NOON, password=WEAK)
    assert not Account.objects.filter(username="baru").exists()


@pytest.mark.parametrize(
    ("manager", "managed"),
    [
        ("admin", ["admin", "admin_restricted", "disabled", "local_admin", "psm", "psm_elsewhere", "supervisor", "two_areas"]),
        ("local_admin", ["disabled", "local_admin", "psm", "supervisor"]),
    ],
)
def test_an_admin_manages_accounts_that_lie_within_their_areas(account_of, local_admin, manager, managed):
    for persona in ("psm", "psm_elsewhere", "supervisor", "admin", "admin_restricted", "disabled"):
        account_of(persona)
    both = make_account("two_areas", Role.PSM, GAMPONG)
    both.assignments.create(area_id=ELSEWHERE, since=date(2026, 1, 1))
    Account.objects.create_superuser("root", "x", name="Root")
    member = Account.objects.get(username=manager).member(NOON.date())
    assert sorted(Account.objects.managed_by(member).values_list("username", flat=True)) == managed


# --- changing


def test_areas_go_and_come_by_date_and_the_sessions_end(admin, account_of, client_of):
    client, bystander = client_of("psm"), client_of("supervisor")
    psm = account_of("psm")
    profile = Profile("Psm", Role.SUPERVISOR, (NEXT_DOOR, ELSEWHERE_KECAMATAN), True)
    assert members.change_account(psm, profile, actor=admin, now=NOON) == ["role", "restricted", "areas"]
    psm = Account.objects.get(pk=psm.pk)
    rows = list(psm.assignments.order_by("area_id").values_list("area_id", "since", "until"))
    today = date(2026, 11, 24)
    assert rows == [(ELSEWHERE_KECAMATAN, today, None), (GAMPONG, date(2026, 1, 1), today), (NEXT_DOOR, today, None)]
    assert psm.member(today).areas == (ELSEWHERE_KECAMATAN, NEXT_DOOR)
    assert psm.member(today - timedelta(days=1)).areas == (GAMPONG,)
    assert (is_in(client), is_in(bystander)) == (False, True)
    told = {"changed": ["role", "restricted", "areas"], "role": "supervisor", "areas": [ELSEWHERE_KECAMATAN, NEXT_DOOR], "restricted": True}
    assert events("ubah_akun") == [("account", str(psm.public_id), admin.id, told)]


def test_a_new_name_alone_ends_no_session(admin, account_of, client_of):
    client = client_of("psm")
    assert members.change_account(account_of("psm"), Profile("Nama Baru", Role.PSM, (GAMPONG,)), actor=admin, now=NOON) == ["name"]
    assert (is_in(client), Account.objects.get(username="psm").name) == (True, "Nama Baru")


def test_an_area_that_left_and_came_back_on_one_day_is_held(admin, account_of):
    psm = account_of("psm")
    for areas in ((NEXT_DOOR,), (GAMPONG,), (NEXT_DOOR,)):
        members.change_account(psm, Profile(psm.name, Role.PSM, areas), actor=admin, now=NOON)
    assert Account.objects.get(pk=psm.pk).member(date(2026, 11, 24)).areas == (NEXT_DOOR,)


@pytest.mark.parametrize(
    "profile",
    [
        Profile("Admin", Role.PSM, (REGENCY,)),
        Profile("Admin", Role.ADMIN, (KECAMATAN,)),
        Profile("Admin", Role.ADMIN, (REGENCY,), True),
    ],
)
def test_nobody_changes_their_own_role_areas_or_grant(admin, account_of, profile):
    with pytest.raises(Refused, match="oleh admin lain"):
        members.change_account(account_of("admin"), profile, actor=admin, now=NOON)
    account = Account.objects.get(username="admin")
    assert (account.role, account.member(NOON.date()).areas, account.sees_restricted) == ("admin", (REGENCY,), False)


def test_nobody_disables_themselves(admin, account_of):
    with pytest.raises(Refused, match="oleh admin lain"):
        members.set_active(account_of("admin"), False, actor=admin, now=NOON)
    assert Account.objects.get(username="admin").is_active


@pytest.mark.parametrize("persona", ["psm_elsewhere", "supervisor_elsewhere", "admin"])
def test_no_admin_reaches_outside_their_areas(local_admin, account_of, persona):
    account = account_of(persona)
    for act in (
        lambda: members.change_account(account, Profile("X", Role.PSM, (GAMPONG,)), actor=local_admin, now=NOON),
        lambda: members.set_active(account, False, actor=local_admin, now=NOON),
        lambda: members.invite(account, actor=local_admin, now=NOON),
    ):
        with pytest.raises(PermissionError):
            act()
    account.refresh_from_db()
    assert (account.is_active, Invitation.objects.count()) == (True, 0)


def test_disabling_ends_sessions_and_invitations_at_once(admin, account_of, client_of):
    client, psm = client_of("psm"), account_of("psm")
    token, _ends = members.invite(psm, actor=admin, now=NOON)
    assert is_in(client)
    members.set_active(psm, False, actor=admin, now=NOON)
    assert not is_in(client)
    members.set_active(psm, True, actor=admin, now=NOON)
    assert not is_in(client)
    with pytest.raises(InvitationGone):
        members.invited(token, now=NOON)
    assert [len(events(verb)) for verb in ("nonaktifkan_akun", "aktifkan_akun")] == [1, 1]


def test_disabling_twice_is_recorded_once(admin, account_of):
    for _again in range(2):
        members.set_active(account_of("psm"), False, actor=admin, now=NOON)
    assert len(events("nonaktifkan_akun")) == 1


# --- invitations


def test_only_the_hash_of_a_token_is_kept(admin, account_of):
    token, ends = members.invite(account_of("psm"), actor=admin, now=NOON)
    [invitation] = Invitation.objects.all()
    assert (len(token), ends) == (43, NOON + timedelta(days=7))
    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(Invitation.objects.values()) + str(AuditEvent.objects.values())


def test_an_invitation_sets_the_password_once_and_ends_old_sessions(admin, account_of, client_of):
    client, psm = client_of("psm"), account_of("psm")
    token, _ends = members.invite(psm, actor=admin, now=NOON)
    members.accept_invitation(token, GOOD, now=NOON)
    psm.refresh_from_db()
    assert (psm.check_password(GOOD), is_in(client)) == (True, False)
    with pytest.raises(InvitationGone):
        members.accept_invitation(token, "sandi lain yang juga baik", now=NOON)
    psm.refresh_from_db()
    assert psm.check_password(GOOD)
    assert events("terima_undangan") == [("account", str(psm.public_id), psm.pk, {})]


@pytest.mark.parametrize(
    ("later", "usable"), [(timedelta(days=7, seconds=-1), True), (timedelta(days=7), False), (timedelta(days=30), False)]
)
def test_an_invitation_ends_after_seven_days(admin, account_of, later, usable):
    token, _ends = members.invite(account_of("psm"), actor=admin, now=NOON)
    if usable:
        assert members.accept_invitation(token, GOOD, now=NOON + later).username == "psm"
    else:
        with pytest.raises(InvitationGone):
            members.accept_invitation(token, GOOD, now=NOON + later)


def test_a_new_invitation_replaces_the_earlier_one(admin, account_of):
    old, _ends = members.invite(account_of("psm"), actor=admin, now=NOON)
    new, _ends = members.invite(account_of("psm"), actor=admin, now=NOON + timedelta(minutes=1))
    with pytest.raises(InvitationGone):
        members.invited(old, now=NOON + timedelta(minutes=2))
    assert members.invited(new, now=NOON + timedelta(minutes=2)).username == "psm"


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "' OR 1=1 --", "ä" * 20])
def test_an_unknown_token_is_nobodys(db, token):
    with pytest.raises(InvitationGone):
        members.accept_invitation(token, GOOD, now=NOON)


def test_a_weak_password_does_not_use_the_invitation_up(admin, account_of):
    token, _ends = members.invite(account_of("psm"), actor=admin, now=NOON)
    with pytest.raises(ValidationError):
        members.accept_invitation(token, WEAK, now=NOON)
    assert members.accept_invitation(token, GOOD, now=NOON).username == "psm"


def test_a_disabled_account_gets_no_invitation(admin, account_of):
    with pytest.raises(Refused, match="Aktifkan dahulu"):
        members.invite(account_of("disabled"), actor=admin, now=NOON)


# --- the directory


def gampong(code: str = GAMPONG) -> Area:
    return Area.objects.get(pk=code)


def test_a_member_record_tells_which_fields_changed_and_no_value(admin, account_of):
    worker = members.save_worker(None, {"name": "Rahmi", "gampong": gampong(), "phone": "081234567890"}, actor=admin, now=NOON)
    members.save_worker(worker, {"name": "Rahmi", "phone": "081200000000", "account": account_of("psm")}, actor=admin, now=NOON)
    worker.refresh_from_db()
    assert (worker.phone, worker.gampong_id, worker.account.username) == ("081200000000", GAMPONG, "psm")
    assert [event[3] for event in events("catat_petugas")] == [{"changed": ["name", "phone", "gampong"]}]
    assert [event[3] for event in events("ubah_petugas")] == [{"changed": ["account", "phone"]}]


def test_a_save_that_comes_twice_makes_one_record(admin):
    again = UUID("12345678-1234-4234-8234-123456789012")
    kept = [
        members.save_worker(None, {"name": "Rahmi", "gampong": gampong()}, actor=admin, now=NOON, mutation_id=again).pk
        for _time in range(2)
    ]
    assert (len(set(kept)), Worker.objects.count(), len(events("catat_petugas"))) == (1, 1, 1)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"gampong": ELSEWHERE}, "Gampong ini di luar wilayah Anda."),
        ({"account": "supervisor"}, "Akun ini bukan akun petugas di wilayah Anda."),
        ({"account": "psm_elsewhere"}, "Akun ini bukan akun petugas di wilayah Anda."),
        ({"account": "psm_next_door"}, "Akun ini sudah dipakai petugas lain."),
        ({"is_active": False, "inactive_reason": " "}, "Tulis mengapa petugas ini tidak aktif."),
    ],
)
def test_what_a_member_record_refuses(local_admin, account_of, values, sentence):
    Worker.objects.create(name="Lain", gampong=gampong(NEXT_DOOR), account=account_of("psm_next_door"))
    sent = {"name": "Rahmi", "gampong": gampong(values.get("gampong", GAMPONG))}
    sent |= {name: value for name, value in values.items() if name not in ("gampong", "account")}
    if "account" in values:
        sent["account"] = account_of(values["account"])
    with pytest.raises(Refused) as refused:
        members.save_worker(None, sent, actor=local_admin, now=NOON)
    assert (str(refused.value), Worker.objects.count()) == (sentence, 1)


def test_a_record_elsewhere_cannot_be_pulled_into_the_own_area(local_admin):
    worker = Worker.objects.create(name="Jauh", gampong=gampong(ELSEWHERE))
    with pytest.raises(PermissionError):
        members.save_worker(worker, {"gampong": gampong()}, actor=local_admin, now=NOON)


def test_enrolling_finds_the_record_that_has_no_account_yet(admin):
    worker = Worker.objects.create(name="cut rahmi", gampong=gampong())
    account = members.enrol("rahmi", Profile("Cut Rahmi", Role.PSM, (GAMPONG,)), actor=admin, now=NOON)
    worker.refresh_from_db()
    assert (worker.account, worker.name, Worker.objects.count()) == (account, "Cut Rahmi", 1)


@pytest.mark.parametrize(
    ("role", "codes", "records"),
    [(Role.PSM, (GAMPONG,), 1), (Role.PSM, (GAMPONG, NEXT_DOOR), 0), (Role.PSM, (KECAMATAN,), 0), (Role.SUPERVISOR, (GAMPONG,), 0)],
)
def test_who_gets_a_member_record_with_the_account(admin, role, codes, records):
    members.enrol("rahmi", Profile("Cut Rahmi", role, codes), actor=admin, now=NOON)
    assert Worker.objects.count() == records
