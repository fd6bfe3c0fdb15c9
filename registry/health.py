"""Is the portal well? Facts for the watcher outside (words only) and for the operations page of the admin."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import metadata
from platform import python_version
from sqlite3 import sqlite_version
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ipsm_portal.versions import PACKAGES, server_warnings
from registry import audit, keyguard
from registry.enums import JobState
from registry.models import Account, AuditEvent, Case, Job, Worker
from validation import assess
from validation.models import DuplicatePair, Judgement, RuleSet
from validation.rules import engine

# A job that waits longer than this shows that no worker is taking jobs.
WAITS = timedelta(minutes=2)
LEAST_FREE = 500 * 1024 * 1024


def _database(_now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrated(_now: datetime) -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _keys(_now: datetime) -> bool:
    return keyguard.problem() is None


def _jobs_are_taken(now: datetime) -> bool:
    return not Job.objects.filter(state=JobState.WAITING, asked_at__lt=now - WAITS).exists()


def _disk(_now: datetime) -> bool:
    return shutil.disk_usage(settings.VAR).free >= LEAST_FREE


PARTS: dict[str, Callable[[datetime], bool]] = {
    gettext_noop("basis data"): _database,
    gettext_noop("migrasi"): _migrated,
    gettext_noop("kunci"): _keys,
    gettext_noop("pekerja"): _jobs_are_taken,
    gettext_noop("ruang penyimpanan"): _disk,
}


def parts(*, now: datetime) -> dict[str, bool]:
    """Part -> whether it is well. What cannot be asked is not well; the reason stays inside."""
    found = {}
    for name, well in PARTS.items():
        try:
            found[name] = well(now)
        except (DatabaseError, OSError):
            found[name] = False
    return found


@dataclass(frozen=True)
class Operations:
    """What an admin of the office is shown."""

    versions: list[tuple[str, str]]
    warnings: list[str]
    events: int
    sealed: int
    rule_set: int | None
    rule_set_since: datetime | None
    rule_set_of_code: int
    last_judged: date | None
    unjudged: int
    jobs: list[Job]
    counts: list[tuple[str, int]]
    free_bytes: int


def operations(*, now: datetime) -> Operations:
    current = RuleSet.objects.filter(current=True).first()
    server = _postgresql()
    database = ("PostgreSQL", server) if server else ("SQLite", sqlite_version)
    return Operations(
        versions=[("Python", python_version()), database, *((name, metadata.version(name)) for name in PACKAGES)],
        warnings=server_warnings(server),
        events=AuditEvent.objects.count(),
        sealed=audit.sealed_up_to(),
        rule_set=current.number if current else None,
        rule_set_since=current.current_since if current else None,
        rule_set_of_code=engine.RULE_SET,
        last_judged=Judgement.objects.aggregate(last=Max("judged_on"))["last"],
        unjudged=assess.unjudged(Case.objects.all(), today=localdate(now)).count(),
        jobs=list(Job.objects.select_related("asked_by").order_by("-pk")[:10]),
        counts=_counts(),
        free_bytes=shutil.disk_usage(settings.VAR).free,
    )


def _counts() -> list[tuple[str, int]]:
    by_state: dict[str, Any] = dict(Case.objects.order_by().values_list("state").annotate(n=Count("pk")))
    labels = dict(Case._meta.get_field("state").choices)
    rows = [(str(labels[state]), by_state.get(state, 0)) for state in labels]
    rest = [
        (_("Mungkin ganda, belum diputuskan"), DuplicatePair.objects.open().count()),
        (_("Petugas"), Worker.objects.count()),
        (_("Akun aktif"), Account.objects.filter(is_active=True).count()),
    ]
    return [*rows, *rest]


def _postgresql() -> str | None:
    """Version of the server as its admin says it, 15.20; None on SQLite."""
    if connection.vendor != "postgresql":
        return None
    connection.ensure_connection()
    number = connection.connection.server_version
    return f"{number // 10_000}.{number % 10_000}"
