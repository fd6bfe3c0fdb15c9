"""Giving a case to another worker, and giving up a draft."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from registry import audit
from registry.cases.changing import locked
from registry.enums import State
from registry.models import Account, AnswerIndex, Case, Member
from registry.permissions import can
from registry.transactions import in_one_transaction


@in_one_transaction
def assign(keys: Sequence[int], worker: Account, *, actor: Member, now: datetime) -> int:
    """Give the visible cases of `keys` to another worker; returns how many. Raises PermissionError where the worker may not have them."""
    cases = [case for case in Case.objects.taken(list(keys), by=actor).select_related(None) if can(actor, "serahkan", case)]
    receiver = worker.member(localdate(now))
    if not can(receiver, "catat") or not worker.is_active:
        raise PermissionError(_("Pilih petugas yang akunnya aktif."))
    if not all(receiver.covers(case.place_id) and (receiver.restricted or not case.is_restricted) for case in cases):
        raise PermissionError(_("Petugas ini tidak bertugas di gampong atau jenis kasus itu."))
    for case in cases:
        case.worker = worker
    Case.objects.bulk_update(cases, ["worker"], batch_size=500)
    audit.record("serahkan", actor=actor, now=now, kind="case", ids=[c.public_id for c in cases], detail={"worker": worker.pk})
    return len(cases)


def deletable(case: Case, member: Member) -> bool:
    """A draft that was never submitted, for who made it and still keeps it."""
    return case.state == State.DRAF and case.submitted_at is None and case.created_by_id == member.id and can(member, "hapus", case)


@in_one_transaction
def delete_draft(key: int, *, actor: Member, now: datetime) -> bool:
    """Remove a draft that was never submitted, and its person where nothing else knows them; the audit event stays.

    Returns whether it was removed. Its files go with `registry.evidence.sweep`, once no row names them.
    """
    case = locked(key, actor)
    if case is None or not deletable(case, actor):
        return False
    person, membership = case.person, case.membership
    audit.record("hapus_draf", actor=actor, now=now, kind="case", ids=[case.public_id])
    AnswerIndex.objects.filter(owner="case", owner_id=case.pk).delete()
    came_with_it = person.created_by_id == actor.id and person.created_at == case.created_at
    case.delete()
    if came_with_it and not person.cases.exists() and not person.merged.exists():
        person.delete()
        if membership and not membership.household.memberships.exists() and not membership.household.cases.exists():
            membership.household.delete()
    return True
