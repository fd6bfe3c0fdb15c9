"""Brings the shipped reference data into the database; safe to run again."""

from pathlib import Path

from registry.models import Area, AreaAlias
from registry.reference.wilayah import ALIASES_FILE, AREAS_FILE, alias_rows, area_rows
from registry.transactions import in_one_transaction


@in_one_transaction
def load_areas(areas: Path = AREAS_FILE, aliases: Path = ALIASES_FILE) -> int:
    """Create or update the areas of a regency's file and their other spellings; returns how many areas the file has.

    An area that the file no longer names is kept: records stand in it.
    """
    rows = [
        Area(
            code=row.code, level=row.level, name=row.name, parent_id=row.parent_code or None, postal_code=row.postal_code,
            lat=row.latitude, lon=row.longitude, bps_code=row.bps_code,
        )
        for row in area_rows(areas)
    ]  # fmt: skip
    Area.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["level", "name", "parent", "postal_code", "lat", "lon", "bps_code"],
        batch_size=200,
    )
    AreaAlias.objects.bulk_create(
        [AreaAlias(area_id=row.code, alias=row.alias, source=row.source) for row in alias_rows(aliases)],
        ignore_conflicts=True,
        batch_size=200,
    )
    return len(rows)
