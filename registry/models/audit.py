"""AuditEvent: append-only, one per act; chained by a sealer afterwards so that writers do not wait for each other."""

from typing import Any, NoReturn

from django.db import models

from registry.models.account import Account


class AppendOnly(Exception):
    """Somebody tried to change or delete an audit event."""


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def update(self, **_kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def about(self, object_kind: str, object_id: str) -> "AuditEventQuerySet":
        return self.filter(object_kind=object_kind, object_id=object_id)

    def unsealed(self) -> "AuditEventQuerySet":
        return self.filter(seal=None).order_by("pk")


class AuditEvent(models.Model):
    """What was done or looked at, by whom and when. Field paths and counts only: never a value that is sensitive."""

    at = models.DateTimeField()
    actor = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=30)
    object_kind = models.CharField(max_length=20, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="audit_object"),
            models.Index(fields=["actor", "at"], name="audit_actor"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnly


class AuditSeal(models.Model):
    """Link of the chain: hash over the event and the link before it. Written by the sealer over committed rows."""

    event = models.OneToOneField(AuditEvent, models.PROTECT, primary_key=True, related_name="seal")
    position = models.BigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)


class Mutation(models.Model):
    """A write that a client may repeat, with the answer it got. The second time it gets the same answer and writes nothing."""

    mutation_id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    act = models.CharField(max_length=30)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()
