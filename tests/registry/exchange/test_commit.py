"""A judged file is written whole or not at all, once, and never otherwise than the preview showed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import cases, snapshots, workflow
from registry.enums import BatchState, State
from registry.exchange import intake
from registry.exchange.commit import Committed, commit
from registry.models import AuditEvent, Batch, Case, CaseWrite, Person
from registry.permissions import can
from tests.people import GAMPONG, NEXT_DOOR, NOON, make_account, seen
from tests.registry.exchange.sheets import HEADINGS, line, nik, sheet

BASIS = "Surat Camat Peusangan"
ALREADY = Committed(False, "Impor ini sudah disimpan.")
CHANGED_SINCE = Committed(False, "Registri berubah sejak berkas ini diperiksa. Lihat hasil pemeriksaan yang baru, lalu simpan lagi.")


@pytest.fixture
def batch_of(tmp_path, member_of, account_of):
    """An uploaded and judged batch of rows."""
    account_of("psm")

    def make(rows, headings=HEADINGS, actor="admin") -> Batch:
        path = sheet(tmp_path / "berkas.xlsx", rows, headings)
        with path.open("rb") as file:
            batch = intake.receive(file, path.name, actor=member_of(actor), now=NOON)
        intake.judge(batch, actor=member_of(actor), now=NOON)
        return batch

    return make


@pytest.fixture
def confirm(member_of):
    def run(batch, actor="admin") -> Committed:
        return commit(batch, actor=member_of(actor), now=NOON, legal_basis=BASIS)

    return run


def test_good_rows_go_in_and_problem_rows_stay_out(batch_of, confirm, account_of):
    batch = batch_of([line(1), line(2, gampong="Entah"), line(3, gampong="Matang Sagoe")])
    assert confirm(batch) == Committed(True, "", 2, 0)
    batch.refresh_from_db()
    assert (batch.state, batch.legal_basis) == (BatchState.COMMITTED, BASIS)
    one, other = Case.objects.with_record().order_by("pk")
    assert (one.place_id, other.place_id) == (GAMPONG, NEXT_DOOR)
    # The second gampong has no worker, so its case is kept by who imported it.
    assert (one.worker, other.worker) == (account_of("psm"), account_of("admin"))
    assert {case.created_by for case in (one, other)} == {account_of("admin")}
    assert {(case.batch, case.person.batch, case.membership.household.batch) for case in (one, other)} == {(batch,) * 3}
    assert one.values()["case.consent_basis"] == "berkas"
    assert list(batch.rows.order_by("row").values_list("row", "case")) == [(2, one.pk), (3, None), (4, other.pk)]


def test_rows_land_submitted_only_when_nothing_stops_them(batch_of, confirm):
    """A row brings no criteria and no evidence of its kind, so it lands as a draft of the worker of the gampong."""
    batch = batch_of([line(1)])
    confirm(batch)
    case = Case.objects.get()
    stopped = case.judgements.get().stops_submit
    assert case.state == (State.DRAF if stopped else State.DIAJUKAN)


def test_who_confirmed_cannot_approve(batch_of, confirm, member_of):
    confirm(batch_of([line(1)]))
    case = Case.objects.get()
    assert CaseWrite.objects.get(case=case).actor_id == member_of("admin").id
    assert not can(member_of("admin"), "setujui", case)
    [outcome] = workflow.perform([seen(case)], "setujui", actor=member_of("admin"), now=NOON)
    assert not outcome.done


def test_the_same_file_again_is_all_the_same(batch_of, confirm):
    rows = [line(1), line(2), line(2, jenis_ppks="08")]
    confirm(batch_of(rows))
    again = batch_of(rows)
    assert again.counts == {"rows": 3, "new": 0, "changed": 0, "same": 3, "problem": 0}
    assert confirm(again) == Committed(False, "Tidak ada baris baru atau berubah, jadi tidak ada yang disimpan.")


def test_one_person_with_two_kinds_is_one_person_with_two_cases(batch_of, confirm):
    confirm(batch_of([line(1, alamat=None), line(1, jenis_ppks="08", alamat="Dekat pasar")]))
    assert (Person.objects.count(), Case.objects.count()) == (1, 2)
    assert {case.values()["household.address"] for case in Case.objects.with_record()} == {"Dekat pasar"}


def test_a_known_person_gets_a_new_case_and_the_changes_that_were_shown(batch_of, confirm, make_case):
    case = make_case()
    values = case.values()
    row = line(1, nik=values["person.nik"], no_kk=values["household.kk"], nama="Aisyah Hamid Binti", jenis_ppks="08")
    batch = batch_of([row | {"tanggal_lahir": values["person.birth_date"]}])
    assert [change["path"] for change in batch.rows.get().changes] == ["person.name"]
    assert confirm(batch).done
    assert list(Person.objects.values_list("name", flat=True)) == ["Aisyah Hamid Binti"]
    assert set(Case.objects.values_list("kind", flat=True)) == {"24", "08"}


def test_an_edit_that_matters_sends_an_approved_case_back_to_judgement(batch_of, confirm, make_case):
    case = make_case(state=State.DISETUJUI)
    values = case.values()
    row = {"id_registrasi": case.registry_no, "alamat": "Dekat pasar"}
    batch = batch_of([row], (*HEADINGS, "id_registrasi"))
    assert confirm(batch) == Committed(True, "", 0, 1)
    case = Case.objects.with_record().get()
    assert (case.state, case.values()) == (State.DIAJUKAN, values | {"household.address": "Dekat pasar"})


def test_confirmed_twice_it_is_written_once(batch_of, confirm):
    batch = batch_of([line(1)])
    stale = Batch.objects.get(pk=batch.pk)
    assert confirm(batch).done
    assert confirm(stale) == ALREADY
    assert (Case.objects.count(), AuditEvent.objects.filter(verb="impor").count()) == (1, 1)


def test_a_second_confirmation_that_slips_through_finds_the_batch_settled(batch_of, confirm, member_of, monkeypatch):
    """The first confirmation is written while the second one is judging the file."""
    batch, rival = batch_of([line(1)]), None
    original = intake.opened

    def slow(opened: Batch):
        nonlocal rival
        if rival is None:
            rival = True
            assert confirm(Batch.objects.get(pk=batch.pk)).done
        return original(opened)

    content = default_storage.open(batch.stored_as).read()
    monkeypatch.setattr(intake, "opened", slow)
    assert not confirm(batch).done
    assert (Case.objects.count(), len(content) > 0) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_all_or_nothing_when_the_last_row_fails(batch_of, confirm, make_case, monkeypatch):
    case = make_case()
    rows = [*(line(serial) for serial in range(2, 9)), line(1, nik=None, id_registrasi=case.registry_no, alamat="Dekat pasar")]
    batch = batch_of(rows, (*HEADINGS, "id_registrasi"))
    before = (Case.objects.count(), Person.objects.count(), AuditEvent.objects.count())

    def broken(*_args, **_more):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(snapshots, "take", broken)
    with pytest.raises(RuntimeError):
        confirm(batch)
    batch.refresh_from_db()
    assert (Case.objects.count(), Person.objects.count(), AuditEvent.objects.count()) == before
    assert (batch.state, batch.committed_at) == (BatchState.JUDGED, None)
    monkeypatch.undo()
    assert confirm(batch).done


@pytest.mark.parametrize("surprise", ["the record changed", "the person was recorded", "the record ended"])
def test_what_the_preview_did_not_show_is_not_written(batch_of, confirm, make_case, member_of, surprise):
    case = make_case(state=State.DIAJUKAN)
    rows = [line(1, nik=None, id_registrasi=case.registry_no, alamat="Dekat pasar"), line(2)]
    batch = batch_of(rows, (*HEADINGS, "id_registrasi"))
    if surprise == "the record changed":
        cases.update([cases.Edit(case.pk, {"household.address": "Dekat sungai"})], actor=member_of("psm"), now=NOON)
    elif surprise == "the person was recorded":
        make_case(person__nik=nik(2), person__name="Nama Lain")
    else:
        workflow.perform([seen(case)], "nonaktifkan", actor=member_of("supervisor"), now=NOON, reason="pindah")
    count = Case.objects.count()
    assert confirm(batch) == CHANGED_SINCE
    assert (Case.objects.count(), batch.state) == (count, BatchState.JUDGED)
    assert confirm(batch).done  # the new preview is what is confirmed now


def test_a_row_that_was_recorded_meanwhile_just_as_it_is_stays_out(batch_of, confirm):
    batch, rival = batch_of([line(1), line(2)]), batch_of([line(1)])
    assert confirm(rival).done
    assert confirm(batch) == Committed(True, "", 1, 0)
    assert Case.objects.count() == 2


def test_restricted_rows_need_the_grant_of_who_confirms(batch_of, confirm, account_of, member_of):
    account_of("psm_restricted")
    batch = batch_of([line(1, jenis_ppks="16"), line(2)], actor="admin_restricted")
    assert batch.counts["new"] == 2
    assert not confirm(batch).done
    intake.judge(batch, actor=member_of("admin_restricted"), now=NOON)
    assert confirm(batch, "admin_restricted") == Committed(True, "", 2, 0)
    assert Case.objects.get(kind="16").worker == account_of("psm_restricted")


@pytest.mark.parametrize("persona", ["psm", "supervisor"])
def test_only_an_admin_commits(batch_of, confirm, persona):
    with pytest.raises(PermissionError):
        confirm(batch_of([line(1)]), persona)


def test_the_worker_is_the_active_one_with_an_open_assignment_and_the_oldest_account(batch_of, confirm, account_of):
    make_account("tidak_aktif", "psm", GAMPONG, active=False)
    left = make_account("pindah", "psm", GAMPONG)
    left.assignments.update(until=NOON.date())
    account_of("psm_same_gampong")
    confirm(batch_of([line(1)]))
    assert Case.objects.get().worker.username == "psm"


def test_too_many_rows_are_judged_but_not_written(batch_of, confirm, settings):
    settings.IMPORT_COMMIT_MAX_ROWS = 2
    batch = batch_of([line(1), line(2), line(3)])
    assert batch.counts["new"] == 3
    assert confirm(batch).sentence.startswith("Berkas ini lebih dari 2 baris: sudah diperiksa")
    assert Case.objects.count() == 0


def test_the_file_is_sealed_while_it_waits_and_gone_afterwards(batch_of, confirm):
    batch = batch_of([line(1)])
    with default_storage.open(batch.stored_as) as stored:
        assert b"PK\x03\x04" not in stored.read()
    assert nik(1) not in str(list(batch.rows.values_list("problems", "changes")))
    confirm(batch)
    assert not default_storage.exists(batch.stored_as)


def test_new_rows_are_written_in_few_queries(batch_of, confirm):
    def count(rows) -> int:
        batch = batch_of(rows)
        with CaptureQueriesContext(connection) as captured:
            assert confirm(batch).done
        return len(captured)

    one = count([line(1)])
    assert count([line(serial) for serial in range(2, 32)]) <= one + 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_write_once(batch_of, member_of):
    batch = batch_of([line(1), line(2)])
    admin, start = member_of("admin"), Barrier(2)

    def confirm_now(_turn: int) -> bool:
        start.wait()
        try:
            return commit(Batch.objects.get(pk=batch.pk), actor=admin, now=NOON, legal_basis=BASIS).done
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirm_now, range(2))) == [False, True]
    assert Case.objects.count() == 2
