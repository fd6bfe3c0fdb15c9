"""Verdicts: judgements with their findings, pairs of persons who may be the same, and what people decided about both."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from registry.enums import Fixer, Level, PairStatus, Stage
from registry.models import Account, Case, Member, Person
from validation.rules import say


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def current_number(self) -> int | None:
        """The number of the rule set whose verdicts count; None before anything was judged."""
        return self.filter(current=True).values_list("number", flat=True).first()


class RuleSet(models.Model):
    """A numbered set of rules. It becomes current in one step, after it has judged every living case."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    current = models.BooleanField(default=False)
    current_since = models.DateTimeField(null=True, blank=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["current"], condition=Q(current=True), name="one_current_rule_set")]

    def __str__(self) -> str:
        return str(self.number)


class Judgement(models.Model):
    """What one rule set says of one revision of a case. `good_until`: the first day on which an answer could change."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="judgements")
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="judgements")
    revision = models.PositiveIntegerField()
    judged_on = models.DateField()
    good_until = models.DateField(null=True, blank=True)
    errors = models.PositiveSmallIntegerField()
    warnings = models.PositiveSmallIntegerField()
    stops_submit = models.PositiveSmallIntegerField()
    stops_approve = models.PositiveSmallIntegerField()
    stops_ready = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "rule_set"], name="one_judgement_per_rule_set")]
        indexes = [models.Index(fields=["rule_set", "stops_ready"], name="judgement_ready")]


class Finding(models.Model):
    """One sentence of a judgement: which rule, about which field, how serious, who can mend it, what it stops."""

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=40)
    level = models.CharField(max_length=8, choices=Level.choices)
    field = models.CharField(max_length=60)
    sentence = models.TextField()
    params = models.JSONField(default=dict)
    fixer = models.CharField(max_length=12, choices=Fixer.choices)
    stops = models.PositiveSmallIntegerField(null=True, blank=True, choices=Stage.choices)
    lifted = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return say(self.sentence, self.params)


class FindingAnswer(models.Model):
    """A reason with which a supervisor lifted an error, tied to the value it was given for: another value, another question."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="finding_answers")
    rule = models.CharField(max_length=40)
    value_hash = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    actor = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "rule", "value_hash"], name="finding_answered_once")]


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    def visible_to(self, member: Member) -> Self:
        """Pairs of which the member sees at least one side (architecture 5; the other side is masked by the page)."""
        seen = Person.objects.visible_to(member).order_by().values("pk")
        return self.filter(Q(low__in=seen) | Q(high__in=seen))

    def within_reach(self, member: Member) -> Self:
        """Pairs of which the member sees both sides."""
        seen = Person.objects.visible_to(member).order_by().values("pk")
        return self.filter(low__in=seen, high__in=seen)

    def open(self) -> Self:
        return self.filter(status=PairStatus.OPEN)

    def blocking(self) -> Self:
        """Pairs that keep both persons from being DTSEN-ready: not decided, or the same person not yet merged."""
        return self.filter(status__in=(PairStatus.OPEN, PairStatus.SAME))

    def of_persons(self, keys: list[int]) -> Self:
        return self.filter(Q(low__in=keys) | Q(high__in=keys))

    def listed(self) -> Self:
        return self.select_related("low", "high").order_by("opened_at", "pk")

    def open_first(self) -> Self:
        """For the list: what waits for a decision first, the oldest on top."""
        waits = models.Case(models.When(status=PairStatus.OPEN, then=0), default=1)
        return self.select_related("low", "high").order_by(waits, "opened_at", "pk")


class DuplicatePair(models.Model):
    """Two persons who may be one. `evidence` is frozen: path -> sama, mirip, beda or kosong, as it was when the pair was opened."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    low = models.ForeignKey(Person, models.CASCADE, related_name="pairs_low")
    high = models.ForeignKey(Person, models.CASCADE, related_name="pairs_high")
    status = models.CharField(max_length=8, choices=PairStatus.choices, default=PairStatus.OPEN)
    found_by = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    opened_at = models.DateTimeField()

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="pair_once"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="pair_in_order"),
            models.CheckConstraint(condition=Q(status__in=PairStatus.values), name="pair_status_known"),
        ]

    def __str__(self) -> str:
        return f"pair {self.pk}"


class Decision(models.Model):
    """What a person decided about a pair, and why. Kept for ever; a later decision stands beside it."""

    pair = models.ForeignKey(DuplicatePair, models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=PairStatus.choices)
    reason = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at: Any = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
