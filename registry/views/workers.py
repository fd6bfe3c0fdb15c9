"""The directory of PSM: their member records, in the own area."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from registry import members, privacy
from registry.access import Request, get_worker, may
from registry.enums import Role
from registry.forms.members import WorkerForm
from registry.models import Area, Member, Worker
from registry.permissions import can

PER_PAGE = 50
# Warned this long before a decree (SK) ends.
WARN = timedelta(days=60)
VIEWS = {
    "": (gettext_lazy("Semua"), lambda workers, _today: workers),
    "sk": (gettext_lazy("SK perlu diurus"), lambda workers, today: workers.decree_ends_by(today + WARN)),
    "tanpa-akun": (gettext_lazy("Belum punya akun"), lambda workers, _today: workers.without_account()),
    "nonaktif": (gettext_lazy("Tidak aktif"), lambda workers, _today: workers.inactive()),
}


@may("lihat_petugas")
@require_safe
def worker_list(request: Request) -> HttpResponse:
    """Workers of the own areas in the order of the alphabet, never of how much they recorded."""
    today = localdate(request.now)
    seen = Worker.objects.visible_to(request.member)
    chosen = request.GET.get("tampil", "")
    views = [
        {"url": f"?tampil={word}" if word else "?", "label": label, "count": choose(seen, today).count(), "current": word == chosen}
        for word, (label, choose) in VIEWS.items()
    ]
    page = Paginator(VIEWS.get(chosen, VIEWS[""])[1](seen, today).listed(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [{"worker": worker, "decree": decree(worker, today)} for worker in page],
        "views": views,
        "may_manage": can(request.member, "kelola_petugas"),
        "gampong": Area.objects.under(request.member.areas).gampong().count(),
        "alone": Area.objects.under(request.member.areas).without_worker().count(),
    }
    return render(request, "registry/worker_list.html", context)


def decree(worker: Worker, today: date) -> str:
    """State of the SK: kosong, habis, segera or berlaku."""
    if worker.sk_until is None:
        return "kosong"
    if worker.sk_until < today:
        return "habis"
    return "segera" if worker.sk_until <= today + WARN else "berlaku"


def _phone(worker: Worker, member: Member) -> str:
    """A worker sees the whole number of themselves only."""
    own = worker.account_id == member.id
    return worker.phone if own or member.role != Role.PSM or not worker.phone else privacy.mask_phone(worker.phone)


@may("lihat_petugas")
@require_safe
def worker(request: Request, public_id: UUID) -> HttpResponse:
    found = get_worker(request, public_id)
    context: dict[str, Any] = {
        "worker": found,
        "phone": _phone(found, request.member),
        "decree": decree(found, localdate(request.now)),
        "may_manage": can(request.member, "kelola_petugas"),
        "sees_account": can(request.member, "kelola_akun") and found.account is not None,
    }
    return render(request, "registry/worker.html", context)


@may("kelola_petugas")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    return _form_page(request, None)


@may("kelola_petugas")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, public_id: UUID) -> HttpResponse:
    return _form_page(request, get_worker(request, public_id))


def _form_page(request: Request, found: Worker | None) -> HttpResponse:
    form = WorkerForm(request.member, request.POST or None, worker=found, mutation_id=uuid4())
    if request.method == "POST" and form.is_valid():
        try:
            sent = form.cleaned_data["mutation_id"]
            saved = members.save_worker(found, form.values, actor=request.member, now=request.now, mutation_id=sent)
        except members.Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Data petugas %(name)s tersimpan.") % {"name": saved.name})
            return redirect("worker", saved.public_id)
    return render(request, "registry/worker_form.html", {"form": form, "worker": found}, status=422 if form.errors else 200)
