#!/usr/bin/env python
"""Django's command line for the portal. Refuses to work with keys that are not the database's own."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

# They read no record, and some must work where there is no database.
WITHOUT_DATABASE = {"help", "--help", "version", "--version", "check", "collectstatic", "compilemessages", "makemessages", "makemigrations"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsm_portal.settings")
    try:
        django.setup()
    except ImproperlyConfigured as reason:
        sys.exit(f"Not started: {reason}")
    from registry import keyguard  # noqa: PLC0415 (models exist only after setup)

    try:
        if not WITHOUT_DATABASE & {*sys.argv[1:], *(() if sys.argv[1:] else ("help",))}:
            keyguard.verify()
    except keyguard.WrongKeys as reason:
        sys.exit(f"Not started: {reason}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
