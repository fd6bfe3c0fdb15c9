"""The supervisor's page for one record, and the decisions."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from registry import audit, privacy, snapshots, workflow
from registry.access import Request, get_case
from registry.enums import Stage
from registry.filters import QueueFilter
from registry.forms.review import DecideForm, ReturnForm, SeenForm
from registry.models import Case, Pin, StateChange
from registry.views import sends, sheet
from registry.workflow import Outcome
from validation import assess

SUCCESS = {
    "setujui": gettext_lazy("%(title)s disetujui."),
    "kembalikan": gettext_lazy("%(title)s dikembalikan kepada petugas."),
    "tolak": gettext_lazy("%(title)s ditolak."),
    "nonaktifkan": gettext_lazy("%(title)s dinonaktifkan."),
    "buka_kembali": gettext_lazy("%(title)s dibuka kembali sebagai draf."),
}
# Decisions that are asked on a page of their own; the others stand on the review page.
ASKED = {
    "tolak": gettext_lazy("Tolak %(title)s?"),
    "nonaktifkan": gettext_lazy("Nonaktifkan %(title)s?"),
    "buka_kembali": gettext_lazy("Buka kembali %(title)s?"),
}
LOST = {
    "tolak": gettext_lazy("Catatan ini tidak diperiksa lagi kecuali dibuka kembali. Petugas membaca sebab dan catatan Anda."),
    "nonaktifkan": gettext_lazy("Catatan ini tidak lagi dihitung dan tidak dikirim. Isinya tetap disimpan dan dapat dibuka kembali."),
    "buka_kembali": gettext_lazy("Catatan ini menjadi draf lagi dan dapat dilengkapi petugasnya."),
}


@login_required
@require_safe
def review(request: Request, public_id: UUID) -> HttpResponse:
    """Answers with what changed, findings, evidence, history, and the decision bar. Every look is recorded."""
    case = get_case(request, public_id, "antrean")
    audit.record("lihat", actor=request.member, now=request.now, kind="case", ids=[case.public_id])
    return _page(request, case)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: Request, public_id: UUID, action: str) -> HttpResponse:
    """One decision through `workflow.perform`; refused with the differences when another revision was seen."""
    case = get_case(request, public_id, action)
    if request.method != "POST":
        return _ask(request, case, action) if action in ASKED else redirect(_address("review", request, case))
    form = _form(request, case, action, bound=True)
    if not form.is_valid():
        return _ask(request, case, action, form) if action in ASKED else _page(request, case, form)
    [outcome] = workflow.perform(
        [form.seen], action, actor=request.member, now=request.now, mutation_id=sends.mutation_of(request), **form.asked
    )
    if not outcome.done:
        return _refused(request, public_id, action, outcome)
    messages.success(request, SUCCESS[action] % {"title": privacy.list_title(case, localdate(request.now))})
    return redirect(_next(request, case))


def _form(request: Request, case: Case, action: str, *, bound: bool = False, first: dict[str, Any] | None = None) -> SeenForm:
    data = request.POST if bound else None
    if action == "kembalikan":
        return ReturnForm(data, case=case, mutation_id=uuid4())
    lifting = action == "setujui" and _stopping(case)[1]
    return DecideForm(data, case=case, action=action, mutation_id=uuid4(), lifting=lifting, initial=first or {})


def _stopping(case: Case) -> tuple[int, bool]:
    """How many findings stop an approval, and whether a reason of the supervisor would be enough to lift all of them."""
    stops = [f.stops for f in assess.current_findings(case) if f.stops is not None and f.stops <= Stage.APPROVE and not f.lifted]
    return len(stops), bool(stops) and Stage.SUBMIT not in stops


def _ask(request: Request, case: Case, action: str, form: SeenForm | None = None) -> HttpResponse:
    """The page that asks before a decision which ends something."""
    if form is None and action not in workflow.available(case, request.member):
        return redirect("case", public_id=case.public_id)
    title = {"title": privacy.list_title(case, localdate(request.now))}
    context = {
        "case": case,
        "form": form or _form(request, case, action),
        "question": ASKED[action] % title,
        "lost": LOST[action],
        "verb": workflow.TRANSITIONS[action].label,
        "danger": action in ("tolak", "nonaktifkan"),
        "back_url": _address("review" if action == "tolak" else "case", request, case),
    }
    return render(request, "registry/decide.html", context, status=422 if form is not None else 200)


def _refused(request: Request, public_id: UUID, action: str, outcome: Outcome) -> HttpResponse:
    """A refusal is a sentence; for a record that changed meanwhile it comes with the changes and a fresh form."""
    case = get_case(request, public_id, "antrean")
    if not outcome.differences:
        messages.error(request, outcome.sentence)
        return _page(request, case, status=409)
    today = localdate(request.now)
    kept = {name: request.POST.get(name, "") for name in ("reason", "note", "lift")}
    context = {
        "case": case,
        "list_title": privacy.list_title(case, today),
        "sentence": outcome.sentence,
        "changes": sheet.changes(outcome.differences, case, request.member, today),
        "form": _form(request, case, action, first=kept),
        "verb": workflow.TRANSITIONS[action].label,
        "danger": action == "tolak",
        "post_url": _address("case_decide", request, case, action),
        "review_url": _address("review", request, case),
    }
    return render(request, "registry/clash.html", context, status=409)


# --- the page


def _page(request: Request, case: Case, form: SeenForm | None = None, status: int | None = None) -> HttpResponse:
    member, today = request.member, localdate(request.now)
    steps = sheet.steps_of(case)
    able = workflow.available(case, member)
    returning = form if isinstance(form, ReturnForm) else ReturnForm(case=case, mutation_id=uuid4())
    approving = form if isinstance(form, DecideForm) else _form(request, case, "setujui")
    stopping, liftable = _stopping(case)
    own = "setujui" in able and workflow.wrote_in(case, member)
    context = {
        "case": case,
        "kind": privacy.list_kind(case),
        "list_title": privacy.list_title(case, today),
        "page_title": privacy.page_title(case, member, today),
        "findings": sheet.findings(case, member),
        "pair": sheet.pair_of(case, member),
        "events": sheet.history(steps, case, member),
        "form": form,
        "returning": returning if "kembalikan" in able else None,
        "approving": approving if "setujui" in able and not own and (not stopping or liftable) else None,
        "may_reject": "tolak" in able and not own,
        "own": own,
        "stopping": stopping,
        "urls": {action: _address("case_decide", request, case, action) for action in able if action in SUCCESS},
    }
    context |= _compared(request, case, steps, context["returning"]) | _place(request, case)
    return render(request, "registry/review.html", context, status=status or (422 if form is not None else 200))


def _compared(request: Request, case: Case, steps: list[StateChange], pins: ReturnForm | None) -> dict[str, Any]:
    """The answers against the version that was last approved or returned."""
    member, today = request.member, localdate(request.now)
    last: StateChange | None = next((step for step in reversed(steps) if step.action in ("kembalikan", "setujui")), None)
    before = snapshots.at_revision(case, last.revision) if last else None
    differences = snapshots.differences(before, case.values()) if before is not None else {}
    given: list[Pin] = list(last.pins.all()) if last else []
    return {
        "sections": sheet.sections(
            case, member, today, before=differences, notes={pin.path: pin.note for pin in given}, pins=pins
        ),
        "evidence": sheet.evidence(case, member, since=last.at if last else None),
        "last": last,
        "last_what": sheet.DONE[last.action] if last else "",
        "changed": len(differences),
    }  # fmt: skip


def _place(request: Request, case: Case) -> dict[str, Any]:
    """Where the case stands in the filtered queue, and its neighbours."""
    queue = QueueFilter(request.GET, member=request.member).qs
    back = {"back_url": _with_query(reverse("queue"), request)}
    if case.submitted_at is None:
        return back
    previous, following = queue.before(case), queue.after(case)
    rank = previous.count()
    left, right = previous.last(), following.first()
    return back | {
        "position": rank + 1,
        "total": queue.count(),
        "previous_url": _address("review", request, left) if left else None,
        "next_url": _address("review", request, right) if right else None,
    }


def _next(request: Request, case: Case) -> str:
    """The next case of the filtered queue, from the top again at its end; the queue itself when nothing waits."""
    queue = QueueFilter(request.GET, member=request.member).qs
    following = queue.after(case).first() or queue.before(case).first() if case.submitted_at else None
    return _address("review", request, following) if following else _with_query(reverse("queue"), request)


def _address(name: str, request: Request, case: Case, *args: str) -> str:
    return _with_query(reverse(name, args=[case.public_id, *args]), request)


def _with_query(url: str, request: Request) -> str:
    query = urlencode([(name, value) for name, value in request.GET.items() if name != "page"])
    return f"{url}?{query}" if query else url
