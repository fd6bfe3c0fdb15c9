"""Batch: one file taken in. What it wrote stays invisible until it is committed."""

import uuid
from typing import Self

from django.db import models

from registry.enums import BatchState
from registry.models.account import Account, Member
from registry.models.sealed import SealedTextField


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, member: Member) -> Self:
        """An import is seen by the admin who made it and the other admins of the same areas."""
        return self.filter(areas=" ".join(member.areas))

    def newest(self) -> Self:
        return self.select_related("made_by").order_by("-made_at")


class Batch(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=14, choices=BatchState.choices, default=BatchState.UPLOADED)
    layout = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200, blank=True)
    areas = models.CharField(max_length=200, blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True, blank=True)
    refused = models.TextField(blank=True)
    notes = models.JSONField(default=list)
    counts = models.JSONField(default=dict)

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(state__in=BatchState.values), name="batch_state_known")]


class BatchRow(models.Model):
    """One row of the file: what was read, what it would do, what is wrong with it. Raw cells are sealed: they hold NIKs."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=[(v, v) for v in ("new", "changed", "same", "problem")])
    cells = SealedTextField(context="batchrow.cells")
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    case = models.ForeignKey("registry.Case", models.SET_NULL, null=True, blank=True, related_name="+")
    case_revision = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="batch_row_once")]
