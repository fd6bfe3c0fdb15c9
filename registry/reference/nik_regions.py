"""What the first six digits of a NIK or No. KK say: a place of first registration, in today's codes or in codes no longer in use.

Source: wilayah note, section 3. A NIK never changes after a move or a split, so a code that is gone today is no fault.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from registry.reference.tables import DATA, read_rows


class RegionStatus(StrEnum):
    CURRENT = "current"
    FORMER = "former"
    # A number that every list since 2014 skips; it most likely was a kecamatan that moved to a new regency. Its name is not known.
    GAP_FORMER = "gap-former"
    UNKNOWN_DISTRICT = "unknown_district"
    UNKNOWN_PROVINCE = "unknown_province"


@dataclass(frozen=True)
class Region:
    """Names of a six-digit code; a name is empty when it is not known. UNKNOWN_DISTRICT also stands for an unknown regency."""

    status: RegionStatus
    province: str = ""
    regency: str = ""
    district: str = ""

    @property
    def known(self) -> bool:
        return self.status not in (RegionStatus.UNKNOWN_DISTRICT, RegionStatus.UNKNOWN_PROVINCE)


@cache
def _current() -> dict[str, str]:
    return {row["code"]: row["name"] for row in read_rows(DATA / "wilayah_indonesia_districts.csv")}


@cache
def _former() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in read_rows(DATA / "wilayah_former_codes.csv")}


@cache
def _regencies_without_list() -> frozenset[str]:
    """Former regencies whose kecamatan are not listed one by one, so any kecamatan under them is accepted."""
    listed = {code[:5] for code, row in _former().items() if row["level"] == "district" and row["kind"] == "replaced"}
    return frozenset(code for code, row in _former().items() if row["level"] == "regency" and code not in listed)


def lookup(code6: str) -> Region:
    """Read six digits without dots, for example the start of a NIK. Raises ValueError for anything else."""
    if len(code6) != 6 or not (code6.isascii() and code6.isdecimal()):
        raise ValueError("a region is six digits")
    province, regency, district = code6[:2], f"{code6[:2]}.{code6[2:4]}", f"{code6[:2]}.{code6[2:4]}.{code6[4:]}"
    current, former = _current(), _former()
    province_name = current.get(province) or former.get(province, {}).get("name", "")
    if not province_name:
        return Region(RegionStatus.UNKNOWN_PROVINCE)
    regency_name = current.get(regency) or former.get(regency, {}).get("name", "")
    if district in current:
        return Region(RegionStatus.CURRENT, province_name, regency_name, current[district])
    if row := former.get(district):
        status = RegionStatus.GAP_FORMER if row["kind"] == "gap" else RegionStatus.FORMER
        return Region(status, province_name, regency_name, row["name"])
    if regency in _regencies_without_list() or former.get(province, {}).get("kind") == "historic":
        return Region(RegionStatus.FORMER, province_name, regency_name)
    return Region(RegionStatus.UNKNOWN_DISTRICT, province_name, regency_name)
