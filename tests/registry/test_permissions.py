"""MATRIX against a table written by hand: every action x role x (own case, another's, restricted with and without the grant)."""

from dataclasses import replace

import pytest

from registry.enums import Role
from registry.models import Case, Member
from registry.permissions import MATRIX, can

# action -> who may: "own" only on cases they keep, "all" on every case they can see, "-" never. Order: psm, supervisor, admin.
TABLE = {
    "cari": ("all", "all", "all"),
    "lihat": ("all", "all", "all"),
    "lihat_nik": ("own", "all", "all"),
    "lihat_bukti": ("own", "all", "all"),
    "catat": ("all", "-", "-"),
    "ubah": ("own", "all", "-"),
    "serahkan": ("-", "all", "all"),
    "hapus": ("own", "-", "-"),
    "ajukan": ("own", "-", "-"),
    "tarik": ("own", "-", "-"),
    "kembalikan": ("-", "all", "-"),
    "setujui": ("-", "all", "-"),
    "tolak": ("-", "all", "-"),
    "kirim": ("-", "-", "all"),
    "nonaktifkan": ("-", "all", "-"),
    "buka_kembali": ("-", "all", "-"),
    "antrean": ("-", "all", "-"),
    "lihat_ganda": ("-", "all", "all"),
    "putuskan_ganda": ("-", "all", "all"),
    "daftar": ("all", "all", "all"),
    "unduh_daftar": ("-", "all", "all"),
    "impor": ("-", "-", "all"),
    "ekspor": ("-", "-", "all"),
    "lihat_petugas": ("all", "all", "all"),
    "kelola_petugas": ("-", "-", "all"),
    "kelola_akun": ("-", "-", "all"),
    "lihat_operasi": ("-", "-", "all"),
}
ROLES = ("psm", "supervisor", "admin")
OPEN_KIND, RESTRICTED = "08", "18"


def test_every_action_has_a_row_here():
    assert set(MATRIX) == set(TABLE)


@pytest.mark.parametrize("action", TABLE)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what(action, role):
    allowed = TABLE[action][ROLES.index(role)]
    plain = Member(id=7, name="Uji", role=Role(role), areas=("11.11",))
    granted = replace(plain, restricted=True)
    own, others = Case(kind=OPEN_KIND, worker_id=7), Case(kind=OPEN_KIND, worker_id=8)
    secret, others_secret, no_kind = Case(kind=RESTRICTED, worker_id=7), Case(kind=RESTRICTED, worker_id=8), Case(kind=None, worker_id=7)
    anywhere, on_others = allowed != "-", allowed == "all"
    assert can(plain, action) is anywhere
    assert can(plain, action, own) is anywhere
    assert can(plain, action, no_kind) is anywhere
    assert can(plain, action, others) is on_others
    assert (can(plain, action, secret), can(plain, action, others_secret)) == (False, False)
    assert (can(granted, action, secret), can(granted, action, others_secret)) == (anywhere, on_others)


def test_an_action_that_is_not_in_the_table_is_an_error():
    with pytest.raises(KeyError):
        can(Member(id=1, name="", role=Role.ADMIN, areas=()), "hapus_semua")
