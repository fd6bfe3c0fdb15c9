"""Passwords that everybody here would try first."""

import re
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.reference.wilayah import alias_rows, area_rows

WORK = ("ipsm", "psm", "ppks", "pmks", "dtsen", "dtks", "siks", "dinsos", "dinas", "sosial", "kemensos", "gampong", "kecamatan")
FILLERS = ("rahasia", "sandi", "password", "admin", "petugas", "penyelia", "portal", "kata", "qwerty", "abcd")
# What may be left over beside the words: an initial, an ending.
LEFT_OVER = 3


@cache
def local_words() -> tuple[str, ...]:
    """Work words, fillers and every area name with its other spellings, letters only, longest first."""
    names = [row.name for row in area_rows()] + [row.alias for row in alias_rows()]
    parts = {part for name in names for part in [letters(name), *map(letters, name.split())] if len(part) >= 4}
    return tuple(sorted({*WORK, *FILLERS, *parts}, key=lambda word: (-len(word), word)))


def letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


class LocalWordsValidator:
    """Refuses a password that is nothing but place names, words of the work, digits and signs, such as `BireuenIPSM2026!`."""

    def validate(self, password: str, user: object = None) -> None:
        rest = letters(password)
        for word in local_words():
            rest = rest.replace(word, "")
        if len(rest) <= LEFT_OVER:
            raise ValidationError(self.get_help_text(), code="password_local_words")

    def get_help_text(self) -> str:
        return _("Kata sandi jangan hanya dari nama tempat, nama organisasi, dan angka. Tiga atau empat kata acak lebih aman.")
