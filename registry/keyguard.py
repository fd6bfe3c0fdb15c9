"""Refuses to start with keys that are not the ones this database was written with."""

from django.db import connection

from registry.models import KeyFingerprint
from registry.models.sealed import keyring
from registry.sealing import fingerprint


class WrongKeys(Exception):
    """The keys in the settings do not fit this database."""


def problem() -> str | None:
    """A sentence when the keys of the settings are not those of this database, else None; only reads.

    A database without tables passes: it is about to be migrated.
    """
    if KeyFingerprint._meta.db_table not in connection.introspection.table_names():
        return None
    here = fingerprint(keyring())
    wrong = sorted(name for name, mark in KeyFingerprint.objects.values_list("name", "fingerprint") if here.get(name) != mark)
    if not wrong:
        return None
    return (
        "The keys in the settings (NIK_KEYS, INDEX_KEY) are not the ones this database was written with: "
        f"{', '.join(wrong)}. Nothing was written. Put back the right keys; without them the numbers cannot be read."
    )


def verify() -> None:
    """Compare the keys of the settings with the identifiers in the database; a key not yet known is noted.

    Raises WrongKeys before anything is written when a known key changed, or when a key that sealed data here is missing.
    """
    if sentence := problem():
        raise WrongKeys(sentence)
    if KeyFingerprint._meta.db_table not in connection.introspection.table_names():
        return
    known = set(KeyFingerprint.objects.values_list("name", flat=True))
    KeyFingerprint.objects.bulk_create(
        [KeyFingerprint(name=name, fingerprint=mark) for name, mark in fingerprint(keyring()).items() if name not in known],
        ignore_conflicts=True,
    )
