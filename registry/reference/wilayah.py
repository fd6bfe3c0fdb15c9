"""Rows of an areas file, for the loader into the database. Another IPSM gives the path of its own regency's file."""

from dataclasses import dataclass
from pathlib import Path

from registry.enums import AreaLevel
from registry.reference.tables import DATA, read_rows

AREAS_FILE = DATA / "wilayah_bireuen.csv"
ALIASES_FILE = DATA / "wilayah_bireuen_aliases.csv"


@dataclass(frozen=True)
class AreaRow:
    """`code`, `parent_code`: Kemendagri, with dots; the parent of a province is empty. `latitude`, `longitude`: degrees, indicative."""

    code: str
    level: AreaLevel
    name: str
    parent_code: str
    postal_code: str
    latitude: float | None
    longitude: float | None
    bps_code: str


@dataclass(frozen=True)
class AliasRow:
    """Another spelling of the name of the area with this code."""

    code: str
    alias: str
    source: str


def area_rows(path: Path = AREAS_FILE) -> list[AreaRow]:
    """Areas of the file, every parent before its children. Raises ValueError for a repeated code or a parent that does not stand above."""
    rows, seen = [], {""}
    for number, row in enumerate(read_rows(path), start=2):
        if row["code"] in seen or row["parent_code"] not in seen:
            raise ValueError(f"{path.name}, row {number}: code repeated, or its parent does not stand above it")
        seen.add(row["code"])
        rows.append(
            AreaRow(
                code=row["code"],
                level=AreaLevel(row["level"]),
                name=row["name"],
                parent_code=row["parent_code"],
                postal_code=row["postal_code"],
                latitude=float(row["lat"]) if row["lat"] else None,
                longitude=float(row["lon"]) if row["lon"] else None,
                bps_code=row["bps_code"],
            )
        )
    return rows


def alias_rows(path: Path = ALIASES_FILE) -> list[AliasRow]:
    """Other spellings, one row each; a code may have several."""
    return [AliasRow(row["code"], row["alias"], row["source"]) for row in read_rows(path)]
