"""PSM: the member record of a community social worker (Permensos 10/2019). It exists whether or not they sign in."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from registry.models.account import Account, Member
from registry.models.area import Area, within


class WorkerQuerySet(models.QuerySet["Worker"]):
    def visible_to(self, member: Member) -> Self:
        """Workers of the gampong in the member's areas."""
        return self.filter(within("gampong", member.areas))

    def inactive(self) -> Self:
        return self.filter(is_active=False)

    def without_account(self) -> Self:
        return self.filter(account=None)

    def decree_ends_by(self, day: date) -> Self:
        """Active ones whose decree (SK) ends on or before a day, or is not known."""
        return self.filter(Q(sk_until=None) | Q(sk_until__lte=day), is_active=True)

    def listed(self) -> Self:
        return self.select_related("gampong__parent", "account").order_by("name")


class Worker(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.OneToOneField(Account, models.SET_NULL, null=True, blank=True, related_name="worker")
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=20, blank=True)
    gampong = models.ForeignKey(Area, models.PROTECT, related_name="workers")
    sk_number = models.CharField(max_length=60, blank=True)
    sk_issuer = models.CharField(max_length=100, blank=True)
    sk_date = models.DateField(null=True, blank=True)
    sk_until = models.DateField(null=True, blank=True)
    training = models.TextField(max_length=500, blank=True)
    kta_number = models.CharField(max_length=40, blank=True)
    ipsm_office = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    inactive_reason = models.CharField(max_length=200, blank=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(is_active=True) | ~Q(inactive_reason=""), name="worker_inactive_has_reason"),
        ]

    def __str__(self) -> str:
        return self.name
