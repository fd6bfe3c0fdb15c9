"""Numbers that must not be readable in a stolen database: sealed columns, blind indexes and the office's keys."""

from functools import cache
from typing import Any

from django.conf import settings
from django.db import models

from registry.fieldtypes import is_number
from registry.sealing import Keyring, blind_index, keyed_hash64, seal_text, unseal_text


@cache
def keyring() -> Keyring:
    """The keys of this office, from the settings (they live outside the database)."""
    return Keyring(data_keys=settings.NIK_KEYS, current=settings.NIK_CURRENT_KEY, index_key=settings.INDEX_KEY)


def index_of(number: str | None, purpose: str) -> str | None:
    """Blind index of a NIK or No. KK; None unless it has the 16 digits of one (a mistyped number is nobody's number)."""
    return blind_index(number, ring=keyring(), purpose=purpose) if is_number(number) else None


def hash_of(value: str, purpose: str) -> int:
    """64-bit keyed hash for search and comparison; leaks nothing without the key."""
    return keyed_hash64(value, ring=keyring(), purpose=purpose)


class SealedTextField(models.BinaryField):
    """Text that is encrypted on its way into the database. It cannot be searched: search its blind index."""

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        self.context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "context": self.context}

    def from_db_value(self, value: Any, *_args: Any) -> str | None:
        return None if value is None else unseal_text(bytes(value), ring=keyring(), context=self.context.encode())

    def get_prep_value(self, value: str | None) -> bytes | None:
        return None if value is None else seal_text(value, ring=keyring(), context=self.context.encode())

    def value_to_string(self, obj: models.Model) -> str:
        return ""


class KeyFingerprint(models.Model):
    """Identifier of a key in use, so that a start with a wrong key is refused before anything is written."""

    name = models.CharField(max_length=12, primary_key=True)
    fingerprint = models.CharField(max_length=64)
