"""The people of the tests, and makers of records. All invented; every NIK has a serial from 9000 up."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from registry import cases, evidence, workflow
from registry.enums import Role, State
from registry.models import Account, Area, Assignment, Case, Member
from registry.workflow import Seen
from tests.pictures import picture

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 12.00 in Bireuen
TODAY = date(2026, 11, 24)
REGENCY, KECAMATAN, GAMPONG = "11.11", "11.11.05", "11.11.05.2008"  # Peusangan, Paya Cut
NEXT_DOOR = "11.11.05.2012"  # Matang Sagoe, another gampong of the same kecamatan
ELSEWHERE_KECAMATAN, ELSEWHERE = "11.11.01", "11.11.01.2001"
PASSWORD = "sandi-untuk-uji-saja"

_serial = count(9000)


def invented_nik(born: date = date(1958, 8, 7), sex: str = "P", district: str = "111105", serial: int | None = None) -> str:
    """A NIK that fits birth date and sex; serials run from 9000 and are never given out in practice."""
    day = born.day + (40 if sex == "P" else 0)
    return f"{district}{day:02d}{born:%m%y}{(serial if serial is not None else 9000 + next(_serial) % 1000):04d}"


def complete_values(**changes: Any) -> dict[str, Any]:
    """A record that is ready for DTSEN once its evidence is attached and it is approved. Keys of `changes`: path with __ for dots."""
    values = {
        "person.nik": invented_nik(),
        "person.name": "Aisyah Hamid",
        "person.birth_place": "Bireuen",
        "person.birth_date": date(1958, 8, 7),
        "person.sex": "P",
        "person.mother_name": "Nyak Maneh",
        "person.marital_status": "cerai_mati",
        "household.gampong": GAMPONG,
        "household.dusun": "Tunong",
        "household.address": "Belakang meunasah",
        "household.kk": "1111050103199014",
        "person.relation": "kepala_keluarga",
        "case.place": GAMPONG,
        "case.found_on": TODAY,
        "case.kind": "24",
        "case.criteria": [2],
        "case.consent_basis": "lisan",
        "case.consent_by": "sendiri",
        "case.consent_on": TODAY,
    }
    return values | {path.replace("__", "."): value for path, value in changes.items()}


@pytest.fixture
def areas(db: None) -> None:
    """Reference data again where a test with its own transactions emptied the tables."""
    if not Area.objects.exists():
        call_command("load_reference", verbosity=0)


def make_account(username: str, role: Role, area: str, *, restricted: bool = False, active: bool = True) -> Account:
    account = Account(username=username, name=username.replace("_", " ").title(), role=role, sees_restricted=restricted, is_active=active)
    account.set_password(PASSWORD)
    account.save()
    Assignment.objects.create(account=account, area_id=area, since=date(2026, 1, 1))
    return account


PERSONAS: dict[str, tuple[Role, str, bool, bool]] = {
    "psm": (Role.PSM, GAMPONG, False, True),
    "psm_next_door": (Role.PSM, NEXT_DOOR, False, True),
    "psm_same_gampong": (Role.PSM, GAMPONG, False, True),
    "psm_elsewhere": (Role.PSM, ELSEWHERE, False, True),
    "psm_restricted": (Role.PSM, GAMPONG, True, True),
    "supervisor": (Role.SUPERVISOR, KECAMATAN, False, True),
    "supervisor_restricted": (Role.SUPERVISOR, KECAMATAN, True, True),
    "supervisor_elsewhere": (Role.SUPERVISOR, ELSEWHERE_KECAMATAN, False, True),
    "admin": (Role.ADMIN, REGENCY, False, True),
    "admin_restricted": (Role.ADMIN, REGENCY, True, True),
    "disabled": (Role.SUPERVISOR, KECAMATAN, True, False),
}


@pytest.fixture
def account_of(areas: None) -> Callable[[str], Account]:
    """Account of a persona by name (keys of PERSONAS), made on first use."""

    def get(persona: str) -> Account:
        role, area, restricted, active = PERSONAS[persona]
        found = Account.objects.filter(username=persona).first()
        return found or make_account(persona, role, area, restricted=restricted, active=active)

    return get


@pytest.fixture
def member_of(account_of: Callable[[str], Account]) -> Callable[[str], Member]:
    """The persona as the rules of access see it."""
    return lambda persona: account_of(persona).member(TODAY)


@pytest.fixture
def client_of(account_of: Callable[[str], Account]) -> Callable[[str], Client]:
    """A test client signed in as the persona."""

    def get(persona: str) -> Client:
        client = Client()
        client.force_login(account_of(persona))
        return client

    return get


@pytest.fixture
def make_case(account_of: Callable[[str], Account]) -> Callable[..., Case]:
    """Maker of a case: `make_case(state=State.DIAJUKAN, keeper="psm", attach=True, person__name="...")`.

    It goes through the doors of the product, as a worker and a supervisor would; `values` replaces the complete record.
    """

    def make(
        state: State = State.DRAF, *, keeper: str = "psm", supervisor: str = "supervisor", attach: bool = True,
        person_key: int | None = None, values: dict[str, Any] | None = None, **changes: Any,
    ) -> Case:  # fmt: skip
        worker = account_of(keeper)
        member = worker.member(TODAY)
        record = complete_values(**changes) if values is None else values
        [case] = cases.begin([cases.NewCase(record, worker.pk, person_key)], actor=member, now=NOON)
        if attach:
            for kind in ("foto_ktp_atau_kk", "foto_rumah"):
                evidence.attach(case.pk, evidence.Upload(kind, picture()), actor=member, now=NOON)
        bring_to(case, state, member, account_of(supervisor).member(TODAY), account_of)
        return Case.objects.with_record().get(pk=case.pk)

    return make


_PATH_TO = {
    State.DRAF: (),
    State.DIAJUKAN: ("ajukan",),
    State.DIKEMBALIKAN: ("ajukan", "kembalikan"),
    State.DISETUJUI: ("ajukan", "setujui"),
    State.DITOLAK: ("ajukan", "tolak"),
    State.NONAKTIF: ("ajukan", "nonaktifkan"),
    State.TERKIRIM: ("ajukan", "setujui", "kirim"),
}
REASONS = {"kembalikan": "kurang", "tolak": "bukan_ppks", "nonaktifkan": "pindah"}


def bring_to(case: Case, state: State, worker: Member, supervisor: Member, account_of: Callable[[str], Account]) -> None:
    """Take a fresh draft to a state, one allowed step after the other."""
    admin = account_of("admin_restricted" if case.is_restricted else "admin").member(TODAY)
    for action in _PATH_TO[state]:
        actor = {"ajukan": worker, "kirim": admin}.get(action, supervisor)
        [outcome] = workflow.perform([seen(case)], action, actor=actor, now=NOON, reason=REASONS.get(action, ""), note="uji")
        assert outcome.done, outcome.sentence


def seen(case: Case) -> Seen:
    """The case as it stands now, as somebody who just opened it saw it."""
    return Seen(case.pk, Case.objects.values_list("revision", flat=True).get(pk=case.pk))
