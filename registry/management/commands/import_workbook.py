"""`manage.py import_workbook FILE`: judge a workbook, and with --commit write it, through the same doors as the browser.

Exit 0: fine. 1: some rows have a problem. 2: nothing was judged or written; with --json the reason stands in "refused".
"""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.exchange import commit, intake
from registry.exchange.staging import Judged, judge_file
from registry.exchange.workbook import Refused
from registry.models import Account, Member
from registry.permissions import can

FINE, PROBLEMS, REFUSED = 0, 1, 2
NOTHING = {"layout": None, "rows": 0, "new": 0, "changed": 0, "same": 0, "problems": [], "committed": False}
# UU 27/2022: the basis of a public service, where the office gives no other.
LEGAL_BASIS = "UU 27/2022 Pasal 20 ayat (2) huruf e: pelayanan publik"


class Stop(Exception):
    """The command cannot do what was asked; the message is a sentence."""


class Command(BaseCommand):
    help = "Judges a workbook of PPKS and, with --commit, writes its new and changed rows: all of them or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--layout", help="name of the layout; without it whichever fits")
        parser.add_argument("--as", dest="username", help="account that imports; without it the file is only judged, for the whole regency")
        parser.add_argument(
            "--commit", action="store_true", help="write the rows that have no problem; needs --as with the name of an admin"
        )
        parser.add_argument("--legal-basis", default=LEGAL_BASIS, help="on which basis the data are recorded, kept with the import")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            member = self.member(options["username"], options["commit"], now)
            judged, committed = self.run(options, member, now)
        except (Stop, Refused) as reason:
            sentence = getattr(reason, "sentence", str(reason))
            self.report(NOTHING | {"refused": sentence}, [], options["json"])
            sys.exit(REFUSED)
        self.report(answer(judged, committed), judged.notes, options["json"])
        if judged.problem_rows:
            sys.exit(PROBLEMS)

    def member(self, username: str | None, committing: bool, now: datetime) -> Member | None:
        if username is None:
            if committing:
                raise Stop(_("Untuk menyimpan, sebut admin yang mengimpor dengan --as."))
            return None
        account = Account.objects.active(username)
        if account is None:
            raise Stop(_("Akun ini tidak ada atau tidak aktif."))
        member = account.member(timezone.localdate(now))
        if not can(member, "impor"):
            raise Stop(_("Hanya admin yang mengimpor berkas."))
        return member

    def run(self, options: dict[str, Any], member: Member | None, now: datetime) -> tuple[Judged, bool]:
        path: Path = options["file"]
        if not path.is_file():
            raise Stop(_("Berkas ini tidak ada."))
        if not options["commit"] or member is None:
            return judge_file(path, layout=options["layout"], actor=member, now=now), False
        with path.open("rb") as file:
            batch = intake.receive(file, path.name, actor=member, now=now)
        judged = intake.judge(batch, actor=member, now=now, layout=options["layout"])
        if judged is None:
            raise Stop(batch.refused)
        result = commit.commit(batch, actor=member, now=now, legal_basis=options["legal_basis"])
        if not result.done:
            self.stderr.write(result.sentence)
            intake.cancel(batch, actor=member, now=now)
        return judged, result.done

    def report(self, found: dict[str, Any], notes: list[str], as_json: bool) -> None:
        for note in notes:
            self.stderr.write(note)
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        if "refused" in found:
            self.stderr.write(found["refused"])
            return
        for problem in found["problems"]:
            self.stdout.write("{row}\t{column}\t{message}".format(**problem))
        self.stdout.write("{rows} rows: {new} new, {changed} changed, {same} same.".format(**found))
        self.stdout.write("Committed." if found["committed"] else "Nothing was written.")


def answer(judged: Judged, committed: bool) -> dict[str, Any]:
    """The contract of --json."""
    return {
        "layout": judged.layout.name,
        "rows": judged.rows,
        "new": judged.new,
        "changed": judged.changed,
        "same": judged.same,
        "problems": [{"row": p.row, "column": p.column, "value_kind": p.value_kind, "message": p.message} for p in judged.problems],
        "committed": committed,
    }
