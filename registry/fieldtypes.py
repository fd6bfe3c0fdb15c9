"""How an answer of each type is read, stored in JSON and shown. Pure Python: no models, no database, no clock."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as now_translate
from django.utils.translation import gettext_lazy as _

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "januari jan", "februari feb pebruari", "maret mar", "april apr", "mei", "juni jun", "juli jul", "agustus agu agt ags",
            "september sep sept", "oktober okt", "november nov nop nopember", "desember des",
        ],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMERIC_DATE = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]00:00(?::00)?)?$")
_WORD_DATE = re.compile(r"^(\d{1,2})[\s-]+([a-z]+)\.?[\s-]+(\d{4})$")
# Spaces of every kind, dots, dashes and apostrophes that people and spreadsheets put between the digits of a number.
_NUMBER_NOISE = re.compile(r"[\s.\-'`’‘\u00a0\u2007\u202f\u200b\ufeff]")

# Excel keeps 15 digits of a number and writes 0 for the 16th (Microsoft KB 269370).
NUMBER_CELL = _(
    "Nomor ini tersimpan sebagai angka di Excel, jadi angka ke-16 bisa sudah rusak. Ubah kolomnya menjadi Teks dan ketik ulang."
)


class Unreadable(ValueError):
    """The raw text is no answer of this type. `sentence` (a lazy translation) says what is wrong and what to do."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def plain(raw: Any) -> str:
    """One line of NFC text without control, bidi or zero-width characters, edges trimmed, inner blanks single."""
    text = unicodedata.normalize("NFC", str(raw or ""))
    kept = "".join(" " if c in "\t\r\n" else c for c in text if c in "\t\r\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    return " ".join(kept.split())


def parse_date(raw: Any) -> date | None:
    """Read 17-08-2026, 17/08/2026, 17.08.2026, 17 Agustus 2026 or 2026-08-17; None when empty. Raises Unreadable."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = plain(raw).lower()
    if not text:
        return None
    if found := _ISO_DATE.match(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _NUMERIC_DATE.match(text):
        day, month, year = (int(part) for part in found.groups())
    elif (found := _WORD_DATE.match(text)) and found.group(2) in MONTHS:
        day, month, year = int(found.group(1)), MONTHS[found.group(2)], int(found.group(3))
    else:
        raise Unreadable(_("Tulis tanggal seperti 28-02-1960."))
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(_("Tanggal ini tidak ada di kalender. Lihat KTP, lalu tulis seperti 28-02-1960.")) from None


def is_number(text: str | None) -> bool:
    """Whether a text has the form of a NIK or No. KK: sixteen plain digits."""
    return bool(text) and len(text) == 16 and text.isascii() and text.isdecimal()


@dataclass(frozen=True)
class FieldType:
    """Base: how raw input becomes a value and a value becomes JSON and words. An empty answer is None."""

    def clean(self, raw: Any) -> Any:
        """Value of `raw` (text of a form or cell); None when empty. Raises Unreadable."""
        return plain(raw) or None

    def dump(self, value: Any) -> Any:
        """JSON form of a value."""
        return value

    def load(self, stored: Any) -> Any:
        """Value of its JSON form."""
        return stored

    def show(self, value: Any) -> str:
        """Words for a reader; empty string for no answer."""
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Text(FieldType):
    max_length: int = 100
    multiline: bool = False

    def clean(self, raw: Any) -> str | None:
        if self.multiline:
            lines = [plain(line) for line in str(raw or "").replace("\r\n", "\n").split("\n")]
            text = "\n".join(lines).strip()
        else:
            text = plain(raw)
        if len(text) > self.max_length:
            raise Unreadable(_("Terlalu panjang: paling banyak %d huruf.") % self.max_length)
        return text or None


@dataclass(frozen=True)
class PersonName(Text):
    """A name as on the KTP; Permendagri 73/2022 allows 60 letters, older entries may be longer."""


@dataclass(frozen=True)
class IdNumber(FieldType):
    """NIK or No. KK: always text. What is no 16 digits is kept as typed, so that a draft loses nothing; the rules judge it."""

    max_length: int = 24

    def clean(self, raw: Any) -> str | None:
        if isinstance(raw, int | float):
            raise Unreadable(NUMBER_CELL)
        text = _NUMBER_NOISE.sub("", unicodedata.normalize("NFKC", plain(raw)))
        if len(text) > self.max_length:
            raise Unreadable(_("Nomor ini terlalu panjang: seharusnya 16 angka."))
        return text or None


@dataclass(frozen=True)
class Date(FieldType):
    def clean(self, raw: Any) -> date | None:
        return parse_date(raw)

    def dump(self, value: date | None) -> str | None:
        return value.isoformat() if value else None

    def load(self, stored: Any) -> date | None:
        return date.fromisoformat(stored) if isinstance(stored, str) else stored

    def show(self, value: date | None) -> str:
        return value.strftime("%d-%m-%Y") if value else ""


@dataclass(frozen=True)
class Year(FieldType):
    first: int = 1880
    last: int = 2100

    def clean(self, raw: Any) -> int | None:
        text = plain(raw)
        if not text:
            return None
        if not text.isdecimal() or not self.first <= int(text) <= self.last:
            raise Unreadable(_("Tulis tahun dengan 4 angka, seperti 1958."))
        return int(text)


@dataclass(frozen=True)
class Choice(FieldType):
    """One of the slugs. A file may also bring the label or one of `aliases` (lower case word -> slug)."""

    choices: tuple[tuple[str, Any], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()

    def clean(self, raw: Any) -> str | None:
        text = plain(raw)
        if not text:
            return None
        words = _words(text)
        known = {_words(slug): slug for slug, _label in self.choices}
        known |= {_words(str(label)): slug for slug, label in self.choices}
        known |= {_words(word): slug for word, slug in self.aliases}
        if words not in known:
            raise Unreadable(_("“%(value)s” tidak ada dalam pilihan.") % {"value": text[:40]})
        return known[words]

    def show(self, value: str | None) -> str:
        return str(dict(self.choices).get(value, value or ""))


@dataclass(frozen=True)
class MultiChoice(FieldType):
    """Several slugs, stored as a sorted list without repeats."""

    choices: tuple[tuple[str, Any], ...] = ()

    def clean(self, raw: Any) -> list[str] | None:
        parts = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else str(raw or "").split(";")
        one = Choice(self.choices)
        found = {one.clean(part) for part in parts if plain(part)}
        return sorted(found) or None

    def show(self, value: list[str] | None) -> str:
        labels = dict(self.choices)
        return ", ".join(str(labels.get(slug, slug)) for slug in value or [])


@dataclass(frozen=True)
class Area(FieldType):
    """Kemendagri code of a gampong, with dots (11.11.05.2001). Names are resolved by whoever knows the table of areas."""

    def clean(self, raw: Any) -> str | None:
        text = plain(raw)
        if text and not re.fullmatch(r"\d\d\.\d\d\.\d\d\.\d{4}", text):
            raise Unreadable(_("Pilih gampong dari daftar."))
        return text or None


@dataclass(frozen=True)
class KindCode(FieldType):
    """Two digits, 01 to 26 (Permensos 8/2012). `names` maps a code to its Indonesian name."""

    names: Mapping[str, str] | None = None

    def clean(self, raw: Any) -> str | None:
        text = plain(raw)
        if not text:
            return None
        if text not in (self.names or {}):
            raise Unreadable(_("Pilih salah satu dari 26 jenis PPKS."))
        return text

    def show(self, value: str | None) -> str:
        return f"{value} {(self.names or {}).get(value, '')}".strip() if value else ""


@dataclass(frozen=True)
class Criteria(FieldType):
    """Numbers (from 1) of the legal criteria found, sorted."""

    def clean(self, raw: Any) -> list[int] | None:
        parts = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else str(raw or "").split(";")
        texts = {plain(part) for part in parts} - {""}
        if not all(text.isdecimal() and 1 <= int(text) <= 20 for text in texts):
            raise Unreadable(_("Pilih syarat dari daftar."))
        return sorted(int(text) for text in texts) or None

    def show(self, value: list[int] | None) -> str:
        return now_translate("Syarat nomor %s") % ", ".join(map(str, value)) if value else ""


def _words(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
