"""People of the system: accounts with role, dated areas and grant, invitations, passwords, and the member records of PSM.

Every door is one transaction, recorded. `actor` is None only for whoever has the server's command line.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from registry import audit, mutations
from registry.enums import Role
from registry.models import Account, Area, Assignment, Invitation, Member, Worker
from registry.permissions import can
from registry.transactions import in_one_transaction

INVITATION_DAYS = 7
WORKER_FIELDS = (
    "account", "name", "phone", "gampong", "sk_number", "sk_issuer", "sk_date", "sk_until", "training", "kta_number", "ipsm_office",
    "is_active", "inactive_reason",
)  # fmt: skip


class Refused(Exception):
    """The change was not made; `str()` is a sentence for the person who asked."""


class InvitationGone(Exception):
    """The token is unknown, used, replaced or too old, or its account is disabled: who holds it is not told which."""


@dataclass(frozen=True)
class Profile:
    """What an admin decides about an account. `areas`: Kemendagri codes, at least one."""

    name: str
    role: Role
    areas: tuple[str, ...]
    restricted: bool = False


def username_for(name: str) -> str:
    """A free user name made from a person's name: "Nurlaila Hasbi" -> "nurlaila.hasbi", then "nurlaila.hasbi2"."""
    base = slugify(name).replace("-", ".").replace("_", ".")[:50] or "petugas"
    taken = set(Account.objects.filter(username__startswith=base).values_list("username", flat=True))
    return next(f"{base}{end}" for end in ("", *range(2, len(taken) + 3)) if f"{base}{end}" not in taken)


# --- accounts


@in_one_transaction
def make_account(username: str, profile: Profile, *, actor: Member | None, now: datetime, password: str | None = None) -> Account:
    """A new account; without `password` nobody can sign in with it until an invitation is accepted.

    Raises Refused for a taken user name, an unknown area or one outside the actor's; ValidationError for a weak password.
    """
    _may_manage(actor)
    areas = _known_areas(profile.areas, actor)
    if Account.objects.filter(username__iexact=username).exists():
        raise Refused(_("Nama pengguna ini sudah dipakai. Pilih yang lain."))
    account = Account(username=username, name=profile.name, role=profile.role, sees_restricted=profile.restricted)
    _set_password(account, password)
    account.save()
    Assignment.objects.bulk_create([Assignment(account=account, area=area, since=localdate(now)) for area in areas])
    _record("buat_akun", account, actor, now, role=str(profile.role), areas=[area.code for area in areas], restricted=profile.restricted)
    return account


@in_one_transaction
def enrol(username: str, profile: Profile, *, actor: Member | None, now: datetime, password: str | None = None) -> Account:
    """`make_account`, with the member record of a PSM whose area is one gampong: their own if it has no account, else a new one."""
    account = make_account(username, profile, actor=actor, now=now, password=password)
    gampong = Area.objects.gampong().filter(pk__in=profile.areas)
    if profile.role == Role.PSM and len(gampong) == 1:
        known = Worker.objects.filter(gampong=gampong[0], name__iexact=profile.name, account=None).first()
        save_worker(known, {"name": profile.name, "gampong": gampong[0], "account": account}, actor=actor, now=now)
    return account


