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
from django.views.decorators.http import require_POST, require_safe

from registry import audit, privacy
from registry.access import Request, may
from registry.enums import Role
from registry.exchange import dispatch
from registry.filters import CaseFilter, QueueFilter
from registry.models import Case, Member
from registry.permissions import can
from registry.views.dispatches import workbook_response

PER_PAGE = 25


@may("antrean")
@require_safe
def queue(request: Request) -> HttpResponse:
    """What waits for a decision in the own area, oldest first."""
    return render(request, "registry/queue.html", _listed(request, QueueFilter(request.GET, member=request.member), "review"))


@may("daftar")
@require_safe
def case_list(request: Request) -> HttpResponse:
    """Every case of the own area, the last changed first."""
    filters = CaseFilter(request.GET, member=request.member, queryset=Case.objects.visible_to(request.member).newest())
    context = _listed(request, filters, "case")
    context |= {
        "may_search": can(request.member, "cari"),
        "may_download": can(request.member, "unduh_daftar"),
        # Workers read it on a phone, as rows; the others on a laptop, as a table.
        "on_phone": request.member.role == Role.PSM,
    }
    return render(request, "registry/case_list.html", context)


@may("unduh_daftar")
@require_POST
def case_list_download(request: Request) -> HttpResponse:
    """The filtered list as a workbook with masked numbers; it stands in the ledger, and no state changes."""
    filters = CaseFilter(request.GET, member=request.member)
    entry = dispatch.plain_export(filters.qs, actor=request.member, now=request.now, filters=filters.words)
    return workbook_response(entry.file_name, dispatch.content(entry, actor=request.member, now=request.now))


def _listed(request: Request, filters: CaseFilter, page_of: str) -> dict[str, Any]:
    audit.record("daftar", actor=request.member, now=request.now, kind="list", detail={"of": page_of, "filter": filters.words})
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
    nik = privacy.list_number(case, today)
    return {
        "title": privacy.list_title(case, today),
        "url": reverse(page_of, args=[case.public_id]) + tail,
        "nik": nik,
        "masked": privacy.DOTS in nik,
        "kind": privacy.list_kind(case),
        "place": case.place.name,
        "bare_place": case.place.bare_name,
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
