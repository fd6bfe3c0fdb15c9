"""Pairs that may be one person: the list, the comparison, the verdict."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from registry import audit, privacy
from registry.access import Request, get_pair, may
from registry.enums import PairStatus
from registry.fields import FIELDS
from registry.models import Case, Member, Person
from validation import assess, decisions
from validation.forms import PairForm
from validation.models import DuplicatePair

PER_PAGE = 25
# What is compared from today's answers, beside the frozen evidence; a masked number alone does not tell whether two are equal.
LIVE = ("household.kk", "household.gampong", "household.dusun", "household.address")
WORDS = {
    "sama": gettext_lazy("sama"),
    "mirip": gettext_lazy("mirip"),
    "beda": gettext_lazy("beda"),
    "kosong": gettext_lazy("salah satu kosong"),
}
FOUND_BY = {"nik": gettext_lazy("NIK sama"), "name_birth": gettext_lazy("Nama dan tanggal lahir sama")}


@may("lihat_ganda")
@require_safe
def pair_list(request: Request) -> HttpResponse:
    """Pairs of which the member sees at least one side, undecided ones first."""
    member, today = request.member, localdate(request.now)
    page = Paginator(DuplicatePair.objects.visible_to(member).open_first(), PER_PAGE).get_page(request.GET.get("page"))
    people = _people([person for pair in page for person in (pair.low, pair.high)], member)
    rows = [
        {
            "url": reverse("pair", args=[pair.public_id]),
            "sides": [_name(person, people, today) for person in (pair.low, pair.high)],
            "places": _places(pair, people),
            "why": [FOUND_BY.get(what, what) for what in pair.found_by] if _whole(pair, people) else [],
            "status": PairStatus(pair.status),
            "opened_at": pair.opened_at,
        }
        for pair in page
    ]
    waiting = DuplicatePair.objects.visible_to(member).open().count()
    return render(request, "validation/pair_list.html", {"page_obj": page, "rows": rows, "waiting": waiting})


@may("lihat_ganda")
@require_safe
def pair(request: Request, public_id: UUID) -> HttpResponse:
    """Both sides field by field. Every look is recorded."""
    found = get_pair(request, public_id)
    audit.record("lihat", actor=request.member, now=request.now, kind="pair", ids=[found.public_id])
    return _page(request, found, PairForm())


@may("putuskan_ganda")
@require_POST
def decide(request: Request, public_id: UUID) -> HttpResponse:
    """Same person: both wait for merging. Different people: the reason is remembered."""
    found = get_pair(request, public_id)
    form = PairForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    given = form.cleaned_data
    decided = decisions.decide(found, PairStatus(given["verdict"]), reason=given["reason"], actor=request.member, now=request.now)
    if not decided.done:
        messages.error(request, decided.sentence)
        return redirect("pair", public_id=public_id)
    if given["verdict"] == PairStatus.SAME:
        messages.success(request, _("Dicatat: orang yang sama. Keduanya menunggu digabungkan dan belum siap DTSEN sampai saat itu."))
    else:
        messages.success(request, _("Dicatat: orang berbeda. Alasan Anda disimpan, dan keduanya tidak ditanyakan lagi."))
    return redirect("pair_list")


def _page(request: Request, found: DuplicatePair, form: PairForm, status: int = 200) -> HttpResponse:
    member, today = request.member, localdate(request.now)
    people = _people([found.low, found.high], member)
    sides = [_side(person, people, member, today) for person in (found.low, found.high)]
    whole = _whole(found, people)
    context = {
        "pair": found,
        "status": PairStatus(found.status),
        "sides": sides,
        "whole": whole,
        "rows": _rows(found, sides) if whole else _one_sided(sides),
        "why": [FOUND_BY.get(what, what) for what in found.found_by] if whole else [],
        "past": found.decisions.select_related("actor") if whole else [],
        "may_decide": found.status == PairStatus.OPEN and decisions.may_decide(found, member),
        "form": form,
    }
    return render(request, "validation/pair.html", context, status=status)


# --- the two sides


def _people(persons: Iterable[Person], member: Member) -> dict[int, list[Case]]:
    """Key of each person the member sees -> their cases that the member sees, in a fixed number of queries."""
    keys = {person.pk for person in persons}
    people: dict[int, list[Case]] = {key: [] for key in Person.objects.visible_to(member).in_bulk(keys)}
    for case in Case.objects.visible_to(member).of_persons(list(keys)).with_record():
        people.setdefault(case.person_id, []).append(case)
    return people


def _whole(pair: DuplicatePair, people: dict[int, list[Case]]) -> bool:
    return pair.low_id in people and pair.high_id in people


def _name(person: Person, people: dict[int, list[Case]], today: date) -> str:
    """As in every list: a child or somebody of a restricted kind is not named, and somebody out of reach not at all."""
    if person.pk not in people:
        return _("Warga lain di luar tugas Anda")
    cases = people[person.pk] or [Case(person=person)]
    return privacy.list_title(max(cases, key=lambda case: case.is_restricted), today)


def _places(pair: DuplicatePair, people: dict[int, list[Case]]) -> list[str]:
    names = [case.place.name for key in (pair.low_id, pair.high_id) for case in people.get(key, [])]
    return list(dict.fromkeys(names))


def _side(person: Person, people: dict[int, list[Case]], member: Member, today: date) -> dict[str, Any]:
    """One person as this member may see them; `values` stays on the server for the comparison."""
    if person.pk not in people:
        return {"known": False}
    cases = people[person.pk]
    case = cases[0] if cases else Case(person=person)
    values = case.values() if cases else person.values() | (case.membership.household.values() if case.membership else {})
    paths = (*assess.COMPARED, *LIVE)
    return {
        "known": True,
        "name": privacy.page_title(case, member, today),
        "list_title": _name(person, people, today),
        "cases": [
            {
                "url": reverse("case", args=[c.public_id]),
                "kind": privacy.list_kind(c),
                "state": c.state,
                "number": c.registry_no,
                "who": c.worker,
            }
            for c in cases
        ],
        "shown": {path: privacy.show_value(path, values.get(path), member, case, today) for path in paths},
        "values": values,
    }


def _rows(pair: DuplicatePair, sides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per field: both answers, the verdict of today, and the frozen one where it was another."""
    left, right = sides
    live = assess.compare(left["values"], right["values"], (*assess.COMPARED, *LIVE))
    rows = []
    for path, verdict in live.items():
        frozen = pair.evidence.get(path, verdict)
        # "Alike" was judged by a comparison that is not made again here.
        mark = frozen if frozen == "mirip" else verdict
        rows.append(
            {
                "label": FIELDS[path].label,
                "mark": mark,
                "word": WORDS[mark],
                "was": WORDS[frozen] if frozen != mark else "",
                "left": left["shown"][path],
                "right": right["shown"][path],
            }
        )
    return rows


def _one_sided(sides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Only what the member may see anyway: no mark that would tell what stands on the other side."""
    return [
        {"label": FIELDS[path].label, "left": left, "right": right}
        for path in (*assess.COMPARED, *LIVE)
        for left, right in [tuple(side["shown"][path] if side["known"] else None for side in sides)]
    ]
