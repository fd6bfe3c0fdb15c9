"""The invented office: workers of two kecamatan, their supervisors, two admins; with passwords made on the spot."""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.utils.timezone import localdate

from registry import members
from registry.demo.names import person_name
from registry.enums import AreaLevel, Role
from registry.models import Account, Area, Member

WORKERS_PER_KECAMATAN = 4
# They sign in; as many more of each kecamatan stand in the directory without an account.
WITHOUT_ACCOUNT = 3
SYLLABLES = [c + v for c in "bdghjklmnprstw" for v in "aeiou"]


@dataclass(frozen=True)
class DemoAccount:
    username: str
    password: str
    role: str
    area: str


@dataclass
class Office:
    """Members as the doors want them. `workers` in the order of the plan's desks."""

    workers: list[Member]
    supervisors: list[Member]
    supervisor_restricted: Member
    admin: Member
    admin_restricted: Member
    accounts: list[DemoAccount]

    def supervisor_of(self, place: str, restricted: bool) -> Member:
        if restricted:
            return self.supervisor_restricted
        return next(member for member in self.supervisors if member.covers(place))

    def admin_of(self, restricted: bool) -> Member:
        return self.admin_restricted if restricted else self.admin


def made_password() -> str:
    """Three invented words, about 54 bits: can be read out and typed on a phone."""
    return "-".join("".join(secrets.choice(SYLLABLES) for _part in range(3)) for _word in range(3))


def two_kecamatan() -> list[Area]:
    """The two kecamatan with the most gampong."""
    sizes = Counter(code[:8] for code in Area.objects.gampong().values_list("pk", flat=True))
    largest = sorted(sizes, key=lambda code: (-sizes[code], code))[:2]
    return list(Area.objects.kecamatan().filter(pk__in=largest).order_by("pk"))


def open_office(rng: Random, *, since: datetime) -> Office:
    """Make accounts and member records, as of a day before the first record. Raises members.Refused without areas in the database."""
    accounts: list[DemoAccount] = []

    def hire(role: Role, area: str, restricted: bool = False) -> Account:
        name, password = person_name(rng, rng.choice("LP"), 40), made_password()
        profile = members.Profile(name, role, (area,), restricted)
        account = members.make_account(members.username_for(name), profile, actor=None, now=since, password=password)
        accounts.append(DemoAccount(account.username, password, role.value, area))
        return account

    day = localdate(since)
    kecamatan = two_kecamatan()
    regency = Area.objects.filter(level=AreaLevel.REGENCY).order_by("pk").first()
    if len(kecamatan) < 2 or regency is None:
        raise members.Refused("There are no areas yet: run `manage.py load_reference` first.")
    places = [rng.sample(list(Area.objects.gampong().under((area.pk,))), WORKERS_PER_KECAMATAN + WITHOUT_ACCOUNT) for area in kecamatan]
    desks = [(place, n == WORKERS_PER_KECAMATAN - 1) for some in places for n, place in enumerate(some[:WORKERS_PER_KECAMATAN])]
    workers = [hire(Role.PSM, place.pk, restricted) for place, restricted in sorted(desks, key=lambda desk: desk[1])]
    office = Office(
        workers=[worker.member(day) for worker in workers],
        supervisors=[hire(Role.SUPERVISOR, area.pk).member(day) for area in kecamatan],
        supervisor_restricted=hire(Role.SUPERVISOR, kecamatan[0].pk, True).member(day),
        admin=hire(Role.ADMIN, regency.pk).member(day),
        admin_restricted=hire(Role.ADMIN, regency.pk, True).member(day),
        accounts=accounts,
    )
    _fill_directory(rng, workers, [place for some in places for place in some[WORKERS_PER_KECAMATAN:]], since)
    return office


def _fill_directory(rng: Random, workers: list[Account], without_account: list[Area], since: datetime) -> None:
    today = localdate(since)
    for worker in workers:
        [assignment] = worker.assignments.select_related("area")
        members.save_worker(None, _card(rng, worker.name, assignment.area, today) | {"account": worker}, actor=None, now=since)
    for number, place in enumerate(without_account):
        card = _card(rng, person_name(rng, rng.choice("LP"), 45), place, today)
        if number == 0:
            card |= {"is_active": False, "inactive_reason": "Pindah ke kabupaten lain"}
        members.save_worker(None, card, actor=None, now=since)


def _card(rng: Random, name: str, gampong: Area, today: date) -> dict[str, object]:
    """Some decrees run out soon after the demo is made, some have long to run."""
    until = today + timedelta(days=rng.choice([130, 170, 190, 600, 900, 1200]))
    return {
        "name": name,
        "phone": f"0800{rng.randrange(10_000_000, 99_999_999)}",
        "gampong": gampong,
        "sk_number": f"140/{rng.randrange(1, 60):02d}/{until.year - 3}",
        "sk_issuer": f"Keuchik {gampong.name}",
        "sk_date": until.replace(year=until.year - 3, day=1),
        "sk_until": until,
        "training": rng.choice(["Bimbingan teknis kesejahteraan sosial, 2024", "Bimbingan teknis dasar, 2023", ""]),
        "kta_number": f"PSM-{rng.randrange(10_000, 99_999)}" if rng.random() < 0.8 else "",
        "ipsm_office": rng.choices(["", "Sekretaris IPSM kecamatan", "Ketua IPSM kecamatan"], [8, 1, 1])[0],
    }
