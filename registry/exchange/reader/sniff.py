"""What a file is, by its first bytes and never by its name."""

from __future__ import annotations

from pathlib import Path

from registry.exchange.reader.limits import Limits, Stop

OTHER_KINDS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password_or_old"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"{\\rtf", "other_text"),
    (b"{", "other_text"),
    (b"[{", "other_text"),
    (b"<", "web_page"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
HEAD = 4096


def sniff(path: Path, limits: Limits) -> str:
    """Either "xlsx" (a zip, not yet looked into) or "csv". Raises Stop for everything else, and for more bytes than the limits."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(b"PK"):
        return within(size, limits.workbook_bytes, "xlsx")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, code in OTHER_KINDS:
        if head.startswith(start) or text.startswith(start):
            raise Stop(code)
    if head[4:8] == b"ftyp":
        raise Stop("image")
    if not text:
        raise Stop("empty")
    if not head.startswith(UTF16_MARKS):
        if b"\0" in head and looks_like_utf16(head):
            raise Stop("utf16")
        if sum(byte < 32 and byte not in b"\t\n\v\f\r" for byte in head) > len(head) // 10:
            raise Stop("unknown")
    return within(size, limits.csv_bytes, "csv")


def within(size: int, limit: int, kind: str) -> str:
    if size > limit:
        raise Stop("too_big", limit=limit)
    return kind


def looks_like_utf16(head: bytes) -> bool:
    """Every other byte is NUL, or nearly so."""
    return max(head[::2].count(0), head[1::2].count(0)) > len(head) // 3