@in_one_transaction
def change_account(account: Account, profile: Profile, *, actor: Member, now: datetime) -> list[str]:
    """Name, role, areas and grant of an account; returns what changed. Role, areas and grant count at once: its sessions end.

    Areas that go end today, areas that come begin today. Nobody changes what they may do themselves: raises Refused.
    """
    account = _taken(account, actor)
    today = localdate(now)
    wanted = {area.code: area for area in _known_areas(profile.areas, actor)}
    held = {assignment.area_id: assignment for assignment in account.assignments.filter(until=None)}
    before = {"name": account.name, "role": account.role, "restricted": account.sees_restricted, "areas": sorted(held)}
    after = {"name": profile.name, "role": str(profile.role), "restricted": profile.restricted, "areas": sorted(wanted)}
    changed = [what for what in after if before[what] != after[what]]
    if account.pk == actor.id and set(changed) - {"name"}:
        raise Refused(_("Peran, wilayah, dan izin Anda sendiri hanya dapat diubah oleh admin lain."))
    account.name, account.role, account.sees_restricted = profile.name, profile.role, profile.restricted
    account.save(update_fields=["name", "role", "sees_restricted"])
    Assignment.objects.filter(pk__in=[held[code].pk for code in held.keys() - wanted.keys()]).update(until=today)
    Assignment.objects.bulk_create(
        [Assignment(account=account, area=wanted[code], since=today) for code in sorted(wanted.keys() - held.keys())]
    )
    if set(changed) - {"name"}:
        end_sessions(account, now=now)
    if changed:
        told = {"role": after["role"], "areas": after["areas"], "restricted": after["restricted"]}
        _record("ubah_akun", account, actor, now, changed=changed, **told)
    return changed


@in_one_transaction
def set_active(account: Account, active: bool, *, actor: Member, now: datetime) -> None:
    """Disable or enable an account. Disabling ends its sessions and its open invitations at once. Raises Refused for one's own."""
    account = _taken(account, actor)
    if account.pk == actor.id:
        raise Refused(_("Akun Anda sendiri hanya dapat dinonaktifkan oleh admin lain."))
    if account.is_active == active:
        return
    account.is_active = active
    account.save(update_fields=["is_active"])
    if not active:
        end_sessions(account, now=now)
        _close_invitations(account, now)
    _record("aktifkan_akun" if active else "nonaktifkan_akun", account, actor, now)


def end_sessions(account: Account, *, now: datetime) -> int:
    """Sign the account out everywhere; returns how many sessions ended."""
    own = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=now).iterator()
        if session.get_decoded().get("_auth_user_id") == str(account.pk)
    ]
    return Session.objects.filter(pk__in=own).delete()[0]


# --- invitations and passwords


@in_one_transaction
def invite(account: Account, *, actor: Member | None, now: datetime) -> tuple[str, datetime]:
    """(token, when it ends) of a new one-time link. Earlier ones end here; only the hash of the token is kept. Raises Refused."""
    account = _taken(account, actor)
    if not account.is_active:
        raise Refused(_("Akun ini nonaktif. Aktifkan dahulu, lalu buat undangannya."))
    _close_invitations(account, now)
    token, ends = secrets.token_urlsafe(32), now + timedelta(days=INVITATION_DAYS)
    Invitation.objects.create(
        account=account, token_hash=_hash(token), made_by_id=actor.id if actor else None, made_at=now, expires_at=ends
    )
    _record("undang", account, actor, now)
    return token, ends


def invited(token: str, *, now: datetime) -> Account:
    """Whose invitation this is. Raises InvitationGone."""
    return _usable(Invitation.objects.all(), token, now).account


@in_one_transaction
def accept_invitation(token: str, password: str, *, now: datetime) -> Account:
    """The invited person sets their own password, once. Raises InvitationGone, ValidationError for a weak password."""
    invitation = _usable(Invitation.objects.select_for_update(of=("self",)), token, now)
    account = Account.objects.select_for_update().get(pk=invitation.account_id)
    _set_password(account, password)
    account.save(update_fields=["password"])
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    _close_invitations(account, now)
    end_sessions(account, now=now)
    _record("terima_undangan", account, account.member(localdate(now)), now)
    return account


