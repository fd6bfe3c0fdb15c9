"""Answers that have no column: one JSON value per questionnaire version, validated by FIELDS, and its index of slugs."""

from typing import Any

from django.db import models
from django.db.models import Q

from registry import fields
from registry.models.case import Case
from registry.models.household import Household
from registry.models.person import Person

QUESTIONNAIRE = 1


class Answers(models.Model):
    """Answers of one owner under one version of the questionnaire; a new version never touches old ones."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="answers")
    household = models.ForeignKey(Household, models.CASCADE, null=True, blank=True, related_name="answers")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="answers")
    version = models.PositiveSmallIntegerField(default=QUESTIONNAIRE)
    stored = models.JSONField(default=dict)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(person__isnull=False, household=None, case=None)
                    | Q(person=None, household__isnull=False, case=None)
                    | Q(person=None, household=None, case__isnull=False)
                ),
                name="answers_have_one_owner",
            ),
            *(
                models.UniqueConstraint(
                    fields=[owner, "version"], condition=Q(**{f"{owner}__isnull": False}), name=f"answers_once_per_{owner}"
                )
                for owner in ("person", "household", "case")
            ),
        ]

    def values(self) -> dict[str, Any]:
        return fields.load(self.stored)


class AnswerIndex(models.Model):
    """A slug that lists and reports filter by, so that no query looks inside JSON."""

    owner = models.CharField(max_length=10)
    owner_id = models.BigIntegerField()
    path = models.CharField(max_length=60)
    slug = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["path", "slug"], name="answerindex_slug")]
        constraints = [models.UniqueConstraint(fields=["owner", "owner_id", "path", "slug"], name="answerindex_once")]
