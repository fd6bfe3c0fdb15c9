"""Dispatch: one file sent out; to whom, for what, with which snapshot of each case. The ledger of what left the house."""

import uuid
from typing import Self

from django.db import models

from registry.models.account import Account, Member
from registry.models.case import Case
from registry.models.snapshot import Snapshot
from registry.reference.kinds import RESTRICTED_KINDS


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def visible_to(self, member: Member) -> Self:
        """Files made for the member's areas, or for a part of one of them."""
        wanted = models.Q(areas=" ".join(member.areas))
        for area in member.areas:
            wanted |= models.Q(areas=area) | models.Q(areas__startswith=f"{area}.")
        return self.filter(wanted)

    def newest(self) -> Self:
        return self.select_related("made_by").order_by("-made_at")


class Dispatch(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    layout = models.CharField(max_length=40)
    receiver = models.CharField(max_length=100)
    purpose = models.CharField(max_length=200)
    letter = models.CharField(max_length=100, blank=True)
    filters = models.CharField(max_length=300, blank=True)
    areas = models.CharField(max_length=200, blank=True)
    changes_state = models.BooleanField()
    masked = models.BooleanField()
    file_name = models.CharField(max_length=100)
    stored_as = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField()
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = DispatchQuerySet.as_manager()


class DispatchRowQuerySet(models.QuerySet["DispatchRow"]):
    def restricted(self) -> Self:
        """Rows whose case is of a restricted kind."""
        return self.filter(case__kind__in=RESTRICTED_KINDS)


class DispatchRow(models.Model):
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="rows")
    case = models.ForeignKey(Case, models.PROTECT, related_name="dispatch_rows")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")

    objects = DispatchRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispatch", "case"], name="dispatched_once_per_file")]
