"""How long an import takes: judging and committing N invented rows, and judging the same file again. Run by hand:

    python benchmarks/import_rows.py [--rows 5000]

Works on a database of its own in a temporary folder (DATABASE_URL chooses another one, which is emptied of nothing but gets the rows).
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from registry.exchange import intake  # noqa: E402
from registry.exchange.commit import commit  # noqa: E402
from registry.exchange.staging import judge_file  # noqa: E402
from registry.exchange.workbook import Column, write  # noqa: E402
from registry.models import Account, Area, Assignment, Member  # noqa: E402

HEADINGS = ("nama", "nik", "no_kk", "tanggal_lahir", "jenis_kelamin", "alamat", "gampong", "kecamatan", "jenis_ppks")


def rows(count: int) -> list[tuple[Any, ...]]:
    """Invented people with serials from 9000 up, spread over the gampong of the regency."""
    places = list(Area.objects.gampong().select_related("parent"))
    made = []
    for number in range(count):
        place = places[number % len(places)]
        day, month, year, serial = number % 28 + 1, number // 28 % 12 + 1, 40 + number // 336 % 60, 9000 + number // 20_160
        district = place.parent_id.replace(".", "")
        nik = f"{district}{day + 40:02d}{month:02d}{year:02d}{serial:04d}"
        kk = f"{district}010310{9000 + number % 1000:04d}"
        born = f"{day:02d}-{month:02d}-19{year:02d}"
        made.append((f"Warga Uji {number}", nik, kk, born, "P", f"Lorong {number}", place.name, place.parent.name, "24"))
    return made


def timed(label: str, count: int, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    sys.stdout.write(f"{label:28} {seconds:7.1f} s  {count / seconds:8.0f} rows/s\n")
    return result


def admin() -> Member:
    account, _made = Account.objects.get_or_create(username="uji_impor", defaults={"name": "Uji Impor", "role": "admin"})
    today = timezone.localdate()
    Assignment.objects.get_or_create(account=account, area_id="11.11", until=None, defaults={"since": today})
    return account.member(today)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5_000)
    count = parser.parse_args().rows
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    now, member = timezone.now(), admin()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "impor.xlsx"
        write(path, title="uji", columns=[Column(heading) for heading in HEADINGS], rows=rows(count))
        sys.stdout.write(f"{count} rows on {connection.vendor}\n")
        with path.open("rb") as file:
            batch = intake.receive(file, path.name, actor=member, now=now)
        timed("judge a new file", count, lambda: judge_file(path, actor=member, now=now))
        timed("judge and keep the preview", count, lambda: intake.judge(batch, actor=member, now=now))
        timed("commit (judges again)", count, lambda: commit(batch, actor=member, now=now, legal_basis="benchmark"))
        again = timed("judge it again, all same", count, lambda: judge_file(path, actor=member, now=now))
        sys.stdout.write(f"{again.new} new, {again.changed} changed, {again.same} same, {again.problem_rows} with a problem\n")


if __name__ == "__main__":
    main()
