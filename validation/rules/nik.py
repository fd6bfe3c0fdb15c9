"""Reading a NIK or No. KK: cleaning, structure, birth date, sex, region. Always text, never a number; nothing here is ever logged.

Structure (PP 37/2007 Pasal 37; PP 40/2019 Pasal 30): 6 digits of the place of first registration, 6 of the birth date DDMMYY with 40 added
to the day for women, 4 of a serial that begins at 0001. There is no check digit.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.enums import Sex
from registry.fieldtypes import NUMBER_CELL
from registry.reference.nik_regions import Region, lookup
from validation.rules.record import completed_years

LENGTH = 16
# Above this age the older of two possible centuries is not asked about; nobody in the registry is expected to be older.
OLDEST_ASKED = 105
# Blanks of every kind, zero-width marks, dots, dashes and apostrophes that people and spreadsheets put around the digits.
_NOISE = re.compile(r"[\s.\-‐-―'`´‘’ʼ\u200b-\u200f\u2060\ufeff]")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_DECIMAL = re.compile(r"\d{6,}[.,]0+")
# Kind of problem of a cell -> what to do about it.
CELL_PROBLEMS = {
    "number": NUMBER_CELL,
    "scientific": _("Nomor ini disingkat oleh Excel, jadi angkanya hilang. Jadikan kolomnya Teks, lalu ketik ulang dari KTP atau KK."),
    "decimal": _("Nomor ini berakhir koma nol, tanda pernah menjadi angka di Excel. Ketik ulang dari KTP atau KK sebagai Teks."),
}


def digits(text: str | None) -> str:
    """The number without blanks, dots, dashes, apostrophes; full-width digits made plain. What is no digit stays, for the rules to name."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text or ""))


def sixteen(text: str | None) -> str | None:
    """The cleaned number if it is 16 plain digits, not all equal and not beginning with 0; else None."""
    number = digits(text)
    well_formed = len(number) == LENGTH and number.isascii() and number.isdecimal()
    return number if well_formed and number[0] != "0" and len(set(number)) > 1 else None


def day_month_year(text: str | None, *, women_add: int = 40) -> tuple[int, int, int] | None:
    """Day (without what women add), month and two-digit year as they stand, possible or not; None when the number is not readable."""
    number = sixteen(text)
    if number is None:
        return None
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    return (day - women_add if women_add and day > women_add else day), month, year


def _calendar(parts: tuple[int, int, int] | None) -> tuple[date, ...]:
    found = []
    for century in (1900, 2000):
        try:
            if parts:
                found.append(date(century + parts[2], parts[1], parts[0]))
        except ValueError:
            continue
    return tuple(found)


def birth_dates(text: str | None) -> tuple[date, ...]:
    """Dates that the birth digits can mean: in 19YY, then in 20YY; without those that the calendar lacks, none for an unreadable number."""
    return _calendar(day_month_year(text))


def issue_dates(kk: str | None) -> tuple[date, ...]:
    """The same for the date of issue inside a No. KK, to which nothing is added."""
    return _calendar(day_month_year(kk, women_add=0))


def sex(text: str | None) -> Sex | None:
    number = sixteen(text)
    if number is None:
        return None
    return Sex.FEMALE if int(number[6:8]) > 40 else Sex.MALE


def region(text: str | None) -> Region | None:
    number = sixteen(text)
    return lookup(number[:6]) if number else None


def serial(text: str | None) -> str | None:
    number = sixteen(text)
    return number[12:] if number else None


def read_birth_date(text: str | None, written: date | None, today: date) -> date | None:
    """The birth date inside the NIK. The century is the one nearest to the written date; alone, 20YY unless that lies in the future."""
    possible = [day for day in birth_dates(text) if day <= today]
    if not possible:
        return None
    return min(possible, key=lambda day: abs((day - written).days)) if written else possible[-1]


def two_centuries(text: str | None, today: date) -> tuple[date, date] | None:
    """Both readings, when a baby and a very old person are equally possible (NIK of 1926 and of 2026); else None."""
    possible = [day for day in birth_dates(text) if day <= today]
    if len(possible) < 2 or (completed_years(possible[0], today) or 0) > OLDEST_ASKED:
        return None
    return possible[0], possible[1]


@dataclass(frozen=True)
class NikParts:
    """What a NIK says, for the card "Yang terbaca dari NIK ini". The three slices of digits are left out of every repr.

    `birth_date`: None when the digits are no date. `other_birth_date`: the older reading, where the century has to be asked.
    """

    region_digits: str = field(repr=False)
    birth_digits: str = field(repr=False)
    serial: str = field(repr=False)
    region: Region
    birth_date: date | None
    other_birth_date: date | None
    sex: Sex


def describe(text: str | None, today: date) -> NikParts | None:
    """Parts of the NIK in words; None unless it is 16 digits."""
    number = sixteen(text)
    if number is None:
        return None
    both = two_centuries(number, today)
    return NikParts(
        region_digits=number[:6],
        birth_digits=number[6:12],
        serial=number[12:],
        region=lookup(number[:6]),
        birth_date=read_birth_date(number, None, today),
        other_birth_date=both[0] if both else None,
        sex=Sex.FEMALE if int(number[6:8]) > 40 else Sex.MALE,
    )


def nik_cell_problem(value: Any) -> str | None:
    """Why the cell of a workbook cannot hold a NIK or No. KK: a key of CELL_PROBLEMS, or None.

    A spreadsheet keeps 15 digits of a number, so the sixteenth is lost; such a cell is never converted (Microsoft KB 269370).
    A trailing no-break blank or a leading apostrophe is no problem: `digits` removes it.
    """
    if value is None:
        return None
    if isinstance(value, bool | int | float | Decimal):
        return "number"
    text = unicodedata.normalize("NFKC", str(value)).strip().lstrip("'’‘`").strip()
    if _SCIENTIFIC.fullmatch(text):
        return "scientific"
    return "decimal" if _DECIMAL.fullmatch(text) else None
