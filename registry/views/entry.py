"""Recording: search before create, the task list, the pages of the form, checking and sending. Works without JavaScript."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry import audit, cases, privacy, workflow
from registry.access import Request, get_case, get_person, may
from registry.entry import progress
from registry.entry import search as finder
from registry.enums import BEFORE_SENDING, WORKER_EDITABLE, Stage, State
from registry.fields import Step
from registry.forms.evidence import SendForm
from registry.forms.search import BeginForm, SearchForm
from registry.forms.steps import KIND, NOTE, SHOWN, StepForm, settled
from registry.models import Case
from registry.permissions import can
from registry.views import evidence, sends, sheet, steps
from validation.rules import words

SECTIONS = {Step.IDENTITY: "tentang", Step.KIND: "keadaan"}


# --- search and begin


@may("cari")
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: Request) -> HttpResponse:
    form = SearchForm(request.member, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "may_record": can(request.member, "catat"), "mutation_id": uuid4()}
    if request.method != "POST":
        return render(request, "registry/search.html", context)
    status = 422
    if form.is_valid():
        if finder.allowed(request.member, request.now):
            today, status = timezone.localdate(request.now), 200
            found = finder.search(form.query, member=request.member, today=today, now=request.now)
            context |= {"found": found, "typed": form.typed(), "searched": True}
        else:
            form.add_error(None, _("Sudah terlalu banyak pencarian dalam satu jam ini. Tunggu sampai jam berikutnya, lalu cari lagi."))
            status = 429
    return render(request, "registry/search.html", context, status=status)


@may("catat")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request) -> HttpResponse:
    if request.method != "POST":
        return redirect("search")
    form = BeginForm(request.member, request.POST)
    if not form.is_valid():
        again = SearchForm(request.member, request.POST)
        again.is_valid()
        for name, errors in form.errors.items():
            again.add_error(name if name in again.fields else None, errors)
        return render(request, "registry/search.html", {"form": again, "may_record": True, "mutation_id": uuid4()}, status=422)
    known = get_person(request, form.cleaned_data["person"]) if form.cleaned_data["person"] else None
    entry = cases.NewCase(form.values, request.member.id, known.pk if known else None)
    [case] = cases.begin([entry], actor=request.member, now=request.now, mutation_id=sends.mutation_of(request))
    return redirect("case_tasks", case.public_id)


# --- the task list


@login_required
@require_safe
def tasks(request: Request, public_id: UUID) -> HttpResponse:
    case = get_case(request, public_id, "ubah")
    if case.state not in WORKER_EDITABLE:
        return redirect("case", case.public_id)
    parts, back = progress.parts(case), progress.returned(case)
    open_ = next((part for part in parts if not part.done), None)
    context = {
        "case": case,
        "page_name": privacy.page_title(case, request.member, timezone.localdate(request.now)),
        "rows": [_task(case, part) for part in parts],
        "done": sum(part.done for part in parts),
        "open_part": open_,
        "open_url": reverse("case_step", args=[case.public_id, open_.step]) if open_ else "",
        "before_sending": case.state in BEFORE_SENDING and can(request.member, "ajukan", case),
        "can_be_sent": progress.can_be_sent(parts),
        "held_by": [part.label for part in parts if part.holds_up],
        "back": back,
        "pins": steps.pin_rows(case, back),
        "pins_open": bool(back and back.open_pins),
        "deletable": cases.deletable(case, request.member),
        "saved_at": case.updated_at,
    }
    return render(request, "registry/tasks.html", context)


def _task(case: Case, part: progress.Part) -> dict[str, Any]:
    return {
        "part": part,
        "section": SECTIONS.get(part.step, ""),
        "url": reverse("case_step", args=[case.public_id, part.step]),
        "word": progress.word_of(part),
        "note": progress.note_of(part),
    }


# --- the pages of the form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: Request, public_id: UUID, step: str) -> HttpResponse:
    case = get_case(request, public_id, "ubah")
    if case.state not in WORKER_EDITABLE:
        messages.info(request, _("Catatan ini tidak dapat diubah sekarang."))
        return redirect("case", case.public_id)
    where = Step(step)
    sent = request.POST if request.method == "POST" else None
    choosing = where == Step.KIND and (SHOWN + KIND in sent if sent is not None else not case.kind or "ganti" in request.GET)
    form = StepForm(where, case.values(), request.member, today=timezone.localdate(request.now), data=sent, choosing=choosing)
    if sent is None:
        return _page(request, case, form)
    return _save(request, case, form)


def _save(request: Request, case: Case, form: StepForm) -> HttpResponse:
    valid = form.is_valid()
    clashing = {path: (case.values().get(path), form.cleaned_data.get(path)) for path in request.POST.getlist("clashing")}
    undecided = settled(form, request.POST)
    if not valid or undecided:
        return _page(request, case, form, {path: clashing[path] for path in undecided}, status=422)
    changes = form.changes
    edit = cases.Edit(case.pk, changes, form.shown)
    [edited] = cases.update([edit], actor=request.member, now=request.now, mutation_id=sends.mutation_of(request))
    if edited.clashes:
        form.ask_again(edited.clashes)
        return _page(request, case, form, edited.clashes, status=409)
    if not edited.done:
        form.add_error(None, edited.sentence)
        return _page(request, case, form, status=422)
    return redirect(_after(request, case, form, edited.changed))


def _after(request: Request, case: Case, form: StepForm, changed: Sequence[str]) -> str:
    """Back to the page when the rules have something to say about what was written, else on to the next open part."""
    fresh = get_case(request, case.public_id, "lihat")
    here = reverse("case_step", args=[case.public_id, form.step])
    if form.choosing and NOTE in changed:
        messages.info(request, _("Cerita singkat tidak disimpan untuk jenis yang dirahasiakan, jadi dikosongkan."))
    if form.choosing and fresh.kind:
        return here
    found = progress.findings_of(form.step, progress.latest_findings(fresh))
    if changed and found:
        count = sum(len(rows) for rows in found.values())
        messages.warning(request, _("Tersimpan. Ada %(count)d hal untuk dilihat di halaman ini.") % {"count": count})
        return here
    if fresh.state not in BEFORE_SENDING:
        return reverse("case", args=[case.public_id])
    following = progress.next_step(progress.parts(fresh), form.step)
    return reverse("case_step", args=[case.public_id, following]) if following else reverse("case_tasks", args=[case.public_id])


def _page(
    request: Request, case: Case, form: StepForm, clashes: Mapping[str, tuple[Any, Any]] | None = None, status: int = 200
) -> HttpResponse:
    if form.step == Step.EVIDENCE:
        return evidence.page(request, case, report=form, clashes=clashes, status=status)
    return render(request, "registry/step.html", steps.step_context(request, case, form, clashes or {}), status=status)


# --- check and send


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Request, public_id: UUID) -> HttpResponse:
    case = get_case(request, public_id, "ajukan")
    if case.state not in BEFORE_SENDING:
        return redirect("case_sent", case.public_id)
    form = SendForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        [outcome] = workflow.perform(
            [workflow.Seen(case.pk, case.revision)], "ajukan", actor=request.member, now=request.now, mutation_id=sends.mutation_of(request)
        )
        if outcome.done:
            return redirect("case_sent", case.public_id)
        form.add_error(None, outcome.sentence)
    return render(request, "registry/check.html", _check_context(request, case, form), status=422 if form.errors else 200)


def _check_context(request: Request, case: Case, form: SendForm) -> dict[str, Any]:
    today = timezone.localdate(request.now)
    found = progress.latest_findings(case)
    stopping = [f for f in found if f.stops == Stage.SUBMIT]
    return {
        "case": case,
        "form": form,
        "page_name": privacy.page_title(case, request.member, today),
        "sections": sheet.sections(case, request.member, today),
        "stopping": [_fix(case, f) for f in stopping],
        "asked": [f.text for f in found if f.stops == Stage.APPROVE],
        "later": [f.text for f in found if f.stops == Stage.READY],
        "kecamatan": case.place.parent.name,
        "mutation_id": uuid4(),
        "saved_at": case.updated_at,
    }


def _fix(case: Case, finding: Any) -> dict[str, Any]:
    """A finding with the address of its field."""
    label = _("Buka isian: %(field)s") % {"field": words.label_of(finding.field)}
    return {"finding": {"level": finding.level, "message": finding.text}, "url": sheet.field_url(case, finding.field), "label": label}


@login_required
@require_safe
def sent(request: Request, public_id: UUID) -> HttpResponse:
    case = get_case(request, public_id)
    if case.state != State.DIAJUKAN or case.submitted_by_id != request.member.id:
        return redirect("case", case.public_id)
    return render(request, "registry/sent.html", {"case": case, "kecamatan": case.place.parent.name})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, public_id: UUID) -> HttpResponse:
    try:
        case = get_case(request, public_id, "hapus")
    except Http404:
        # The second tap on the button: the first one removed the draft.
        if request.method == "POST" and audit.did("hapus_draf", actor=request.member, object_id=public_id):
            return redirect("home")
        raise
    if not cases.deletable(case, request.member):
        messages.info(request, _("Hanya draf yang belum pernah dikirim yang dapat dihapus."))
        return redirect("case", case.public_id)
    if request.method == "POST" and cases.delete_draft(case.pk, actor=request.member, now=request.now):
        messages.success(request, _("Draf sudah dihapus."))
        return redirect("home")
    context = {
        "page_name": privacy.page_title(case, request.member, timezone.localdate(request.now)),
        "filled": sum(part.started for part in progress.parts(case)),
        "photos": sum(row.removed_at is None for row in case.attachments.all()),
        "back_url": reverse("case_tasks", args=[case.public_id]),
        "danger": True,
    }
    return render(request, "registry/delete.html", context)
