"""The least versions the portal may run on, and why. Known holes of 24 November 2026; raise a line when a newer one matters.

A package below its line stops the start. An interpreter or database server below its line is only told, because a distribution may
have mended it without a new number. Imports nothing of ours.
"""

import platform
import re
import sqlite3
from importlib import metadata

from django.utils.translation import gettext as _

PACKAGES = {
    # 5.2.18: forged formsets write outside the queryset; 5.2.19: uploads and page cache. A monthly update is planned.
    "Django": "5.2.19",
    # 4.4.2: a row shown as new overwrote a person; 4.4.3: 1e1000000 in a number column burns the processor.
    "django-import-export": "4.4.3",
    "tablib": "3.10.0",
    "defusedxml": "0.7.1",
    # 13.0.0: overflow in the JPEG decoder, ways round the guard against decompression bombs.
    "pillow": "13.0.0",
}
# 3.11.15: overlapping zip bombs, zip64 end record, expat, mail headers.
PYTHON = "3.11.15"
# 15.20 with the fixes of 15.16, 15.18 and 15.19; the same fixes in the younger lines.
POSTGRESQL = "15.20"
# Before it the write-ahead log can be reset into corruption; settings.py uses the rollback journal, which is not affected.
SQLITE = "3.51.3"


def number(text: str) -> tuple[int, ...]:
    """`5.2.19` as (5, 2, 19); what follows the leading numbers is dropped, so a release candidate counts as its release."""
    leading = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(part) for part in leading[0].split(".")) if leading else ()


def packages_too_old(installed: dict[str, str] | None = None) -> list[str]:
    """A sentence for each package below its line. `installed`: name to version, by default what is installed here."""
    found = installed if installed is not None else {name: metadata.version(name) for name in PACKAGES}
    below = [(name, least) for name, least in PACKAGES.items() if number(found[name]) < number(least)]
    return [f"{name} {found[name]} has known holes, {least} or newer is needed" for name, least in below]


def server_warnings(postgresql: str | None = None) -> list[str]:
    """A sentence for the interpreter and for each database server below its line. `postgresql` is the server's version where one serves."""
    python, warnings = platform.python_version(), []
    if number(python) < number(PYTHON):
        sentence = _("Python %(version)s: %(least)s atau lebih baru menutup celah pada berkas zip dan surat.")
        warnings.append(sentence % {"version": python, "least": PYTHON})
    if postgresql and number(postgresql) < number(POSTGRESQL):
        sentence = _("PostgreSQL %(version)s: %(least)s atau lebih baru menutup celah yang dikenal.")
        warnings.append(sentence % {"version": postgresql, "least": POSTGRESQL})
    if not postgresql and number(sqlite3.sqlite_version) < number(SQLITE):
        sentence = _("SQLite %(version)s: aman dengan jurnal yang dipakai portal; %(least)s atau lebih baru dianjurkan.")
        warnings.append(sentence % {"version": sqlite3.sqlite_version, "least": SQLITE})
    return warnings
