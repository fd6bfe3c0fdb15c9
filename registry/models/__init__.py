"""The data of the registry. Nothing here knows who is asking (beyond `visible_to`) or what may follow what."""

from registry.models.account import Account, Assignment, Invitation, Member
from registry.models.answer import AnswerIndex, Answers
from registry.models.area import Area, AreaAlias
from registry.models.attachment import Attachment
from registry.models.audit import AuditEvent, AuditSeal, Mutation
from registry.models.batch import Batch, BatchRow
from registry.models.case import Case, CaseWrite, Pin, StateChange
from registry.models.dispatch import Dispatch, DispatchRow
from registry.models.household import Community, Household, Membership
from registry.models.job import Job
from registry.models.matchkey import MatchKey
from registry.models.person import NikSlot, Person
from registry.models.sealed import KeyFingerprint
from registry.models.snapshot import Snapshot, SnapshotPart
from registry.models.worker import Worker

__all__ = [
    "Account", "AnswerIndex", "Answers", "Area", "AreaAlias", "Assignment", "Attachment", "AuditEvent", "AuditSeal", "Batch", "BatchRow",
    "Case", "CaseWrite", "Community", "Dispatch", "DispatchRow", "Household", "Invitation", "Job", "KeyFingerprint", "MatchKey", "Member",
    "Membership", "Mutation", "NikSlot", "Person", "Pin", "Snapshot", "SnapshotPart", "StateChange", "Worker",
]  # fmt: skip
