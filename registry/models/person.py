"""Person: one row per human being."""

import uuid
from collections.abc import Mapping
from typing import Any, Self

from django.db import models
from django.db.models import Q

from registry.enums import Sex
from registry.models.account import Account, Member
from registry.models.area import within
from registry.models.batch import Batch
from registry.models.matchkey import MatchKey
from registry.models.sealed import SealedTextField, hash_of, index_of
from validation.linkage import blocking

NIK = "person.nik"


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, member: Member) -> Self:
        """Persons with a case the member sees, and household members without any case in the member's areas.

        A person whose only cases are of a restricted kind does not exist for a member without the grant.
        """
        case_model = self.model._meta.get_field("cases").related_model
        seen = case_model.objects.visible_to(member).order_by().values("person_id")
        lives_here = Q(memberships__until=None) & within("memberships__household__gampong", member.areas)
        return self.filter(Q(pk__in=seen) | (Q(cases=None) & lives_here)).distinct()

    def unmerged(self) -> Self:
        return self.filter(merged_into=None)

    def holding(self, nik: str) -> Self:
        """Everybody on whose record this NIK stands."""
        return self.unmerged().filter(nik_index=index_of(nik, NIK) or "-")

    def named_like(self, name: str, born: int) -> Self:
        """Unmerged persons who share a word of the name and were born within two years of `born`, or when nobody knows; most words first.

        Adds `shared`, the number of words in common.
        """
        words = [(kind, hash_of(value, f"matchkey.{kind}")) for kind, value in blocking.search_keys(name)]
        has_word = Q(match_keys__kind=blocking.NAME_WORD, match_keys__key__in=[key for _kind, key in words])
        years = (born - 2, born + 2)
        fits = Q(birth_date__year__range=years) | Q(birth_date=None, birth_year__range=years) | Q(birth_date=None, birth_year=None)
        shared = models.Count("match_keys", distinct=True)
        return self.unmerged().filter(has_word).filter(fits).annotate(shared=shared).order_by("-shared", "pk")

    def taken(self, keys: list[int]) -> Self:
        """Rows of `keys`, locked in key order (a lock on PostgreSQL; SQLite's immediate transaction holds all)."""
        return self.filter(pk__in=keys).order_by("pk").select_for_update()


class Person(models.Model):
    """A NIK may stand on several persons (a mistyped one must not lock out its owner); it is unique among confirmed identities."""

    COLUMNS = ("no_nik_reason", "name", "birth_place", "birth_date", "birth_year", "sex", "mother_name", "marital_status")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    nik = SealedTextField(null=True, blank=True, context="person.nik")
    nik_index = models.CharField(max_length=64, null=True, blank=True, db_index=True)
    no_nik_reason = models.CharField(max_length=20, null=True, blank=True)
    name = models.CharField(max_length=100, null=True, blank=True)
    birth_place = models.CharField(max_length=60, null=True, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=1, null=True, blank=True, choices=Sex.choices)
    mother_name = models.CharField(max_length=100, null=True, blank=True)
    marital_status = models.CharField(max_length=12, null=True, blank=True)
    identity_confirmed = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    revision = models.PositiveIntegerField(default=1)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="persons")
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nik_index"], condition=Q(identity_confirmed=True, merged_into=None), name="nik_once_among_confirmed"
            ),
            models.CheckConstraint(condition=Q(identity_confirmed=False) | Q(nik_index__isnull=False), name="confirmed_has_nik"),
            models.CheckConstraint(condition=Q(nik_index=None) | Q(nik__isnull=False), name="nik_index_has_nik"),
            models.CheckConstraint(condition=Q(sex=None) | Q(sex__in=Sex.values), name="person_sex_known"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    def values(self) -> dict[str, Any]:
        """Path -> value of everything FIELDS keeps in this row."""
        return {NIK: self.nik} | {f"person.{column}": getattr(self, column) for column in self.COLUMNS}

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Set the attributes for `changes` (paths of this row only); nothing is saved. A new NIK clears the confirmation."""
        for path, value in changes.items():
            if path == NIK:
                self.nik, self.nik_index = value, index_of(value, NIK)
                self.identity_confirmed = False
            else:
                setattr(self, path.removeprefix("person."), value)

    def fresh_match_keys(self) -> list["MatchKey"]:
        """Rows of MatchKey that this person should have; none are saved."""
        pairs = blocking.keys(self.name or "", self.birth_date, None, self.sex)
        return [MatchKey(person=self, kind=kind, key=hash_of(value, f"matchkey.{kind}")) for kind, value in pairs]


class NikSlot(models.Model):
    """One row per blind index of a NIK, touched in the transaction that writes the NIK.

    Two workers who save the same NIK at once wait for each other here, so that the second sees the first and opens the pair.
    """

    nik_index = models.CharField(max_length=64, primary_key=True)
    touched = models.PositiveIntegerField(default=0)
