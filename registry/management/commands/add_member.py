"""`manage.py add_member NAME --role ROLE --area CODE`: an account from the command line, with an invitation or a given password.

Exit 0 done, 2 refused (unknown role or area, weak password): nothing was written.
"""

import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from registry import members
from registry.enums import Role


class Command(BaseCommand):
    help = "Makes an account and prints its user name and a one-time link, with which the person sets their own password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help='the person\'s name, for example "Nurlaila Hasbi"')
        parser.add_argument("--role", required=True, help="psm, supervisor or admin")
        parser.add_argument("--area", required=True, action="append", help="Kemendagri code such as 11.11.05.2008; may be given again")
        parser.add_argument("--restricted", action="store_true", help="may see restricted kinds")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input instead of inviting")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["role"] not in Role.values:
            raise CommandError(f"There is no role {options['role']}; choose psm, supervisor or admin.", returncode=2)
        profile = members.Profile(
            options["name"].strip(), Role(options["role"]), tuple(dict.fromkeys(options["area"])), options["restricted"]
        )
        now = timezone.now()
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
        try:
            account = members.enrol(members.username_for(profile.name), profile, actor=None, now=now, password=password)
        except members.Refused as reason:
            raise CommandError(str(reason), returncode=2) from None
        except ValidationError as reason:
            raise CommandError(" ".join(reason.messages), returncode=2) from None
        self.stdout.write(f"User name: {account.username}")
        if password is None:
            self._invite(account, now)

    def _invite(self, account: members.Account, now: datetime) -> None:
        token, ends = members.invite(account, actor=None, now=now)
        self.stdout.write(f"Invitation, once, until {timezone.localtime(ends):%d-%m-%Y %H.%M}: {reverse('invitation', args=[token])}")
