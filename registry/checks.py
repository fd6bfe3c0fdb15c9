"""System checks: every command that Django checks before it runs refuses wrong keys, however it was started."""

from typing import Any

from django.core.checks import CheckMessage, Critical
from django.db import DatabaseError

from registry import keyguard


def keys_fit_the_database(**_kwargs: Any) -> list[CheckMessage]:
    """A database that cannot be reached is for the command itself to report."""
    try:
        sentence = keyguard.problem()
    except DatabaseError:
        return []
    return [Critical(sentence, id="registry.E001")] if sentence else []
