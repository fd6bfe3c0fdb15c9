"""Reading the keys from the environment. A key that could harm is refused with a sentence that says what to do.

Imports nothing but the standard library and Django's exception, because settings read it before anything else exists.
"""

import base64
import binascii

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
HOW = "Keys are written by `python3 scripts/dev.py setup` into var/settings.env; docs/operations.md says how to keep them."


def decode_key(name: str, text: str) -> bytes:
    """The 32 bytes of a base64 text. Raises ImproperlyConfigured; the message never repeats the key."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured(f"{name} is not base64. {HOW}") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must hold {KEY_BYTES} bytes, it holds {len(key)}. {HOW}")
    return key


def decode_ring(name: str, text: str) -> dict[int, bytes]:
    """`2:<base64>,1:<base64>` as {2: bytes, 1: bytes}, in the order written. Identifiers are 1 to 255, each once."""
    ring: dict[int, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        number, colon, key = part.partition(":")
        if not colon or not number.strip().isdigit() or not 1 <= int(number) <= 255:
            raise ImproperlyConfigured(f"{name} must look like 1:<base64>, with a number from 1 to 255 before the colon. {HOW}")
        if int(number) in ring:
            raise ImproperlyConfigured(f"{name} gives number {int(number)} twice. {HOW}")
        ring[int(number)] = decode_key(f"{name} {int(number)}", key.strip())
    if not ring:
        raise ImproperlyConfigured(f"{name} is empty. {HOW}")
    return ring


def refuse_unfit(ring: dict[int, bytes], index_key: bytes, *, debug: bool) -> None:
    """Refuse one key for two purposes, and outside DEBUG every key that somebody typed instead of drawing it at random."""
    keys = [*ring.values(), index_key]
    if len(set(keys)) != len(keys):
        raise ImproperlyConfigured(f"NIK_KEYS and INDEX_KEY must all differ. {HOW}")
    if not debug and any(is_typed(key) for key in keys):
        raise ImproperlyConfigured(f"A key of NIK_KEYS or INDEX_KEY is a readable text, such as the keys of the tests. {HOW}")


def is_typed(key: bytes) -> bool:
    """True for a readable text or a pattern: 32 random bytes are one about once in ten to the fourteenth."""
    return all(32 <= byte < 127 for byte in key) or len(set(key)) < 12
