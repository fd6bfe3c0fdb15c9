"""Sealing of NIK and card numbers at rest, and keyed hashes to find and compare them.

A sealed value is: 1 byte format, 1 byte key id, 12 bytes nonce, AES-256-GCM ciphertext with its 16 byte tag.
The context is authenticated but not stored: a value moved to another column or row does not open there.
A NIK has so little entropy that every hash of it must be keyed, with a key that never lies in the database.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER_BYTES = 2


# The sentences of BadKeys are read by whoever installs the portal, while settings load: too early for gettext.
class BadKeys(ValueError):
    """The configured keys cannot be used; the message is a sentence for the installer and never holds key material."""


class WrongKey(Exception):
    """A sealed value does not open: unknown key or format, other context, or altered bytes. The message holds no data."""


@dataclass(frozen=True, eq=False)
class Keyring:
    """data_keys: key id 1..255 -> 32 bytes; current: the id that seals; index_key: 32 bytes, for hashes only.

    Raises BadKeys. Compared by identity and shown without its keys.
    """

    data_keys: Mapping[int, bytes] = field(repr=False)
    current: int
    index_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.data_keys:
            raise BadKeys("Kunci data belum ada. Isi sedikitnya satu.")
        for key_id, key in self.data_keys.items():
            if not 1 <= key_id <= 255:
                raise BadKeys(f"Nomor kunci data harus 1 sampai 255, yang tertulis {key_id}.")
            if len(key) != KEY_BYTES:
                raise BadKeys(f"Kunci data nomor {key_id} harus {KEY_BYTES} bita, yang terbaca {len(key)}.")
        if self.current not in self.data_keys:
            raise BadKeys(f"Kunci data nomor {self.current} dipilih untuk dipakai, tetapi tidak ada dalam daftar.")
        if len(self.index_key) != KEY_BYTES:
            raise BadKeys(f"Kunci indeks harus {KEY_BYTES} bita, yang terbaca {len(self.index_key)}.")
        keys = [*self.data_keys.values(), self.index_key]
        if len(set(keys)) != len(keys):
            raise BadKeys("Ada kunci yang sama dipakai dua kali. Setiap kunci data dan kunci indeks harus berbeda.")
        object.__setattr__(self, "data_keys", MappingProxyType(dict(self.data_keys)))


def seal(plain: bytes, *, ring: Keyring, context: bytes) -> bytes:
    """Encrypt with the current key; two seals of the same value differ."""
    nonce = os.urandom(NONCE_BYTES)
    return bytes((FORMAT, ring.current)) + nonce + AESGCM(ring.data_keys[ring.current]).encrypt(nonce, plain, context)


def unseal(sealed: bytes, *, ring: Keyring, context: bytes) -> bytes:
    """Decrypt with the key the value names. Raises WrongKey."""
    sealed = bytes(sealed)  # PostgreSQL hands out memoryviews.
    if len(sealed) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES or sealed[0] != FORMAT:
        raise WrongKey("The sealed value is cut short or has an unknown format.")
    if sealed[1] not in ring.data_keys:
        raise WrongKey(f"The sealed value needs data key {sealed[1]}, which is not in the key ring.")
    nonce, body = sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES], sealed[HEADER_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(ring.data_keys[sealed[1]]).decrypt(nonce, body, context)
    except InvalidTag:
        raise WrongKey(f"The sealed value does not open with data key {sealed[1]} in this place.") from None


def key_id(sealed: bytes) -> int:
    """The id of the data key a value was sealed with, for the rotation of keys. Raises WrongKey for an unknown format."""
    sealed = bytes(sealed[:HEADER_BYTES])
    if len(sealed) < HEADER_BYTES or sealed[0] != FORMAT:
        raise WrongKey("The sealed value is cut short or has an unknown format.")
    return sealed[1]


def seal_text(plain: str, *, ring: Keyring, context: bytes) -> bytes:
    return seal(plain.encode(), ring=ring, context=context)


def unseal_text(sealed: bytes, *, ring: Keyring, context: bytes) -> str:
    """Raises WrongKey."""
    return unseal(sealed, ring=ring, context=context).decode()


def blind_index(value: str, *, ring: Keyring, purpose: str) -> str:
    """64 hex characters, equal for equal values of one purpose; for unique constraints and exact search."""
    return _digest(value, ring, purpose).hex()


def keyed_hash64(value: str, *, ring: Keyring, purpose: str) -> int:
    """A signed 64-bit number, as a BigIntegerField holds it. Strangers may share one: compare the values themselves."""
    return int.from_bytes(_digest(value, ring, purpose)[:8], "big", signed=True)


def fingerprint(ring: Keyring) -> dict[str, str]:
    """16 hex characters for each key, under "index" and its id, to notice a database that belongs to other keys."""
    keys = {"index": ring.index_key, **{str(key_id): key for key_id, key in sorted(ring.data_keys.items())}}
    return {name: hmac.digest(key, b"fingerprint", hashlib.sha256).hex()[:16] for name, key in keys.items()}


def _digest(value: str, ring: Keyring, purpose: str) -> bytes:
    if not purpose or "|" in purpose:
        raise ValueError("A purpose is a word without '|': else two purposes could give one message.")
    return hmac.digest(ring.index_key, f"{purpose}|{value}".encode(), hashlib.sha256)
