"""What leaves the house: only ready cases, as text, in the ledger; and it comes back in as the same."""

import hashlib
import io
import re
import stat
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings as portal
from django.utils import translation

from registry import cases
from registry.enums import State
from registry.exchange import dispatch
from registry.exchange.dispatch import NothingToSend
from registry.exchange.layouts import SIKS_NG_E1
from registry.exchange.staging import judge_file
from registry.models import AuditEvent, Case, Dispatch, DispatchRow, Snapshot
from tests.people import NOON, TODAY, invented_nik

HEADINGS = [column.heading for column in SIKS_NG_E1.columns]


@pytest.fixture
def send(member_of):
    """Dispatch everything that an admin sees."""

    def run(actor="admin", receiver=portal.RECEIVER, **more) -> Dispatch:
        member = member_of(actor)
        return dispatch.dispatch(dispatch.selection(member), receiver=receiver, purpose="Usulan DTSEN", actor=member, now=NOON, **more)

    return run


@pytest.fixture
def plain(member_of):
    def run(actor="admin") -> Dispatch:
        member = member_of(actor)
        return dispatch.plain_export(dispatch.selection(member), actor=member, now=NOON, filters="semua")

    return run


@pytest.fixture
def opened(member_of):
    """The rows of a dispatched workbook, heading -> value."""

    def run(entry: Dispatch) -> list[dict]:
        content = dispatch.content(entry, actor=member_of("admin"), now=NOON)
        assert hashlib.sha256(content).hexdigest() == entry.file_sha256
        head, *rows = openpyxl.load_workbook(io.BytesIO(content))["Data"].iter_rows(values_only=True)
        assert list(head) == HEADINGS
        return [dict(zip(head, row, strict=True)) for row in rows]

    return run


def test_a_ready_case_goes_out_with_every_column(send, opened, make_case):
    case = make_case(state=State.DISETUJUI)
    entry = send(letter="460/1187", filters="semua")
    [row] = opened(entry)
    assert {heading: value for heading, value in row.items() if value is not None} == {
        "PROVINSI": "Aceh", "KABUPATEN/KOTA": "Kabupaten Bireuen", "KECAMATAN": "Peusangan", "DESA/KELUARAHAN": "Paya Cut",
        "ALAMAT": "Belakang meunasah", "DUSUN": "Tunong", "NOKK": "1111050103199014", "NIK": case.person.nik, "NAMA": "Aisyah Hamid",
        "TANGGAL LAHIR": datetime(1958, 8, 7), "TEMPAT LAHIR": "Bireuen", "JENIS KELAMIN": "Perempuan", "NAMA IBU KANDUNG": "Nyak Maneh",
        "HUB KELUARGA": "Kepala keluarga", "JENIS PPKS": "24 Fakir miskin", "TANGGAL VERIFIKASI": datetime(2026, 11, 24),
        "NAMA PETUGAS": "Psm", "ID_REGISTRASI": case.registry_no,
    }  # fmt: skip


def test_the_ledger_keeps_who_what_and_the_snapshot_of_each_case(send, make_case, account_of):
    case = make_case(state=State.DISETUJUI)
    entry = send(letter="460/1187", filters="semua")
    case.refresh_from_db()
    assert (entry.receiver, entry.purpose, entry.letter, entry.filters) == (portal.RECEIVER, "Usulan DTSEN", "460/1187", "semua")
    assert (entry.row_count, entry.changes_state, entry.masked, entry.made_by) == (1, True, False, account_of("admin"))
    assert (entry.layout, entry.file_name) == ("siks_ng_e1", "siksng_bireuen_2026-11-24.xlsx")
    [line] = DispatchRow.objects.filter(dispatch=entry)
    assert line.snapshot == Snapshot.objects.get(case=case, revision=case.revision)
    assert (case.state, case.sent_at) == (State.TERKIRIM, NOON)
    assert AuditEvent.objects.get(verb="ekspor").detail == {"rows": 1, "layout": "siks_ng_e1", "sha256": entry.file_sha256}


def test_only_ready_cases_go(send, opened, make_case):
    ready = make_case(state=State.DISETUJUI)
    make_case(state=State.DIAJUKAN, person__name="Cut Meutia")
    make_case(state=State.DISETUJUI, person__name="Nurhayati", person__mother_name=None)
    make_case(state=State.NONAKTIF, person__name="Fatimah")
    assert [row["ID_REGISTRASI"] for row in opened(send())] == [ready.registry_no]
    assert Case.objects.filter(state=State.TERKIRIM).count() == 1


