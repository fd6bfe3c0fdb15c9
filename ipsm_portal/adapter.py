"""How people sign in: accounts are made by an admin only; coming, failing and going leave a trace without anything that was typed."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from registry import audit
from registry.models import Account


class ClosedAdapter(DefaultAccountAdapter):
    """allauth without sign-up, with the audit trail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        super().login(request, user)
        trace("masuk", user)

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        super().authentication_failed(request, **credentials)
        trace("gagal_masuk", None)

    def logout(self, request: HttpRequest) -> None:
        account = request.user if request.user.is_authenticated else None
        super().logout(request)
        trace("keluar", account)


def trace(verb: str, account: Account | None) -> None:
    """One audit event. A failed attempt names nobody: what was typed may be a password in the wrong field."""
    now = timezone.now()
    actor = account.member(timezone.localdate(now)) if account else None
    audit.record(verb, actor=actor, now=now, kind="account", ids=[account.public_id if account else ""])
