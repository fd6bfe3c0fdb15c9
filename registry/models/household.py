"""Household with its dated members, and Community (kind 26)."""

import uuid
from collections.abc import Mapping
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from registry.models.account import Account
from registry.models.area import Area
from registry.models.batch import Batch
from registry.models.person import Person
from registry.models.sealed import SealedTextField, index_of

KK = "household.kk"


class HouseholdQuerySet(models.QuerySet["Household"]):
    def taken(self, keys: list[int]) -> Self:
        """Rows of `keys`, locked in key order. Households are locked before persons, persons before cases."""
        return self.filter(pk__in=keys).order_by("pk").select_for_update()


class Household(models.Model):
    COLUMNS = ("head_name", "address", "dusun", "rt", "rw")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kk = SealedTextField(null=True, blank=True, context="household.kk")
    kk_index = models.CharField(max_length=64, null=True, blank=True, db_index=True)
    head_name = models.CharField(max_length=100, null=True, blank=True)
    address = models.CharField(max_length=200, null=True, blank=True)
    gampong = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="households")
    dusun = models.CharField(max_length=60, null=True, blank=True)
    rt = models.CharField(max_length=3, null=True, blank=True)
    rw = models.CharField(max_length=3, null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="households")
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kk_index=None) | Q(kk__isnull=False), name="kk_index_has_kk")]

    def __str__(self) -> str:
        return f"household {self.pk}"

    def values(self) -> dict[str, Any]:
        """Path -> value of everything FIELDS keeps in this row."""
        return {KK: self.kk, "household.gampong": self.gampong_id} | {
            f"household.{column}": getattr(self, column) for column in self.COLUMNS
        }

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Set the attributes for `changes` (paths of this row only); nothing is saved."""
        for path, value in changes.items():
            if path == KK:
                self.kk, self.kk_index = value, index_of(value, KK)
            elif path == "household.gampong":
                self.gampong_id = value
            else:
                setattr(self, path.removeprefix("household."), value)


class Membership(models.Model):
    """A person in a household, with their relation to its head, from a day until a day (open while they live there)."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    relation = models.CharField(max_length=20, null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="one_household_at_a_time"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="membership_in_order"),
        ]


class Community(models.Model):
    """A remote indigenous community (kind 26; Perpres 186/2014). Its facts are answers of the case; its members follow."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Area, models.PROTECT, related_name="communities")
    revision = models.PositiveIntegerField(default=1)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="communities")
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