def test_nothing_ready_writes_nothing(send, make_case):
    make_case()
    with pytest.raises(NothingToSend):
        send()
    assert (Dispatch.objects.count(), list(Path(portal.EXPORT_ROOT).glob("*"))) == (0, [])


def test_a_sent_case_may_be_sent_again_under_another_name(send, make_case):
    make_case(state=State.DISETUJUI)
    assert [send().file_name, send().file_name] == ["siksng_bireuen_2026-11-24.xlsx", "siksng_bireuen_2026-11-24_2.xlsx"]


def test_sent_twice_under_one_id_it_is_one_file(send, make_case):
    make_case(state=State.DISETUJUI)
    same = "0b4b7c1e-6f7c-4e47-9a60-222222222222"
    assert send(mutation_id=same) == send(mutation_id=same)
    assert len(list(Path(portal.EXPORT_ROOT).glob("*"))) == 1


@pytest.mark.parametrize(
    "actor, receiver, kinds",
    [
        ("admin", portal.RECEIVER, ["24"]),
        ("admin_restricted", portal.RECEIVER, ["24", "16"]),
        ("admin_restricted", "Operator SIKS-NG, Dinas Sosial", ["24", "16"]),
        ("admin_restricted", "Universitas", ["24"]),
    ],
)
def test_restricted_kinds_leave_only_with_the_grant_and_only_for_dinas_sosial(member_of, make_case, actor, receiver, kinds):
    make_case(state=State.DISETUJUI)
    restricted = make_case(keeper="psm_restricted", case__kind="16", attach=False, person__name="Cut Meutia")
    member = member_of(actor)
    # Readiness of a restricted kind has evidence of its own; here only the choice among ready ones is tried.
    chosen = dispatch.selection(member)
    every = [case.kind for case in chosen]
    assert ("16" in every) is member.restricted
    Case.objects.filter(pk=restricted.pk).update(state="disetujui", approved_by=member.id, approved_revision=1, submitted_at=NOON)
    restricted.judgements.update(stops_ready=0, good_until=None)
    assert [case.kind for case in dispatch.sendable(chosen, receiver, actor=member, today=TODAY).order_by("pk")] == kinds


@pytest.mark.parametrize("persona", ["psm", "supervisor"])
def test_only_an_admin_sends(send, make_case, persona):
    make_case(state=State.DISETUJUI)
    with pytest.raises(PermissionError):
        send(persona)


def test_the_selection_filters_by_kecamatan_and_kind(member_of, make_case):
    here = make_case()
    make_case(keeper="psm_elsewhere", case__place="11.11.01.2001", household__gampong="11.11.01.2001", case__kind="08")
    admin = member_of("admin")
    assert list(dispatch.selection(admin, kecamatan="11.11.05")) == [here]
    assert list(dispatch.selection(admin, kind="24")) == [here]
    assert not dispatch.selection(admin, kecamatan="11.11.01", kind="24").exists()
    assert dispatch.filter_words("11.11.05", "24") == "Kec. Peusangan, 24 Fakir miskin"
    assert dispatch.filter_words() == "semua kecamatan, semua jenis"


def test_the_file_is_sealed_readable_by_the_portal_only_and_named_after_nobody(send, make_case):
    make_case(state=State.DISETUJUI)
    entry = send()
    path = Path(portal.EXPORT_ROOT) / entry.stored_as
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"PK\x03\x04" not in path.read_bytes()
    assert re.fullmatch(r"[0-9a-f]{32}\.sealed", entry.stored_as)


@pytest.mark.parametrize("value", ["=1+1", "=cmd|' /C calc'!A0", "+62", "-1", "@SUM(A1)", "==HYPERLINK(1)"])
def test_no_answer_becomes_a_live_formula(send, member_of, make_case, value):
    make_case(state=State.DISETUJUI, household__address=value, person__birth_place=value)
    content = dispatch.content(send(), actor=member_of("admin"), now=NOON)
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content))["Data"].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert [cell.value for cell in cells].count(value) == 2


def test_numbers_are_text_cells_and_the_header_is_frozen(send, member_of, make_case):
    case = make_case(state=State.DISETUJUI)
    content = dispatch.content(send(), actor=member_of("admin"), now=NOON)
    page = openpyxl.load_workbook(io.BytesIO(content))["Data"]
    nik = page.cell(2, HEADINGS.index("NIK") + 1)
    assert (nik.value, nik.data_type, nik.number_format, page.freeze_panes) == (case.person.nik, "s", "@", "A2")


