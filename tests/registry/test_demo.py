"""The invented registry: every kind and state, made through the doors, the same for the same seed, and marked as invented."""

import json
import os
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from registry import audit, demo
from registry.demo.life import steps_of
from registry.demo.names import person_name, respelled
from registry.demo.office import made_password
from registry.demo.people import AGES, Desk, Planner, birth_date
from registry.demo.pictures import picture
from registry.enums import PairStatus, State
from registry.models import Account, AuditEvent, Case, Household, Person, StateChange, Worker
from registry.photos import reencode
from registry.reference.evidence import EVIDENCE
from registry.reference.kinds import KINDS
from tests.people import ELSEWHERE, GAMPONG, NEXT_DOOR, NOON, TODAY
from validation import assess
from validation.models import DuplicatePair, Finding

DESKS = [Desk(GAMPONG, False), Desk(NEXT_DOOR, False), Desk(ELSEWHERE, True)]


def planned(people: int, seed: int = 1) -> list:
    return Planner(seed, DESKS, TODAY).plans(people)


def test_the_same_seed_invents_the_same_people():
    assert planned(60) == planned(60)
    assert planned(60) != planned(60, seed=2)
    assert steps_of(planned(60), rng=demo.Random(1), now=NOON) == steps_of(planned(60), rng=demo.Random(1), now=NOON)


def test_every_number_has_a_serial_that_is_never_given_out():
    plans = planned(200)
    numbers = [plan.values[path] for plan in plans for path in ("person.nik", "household.kk") if plan.values[path]]
    assert {number[12:14] for number in numbers if len(number) == 16} <= {"90", "91", "92", "93", "94", "95", "96", "97", "98", "99"}
    alone = [p.values["person.nik"] for p in plans if p.values["person.nik"] and p.double_of is None]
    assert [nik for nik, count in Counter(alone).items() if count > 1] == []


@pytest.mark.parametrize("age", [0, 5, 17, 60, 88])
@pytest.mark.parametrize("on", [date(2026, 11, 30), date(2024, 2, 29), date(2026, 1, 1)])
def test_birth_dates_give_the_age_that_was_meant(age, on):
    rng = demo.Random(3)
    for _time in range(50):
        born = birth_date(rng, age, on)
        assert on.year - born.year - ((on.month, on.day) < (born.month, born.day)) == age


def test_names_are_words_that_stand_on_cards():
    rng = demo.Random(5)
    names = [person_name(rng, sex, age) for sex in "LP" for age in (8, 40, 70) for _time in range(100)]
    assert all(re.fullmatch(r"[A-Za-z.' ’]{2,60}", name) for name in names)
    assert 0.25 < sum(" " not in name for name in names) / len(names) < 0.55
    assert all(respelled(name) != name for name in names)


def test_passwords_can_be_read_out():
    made = {made_password() for _time in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([a-z]{6}-){2}[a-z]{6}", password) for password in made)


@pytest.mark.parametrize("kind", [slug for slug, kind in EVIDENCE.items() if kind.photo])
def test_pictures_pass_as_evidence(kind):
    assert reencode(picture(kind, 1), max_bytes=10**6, max_pixels=10**6).width == 480


def test_every_kind_has_an_age_that_fits():
    assert AGES.keys() == KINDS.keys()
    for code, (youngest, oldest) in AGES.items():
        kind = KINDS[code]
        assert (kind.age_min or 0) <= youngest <= oldest <= (kind.age_max or 120)


def test_the_registry_that_is_made(areas):
    now = timezone.now()
    accounts, states = demo.make(90, seed=1, now=now)
    assert (sum(states.values()), set(states)) == (90, set(State))
    assert set(Case.objects.values_list("kind", flat=True)) == set(KINDS)
    # Doors were used: every step is known, each sent record was ready, and the trail is in the order of time.
    assert {row[0] for row in StateChange.objects.values_list("action")} >= {
        "ajukan", "tarik", "kembalikan", "setujui", "tolak", "kirim", "nonaktifkan", "ubah",
    }  # fmt: skip
    assert Case.objects.filter(state=State.TERKIRIM, sent_at=None).count() == 0
    moments = list(AuditEvent.objects.filter(verb__in=["catat", "ajukan", "setujui", "kirim"]).order_by("pk").values_list("at", flat=True))
    assert (moments == sorted(moments), moments[-1] <= now) == (True, True)
    assert moments[0] < now - timedelta(days=60)
    # Faults and doubles.
    assert set(Finding.objects.values_list("rule", flat=True)) >= {
        "nik.tanggal_lahir", "isian.siap", "nik.belum_ada", "nik.provinsi", "jenis.umur", "nik.jenis_kelamin", "nik.panjang",
        "bukti.kurang",
    }  # fmt: skip
    shared = [set(found_by) for found_by in DuplicatePair.objects.values_list("found_by", flat=True)]
    assert (set().union(*shared), {"name_birth"} in shared) == ({"nik", "name_birth"}, True)
    assert set(DuplicatePair.objects.values_list("status", flat=True)) == set(PairStatus)
    # Some households hold several people, and nothing is left to judge.
    assert Household.objects.count() < Person.objects.count() == 90
    today = timezone.localdate(now)
    assert assess.unjudged(Case.objects.all(), today=today).count() == 0
    assert assess.ready(Case.objects.all(), today=today).count() > 20
    # The office.
    roles = Counter((account.role, account.sees_restricted) for account in Account.objects.all())
    assert roles == {
        ("psm", False): 6, ("psm", True): 2, ("supervisor", False): 2, ("supervisor", True): 1, ("admin", False): 1, ("admin", True): 1,
    }  # fmt: skip
    assert (Worker.objects.count(), Worker.objects.without_account().count(), Worker.objects.inactive().count()) == (14, 6, 1)
    assert len({account.password for account in accounts}) == 13
    assert all(Client().login(username=account.username, password=account.password) for account in accounts)
    while audit.seal():
        pass
    assert audit.first_broken_link() is None


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return tmp_path


def test_the_command_writes_the_accounts_for_their_owner_only(areas, folder, capsys):
    call_command("demo", "--people", "3", "--seed", "4")
    path = folder / "demo-accounts.json"
    rows = json.loads(path.read_text())
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert [set(row) for row in rows] == [{"username", "password", "role", "area"}] * 13
    assert [row["role"] for row in rows] == ["psm"] * 8 + ["supervisor"] * 3 + ["admin"] * 2
    printed = capsys.readouterr().out
    assert printed.startswith("3 records: ")
    assert all(row["username"] in printed and row["password"] in printed for row in rows)
    assert Client().login(username=rows[0]["username"], password=rows[0]["password"])


def test_a_registry_with_records_is_left_alone_unless_told(make_case, folder):
    make_case()
    before = (Case.objects.count(), Account.objects.count())
    with pytest.raises(CommandError, match="The registry holds records already"):
        call_command("demo", "--people", "2")
    assert ((Case.objects.count(), Account.objects.count()), list(folder.iterdir())) == (before, [folder / "uploads"])
    call_command("demo", "--people", "2", "--add", verbosity=0)
    call_command("demo", "--people", "2", "--add", verbosity=0)
    assert Case.objects.count() == before[0] + 4
    assert len({row["username"] for row in json.loads((folder / "demo-accounts.json").read_text())}) == 26


@pytest.mark.parametrize("people", ["0", "-1"])
def test_no_people_is_no_registry(areas, folder, people):
    with pytest.raises(CommandError) as refused:
        call_command("demo", f"--people={people}")
    assert (refused.value.returncode, Account.objects.count()) == (2, 0)
