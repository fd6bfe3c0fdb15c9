"""Who is asking, and the authorised getters: nobody holds a case, a pair or a file without having passed the check."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import audit
from registry.enums import Role
from registry.models import Account, Attachment, Batch, Case, Dispatch, Member, Person, Worker
from registry.permissions import can
from validation.models import DuplicatePair

T = TypeVar("T")


class Request(HttpRequest):
    """A request of a signed-in member, as views see it."""

    member: Member
    now: datetime


class MemberMiddleware:
    """Gives every request its `now` and, when signed in, its `member`; private pages are never kept by a cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()
        request.member = None
        token = audit.address.set(request.META.get("REMOTE_ADDR", ""))
        try:
            if request.user.is_authenticated:
                request.member = request.user.member(timezone.localdate(request.now))
            response = self.get_response(request)
        finally:
            audit.address.reset(token)
        if request.member is not None or request.path.startswith(reverse("account_login")):
            response.headers["Cache-Control"] = "no-store"
        return response


def may(action: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorator of a view that needs no object: signed in, and `action` in MATRIX; 403 inside without the right."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def checked(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if not can(request.member, action):
                _record_refusal(request, "page", action, action)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


def _found(request: Request, kind: str, public_id: UUID, found: T | None) -> T:
    """The object, or 404 in the same way for what is not there and for what the member may not know of; the try is recorded."""
    if found is None:
        _record_refusal(request, kind, public_id, "lihat")
        raise Http404
    return found


def _record_refusal(request: Request, kind: str, ident: object, action: str) -> None:
    audit.record("ditolak", actor=request.member, now=request.now, kind=kind, ids=[ident], detail={"action": action})


def get_case(request: Request, public_id: UUID, action: str = "lihat") -> Case:
    """The case with its record. 404 for what the member may not know of, 403 for what they may see but not do."""
    case = _found(request, "case", public_id, Case.objects.visible_to(request.member).filter(public_id=public_id).with_record().first())
    if not can(request.member, action, case):
        _record_refusal(request, "case", public_id, action)
        raise PermissionDenied
    return case


def get_person(request: Request, public_id: UUID) -> Person:
    persons = Person.objects.visible_to(request.member).unmerged()
    return _found(request, "person", public_id, persons.filter(public_id=public_id).first())


def get_attachment(request: Request, public_id: UUID, action: str = "lihat_bukti") -> Attachment:
    attachments = Attachment.objects.visible_to(request.member).select_related("case")
    attachment = _found(request, "attachment", public_id, attachments.filter(public_id=public_id).first())
    if not can(request.member, action, attachment.case):
        _record_refusal(request, "attachment", public_id, action)
        raise PermissionDenied
    return attachment


def get_pair(request: Request, public_id: UUID) -> DuplicatePair:
    pairs = DuplicatePair.objects.visible_to(request.member).listed()
    return _found(request, "pair", public_id, pairs.filter(public_id=public_id).first())


def get_batch(request: Request, public_id: UUID) -> Batch:
    return _found(request, "batch", public_id, Batch.objects.visible_to(request.member).filter(public_id=public_id).first())


def get_dispatch(request: Request, public_id: UUID) -> Dispatch:
    """A file of the ledger; 403 for one with restricted kinds where the member lacks the grant."""
    entry = _found(request, "dispatch", public_id, Dispatch.objects.visible_to(request.member).filter(public_id=public_id).first())
    if not request.member.restricted and entry.rows.restricted().exists():
        _record_refusal(request, "dispatch", public_id, "ekspor")
        raise PermissionDenied
    return entry


def get_account(request: Request, public_id: UUID) -> Account:
    """An account that the member may manage; 404 for any other."""
    accounts = Account.objects.managed_by(request.member).with_invitation(request.now)
    return _found(request, "account", public_id, accounts.filter(public_id=public_id).first())


def get_worker(request: Request, public_id: UUID) -> Worker:
    workers = Worker.objects.visible_to(request.member).listed()
    return _found(request, "worker", public_id, workers.filter(public_id=public_id).first())


# url name, label, action in MATRIX
_PAGES: dict[Role, tuple[tuple[str, Any, str], ...]] = {
    Role.PSM: (
        ("home", gettext_lazy("Tugas saya"), "lihat"),
        ("case_list", gettext_lazy("Warga"), "daftar"),
        ("worker_list", gettext_lazy("Petugas"), "lihat_petugas"),
    ),
    Role.SUPERVISOR: (
        ("queue", gettext_lazy("Antrean"), "antrean"),
        ("pair_list", gettext_lazy("Dugaan ganda"), "lihat_ganda"),
        ("case_list", gettext_lazy("Warga"), "daftar"),
        ("worker_list", gettext_lazy("Petugas"), "lihat_petugas"),
    ),
    Role.ADMIN: (
        ("home", gettext_lazy("Kabupaten"), "lihat"),
        ("case_list", gettext_lazy("Warga"), "daftar"),
        ("batch_list", gettext_lazy("Impor"), "impor"),
        ("dispatch_list", gettext_lazy("Ekspor"), "ekspor"),
        ("pair_list", gettext_lazy("Dugaan ganda"), "lihat_ganda"),
        ("worker_list", gettext_lazy("Petugas"), "lihat_petugas"),
        ("account_list", gettext_lazy("Akun"), "kelola_akun"),
    ),
}


def _room(url_name: str) -> str:
    """Pages below a list count as its room: batch_commit stands under batch_list."""
    return "queue" if url_name == "review" else url_name.split("_")[0]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: who is asking, the main links of their role, counts where work waits."""
    member = getattr(request, "member", None)
    base = {"member": member, "now": getattr(request, "now", None)}
    if member is None:
        return base
    counts = {}
    if can(member, "antrean"):
        counts["queue"] = Case.objects.visible_to(member).awaiting_decision().count()
    if can(member, "lihat_ganda"):
        counts["pair_list"] = DuplicatePair.objects.visible_to(member).open().count()
    current = (request.resolver_match.url_name or "") if request.resolver_match else ""
    nav = [
        {"url": reverse(name), "label": label, "count": counts.get(name, 0), "current": _room(name) == _room(current)}
        for name, label, action in _PAGES[member.role]
        if can(member, action)
    ]
    links = [{"url": reverse("password"), "label": _("Ganti kata sandi")}]
    if can(member, "lihat_operasi"):
        links.append({"url": reverse("operations"), "label": _("Operasi")})
    return base | {"nav": nav, "account_links": links, "search_url": reverse("search") if can(member, "catat") else ""}
