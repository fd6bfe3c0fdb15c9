"""Evidence: a photo or scan, re-encoded without its metadata and sealed before it touches the disk."""

import uuid
from typing import Self

from django.db import models

from registry.models.account import Account, Member
from registry.models.case import Case


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(case__in=Case.objects.visible_to(member).order_by(), removed_at=None)


class Attachment(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=40)
    stored_as = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
