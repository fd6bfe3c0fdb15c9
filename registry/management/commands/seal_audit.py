"""`manage.py seal_audit`: chains the events that were written since the last time, then checks the whole chain.

Exit 0 whole, 1 broken: the position of the first link that does not fit is printed.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry import audit


class Command(BaseCommand):
    help = "Seals the audit trail and checks that nobody changed what was sealed before."

    def handle(self, *_args: Any, **_options: Any) -> None:
        sealed = 0
        while chained := audit.seal():
            sealed += chained
        broken = audit.first_broken_link()
        if broken is not None:
            raise CommandError(f"The audit chain is broken at link {broken}: that event, or a link before it, was changed afterwards.")
        self.stdout.write(f"{sealed} events sealed; the chain is whole up to link {audit.sealed_up_to()}.")
