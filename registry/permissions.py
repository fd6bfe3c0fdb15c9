"""MATRIX: who may do what. One row per action; every door and every button reads it through `can`."""

from enum import Enum

from registry.enums import Role
from registry.models import Case, Member


class Scope(Enum):
    """On which cases a role may do an action, among those it can see at all (`visible_to`)."""

    ANY = "any"
    KEPT = "kept"


_PSM, _SUPERVISOR, _ADMIN = Role.PSM, Role.SUPERVISOR, Role.ADMIN

MATRIX: dict[str, dict[Role, Scope]] = {
    # the record
    "cari": {_PSM: Scope.ANY, _SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "lihat": {_PSM: Scope.ANY, _SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "lihat_nik": {_PSM: Scope.KEPT, _SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "lihat_bukti": {_PSM: Scope.KEPT, _SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "catat": {_PSM: Scope.ANY},
    "ubah": {_PSM: Scope.KEPT, _SUPERVISOR: Scope.ANY},
    "serahkan": {_SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "hapus": {_PSM: Scope.KEPT},
    # its life (registry.workflow)
    "ajukan": {_PSM: Scope.KEPT},
    "tarik": {_PSM: Scope.KEPT},
    "kembalikan": {_SUPERVISOR: Scope.ANY},
    "setujui": {_SUPERVISOR: Scope.ANY},
    "tolak": {_SUPERVISOR: Scope.ANY},
    "kirim": {_ADMIN: Scope.ANY},
    "nonaktifkan": {_SUPERVISOR: Scope.ANY},
    "buka_kembali": {_SUPERVISOR: Scope.ANY},
    # work on many
    "antrean": {_SUPERVISOR: Scope.ANY},
    "lihat_ganda": {_SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "putuskan_ganda": {_SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "daftar": {_PSM: Scope.ANY, _SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "unduh_daftar": {_SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "impor": {_ADMIN: Scope.ANY},
    "ekspor": {_ADMIN: Scope.ANY},
    # the office
    "lihat_petugas": {_PSM: Scope.ANY, _SUPERVISOR: Scope.ANY, _ADMIN: Scope.ANY},
    "kelola_petugas": {_ADMIN: Scope.ANY},
    "kelola_akun": {_ADMIN: Scope.ANY},
    "lihat_operasi": {_ADMIN: Scope.ANY},
}


def can(member: Member, action: str, case: Case | None = None) -> bool:
    """Whether the member may do `action`, on a case they can see (no case: on anything at all).

    A restricted kind always needs the grant too. Raises KeyError for an action that is not in the table.
    """
    scope = MATRIX[action].get(member.role)
    if scope is None:
        return False
    if case is None:
        return True
    if case.is_restricted and not member.restricted:
        return False
    return scope is Scope.ANY or case.worker_id == member.id
