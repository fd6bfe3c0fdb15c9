"""The supervisor's queue and the list of cases. The address is the filter."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from registry import privacy
from registry.access import Request, may
from registry.filters import CaseFilter, QueueFilter
from registry.models import Case, Member
from registry.permissions import can

PER_PAGE = 25


@may("antrean")
@require_GET
def queue(request: Request) -> HttpResponse:
    """What waits for a decision in the own area, oldest first."""
    return render(request, "registry/queue.html", _listed(request, QueueFilter(request.GET, member=request.member), "review"))


@may("daftar")
@require_GET
def case_list(request: Request) -> HttpResponse:
    """Every case of the own area, the last changed first."""
    filters = CaseFilter(request.GET, member=request.member, queryset=Case.objects.visible_to(request.member).newest())
    context = _listed(request, filters, "case")
    context |= {"may_search": can(request.member, "cari"), "may_download": can(request.member, "unduh_daftar")}
    return render(request, "registry/case_list.html", context)


@may("unduh_daftar")
@require_POST
def case_list_download(request: Request) -> HttpResponse:
    return HttpResponse(status=501)


def _listed(request: Request, filters: CaseFilter, page_of: str) -> dict[str, Any]:
    page = Paginator(filters.qs.with_record().with_verdict(), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    tail = f"?{query.urlencode()}" if query and page_of == "review" else ""
    today = localdate(request.now)
    return {
        "page_obj": page,
        "rows": [_row(case, request.member, today, page_of, tail) for case in page],
        "filters": filters,
        "query": query.urlencode(),
        "filtered": any(value for name, value in query.items() if name in filters.filters),
    }


def _row(case: Case, member: Member, today: date, page_of: str, tail: str) -> dict[str, Any]:
    """One line of a list: nothing in it names a child or a restricted kind."""
    verdict = case.verdicts[0] if case.verdicts else None
    return {
        "title": privacy.list_title(case, today),
        "url": reverse(page_of, args=[case.public_id]) + tail,
        "nik": privacy.list_number(case, today),
        "kind": privacy.list_kind(case),
        "place": case.place.name,
        "worker": _("Anda") if case.worker_id == member.id else case.worker.name,
        "state": case.state,
        "sent": case.submitted_at,
        "check": _check(verdict, case, can(member, "lihat_ganda")),
        "gaps": None if verdict is None or verdict.revision != case.revision else verdict.stops_ready + case.doubled,
    }


def _check(verdict: Any, case: Case, sees_pairs: bool) -> dict[str, str]:
    """Icon, tone and words of the worst that was found."""
    if verdict is None or verdict.revision != case.revision:
        return {"icon": "clock", "tone": "", "text": _("Perlu diperiksa ulang")}
    if verdict.errors:
        return {"icon": "error", "tone": "c-saga", "text": ngettext("%d salah", "%d salah", verdict.errors) % verdict.errors}
    if case.doubled and sees_pairs:
        return {"icon": "pair", "tone": "", "text": _("Mungkin ganda")}
    if verdict.warnings:
        return {
            "icon": "warning",
            "tone": "c-kunyit",
            "text": ngettext("%d peringatan", "%d peringatan", verdict.warnings) % verdict.warnings,
        }
    return {"icon": "done", "tone": "c-daun", "text": _("Bersih")}
