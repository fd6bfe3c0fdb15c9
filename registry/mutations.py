"""A write that a client may repeat has one effect: the second time it returns the first answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from registry.models import Member, Mutation


class ForeignMutation(PermissionDenied):
    """A mutation id that another account, or another act, has used. Nothing is written, and a page answers 403."""


def once(mutation_id: UUID | None, act: str, *, actor: Member, now: datetime, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run `do` and keep its answer under the id, or return the answer kept before. Must run in the transaction of the write.
    Raises ForeignMutation.

    Two sends at the same moment: the second waits for the first on the primary key, then reads its answer.
    """
    if mutation_id is None:
        return do()
    kept = Mutation.objects.filter(pk=mutation_id).first()
    if kept is None:
        try:
            with transaction.atomic():
                kept = Mutation.objects.create(mutation_id=mutation_id, account_id=actor.id, act=act, at=now)
        except IntegrityError:
            kept = Mutation.objects.get(pk=mutation_id)
        else:
            kept.answer = do()
            kept.save(update_fields=["answer"])
            return kept.answer
    if kept.account_id != actor.id or kept.act != act:
        raise ForeignMutation
    return kept.answer
