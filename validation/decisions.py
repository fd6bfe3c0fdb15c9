"""Decisions of people on pairs: same person, or different people. Merging comes later; "same" parks both for it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from registry import audit
from registry.enums import PairStatus
from registry.models import Member, Person
from registry.permissions import can
from registry.transactions import in_one_transaction
from validation.models import Decision, DuplicatePair


@dataclass(frozen=True)
class Decided:
    done: bool
    sentence: str = ""


def may_decide(pair: DuplicatePair, member: Member) -> bool:
    """Only who sees both persons may say whether they are one."""
    both = Person.objects.visible_to(member).filter(pk__in=[pair.low_id, pair.high_id]).count() == 2
    return both and can(member, "putuskan_ganda")


@in_one_transaction
def decide(pair: DuplicatePair, verdict: PairStatus, *, reason: str, actor: Member, now: datetime) -> Decided:
    """Write a verdict on a pair that is still open. "Different people" needs a reason and is remembered; so is who decided."""
    taken = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
    if not may_decide(taken, actor):
        return Decided(False, _("Hanya yang bertugas di wilayah kedua warga yang dapat memutuskan."))
    if taken.status != PairStatus.OPEN:
        return Decided(False, _("Sudah diputuskan: %(status)s.") % {"status": PairStatus(taken.status).label})
    if verdict == PairStatus.OPEN or (verdict == PairStatus.DIFFERENT and not reason.strip()):
        return Decided(False, _("Tulis alasan mengapa keduanya orang yang berbeda."))
    taken.status = verdict
    taken.save(update_fields=["status"])
    Decision.objects.create(pair=taken, verdict=verdict, reason=reason.strip(), actor_id=actor.id, at=now)
    audit.record("putuskan_ganda", actor=actor, now=now, kind="pair", ids=[taken.public_id], detail={"verdict": verdict})
    return Decided(True)
