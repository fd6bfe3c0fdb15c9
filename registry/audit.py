"""record(...): the one writer of AuditEvent, and the sealer that chains what was written."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from registry.models import AuditEvent, AuditSeal, Member

# The address of the request that is being answered; set at the edge, empty in commands and jobs.
address: ContextVar[str] = ContextVar("audit_address", default="")

FIRST_LINK = "0" * 64


def record(
    verb: str, *, actor: Member | None, now: datetime, kind: str = "", ids: Iterable[Any] = ("",), detail: Mapping[str, Any] | None = None
) -> None:
    """Write one event per id in `ids`, in the caller's transaction.

    `detail` holds field paths, counts and slugs: never a name, a number of a person or another sensitive value.
    """
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                at=now,
                actor_id=actor.id if actor else None,
                verb=verb,
                object_kind=kind,
                object_id=str(id_),
                detail=dict(detail or {}),
                address=address.get(),
            )
            for id_ in ids
        ],
        batch_size=1000,
    )


def did(verb: str, *, actor: Member, object_id: Any) -> bool:
    """Whether this member did this to this object before, even if the object is gone."""
    return AuditEvent.objects.filter(verb=verb, actor_id=actor.id, object_id=str(object_id)).exists()


def digest_of(event: AuditEvent, previous: str) -> str:
    """Link over an event and the link before it."""
    content = [event.pk, event.at.isoformat(), event.actor_id, event.verb, event.object_kind, event.object_id, event.detail, event.address]
    return hashlib.sha256((previous + json.dumps(content, sort_keys=True)).encode()).hexdigest()


def seal(limit: int = 10_000) -> int:
    """Chain the next committed events; returns how many. Only one sealer at a time gets through (positions are unique)."""
    with transaction.atomic():
        last = AuditSeal.objects.order_by("-position").first()
        previous, position = (last.digest, last.position) if last else (FIRST_LINK, 0)
        links = []
        for event in AuditEvent.objects.unsealed()[:limit]:
            position += 1
            link = AuditSeal(event=event, position=position, previous=previous, digest=digest_of(event, previous))
            previous = link.digest
            links.append(link)
        AuditSeal.objects.bulk_create(links)
    return len(links)


def first_broken_link() -> int | None:
    """Position of the first link that does not fit its event or its predecessor; None when the chain is whole."""
    previous = FIRST_LINK
    for position, link in enumerate(AuditSeal.objects.select_related("event").order_by("position").iterator(), start=1):
        if link.position != position or link.previous != previous or link.digest != digest_of(link.event, previous):
            return position
        previous = link.digest
    return None


def sealed_up_to() -> int:
    """How many events are chained."""
    return AuditSeal.objects.aggregate(last=Max("position"))["last"] or 0
