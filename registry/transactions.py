"""One transaction around a door, taken again when the database broke a deadlock."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P, R = ParamSpec("P"), TypeVar("R")
TRIES = 3
# PostgreSQL: deadlock_detected, serialization_failure. The whole transaction was rolled back, so it may be done again.
_BROKEN = ("40P01", "40001")


def in_one_transaction(door: Callable[P, R]) -> Callable[P, R]:
    """All or nothing; inside another transaction it joins that one, and only the outermost is retried."""

    @wraps(door)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return door(*args, **kwargs)
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    return door(*args, **kwargs)
            except OperationalError as fault:
                if getattr(fault.__cause__, "pgcode", None) not in _BROKEN or attempt == TRIES:
                    raise
        raise AssertionError("unreachable")

    return wrapped
