"""Snapshot: a case as it was at one revision, in parts that are each stored once, compressed and sealed."""

import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping
from typing import Any

from django.db import models

from registry import fields
from registry.models.case import Case
from registry.models.sealed import keyring
from registry.sealing import seal, unseal

CONTEXT = b"snapshot"


class SnapshotPart(models.Model):
    digest = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()

    def values(self) -> dict[str, Any]:
        return fields.load(json.loads(zlib.decompress(unseal(bytes(self.sealed), ring=keyring(), context=CONTEXT))))


class Snapshot(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="snapshots")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField()
    person = models.ForeignKey(SnapshotPart, models.PROTECT, related_name="+")
    household = models.ForeignKey(SnapshotPart, models.PROTECT, related_name="+")
    own = models.ForeignKey(SnapshotPart, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "revision"], name="snapshot_once_per_revision")]

    def values(self) -> dict[str, Any]:
        """The record at that revision, path -> value."""
        return self.person.values() | self.household.values() | self.own.values()


def part_of(values: Mapping[str, Any], owner: str) -> SnapshotPart:
    """Unsaved part for one owner. Its key is a keyed hash of its canonical JSON: equal content is stored once and leaks nothing."""
    own = {path: value for path, value in values.items() if path.startswith(f"{owner}.")}
    canonical = json.dumps(fields.dump(own), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    digest = hmac.new(keyring().index_key, b"snapshot|" + owner.encode() + b"|" + canonical, hashlib.sha256).hexdigest()
    return SnapshotPart(digest=digest, sealed=seal(zlib.compress(canonical), ring=keyring(), context=CONTEXT))
