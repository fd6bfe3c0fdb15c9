from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

try:
    import resource
except ImportError:
    resource = None

MB = 1024 * 1024
OUT_OF_MEMORY = 77
CAN_CONFINE = resource is not None


@dataclass(frozen=True)
class Limits:
    """How much of a file is read before it is refused (architecture 9). `rows` counts the sheet's own rows, titles and header included."""

    workbook_bytes: int = 20 * MB
    unpacked_bytes: int = 400 * MB
    members: int = 200
    rows: int = 200_000
    columns: int = 300
    cells: int = 5_000_000
    csv_bytes: int = 50 * MB
    memory_bytes: int = 600 * MB
    seconds: float = 120

    @classmethod
    def from_settings(cls, settings: Any) -> Limits:
        """`settings.WORKBOOK_LIMITS`, when it is there, names what differs from the defaults. An unknown name raises TypeError."""
        return cls(**getattr(settings, "WORKBOOK_LIMITS", {}))


class Stop(Exception):
    """The file is refused: a code of `registry.exchange.workbook.refusals` and what its sentence needs. Never a value of a cell."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def confine(limits: Limits) -> None:
    """Bind this process for the rest of its life; nothing where CAN_CONFINE is False."""
    if resource is None:
        return
    seconds = max(1, math.ceil(limits.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
