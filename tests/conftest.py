"""What every test gets. The personas and the makers of records are in tests/people.py."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

pytest_plugins = ["tests.people"]
APPEND_ONLY = import_module("registry.migrations.0002_audit_append_only")
LOCALE = Path(__file__).resolve().parent.parent / "locale"


def pytest_configure() -> None:
    """Compiled catalogues are not in the repository; pages in English need them. Written whole, since test processes share them."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        if not shutil.which("msgfmt"):
            raise pytest.UsageError("msgfmt is missing. Install it: apt-get install gettext")
        fresh = target.with_suffix(f".{os.getpid()}.mo")
        done = subprocess.run(["msgfmt", "--check-format", "-o", str(fresh), str(source)], capture_output=True, text=True)
        if done.returncode:
            raise pytest.UsageError(done.stderr)
        fresh.replace(target)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The reference data is there in every test, as it is in every installation."""
    with django_db_blocker.unblock():
        call_command("load_reference", verbosity=0)
        if connection.vendor == "sqlite":
            # A test with its own transactions is cleaned up with DELETE there; test_audit.py puts these triggers back for itself.
            with connection.schema_editor() as editor:
                APPEND_ONLY.remove(None, editor)


@pytest.fixture(autouse=True)
def own_files(settings: object, tmp_path: Path) -> Iterator[None]:
    """Uploads and exports of one test stay with it, and no sign-in limit carries over."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.EXPORT_ROOT = tmp_path / "exports"
    cache.clear()
    yield
