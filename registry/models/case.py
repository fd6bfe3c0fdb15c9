"""Case: one person (or household, or community) has one PPKS kind, found on a date, at a place of its own, by a worker."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from registry.enums import LIVING_STATES, VALID_STATES, BatchState, Role, State
from registry.models.account import Account, Member
from registry.models.area import Area, within
from registry.models.batch import Batch
from registry.models.household import Community, Household
from registry.models.person import Person
from registry.reference.kinds import KINDS, RESTRICTED_KINDS

FAMILY_KIND, COMMUNITY_KIND = "25", "26"


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, member: Member) -> Self:
        """Cases of the member's areas in committed batches; restricted kinds only with the grant. The only door to cases.

        A supervisor with the grant sees restricted kinds of the whole regency: those are decided regency-wide.
        """
        plain = within("place", member.areas) & ~Q(kind__in=RESTRICTED_KINDS)
        allowed = plain
        if member.restricted:
            wide = member.regencies if member.role == Role.SUPERVISOR else member.areas
            allowed = plain | (within("place", wide) & Q(kind__in=RESTRICTED_KINDS))
        return self.filter(allowed).filter(Q(batch=None) | Q(batch__state=BatchState.COMMITTED))

    def taken(self, keys: list[int], by: Member) -> Self:
        """Visible cases of `keys`, locked in key order."""
        return self.visible_to(by).filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))

    def of_persons(self, keys: list[int]) -> Self:
        return self.filter(person_id__in=keys).order_by("pk")

    def living(self) -> Self:
        return self.filter(state__in=LIVING_STATES)

    def valid(self) -> Self:
        """PPKS sah: a supervisor approved them."""
        return self.filter(state__in=VALID_STATES)

    def in_state(self, *states: State) -> Self:
        return self.filter(state__in=states)

    def awaiting_decision(self) -> Self:
        """Submitted, oldest first."""
        return self.filter(state=State.DIAJUKAN).order_by("submitted_at", "pk")

    def kept_by(self, member: Member) -> Self:
        """Cases that a worker looks after."""
        return self.filter(worker_id=member.id)

    def newest(self) -> Self:
        return self.order_by("-updated_at", "-pk")

    def in_turn(self) -> Self:
        """Cases that were ever submitted, oldest submission first: the order of the queue."""
        return self.filter(submitted_at__isnull=False).order_by("submitted_at", "pk")

    def before(self, case: "Case") -> Self:
        """Cases of the queue that stand before `case`."""
        return self.in_turn().filter(Q(submitted_at__lt=case.submitted_at) | Q(submitted_at=case.submitted_at, pk__lt=case.pk))

    def after(self, case: "Case") -> Self:
        """Cases of the queue that stand after `case`."""
        return self.in_turn().filter(Q(submitted_at__gt=case.submitted_at) | Q(submitted_at=case.submitted_at, pk__gt=case.pk))

    def in_area(self, code: str) -> Self:
        """Cases found in this kecamatan or gampong."""
        return self.filter(within("place", (code,)))

    def with_verdict(self) -> Self:
        """Adds `verdicts`, the judgements with the newest rule set first, and `doubled`: a duplicate that is not settled."""
        judgement = self.model._meta.get_field("judgements").related_model
        pair = Person._meta.get_field("pairs_low").related_model
        person = models.OuterRef("person_id")
        return self.prefetch_related(
            models.Prefetch("judgements", queryset=judgement.objects.order_by("-rule_set_id"), to_attr="verdicts")
        ).annotate(doubled=models.Exists(pair.objects.blocking().filter(Q(low=person) | Q(high=person))))

    def counts_by_state(self) -> dict[str, int]:
        """State -> how many; a state without any case is not in it."""
        return dict(self.order_by().values_list("state").annotate(count=models.Count("pk")))

    def with_story(self) -> Self:
        """Verdicts with their findings and steps with their notes, so that progress and returns are told without further queries."""
        return self.prefetch_related("judgements__findings", "steps__actor", "steps__pins", "writes")

    def with_record(self) -> Self:
        """Everything `Case.values` and the pages read, in a fixed number of queries."""
        return self.select_related("person", "place__parent", "worker", "household", "community", "batch").prefetch_related(
            models.Prefetch("person__memberships", queryset=_open_memberships(), to_attr="open_memberships"),
            "answers",
            "attachments",
        )


def _open_memberships() -> models.QuerySet:
    membership = Person._meta.get_field("memberships").related_model
    return membership.objects.filter(until=None).select_related("household__gampong__parent").annotate(size=_household_size(membership))


def _household_size(membership: type[models.Model]) -> models.Subquery:
    counted = membership.objects.filter(household=models.OuterRef("household"), until=None).order_by()
    return models.Subquery(counted.values("household").annotate(n=models.Count("pk")).values("n"))


class Case(models.Model):
    """`person` is whom the case is about; for kinds 25 and 26 the person who speaks for the household or community."""

    COLUMNS = ("kind", "found_on", "place_note")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registry_no = models.CharField(max_length=8, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="cases")
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="cases")
    community = models.ForeignKey(Community, models.PROTECT, null=True, blank=True, related_name="cases")
    kind = models.CharField(max_length=2, null=True, blank=True, choices=[(code, kind.name) for code, kind in KINDS.items()])
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAF)
    place = models.ForeignKey(Area, models.PROTECT, related_name="cases")
    place_note = models.CharField(max_length=200, null=True, blank=True)
    found_on = models.DateField(null=True, blank=True)
    worker = models.ForeignKey(Account, models.PROTECT, related_name="cases")
    submitted_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_revision = models.PositiveIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="cases")
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="case_queue"),
            models.Index(fields=["worker", "state"], name="case_by_worker"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_known"),
            models.CheckConstraint(condition=Q(kind=None) | Q(kind__in=list(KINDS)), name="case_kind_known"),
            models.CheckConstraint(
                condition=(
                    (Q(kind=FAMILY_KIND) & Q(household__isnull=False) & Q(community=None))
                    | (Q(kind=COMMUNITY_KIND) & Q(community__isnull=False) & Q(household=None))
                    | ((Q(kind=None) | ~Q(kind__in=[FAMILY_KIND, COMMUNITY_KIND])) & Q(household=None) & Q(community=None))
                ),
                name="case_subject_fits_kind",
            ),
            models.CheckConstraint(condition=Q(state=State.DRAF) | Q(submitted_at__isnull=False), name="case_submitted_once"),
            models.CheckConstraint(
                condition=~Q(state__in=VALID_STATES) | (Q(approved_by__isnull=False) & Q(approved_revision__isnull=False)),
                name="case_approval_known",
            ),
        ]

    def __str__(self) -> str:
        return self.registry_no

    @property
    def is_restricted(self) -> bool:
        return self.kind in RESTRICTED_KINDS

    @property
    def membership(self) -> Any:
        """The open membership of the person, or None. Free after `with_record`."""
        if not hasattr(self.person, "open_memberships"):
            self.person.open_memberships = list(_open_memberships().filter(person=self.person))
        return self.person.open_memberships[0] if self.person.open_memberships else None

    def values(self) -> dict[str, Any]:
        """The whole record, path -> value: person, their household and this case."""
        membership = self.membership
        values = self.person.values() | {"person.relation": membership.relation if membership else None}
        if membership:
            values |= membership.household.values()
        values |= {f"case.{column}": getattr(self, column) for column in self.COLUMNS} | {"case.place": self.place_id}
        for answers in self.answers.all():
            values |= answers.values()
        return values | {"case.evidence": sorted(self.evidence) or None}

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Set the attributes for `changes` (columns of this row only); nothing is saved."""
        for path, value in changes.items():
            setattr(self, "place_id" if path == "case.place" else path.removeprefix("case."), value)

    @property
    def evidence(self) -> frozenset[str]:
        """Kinds of evidence attached. Free after `with_record`."""
        return frozenset(attachment.kind for attachment in self.attachments.all() if attachment.removed_at is None)


class CaseWrite(models.Model):
    """One write to a case's record: who wrote which fields and the revision it made. Who wrote cannot approve."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="writes")
    revision = models.PositiveIntegerField()
    actor = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    paths = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "revision"], name="one_write_per_revision")]


class StateChange(models.Model):
    """One step in the life of a case, with the reason that was given."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    action = models.CharField(max_length=16)
    source = models.CharField(max_length=12, choices=State.choices)
    target = models.CharField(max_length=12, choices=State.choices)
    actor = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at: datetime = models.DateTimeField()
    revision = models.PositiveIntegerField()
    reason = models.CharField(max_length=16, blank=True)
    note = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["at", "pk"]


class Pin(models.Model):
    """A note of the supervisor on one field, given with a return."""

    step = models.ForeignKey(StateChange, models.CASCADE, related_name="pins")
    path = models.CharField(max_length=60)
    note = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "path"], name="pin_once_per_field")]
