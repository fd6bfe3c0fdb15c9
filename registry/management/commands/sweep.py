"""`manage.py sweep`: removes pictures that no record names any more, sessions that ran out, and ends jobs whose worker is gone."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from registry import evidence, jobs


class Command(BaseCommand):
    help = "Tidies up; safe to run at any time, for example every night."

    def handle(self, *_args: Any, **_options: Any) -> None:
        now = timezone.now()
        self.stdout.write(f"{evidence.sweep(now=now)} pictures without a record removed.")
        self.stdout.write(f"{jobs.reap(now=now)} jobs ended whose worker was gone.")
        call_command("clearsessions")
        self.stdout.write("Sessions that ran out removed.")
