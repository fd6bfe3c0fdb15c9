"""Snapshots of cases: taken at submission and after every later write, read to see what changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from registry.fields import FIELDS, is_empty
from registry.models import Case, Snapshot, SnapshotPart
from registry.models.snapshot import part_of

OWNERS = ("person", "household", "case")


def take(cases: Sequence[Case], *, now: datetime) -> None:
    """Store each case as it stands, unless this revision is stored already. Needs cases from `with_record`."""
    parts = {case.pk: {owner: part_of(case.values(), owner) for owner in OWNERS} for case in cases}
    unique = {part.digest: part for owned in parts.values() for part in owned.values()}
    SnapshotPart.objects.bulk_create(unique.values(), ignore_conflicts=True, batch_size=1000)
    Snapshot.objects.bulk_create(
        [
            Snapshot(
                case=case,
                revision=case.revision,
                at=now,
                person_id=parts[case.pk]["person"].digest,
                household_id=parts[case.pk]["household"].digest,
                own_id=parts[case.pk]["case"].digest,
            )
            for case in cases
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def at_revision(case: Case, revision: int) -> dict[str, Any] | None:
    """The record at a revision, path -> value; None when none was taken."""
    found = case.snapshots.filter(revision=revision).select_related("person", "household", "own").first()
    return found.values() if found else None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Path -> (old, new) of every field whose answer differs, in the order of FIELDS."""
    return {
        path: (before.get(path), after.get(path))
        for path in FIELDS
        if before.get(path) != after.get(path) and not (is_empty(before.get(path)) and is_empty(after.get(path)))
    }
