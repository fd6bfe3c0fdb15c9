"""A registry of invented people for trying, showing and measuring.

The same seed on the same day invents the same people; keys, numbers of records and passwords are drawn anew.
"""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.db.models import Count
from django.utils.timezone import localdate

from registry.demo.life import Life, steps_of
from registry.demo.office import DemoAccount, Office, open_office
from registry.demo.people import Desk, Planner
from registry.enums import PairStatus
from registry.models import Case
from registry.transactions import in_one_transaction
from validation import decisions, recheck
from validation.models import DuplicatePair

OPENED_DAYS_AGO = 150


class NotEmpty(Exception):
    """The database holds records already."""


@in_one_transaction
def make(people: int, *, seed: int, now: datetime, add: bool = False) -> tuple[list[DemoAccount], dict[str, int]]:
    """(accounts with their passwords, records by state). All or nothing. Raises NotEmpty unless `add`, members.Refused without areas."""
    if Case.objects.exists() and not add:
        raise NotEmpty
    rng = Random(seed)  # noqa: S311 (invented people, no secret)
    office = open_office(rng, since=now - timedelta(days=OPENED_DAYS_AGO))
    desks = [Desk(member.areas[0], member.restricted) for member in office.workers]
    plans = Planner(seed, desks, localdate(now)).plans(people)
    life = Life(office, plans)
    life.live(steps_of(plans, rng=rng, now=now))
    _decide_some(office, now)
    # Some verdicts have passed their day since they were given.
    recheck.run(Case.objects.filter(pk__in=life.keys.values()), now=now)
    counts = Case.objects.filter(pk__in=life.keys.values()).order_by().values_list("state").annotate(n=Count("pk"))
    return office.accounts, dict(sorted(counts))


def _decide_some(office: Office, now: datetime) -> None:
    """One pair is two persons, one is a single person; the rest waits."""
    verdicts = ((PairStatus.DIFFERENT, "Dua orang yang berbeda: alamat dan nama ayahnya lain."), (PairStatus.SAME, ""))
    decided = 0
    for pair in DuplicatePair.objects.open().order_by("-pk"):
        verdict, reason = verdicts[decided]
        if decisions.decide(pair, verdict, reason=reason, actor=office.admin, now=now - timedelta(hours=1)).done:
            decided += 1
        if decided == len(verdicts):
            return


def write_accounts(accounts: list[DemoAccount], path: Path, *, add: bool) -> None:
    """The accounts as JSON that only its owner can read; with `add` after those that stand there already."""
    kept = json.loads(path.read_text()) if add and path.exists() else []
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    with open(descriptor, "w") as file:
        json.dump(kept + [vars(account) for account in accounts], file, indent=1, ensure_ascii=False)
