"""What every test gets. The personas and the makers of records are in tests/people.py."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.cache import cache

from tests.settings import FOLDER

pytest_plugins = ["tests.people"] if find_spec("tests.people") else []


@pytest.fixture(autouse=True)
def own_files(settings: object, tmp_path: Path) -> Iterator[None]:
    """Uploads and exports of one test stay with it, and no sign-in limit carries over."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.EXPORT_ROOT = tmp_path / "exports"
    cache.clear()
    yield


def pytest_unconfigure() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
