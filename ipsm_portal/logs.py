"""Log lines that hold no NIK, no No. KK, no token of an invitation and nothing of a request."""

import logging
import re
from types import TracebackType

SIXTEEN_DIGITS = re.compile(r"(?<!\d)(?:\d[ .\-]?){15}\d(?!\d)")
MASK = "[16 angka]"
# Whoever has the address of an invitation may set the password of its account.
INVITATION = re.compile(r"(/undangan/)[^/\s?\"']+")


def mask(text: str) -> str:
    """The text with every run of 16 digits replaced, also one grouped by spaces, dots or dashes; and without tokens of invitations."""
    return INVITATION.sub(r"\1[token]", SIXTEEN_DIGITS.sub(MASK, text))


class MaskingFormatter(logging.Formatter):
    """Masks the finished line, so that arguments and tracebacks are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))

    def formatException(self, ei: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:  # noqa: N802 (logging's name)
        """The traceback without the lines in which a database repeats values, such as `DETAIL: Key (name)=...`."""
        lines = super().formatException(ei).splitlines()
        return "\n".join(line for line in lines if not line.startswith(("DETAIL:", "CONTEXT:", "HINT:")))
