"""Sending a workbook out, and the ledger of what was sent."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from registry import access
from registry.access import Request, may
from registry.enums import State
from registry.exchange import dispatch, preview
from registry.exchange.forms import DispatchForm, SelectionForm
from registry.exchange.layouts import SIKS_NG_E1

PAGE = 25
# The same fields stand hidden in the form that sends.
FILTER_IDS = "saring_%s"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@may("ekspor")
@require_GET
def dispatch_list(request: Request) -> HttpResponse:
    chosen = SelectionForm(request.GET, member=request.member, auto_id=FILTER_IDS)
    form = DispatchForm(member=request.member, initial=chosen.chosen | {"receiver": dispatch.receivers()[1]})
    return render(request, "registry/dispatch_list.html", page_context(request, chosen, form))


@may("ekspor")
@require_POST
def make(request: Request) -> HttpResponse:
    form = DispatchForm(request.POST, member=request.member)
    if form.is_valid():
        # The ledger is kept in the language of the office.
        with translation.override(settings.LANGUAGE_CODE):
            filters = dispatch.filter_words(**form.chosen)
        try:
            made = dispatch.dispatch(
                dispatch.selection(request.member, **form.chosen), receiver=form.addressee, purpose=form.cleaned_data["purpose"],
                letter=form.cleaned_data["letter"], actor=request.member, now=request.now, filters=filters,
                mutation_id=form.cleaned_data["mutation_id"],
            )  # fmt: skip
        except dispatch.NothingToSend as nothing:
            form.add_error(None, nothing.sentence)
        else:
            said = ngettext("%(n)d catatan terkirim.", "%(n)d catatan terkirim.", made.row_count) % {"n": made.row_count}
            messages.success(request, f"{said} {_('Unduh berkasnya dari buku ekspor di bawah.')}")
            return redirect("dispatch_list")
    chosen = SelectionForm(request.POST, member=request.member, auto_id=FILTER_IDS)
    return render(request, "registry/dispatch_list.html", page_context(request, chosen, form), status=422)


def page_context(request: Request, chosen: SelectionForm, form: DispatchForm) -> dict[str, Any]:
    today = timezone.localdate(request.now)
    selected = dispatch.selection(request.member, **chosen.chosen)
    sendable = dispatch.sendable(selected, dispatch.receivers()[0], actor=request.member, today=today)
    ready, again = sendable.count(), sendable.in_state(State.TERKIRIM).count()
    others = dispatch.sendable(selected, "", actor=request.member, today=today).count()
    ledger = Paginator(preview.ledger(request.member), PAGE).get_page(request.GET.get("page"))
    return {
        "chosen": chosen,
        "form": form,
        "ready": ready,
        "again": again,
        "restricted": ready - others,
        "filter_words": dispatch.filter_words(**chosen.chosen),
        "columns": len(SIKS_NG_E1.columns),
        "page_obj": ledger,
        "lines": [(entry, not entry.has_restricted or request.member.restricted) for entry in ledger],
    }


@may("ekspor")
@require_GET
def download(request: Request, public_id: UUID) -> HttpResponse:
    entry = access.get_dispatch(request, public_id)
    return workbook_response(entry.file_name, dispatch.content(entry, actor=request.member, now=request.now))


def workbook_response(name: str, content: bytes) -> HttpResponse:
    """A workbook to keep, never shown in the browser and never kept by a cache on the way."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})
