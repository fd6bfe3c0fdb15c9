"""`manage.py load_reference`: the areas of a regency and their other spellings, from the shipped file or another IPSM's."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from registry.loading import load_areas
from registry.reference.wilayah import ALIASES_FILE, AREAS_FILE


class Command(BaseCommand):
    help = "Loads the reference data into the database; safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--areas", type=Path, default=AREAS_FILE, help="CSV of areas (code, level, name, parent_code, ...)")
        parser.add_argument("--aliases", type=Path, default=ALIASES_FILE, help="CSV of other spellings (code, alias, source)")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_areas(options['areas'], options['aliases'])} areas loaded.")