@in_one_transaction
def change_password(account: Account, password: str, *, now: datetime) -> Account:
    """A member's own new password; open invitations and every session end (the edge signs the present one in again)."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    _set_password(account, password)
    account.save(update_fields=["password"])
    _close_invitations(account, now)
    end_sessions(account, now=now)
    _record("ganti_sandi", account, account.member(localdate(now)), now)
    return account


# --- the directory of PSM


@in_one_transaction
def save_worker(
    worker: Worker | None, values: Mapping[str, Any], *, actor: Member | None, now: datetime, mutation_id: UUID | None = None
) -> Worker:
    """Make (None) or change the member record of a PSM. `values`: names of WORKER_FIELDS; what is left out stays.

    Raises Refused for a gampong outside the actor's areas, or an account that is no PSM's or belongs to another record.
    """
    if actor and not can(actor, "kelola_petugas"):
        raise PermissionError

    def do() -> dict[str, Any]:
        return {"worker": _save_worker(worker, values, actor, now).pk}

    if actor is None:
        return Worker.objects.get(pk=do()["worker"])
    return Worker.objects.get(pk=mutations.once(mutation_id, "petugas", actor=actor, now=now, do=do)["worker"])


def _save_worker(worker: Worker | None, values: Mapping[str, Any], actor: Member | None, now: datetime) -> Worker:
    known = worker is not None
    worker = Worker.objects.select_for_update(of=("self",)).get(pk=worker.pk) if known else Worker()
    if known and actor and not actor.covers(worker.gampong_id):
        raise PermissionError
    changed = [name for name in WORKER_FIELDS if name in values and (not known or getattr(worker, name) != values[name])]
    for name in changed:
        setattr(worker, name, values[name])
    if actor and not actor.covers(worker.gampong_id):
        raise Refused(_("Gampong ini di luar wilayah Anda."))
    if not worker.is_active and not worker.inactive_reason.strip():
        raise Refused(_("Tulis mengapa petugas ini tidak aktif."))
    _check_account(worker, actor)
    worker.save()
    if changed:
        verb = "ubah_petugas" if known else "catat_petugas"
        audit.record(verb, actor=actor, now=now, kind="worker", ids=[worker.public_id], detail={"changed": changed})
    return worker


def _check_account(worker: Worker, actor: Member | None) -> None:
    if worker.account is None:
        return
    if worker.account.role != Role.PSM or (actor and not Account.objects.managed_by(actor).filter(pk=worker.account_id).exists()):
        raise Refused(_("Akun ini bukan akun petugas di wilayah Anda."))
    if Worker.objects.filter(account=worker.account).exclude(pk=worker.pk).exists():
        raise Refused(_("Akun ini sudah dipakai petugas lain."))


# --- shared


def _may_manage(actor: Member | None) -> None:
    if actor and not can(actor, "kelola_akun"):
        raise PermissionError


def _taken(account: Account, actor: Member | None) -> Account:
    """The account, locked, if the actor may manage it. Raises PermissionError."""
    _may_manage(actor)
    rows = Account.objects.managed_by(actor) if actor else Account.objects.all()
    if not rows.filter(pk=account.pk).exists():
        raise PermissionError
    return Account.objects.select_for_update().get(pk=account.pk)


def _known_areas(codes: Sequence[str], actor: Member | None) -> list[Area]:
    areas = list(Area.objects.filter(pk__in=codes))
    if not codes or len(areas) != len(set(codes)):
        raise Refused(
            _("Wilayah %(codes)s tidak dikenal. Tulis kode Kemendagri, seperti 11.11.05 atau 11.11.05.2008.")
            % {"codes": _missing(codes, areas)}
        )
    if actor and not all(actor.covers(area.code) for area in areas):
        raise Refused(_("Pilih wilayah di dalam wilayah Anda sendiri."))
    return areas


def _missing(codes: Sequence[str], areas: Iterable[Area]) -> str:
    return ", ".join(sorted(set(codes) - {area.code for area in areas})) or "-"


def _set_password(account: Account, password: str | None) -> None:
    if password is None:
        account.set_unusable_password()
        return
    validate_password(password, account)
    account.set_password(password)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _usable(rows: Any, token: str, now: datetime) -> Invitation:
    invitation = rows.select_related("account").filter(token_hash=_hash(token)).first()
    if invitation is None or not invitation.usable(now):
        raise InvitationGone
    return invitation


def _close_invitations(account: Account, now: datetime) -> None:
    account.invitations.filter(used_at=None, expires_at__gt=now).update(expires_at=now)


def _record(verb: str, account: Account, actor: Member | None, now: datetime, **detail: Any) -> None:
    audit.record(verb, actor=actor, now=now, kind="account", ids=[account.public_id], detail=detail)
