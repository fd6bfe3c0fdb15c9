"""`manage.py check_records [--area CODE] [--json]`: judges every living record under the rules of this code.

With `--json` one object is printed:
{"area": str or null, "rule_set": int, "current": bool, "judged": int, "ready": int, "changed": int, "pairs_opened": int,
 "rules": {rule id: number of findings, ...}}
`current`: these rules are the ones that count now. `changed`: records whose findings differ from those before.
Exit 0 done, 2 unknown area.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.models import Area, Case
from validation import recheck


class Command(BaseCommand):
    help = "Judges every living record again, and makes these rules count once all are judged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--area", help="only records found there, for example 11.11.05")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        area = options["area"]
        if area is not None and not Area.objects.under((area,)).exists():
            raise CommandError(f"There is no area {area}. Write a code such as 11.11.05 or 11.11.05.2008.", returncode=2)
        cases = Case.objects.in_area(area) if area else Case.objects.all()
        checked = recheck.run(cases, now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps({"area": area, **checked.as_json()}))
            return
        self.stdout.write(
            f"{checked.judged} records judged under rule set {checked.rule_set}: {checked.ready} ready, {checked.changed} changed."
        )
        self.stdout.write(f"{checked.pairs} possible duplicates opened.")
        for rule, count in checked.rules.items():
            self.stdout.write(f"  {count:>6}  {rule}")
        if not checked.current:
            self.stdout.write("These rules do not count yet: some living records are not judged under them.")
