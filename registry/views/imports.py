"""Taking a workbook in: upload, look at what it would do, confirm or give up. Nothing is written before the confirmation."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry import access, jobs
from registry.access import Request, may
from registry.enums import BatchState
from registry.exchange import intake, preview
from registry.exchange.commit import blocker
from registry.exchange.forms import MB, CommitForm, UploadForm
from registry.exchange.layouts import LAYOUTS, PPKS_RINGKAS
from registry.models import Batch, Job

PER_PAGE = 50
SECONDS_BETWEEN_LOOKS = "3"


@may("impor")
@require_http_methods(["GET", "HEAD", "POST"])
def batch_list(request: Request) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        made = intake.receive(file, file.name, actor=request.member, now=request.now, mutation_id=form.cleaned_data["mutation_id"])
        if made.state == BatchState.UPLOADED:
            jobs.start("periksa_berkas", str(made.public_id), actor=request.member, now=request.now)
        return redirect("batch", made.public_id)
    batches = Paginator(Batch.objects.visible_to(request.member).newest(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": batches, "columns": PPKS_RINGKAS.columns, "limits": limits()}
    return render(request, "registry/batch_list.html", context, status=422 if form.is_bound else 200)


def limits() -> dict[str, int]:
    """What the page says about how much a file may hold."""
    return {
        "workbook": settings.IMPORT_MAX_BYTES // MB,
        "csv": settings.CSV_MAX_BYTES // MB,
        "rows": settings.IMPORT_MAX_ROWS,
        "commit_rows": settings.IMPORT_COMMIT_MAX_ROWS,
    }


@may("impor")
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: Request, public_id: UUID) -> HttpResponse:
    """The preview. A POST asks for the check again, after it was interrupted."""
    found = access.get_batch(request, public_id)
    if request.method == "POST":
        jobs.start("periksa_berkas", str(found.public_id), actor=request.member, now=request.now)
        return redirect("batch", found.public_id)
    job = jobs.latest(str(found.public_id), now=request.now)
    response = render(request, "registry/batch.html", batch_context(request, found, job))
    if job and job.state in jobs.UNDERWAY:
        # A page without a script that keeps itself up to date.
        response.headers["Refresh"] = SECONDS_BETWEEN_LOOKS
    return response


def batch_context(request: Request, found: Batch, job: Job | None) -> dict[str, Any]:
    chosen = request.GET.get("lihat", "")
    chosen = chosen if chosen in preview.VERDICTS else preview.first_to_see(found)
    page = Paginator(preview.rows_of(found, chosen), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "batch": found,
        "job": job,
        "underway": bool(job and job.state in jobs.UNDERWAY),
        "layout_label": LAYOUTS[found.layout].label if found.layout in LAYOUTS else "",
        "chosen": chosen,
        "chosen_label": preview.VERDICTS[chosen][0],
        "page_obj": page,
        "lines": preview.lines(found, list(page), request.member),
        "blocker": blocker(found),
        "writes": found.counts.get("new", 0) + found.counts.get("changed", 0),
        "open": found.state == BatchState.JUDGED,
        **preview.counts(found, chosen, reverse("batch", args=[found.public_id])),
    }


@may("impor")
@require_http_methods(["GET", "HEAD", "POST"])
def commit(request: Request, public_id: UUID) -> HttpResponse:
    found = access.get_batch(request, public_id)
    if sentence := blocker(found):
        messages.warning(request, sentence)
        return redirect("batch", found.public_id)
    form = CommitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        intake.note_basis(found, form.legal_basis)
        jobs.start("simpan_berkas", str(found.public_id), actor=request.member, now=request.now)
        return redirect("batch", found.public_id)
    context = {"batch": found, "form": form, "writes": found.counts["new"] + found.counts["changed"]}
    context["back_url"] = reverse("batch", args=[found.public_id])
    return render(request, "registry/batch_commit.html", context, status=422 if form.is_bound else 200)


@may("impor")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: Request, public_id: UUID) -> HttpResponse:
    found = access.get_batch(request, public_id)
    if request.method == "POST":
        if intake.cancel(found, actor=request.member, now=request.now):
            messages.success(request, _("Impor dibatalkan. Tidak ada yang ditulis, dan berkasnya sudah dihapus."))
        else:
            messages.warning(request, _("Impor ini tidak dapat dibatalkan lagi."))
        return redirect("batch_list")
    context = {"batch": found, "danger": True, "back_url": reverse("batch", args=[found.public_id])}
    return render(request, "registry/batch_cancel.html", context)
