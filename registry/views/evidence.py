"""Evidence of a case: what the kind asks, what is there, one upload for each; opening and removing a picture."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry import evidence
from registry.access import Request, get_attachment, get_case
from registry.entry import progress
from registry.enums import WORKER_EDITABLE
from registry.fields import Step
from registry.forms.evidence import CaseForm, PhotoForm
from registry.forms.steps import StepForm
from registry.models import Case
from registry.photos import PhotoRefused
from registry.reference.evidence import REPORT, label_of
from registry.reference.kinds import KINDS
from registry.views import sends, steps

# What is asked of everybody, while the kind is not chosen yet.
BEFORE_KIND = (("foto_ktp_atau_kk",),)
PICTURE_POLICY = "sandbox; default-src 'none'; img-src 'self'"


def page(
    request: Request,
    case: Case,
    *,
    report: StepForm | None = None,
    photo: PhotoForm | None = None,
    clashes: Mapping[str, tuple[Any, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part on evidence. `report`, `photo`: the form that was sent and is not right yet."""
    today = timezone.localdate(request.now)
    report = report or StepForm(Step.EVIDENCE, case.values(), request.member, today=today)
    allowed = evidence.kinds_for(case)
    groups = [_group(one_of, case, allowed, photo) for one_of in (KINDS[case.kind].evidence if case.kind else BEFORE_KIND)]
    asked = {slug for group in groups for slug in group["slugs"]}
    rest = [slug for slug in allowed if slug not in asked]
    context = steps.step_context(request, case, report, clashes or {}) | {
        "groups": groups,
        "complete": sum(group["there"] for group in groups),
        "other": _form_for(rest, photo) if rest else None,
        "other_open": photo is not None and photo.slugs == tuple(rest),
        "pictures": [{"row": row, "label": label_of(row.kind)} for row in case.attachments.all() if row.removed_at is None],
        "photo_form": photo,
        "next_url": _next_url(case),
        "upload_url": reverse("evidence_upload", args=[case.public_id]),
    }
    return render(request, "registry/evidence.html", context, status=status)


def _in_a_sentence(slug: str) -> str:
    label = str(label_of(slug))
    return label[0].lower() + label[1:]


def _group(one_of: tuple[str, ...], case: Case, allowed: list[str], photo: PhotoForm | None) -> dict[str, Any]:
    """What one line of the kind's list asks: any one of its slugs is enough."""
    at_hand = set(case.evidence) | ({REPORT} if case.values().get("case.report") else set())
    return {
        "slugs": one_of,
        "labels": [label_of(slug) for slug in one_of],
        "there": bool(at_hand & set(one_of)),
        "report": REPORT in one_of,
        "forms": [{"form": _form_for([slug], photo), "what": _in_a_sentence(slug)} for slug in one_of if slug in allowed],
    }


def _form_for(slugs: list[str], photo: PhotoForm | None) -> PhotoForm:
    return photo if photo is not None and photo.slugs == tuple(slugs) else PhotoForm(slugs)


def _next_url(case: Case) -> str:
    following = progress.next_step(progress.parts(case), Step.EVIDENCE)
    return reverse("case_step", args=[case.public_id, following]) if following else reverse("case_tasks", args=[case.public_id])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request, public_id: UUID) -> HttpResponse:
    case = get_case(request, public_id, "ubah")
    here = reverse("case_step", args=[case.public_id, Step.EVIDENCE])
    if request.method != "POST" or case.state not in WORKER_EDITABLE:
        return redirect(here)
    form = PhotoForm(_slugs_sent(request, case), request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data["photo"].read(settings.PHOTO_MAX_BYTES + 1)
        sent = evidence.Upload(form.cleaned_data["kind"], data)
        try:
            evidence.attach(case.pk, sent, actor=request.member, now=request.now, mutation_id=sends.sent_id(request))
        except PhotoRefused as refusal:
            form.add_error("photo", str(refusal))
        else:
            messages.success(request, _("Foto tersimpan: %(what)s.") % {"what": label_of(sent.kind)})
            by_script = request.headers.get("X-Requested-With") == "fetch"
            return HttpResponse(status=201, headers={"Location": here}) if by_script else redirect(here)
    return page(request, case, photo=form, status=422)


def _slugs_sent(request: Request, case: Case) -> list[str]:
    """The slugs of the form that was sent: one of those the kind asks, or the choice among the others."""
    allowed = evidence.kinds_for(case)
    asked = [slug for one_of in (KINDS[case.kind].evidence if case.kind else BEFORE_KIND) for slug in one_of]
    kind = request.POST.get("kind", "")
    return [kind] if kind in asked and kind in allowed else [slug for slug in allowed if slug not in asked] or allowed


@login_required
@require_safe
def picture(request: Request, public_id: UUID) -> HttpResponse:
    """The picture itself, for the eyes of this request only. Every look is recorded."""
    attachment = get_attachment(request, public_id)
    try:
        data = evidence.open_picture(attachment, actor=request.member, now=request.now)
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(
        data,
        content_type=attachment.content_type,
        headers={
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": PICTURE_POLICY,
            "Cache-Control": "no-store",
        },
    )


def _case_sent(request: Request) -> Case | None:
    """The case that the confirmation page was about, if this member may write in it."""
    form = CaseForm(request.POST)
    return get_case(request, form.cleaned_data["case"], "ubah") if form.is_valid() else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: Request, public_id: UUID) -> HttpResponse:
    try:
        attachment = get_attachment(request, public_id, "ubah")
    except Http404:
        # The second tap on the button: the first one removed the picture from this case.
        if request.method == "POST" and (case := _case_sent(request)):
            return redirect("case_step", case.public_id, Step.EVIDENCE)
        raise
    back = reverse("case_step", args=[attachment.case.public_id, Step.EVIDENCE])
    if attachment.case.state not in WORKER_EDITABLE:
        return redirect(back)
    if request.method == "POST":
        evidence.detach(attachment, actor=request.member, now=request.now)
        messages.success(request, _("Foto sudah dihapus dari catatan ini."))
        return redirect(back)
    context = {"label": label_of(attachment.kind), "attachment": attachment, "back_url": back, "danger": True}
    return render(request, "registry/evidence_remove.html", context)
