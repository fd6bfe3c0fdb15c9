"""`manage.py demo --people N --seed S [--add]`: a registry of invented people, with accounts for each role."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry import demo
from registry.members import Refused


class Command(BaseCommand):
    help = "Fills the database with invented people, records in every state, and accounts whose passwords are made on the spot."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=300, help="how many people (300)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed invents the same people (1)")
        parser.add_argument("--add", action="store_true", help="also where the registry holds records already")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["people"] < 1:
            raise CommandError("--people must be 1 or more.", returncode=2)
        try:
            accounts, states = demo.make(options["people"], seed=options["seed"], now=timezone.now(), add=options["add"])
        except demo.NotEmpty:
            raise CommandError(
                "The registry holds records already. Nothing was written; --add puts the invented ones beside them."
            ) from None
        except Refused as reason:
            raise CommandError(str(reason)) from None
        path = settings.VAR / "demo-accounts.json"
        demo.write_accounts(accounts, path, add=options["add"])
        self.stdout.write(f"{sum(states.values())} records: {', '.join(f'{count} {state}' for state, count in states.items())}.")
        self.stdout.write(f"Accounts, also in {path}:")
        for account in accounts:
            self.stdout.write(f"  {account.username:<28} {account.password:<24} {account.role:<11} {account.area}")
