"""The page of one record, the logged click on a number, taking back, handing over."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry import audit, cases, privacy, workflow
from registry.access import Request, get_case
from registry.enums import VALID_STATES, State
from registry.fields import FIELDS, NUMBERS
from registry.forms.review import AssignForm, SeenForm
from registry.forms.steps import grouped
from registry.models import Case, Member, StateChange
from registry.permissions import can
from registry.views import sends, sheet
from validation.models import RuleSet
from validation.rules import RULE_SET, label_of

PATHS = {word: path for path, word in NUMBERS.items()}
NOT_YET = {
    State.DRAF: gettext_lazy("Belum dikirim ke penyelia."),
    State.DIAJUKAN: gettext_lazy("Sudah dikirim, menunggu putusan penyelia."),
    State.DIKEMBALIKAN: gettext_lazy("Dikembalikan ke petugas untuk dilengkapi."),
}


@login_required
@require_safe
def case(request: Request, public_id: UUID) -> HttpResponse:
    """One record: three results, what is missing, answers, evidence, history. Every look is recorded."""
    found = get_case(request, public_id)
    member, today = request.member, _today(request)
    audit.record("lihat", actor=member, now=request.now, kind="case", ids=[found.public_id])
    steps = sheet.steps_of(found)
    groups = sheet.readiness(found, member, today)
    nik = privacy.show_value("person.nik", found.person.nik, member, found, today)
    context = {
        "case": found,
        "kind": privacy.list_kind(found),
        "list_title": privacy.list_title(found, today),
        "page_title": privacy.page_title(found, member, today),
        "nik": nik,
        "nik_url": reverse("case_reveal", args=[found.public_id, "nik"]) if nik.revealable else None,
        "results": [_valid(found, steps, member), _ready(found, groups), _aid()],
        "groups": groups,
        "sections": sheet.sections(found, member, today),
        "evidence": sheet.evidence(found, member),
        "events": sheet.history(steps, found, member),
        "notes": _notes(found, steps, member),
        "actions": _actions(found, member),
    }
    return render(request, "registry/case.html", context)


def _today(request: Request) -> date:
    return localdate(request.now)


@login_required
@require_POST
def reveal(request: Request, public_id: UUID, number: str) -> HttpResponse:
    """The number in clear: a fragment for the script, a page without it. `privacy.reveal` writes who looked."""
    found = get_case(request, public_id, "lihat_nik")
    path, today = PATHS[number], _today(request)
    clear = privacy.reveal(found, path, member=request.member, now=request.now)
    context = {"case": found, "list_title": privacy.list_title(found, today), "number": grouped(clear), "label": number}
    inside = request.headers.get("X-Requested-With") == "fetch"
    return render(request, "registry/_number.html" if inside else "registry/reveal.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, public_id: UUID) -> HttpResponse:
    """Take back what was sent and nobody decided yet."""
    found = get_case(request, public_id, "tarik")
    form = SeenForm(request.POST or None, case=found, action="tarik", mutation_id=uuid4())
    if not form.is_valid():
        context = {"case": found, "form": form, "list_title": privacy.list_title(found, _today(request)), "back_url": _url(found)}
        return render(request, "registry/withdraw.html", context, status=422 if form.is_bound else 200)
    once = sends.mutation_of(request)
    [outcome] = workflow.perform([form.seen], "tarik", actor=request.member, now=request.now, mutation_id=once)
    if outcome.done:
        messages.success(request, _("Ditarik kembali. Catatan ini sekarang draf, dan dapat Anda kirim lagi."))
    else:
        messages.error(request, outcome.sentence)
    return redirect(_url(found))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: Request, public_id: UUID) -> HttpResponse:
    """Hand a record over to another worker of its gampong."""
    found = get_case(request, public_id, "serahkan")
    today = _today(request)
    form = AssignForm(request.POST if request.method == "POST" else None, case=found, today=today)
    if form.is_valid():
        worker = form.cleaned_data["worker"]
        try:
            cases.assign([found.pk], worker, actor=request.member, now=request.now)
        except PermissionError as refusal:
            form.add_error("worker", str(refusal))
        else:
            messages.success(
                request, _("%(title)s diserahkan kepada %(worker)s.") % {"title": privacy.list_title(found, today), "worker": worker}
            )
            return redirect(_url(found))
    context = {"case": found, "form": form, "list_title": privacy.list_title(found, today), "back_url": _url(found)}
    return render(request, "registry/assign.html", context, status=422 if form.is_bound else 200)


def _url(case: Case) -> str:
    return reverse("case", args=[case.public_id])


# --- three results


def _valid(case: Case, steps: list[StateChange], member: Member) -> dict[str, Any]:
    """PPKS sah: the state says so."""
    if case.state in VALID_STATES:
        who = _("Anda") if case.approved_by_id == member.id else str(case.approved_by)
        return _result("yes", _("PPKS sah: ya"), _("Disetujui %(who)s, %(day)s.") % {"who": who, "day": sheet.day(case.approved_at)})
    last = steps[-1] if steps else None
    if case.state in (State.DITOLAK, State.NONAKTIF) and last is not None:
        verdict = _("PPKS sah: tidak") if case.state == State.DITOLAK else _("PPKS sah: tidak lagi")
        return _result("no", verdict, f"{sheet.reason_of(last)}, {sheet.day(last.at)}.")
    return _result("wait", _("PPKS sah: belum"), str(NOT_YET[State(case.state)]))


def _ready(case: Case, groups: list[sheet.Group]) -> dict[str, Any]:
    count = sum(len(group.findings) for group in groups)
    source = _("Menurut aturan %(number)d.") % {"number": RuleSet.objects.current_number() or RULE_SET}
    if not count:
        sent = case.state == State.TERKIRIM
        next_ = _("Sudah dikirim ke Dinas Sosial.") if sent else _("Menunggu dikirim ke Dinas Sosial oleh admin.")
        return _result("yes", _("Siap DTSEN: ya"), next_, source)
    return _result("wait", _("Siap DTSEN: belum, kurang %(count)d hal") % {"count": count}, _("Lihat daftar di bawah."), source)


def _aid() -> dict[str, Any]:
    verdict = _("Kelayakan bantuan: desil belum dicatat")
    return _result("info", verdict, _("Desil ditetapkan BPS, bukan di sini. Penerima bantuan diputuskan Kemensos."))


def _result(tone: str, verdict: str, sentence: str, source: str = "") -> dict[str, Any]:
    return {"tone": tone, "verdict": verdict, "sentence": sentence, "source": source}


# --- what came back, what can be done


def _notes(case: Case, steps: list[StateChange], member: Member) -> dict[str, Any] | None:
    """The last return, for whoever has to mend it."""
    last = next((step for step in reversed(steps) if step.action == "kembalikan"), None)
    if case.state != State.DIKEMBALIKAN or last is None or not sheet.editable(case, member):
        return None
    pins = [
        {"label": label_of(pin.path), "note": pin.note, "url": sheet.field_url(case, pin.path)}
        for pin in last.pins.all()
        if pin.path in FIELDS
    ]
    return {"reason": sheet.reason_of(last), "note": last.note, "who": last.actor.name, "pins": pins}


def _actions(case: Case, member: Member) -> list[dict[str, Any]]:
    """Buttons, the likely next step first; only that one is primary."""
    able = set(workflow.available(case, member))
    key = [case.public_id]
    decides = case.state == State.DIAJUKAN and "setujui" in able
    rows = []
    if decides:
        rows.append((_("Periksa dan putuskan"), reverse("review", args=key)))
    if "ajukan" in able:
        rows.append(
            (_("Perbaiki catatan") if case.state == State.DIKEMBALIKAN else _("Lanjutkan mengisi"), reverse("case_tasks", args=key))
        )
    elif sheet.editable(case, member):
        rows.append((_("Ubah catatan"), reverse("case_tasks", args=key)))
    if "tarik" in able and case.submitted_by_id == member.id:
        rows.append((_("Tarik kembali"), reverse("case_withdraw", args=key)))
    if "kembalikan" in able and not decides:
        rows.append((_("Kembalikan ke petugas"), reverse("review", args=key)))
    if "buka_kembali" in able:
        rows.append((_("Buka kembali"), reverse("case_decide", args=[*key, "buka_kembali"])))
    if can(member, "serahkan", case):
        rows.append((_("Serahkan ke petugas lain"), reverse("case_assign", args=key)))
    if "nonaktifkan" in able:
        rows.append((_("Nonaktifkan"), reverse("case_decide", args=[*key, "nonaktifkan"])))
    if cases.deletable(case, member):
        rows.append((_("Hapus draf"), reverse("case_delete", args=key)))
    primary = decides or "ajukan" in able
    return [{"label": label, "url": url, "primary": primary and at == 0} for at, (label, url) in enumerate(rows)]
