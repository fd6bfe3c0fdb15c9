"""Filters of the lists of cases. The address is the filter; a value that is not offered to this member gives an empty list."""

from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from registry.enums import Role, State
from registry.models import Account, Area, Case, Member
from registry.reference.kinds import KINDS, RESTRICTED_KINDS

ALL = _("Semua")


class CaseFilter(django_filters.FilterSet):
    """Cases a member sees, by state, kind, kecamatan, gampong and worker.

    A restricted kind is offered to members with the grant only. To others it is no choice, like any word that is none: both give
    an empty list, so that a filter never tells what `visible_to` hides.
    """

    state = django_filters.ChoiceFilter(label=_("Status"), choices=State.choices, empty_label=ALL)
    kind = django_filters.ChoiceFilter(label=_("Jenis PPKS"), empty_label=ALL)
    kecamatan = django_filters.ChoiceFilter(label=_("Kecamatan"), empty_label=ALL, method="in_area")
    gampong = django_filters.ChoiceFilter(label=_("Gampong"), empty_label=ALL, method="in_area")
    worker = django_filters.ChoiceFilter(label=_("Petugas"), empty_label=ALL, field_name="worker__public_id")

    class Meta:
        model = Case
        fields = ("state", "kind", "kecamatan", "gampong", "worker")

    def __init__(self, data: QueryDict, *, member: Member, queryset: QuerySet[Case] | None = None) -> None:
        seen = Case.objects.visible_to(member) if queryset is None else queryset
        super().__init__(data, seen)
        self.filters["kind"].extra["choices"] = [
            (code, kind.name) for code, kind in KINDS.items() if member.restricted or code not in RESTRICTED_KINDS
        ]
        kecamatan, gampong = _areas(member, data)
        self.filters["kecamatan"].extra["choices"] = kecamatan
        self.filters["gampong"].extra["choices"] = gampong
        keepers = Account.objects.keeping(seen).values_list("public_id", "name")
        self.filters["worker"].extra["choices"] = [(str(key), name) for key, name in keepers]

    @property
    def qs(self) -> QuerySet[Case]:
        return super().qs if self.form.is_valid() else self.queryset.none()

    def in_area(self, queryset: QuerySet[Case], _name: str, code: str) -> QuerySet[Case]:
        return queryset.in_area(code)

    @property
    def offered(self) -> list[Any]:
        """Bound fields with something to choose; an unoffered one that stands in the address is kept so that it can be cleared."""
        fields = [self.form[name] for name in self.filters]
        return [field for field in fields if len(field.field.choices) > 2 or field.value()]

    @property
    def words(self) -> str:
        """The filter in codes, for the ledger: never the name of a kind or of a person."""
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        return urlencode({name: value for name, value in chosen.items() if value})[:300]


class QueueFilter(CaseFilter):
    """The supervisor's queue: what waits for a decision unless another state is asked for; oldest submission first."""

    def __init__(self, data: QueryDict, *, member: Member) -> None:
        asked = data.copy()
        asked.setdefault("state", State.DIAJUKAN)
        super().__init__(asked, member=member, queryset=Case.objects.visible_to(member).in_turn())


def _areas(member: Member, data: QueryDict) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Kecamatan to choose from, and the gampong of the chosen one (of the only one, where there is just one)."""
    # Restricted kinds are decided regency-wide, so a supervisor with the grant meets the other kecamatan too.
    wide = member.restricted and member.role == Role.SUPERVISOR
    names = dict(Area.objects.gampong().under(member.regencies if wide else member.areas).values_list("code", "name"))
    codes = {code[:8] for code in names}
    kecamatan = list(Area.objects.kecamatan().under(tuple(codes)).values_list("code", "name"))
    chosen = data.get("kecamatan") or data.get("gampong", "")[:8] or (min(codes) if len(codes) == 1 else None)
    return kecamatan, [(code, name) for code, name in names.items() if code[:8] == chosen]