def test_what_went_out_comes_back_as_the_same(send, make_case, member_of, tmp_path):
    for name, day in (("CUT MEUTIA", 7), ("Nurhayati binti Amin", 8), ("Aisyah", 9)):
        make_case(state=State.DISETUJUI, household__rt="002", person__name=name, person__birth_date=date(1950, 8, day))
    sent = send()
    path = tmp_path / "kembali.xlsx"
    path.write_bytes(dispatch.content(sent, actor=member_of("admin"), now=NOON))
    judged = judge_file(path, actor=member_of("admin"), now=NOON)
    assert (sent.row_count, judged.rows, judged.same, judged.problems) == (3, 3, 3, [])


@pytest.mark.django_db(transaction=True)
def test_a_failure_on_the_way_leaves_no_file_no_line_and_no_state(send, make_case, monkeypatch):
    case = make_case(state=State.DISETUJUI)

    def broken(*_args, **_more):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(DispatchRow.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        send()
    case.refresh_from_db()
    assert (case.state, Dispatch.objects.count(), list(Path(portal.EXPORT_ROOT).glob("*"))) == (State.DISETUJUI, 0, [])


# --- the export of a list


def test_a_plain_export_masks_numbers_and_changes_nothing(plain, opened, make_case):
    case = make_case(state=State.DISETUJUI)
    entry = plain("supervisor")
    entry = Dispatch.objects.get(pk=entry.pk)
    [row] = opened(entry)
    case.refresh_from_db()
    assert (row["NIK"], row["NOKK"]) == (f"1111••••••••{case.person.nik[-4:]}", "1111••••••••9014")
    assert row["NAMA"] == "Aisyah Hamid"
    assert (case.state, entry.changes_state, entry.masked, entry.row_count) == (State.DISETUJUI, False, True, 1)
    assert (entry.file_name, DispatchRow.objects.count()) == ("daftar_bireuen_2026-11-24.xlsx", 0)
    assert AuditEvent.objects.filter(verb="unduh_daftar").count() == 1


def test_a_plain_export_veils_children_and_leaves_restricted_kinds_out(plain, opened, make_case):
    child = make_case(
        person__birth_date=date(2018, 2, 1), case__kind="02", person__nik=None, person__no_nik_reason="bayi", household__head_name="Ayah"
    )
    make_case(keeper="psm_restricted", case__kind="16", attach=False)
    [row] = opened(plain("admin_restricted"))
    assert row["ID_REGISTRASI"] == child.registry_no
    assert (row["NAMA"], row["NAMA IBU KANDUNG"], row["ALAMAT"], row["TANGGAL LAHIR"]) == ("A•••••", "N•••••", "tertutup", "2018")
    assert row["NIK"] is None


def test_a_psm_exports_nothing(plain):
    with pytest.raises(PermissionError):
        plain("psm")


def test_a_draft_without_answers_is_exported_too(plain, opened, account_of, member_of):
    worker = account_of("psm")
    cases.begin([cases.NewCase({"case.place": "11.11.05.2008"}, worker.pk)], actor=member_of("psm"), now=NOON)
    [row] = opened(plain())
    assert {heading for heading, value in row.items() if value} == {"NAMA PETUGAS", "ID_REGISTRASI"}


def test_what_was_sent_can_be_left_out(make_case, member_of):
    sent, fresh = make_case(State.TERKIRIM), make_case(State.DISETUJUI, person__nik=invented_nik(serial=9777), person__name="Daud")
    admin = member_of("admin")
    assert set(dispatch.selection(admin)) == {sent, fresh}
    assert list(dispatch.selection(admin, sent="belum")) == [fresh]
    assert dispatch.filter_words(kecamatan="11.11.05", kind="24", sent="belum") == "Kec. Peusangan, 24 Fakir miskin, belum dikirim"


def test_a_workbook_is_indonesian_whatever_language_the_page_had(make_case, member_of):
    make_case(State.DISETUJUI)
    with translation.override("en"):
        made = dispatch.dispatch(Case.objects.all(), receiver="Dinas Sosial", purpose="uji", actor=member_of("admin"), now=NOON)
    page = openpyxl.load_workbook(io.BytesIO(dispatch.content(made, actor=member_of("admin"), now=NOON)))["Data"]
    row = {heading.value: cell.value for heading, cell in zip(page[1], page[2], strict=True)}
    assert (row["JENIS KELAMIN"], row["HUB KELUARGA"]) == ("Perempuan", "Kepala keluarga")


def test_the_ledger_of_the_regency_holds_what_was_made_for_its_parts(make_case, member_of):
    make_case(State.DISETUJUI)
    own = dispatch.plain_export(Case.objects.all(), actor=member_of("supervisor"), now=NOON, filters="")
    assert list(Dispatch.objects.visible_to(member_of("admin"))) == [own]
    assert list(Dispatch.objects.visible_to(member_of("supervisor_elsewhere"))) == []
