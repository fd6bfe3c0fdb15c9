"""Accounts: an admin makes, changes, invites and disables them; whoever is invited sets their own password, and may change it later."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry import members
from registry.access import Request, get_account, may
from registry.enums import Role
from registry.forms.members import AccountForm, ChangePasswordForm, NewPasswordForm
from registry.models import Account

PER_PAGE = 50
# Word in the address -> label and the accounts it shows.
VIEWS = {
    "": (gettext_lazy("Semua"), lambda accounts: accounts),
    "petugas": (gettext_lazy("Petugas"), lambda accounts: accounts.in_role(Role.PSM)),
    "penyelia": (gettext_lazy("Penyelia"), lambda accounts: accounts.in_role(Role.SUPERVISOR)),
    "admin": (gettext_lazy("Admin"), lambda accounts: accounts.in_role(Role.ADMIN)),
    "belum-masuk": (gettext_lazy("Belum pernah masuk"), lambda accounts: accounts.never_signed_in()),
    "nonaktif": (gettext_lazy("Nonaktif"), lambda accounts: accounts.disabled()),
}


@may("kelola_akun")
@require_safe
def account_list(request: Request) -> HttpResponse:
    """Accounts of the own areas, by name."""
    accounts = Account.objects.managed_by(request.member)
    chosen = request.GET.get("tampil", "")
    views = [
        {"url": f"?tampil={word}" if word else "?", "label": label, "count": choose(accounts).count(), "current": word == chosen}
        for word, (label, choose) in VIEWS.items()
    ]
    rows = VIEWS.get(chosen, VIEWS[""])[1](accounts).with_invitation(request.now).listed()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "registry/account_list.html", {"page_obj": page, "views": views})


@may("kelola_akun")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    form = AccountForm(request.member, request.POST or None)
    if request.method == "POST" and form.is_valid():
        username = form.cleaned_data["username"] or members.username_for(form.profile.name)
        try:
            account = members.enrol(username, form.profile, actor=request.member, now=request.now)
        except members.Refused as reason:
            form.add_error(None, str(reason))
        else:
            return _invited(request, account)
    return render(request, "registry/account_form.html", {"form": form}, status=422 if form.errors else 200)


@may("kelola_akun")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, public_id: UUID) -> HttpResponse:
    account = get_account(request, public_id)
    form = AccountForm(request.member, request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            changed = members.change_account(account, form.profile, actor=request.member, now=request.now)
        except members.Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Perubahan pada akun %(name)s berlaku mulai sekarang.") % {"name": form.profile.name})
            return redirect("account_list") if changed else redirect("account_edit", public_id)
    context = {"form": form, "account": account, "own": account.pk == request.member.id}
    return render(request, "registry/account_form.html", context, status=422 if form.errors else 200)


@may("kelola_akun")
@require_POST
def invite(request: Request, public_id: UUID) -> HttpResponse:
    return _invited(request, get_account(request, public_id))


def _invited(request: Request, account: Account) -> HttpResponse:
    """The one page on which the link of a new invitation stands; it can only be made anew, never be shown again."""
    try:
        token, ends = members.invite(account, actor=request.member, now=request.now)
    except members.Refused as reason:
        messages.error(request, str(reason))
        return redirect("account_edit", account.public_id)
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    return render(request, "registry/account_invited.html", {"account": account, "link": link, "ends": ends})


@may("kelola_akun")
@require_http_methods(["GET", "HEAD", "POST"])
def set_active(request: Request, public_id: UUID) -> HttpResponse:
    """Asks first; the form says what shall be, so that a send that comes twice does not turn it back."""
    account = get_account(request, public_id)
    if request.method != "POST":
        context = {"account": account, "danger": account.is_active, "back_url": reverse("account_edit", args=[public_id])}
        return render(request, "registry/account_active.html", context)
    active = request.POST.get("aktif") == "ya"
    try:
        members.set_active(account, active, actor=request.member, now=request.now)
    except members.Refused as reason:
        messages.error(request, str(reason))
    else:
        told = _("Akun %(name)s aktif lagi.") if active else _("Akun %(name)s dinonaktifkan dan sudah keluar di semua perangkat.")
        messages.success(request, told % {"name": account.name})
    return redirect("account_edit", public_id)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Public: whoever holds the link sets the password of the account, once. Looking does not use the link up."""
    now: datetime = request.now
    try:
        account = members.invited(token, now=now)
        form = NewPasswordForm(account, request.POST or None)
        if request.method == "POST" and form.is_valid():
            members.accept_invitation(token, form.cleaned_data["new"], now=now)
            messages.success(request, _("Kata sandi tersimpan. Masuk dengan nama pengguna %(name)s.") % {"name": account.username})
            return redirect("account_login")
    except members.InvitationGone:
        return render(request, "registry/invitation_gone.html", status=410)
    context: dict[str, Any] = {"form": form, "account": account}
    return render(request, "registry/invitation.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: Request) -> HttpResponse:
    form = ChangePasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = members.change_password(request.user, form.cleaned_data["new"], now=request.now)
        update_session_auth_hash(request, account)
        messages.success(request, _("Kata sandi diganti. Perangkat lain yang masih masuk sudah dikeluarkan."))
        return redirect("home")
    return render(request, "registry/password.html", {"form": form}, status=422 if form.errors else 200)
