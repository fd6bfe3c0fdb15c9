"""Who signs in: account, dated areas, invitation; and `Member`, the plain value that rules of access are asked with."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from registry.enums import Role
from registry.models.area import Area, within


@dataclass(frozen=True)
class Member:
    """A signed-in person as the rules see them: role, areas of today, grant for restricted kinds."""

    id: int
    name: str
    role: Role
    areas: tuple[str, ...]
    restricted: bool = False
    area_names: tuple[str, ...] = field(default=(), compare=False)

    def covers(self, code: str) -> bool:
        """Whether an area code is, or lies in, one of the member's areas."""
        return any(code == area or code.startswith(f"{area}.") for area in self.areas)

    @property
    def regencies(self) -> tuple[str, ...]:
        """Regencies in which the member's areas lie; restricted kinds are decided regency-wide (architecture 6)."""
        return tuple(sorted({area[:5] for area in self.areas}))


class AccountQuerySet(models.QuerySet["Account"]):
    def with_areas(self) -> Self:
        return self.prefetch_related("assignments__area")

    def workers(self) -> Self:
        return self.filter(role=Role.PSM)

    def active(self, username: str) -> "Account | None":
        """The account of a name, unless it is disabled."""
        return self.filter(username=username, is_active=True).first()

    def listed(self) -> Self:
        return self.with_areas().order_by("name", "username")

    def managed_by(self, member: Member) -> Self:
        """Accounts all of whose areas lie in the member's own. Superusers belong to whoever has the server."""
        held = self.model._meta.get_field("assignments").related_model.objects.filter(account=OuterRef("pk"), until=None)
        inside, outside = held.filter(within("area", member.areas)), held.exclude(within("area", member.areas))
        return self.filter(Exists(inside), ~Exists(outside), is_superuser=False)

    def in_role(self, role: Role) -> Self:
        return self.filter(role=role)

    def disabled(self) -> Self:
        return self.filter(is_active=False)

    def never_signed_in(self) -> Self:
        return self.filter(is_active=True, last_login=None)

    def free_for(self, worker: models.Model | None) -> Self:
        """Accounts of workers (PSM) that no other member record has."""
        own = Q(worker=worker) if worker is not None else Q(pk__in=[])
        return self.filter(Q(worker=None) | own, role=Role.PSM).order_by("name")

    def with_invitation(self, now: datetime) -> Self:
        """Each with `invited_until`: when its open invitation ends, or None."""
        open_ = self.model._meta.get_field("invitations").related_model.objects.filter(
            account=OuterRef("pk"), used_at=None, expires_at__gt=now
        )
        return self.annotate(invited_until=Subquery(open_.order_by("-expires_at").values("expires_at")[:1]))

    def keeping(self, cases: models.QuerySet) -> Self:
        """Who looks after at least one of `cases`, by name."""
        return self.filter(pk__in=cases.order_by().values("worker")).order_by("name", "username")

    def serving(self, place: str, *, today: date, restricted: bool) -> Self:
        """Active workers who may keep a case found in the gampong `place`; of a restricted kind only with the grant."""
        upwards = [place[:length] for length in (5, 8, len(place))]
        current = Assignment.objects.filter(area__in=upwards, since__lte=today).exclude(until__lte=today)
        found = self.workers().filter(is_active=True, pk__in=current.values("account"))
        return (found.filter(sees_restricted=True) if restricted else found).order_by("name", "username")


class AccountManager(UserManager.from_queryset(AccountQuerySet)):  # type: ignore[misc]
    def create_superuser(self, username: str, password: str | None = None, **extra: object) -> "Account":
        extra = {"is_staff": True, "is_superuser": True, "role": Role.ADMIN, **extra}
        account = self.model(username=username, **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.PSM)
    sees_restricted = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = AccountManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="account_role_known")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def open_assignments(self) -> list["Assignment"]:
        """Areas held without an end. Free of queries where assignments are prefetched."""
        return [assignment for assignment in self.assignments.all() if assignment.until is None]

    def member(self, today: date) -> Member:
        """This account as the rules see it on `today`. One query unless assignments are prefetched."""
        current = [a for a in self.assignments.all() if a.since <= today and (a.until is None or today < a.until)]
        current.sort(key=lambda a: a.area_id)
        return Member(
            id=self.pk,
            name=self.name,
            role=Role(self.role),
            areas=tuple(a.area_id for a in current),
            restricted=self.sees_restricted,
            area_names=tuple(a.area.name for a in current),
        )


class Assignment(models.Model):
    """An area that an account works in, from a day (included) until a day (excluded, or open)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="assignments")
    area = models.ForeignKey(Area, models.PROTECT, related_name="assignments")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="assignment_in_order"),
            models.UniqueConstraint(fields=["account", "area"], condition=models.Q(until=None), name="assignment_open_once"),
        ]


class Invitation(models.Model):
    """One-time link with which a person sets their own password; only the hash of its token is kept."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def usable(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at and self.account.is_active
