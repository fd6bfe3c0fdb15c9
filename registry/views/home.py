"""The first page of each role: a worker's tasks, a supervisor's queue, the regency in sentences."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from registry import privacy
from registry.access import Request
from registry.entry import progress
from registry.entry.clock import clock
from registry.enums import VALID_STATES, Role, Stage, State
from registry.models import Batch, Case, Dispatch
from validation import assess
from validation.models import RuleSet
from validation.rules import RULE_SET, RULES, label_of

# Drafts and returned records on one page; what lies below is reached through the list of residents.
MOST_LISTED = 50
MOST_GAPS = 8
# Rules that gather many fields have no field of their own to be called after.
RULE_NAMES = {
    "isian.kirim": gettext_lazy("Isian wajib untuk dikirim"),
    "isian.siap": gettext_lazy("Isian wajib untuk DTSEN"),
    "bukti.kurang": gettext_lazy("Bukti yang diminta jenisnya"),
    "nik.belum_ada": gettext_lazy("NIK belum ada"),
}


@login_required
@require_safe
def home(request: Request) -> HttpResponse:
    if request.member.role == Role.SUPERVISOR:
        return redirect("queue")
    if request.member.role == Role.ADMIN:
        return render(request, "registry/home_admin.html", _regency(request))
    return render(request, "registry/home.html", _tasks(request))


# --- a worker's tasks


def _tasks(request: Request) -> dict[str, Any]:
    today = timezone.localdate(request.now)
    kept = Case.objects.visible_to(request.member).kept_by(request.member)
    counts = kept.counts_by_state()
    back = list(kept.in_state(State.DIKEMBALIKAN).newest().with_record().with_story()[:MOST_LISTED])
    drafts = list(kept.in_state(State.DRAF).newest().with_record().with_story()[:MOST_LISTED])
    oldest = kept.awaiting_decision().first()
    approved = sum(counts.get(state, 0) for state in VALID_STATES)
    return {
        "clock": clock(today, settings.DTSEN_CUTOFF_DAY),
        "returned": [_returned_row(case, today) for case in back],
        "returned_count": counts.get(State.DIKEMBALIKAN, 0),
        "drafts": [_draft_row(case, today) for case in drafts],
        "draft_count": counts.get(State.DRAF, 0),
        "submitted": counts.get(State.DIAJUKAN, 0),
        "oldest_days": (today - timezone.localdate(oldest.submitted_at)).days if oldest else 0,
        "approved": approved,
        "not_ready": approved - assess.ready(kept, today=today).count(),
        **_list_urls(request, counts),
    }


def _list_urls(request: Request, counts: dict[str, int]) -> dict[str, str]:
    """Where the rest of the own records is listed. The address names the worker, never a resident."""
    own = f"{reverse('case_list')}?worker={request.user.public_id}"
    only_approved = "" if counts.get(State.TERKIRIM) else f"&state={State.DISETUJUI}"
    return {"more": own, "submitted_url": f"{own}&state={State.DIAJUKAN}", "approved_url": own + only_approved}


def _returned_row(case: Case, today: date) -> dict[str, Any]:
    back = progress.returned(case)
    return {
        "title": privacy.list_title(case, today),
        "kind": privacy.list_kind(case),
        "place": case.place.bare_name,
        "why": back.step.note if back else "",
        "reason": back.reason if back else "",
        "pins": len(back.pins) if back else 0,
        "who": back.step.actor.name if back else "",
        "when": back.step.at if back else None,
        "url": reverse("case_tasks", args=[case.public_id]),
    }


def _draft_row(case: Case, today: date) -> dict[str, Any]:
    parts = progress.parts(case)
    title = privacy.list_title(case, today)
    return {
        "title": title if case.person.name or case.is_restricted else _("Belum ada nama, %(place)s") % {"place": case.place.name},
        "done": sum(part.done for part in parts),
        "count": len(parts),
        "can_be_sent": progress.can_be_sent(parts),
        "saved_at": case.updated_at,
        "url": reverse("case_tasks", args=[case.public_id]),
    }


# --- the regency


def _regency(request: Request) -> dict[str, Any]:
    today = timezone.localdate(request.now)
    seen = Case.objects.visible_to(request.member)
    counts = seen.counts_by_state()
    valid = sum(counts.get(state, 0) for state in VALID_STATES)
    gaps = assess.gaps(seen.living())
    return {
        "clock": clock(today, settings.DTSEN_CUTOFF_DAY),
        "area_names": request.member.area_names,
        "counts": [(state, counts.get(state, 0)) for state in State],
        "total": sum(counts.values()),
        "valid": valid,
        "ready": assess.ready(seen, today=today).count(),
        "waiting": counts.get(State.DIAJUKAN, 0),
        "rule_set": RuleSet.objects.current_number() or RULE_SET,
        "gaps": [_gap_row(gap) for gap in gaps[:MOST_GAPS]],
        "batch": Batch.objects.visible_to(request.member).newest().first(),
        "dispatch": Dispatch.objects.visible_to(request.member).newest().first(),
    }


def _gap_row(gap: dict[str, Any]) -> dict[str, Any]:
    """What is missing most, in words, how often, and what it holds up."""
    rule = gap["rule"]
    name = RULE_NAMES[rule] if rule in RULE_NAMES else label_of(RULES[rule].field) if rule in RULES else rule
    return {"name": name, "count": gap["count"], "stops": Stage(gap["stops"]).label}
