"""`manage.py makemessages`: the texts of the pages into locale/en, in a form in which only a changed text makes a difference.

locale/id is not made by it: our texts are Indonesian as they stand, and that catalogue only speaks for packages that know no Indonesian.
"""

from pathlib import Path

from django.core.management.base import CommandParser
from django.core.management.commands import makemessages

OUTSIDE = ["var", ".venv*", "build", "benchmarks", "scripts", "tests", "static"]


class Command(makemessages.Command):
    """Sorted, without places, dates and guesses; texts that are gone are dropped."""

    # Names under which some modules import gettext beside gettext_lazy.
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=now_translate", "--keyword=translate"]
    msgmerge_options = ["-q", "--backup=none", "--update", "--no-fuzzy-matching", "--sort-output"]
    msgattrib_options = ["--no-obsolete", "--sort-output"]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(locale=["en"], no_location=True, no_wrap=True, no_obsolete=True, ignore_patterns=OUTSIDE)

    def write_po_file(self, potfile: str, locale: str) -> None:
        super().write_po_file(potfile, locale)
        path = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith('"POT-Creation-Date:')), encoding="utf-8")
