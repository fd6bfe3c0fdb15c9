"""Two people at once, with real threads on a real database.

Every race runs twice: as the product is, where it must end well, and with its guard taken away, where it must end badly; a race that
ends well without its guard proves nothing. What "badly" is depends on the database: PostgreSQL loses a write or breaks a constraint;
SQLite, whose rollback journal lets only one transaction write, tells one of the two "database is locked". There the guard is that
every transaction begins with the write lock (transaction_mode IMMEDIATE), so that is taken away beside the other guards.

Nobody sleeps. The first one stops inside a patched function, between reading and writing; then the others start, and the first goes on
when they are done, or, where a guard keeps them out, when its patience ends.
"""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Lock, Thread, current_thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.db.models import QuerySet

from registry import cases, mutations, transactions, workflow
from registry.cases import Edit, NewCase, beginning, changing
from registry.enums import State
from registry.models import Case, CaseWrite, Person, StateChange
from registry.workflow import perform
from tests.people import NOON, complete_values, invented_nik, seen
from validation import assess
from validation.models import DuplicatePair, RuleSet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
LATER = NOON + timedelta(hours=1)
ONE = UUID("00000000-0000-4000-8000-000000000001")
PATIENCE, LONG_PATIENCE = 0.5, 20.0
both = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "guard removed"])


class Race:
    """One who stops midway, and others who come in between. `kept_out`: something else than the guard blocks the others as well."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
        self.monkeypatch, self.guarded = monkeypatch, guarded
        self.midway, self.others_done, self.lock = Event(), Event(), Lock()
        self.first: Thread | None = None
        self.results: dict[int, Any] = {}

    def stop_in(self, module: Any, name: str, *, after: bool = False, kept_out: bool = False) -> None:
        """The first runner stops before (or after) the first time it does the work of this function."""
        work = getattr(module, name)
        free = not self.guarded and not kept_out and connection.vendor == "postgresql"

        def stop() -> None:
            if current_thread() is self.first and not self.midway.is_set():
                self.midway.set()
                self.others_done.wait(LONG_PATIENCE if free else PATIENCE)

        def stopping(*args: Any, **kwargs: Any) -> Any:
            if not after:
                stop()
            result = work(*args, **kwargs)
            if after:
                stop()
            return result

        self.monkeypatch.setattr(module, name, stopping)

    def without(self, owner: Any, name: str, instead: Any) -> None:
        """Take a guard away in the unguarded run."""
        if not self.guarded:
            self.monkeypatch.setattr(owner, name, instead)

    def without_row_locks(self) -> None:
        self.without(QuerySet, "select_for_update", lambda self, **_how: self.all())

    def run(self, first: Callable[[], Any], *others: Callable[[], Any]) -> list[Any]:
        """What each returned, or the exception it ended in."""
        threads = [Thread(target=self._one, args=(number, act, len(others))) for number, act in enumerate((first, *others))]
        self.first = threads[0]
        self.first.start()
        assert self.midway.wait(LONG_PATIENCE), self.results
        for thread in threads[1:]:
            thread.start()
        for thread in threads:
            thread.join(3 * LONG_PATIENCE)
            assert not thread.is_alive(), "somebody waits for ever"
        return [self.results[number] for number in range(len(threads))]

    def _one(self, number: int, act: Callable[[], Any], others: int) -> None:
        try:
            if connection.vendor == "sqlite" and not self.guarded:
                connection.ensure_connection()
                connection.transaction_mode = "DEFERRED"
            result = act()
        except Exception as fault:
            result = fault
        finally:
            connections.close_all()
        with self.lock:
            self.results[number] = result
            if len(self.results.keys() - {0}) == others:
                self.others_done.set()


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch, areas: None) -> Callable[[bool], Race]:
    RuleSet.objects.get_or_create(number=assess.engine.RULE_SET, defaults={"current": True, "current_since": NOON})
    return lambda guarded: Race(monkeypatch, guarded)


def no_faults(results: list[Any]) -> bool:
    return not any(isinstance(result, Exception) for result in results)


@both
def test_two_approvals_of_one_case(guarded, race, make_case, member_of):
    case = make_case(State.DIAJUKAN, attach=False)
    view, first, second = seen(case), member_of("supervisor"), member_of("supervisor_restricted")
    meeting = race(guarded)
    meeting.without_row_locks()
    meeting.stop_in(workflow, "_take", after=True)
    results = meeting.run(
        lambda: perform([view], "setujui", actor=first, now=LATER)[0],
        lambda: perform([view], "setujui", actor=second, now=LATER)[0],
    )
    sound = (
        no_faults(results)
        and [outcome.done for outcome in results] == [True, False]
        and results[1].sentence == "Catatan ini sekarang berstatus Disetujui."
        and StateChange.objects.filter(case=case, action="setujui").count() == 1
    )
    assert sound is guarded


@both
def test_approval_against_an_edit(guarded, race, make_case, member_of):
    """Nobody has approved what they did not see: the edit waits for the approval, and reopens."""
    case = make_case(State.DIAJUKAN, attach=False)
    view, supervisor, psm = seen(case), member_of("supervisor"), member_of("psm")
    meeting = race(guarded)
    meeting.without_row_locks()
    meeting.stop_in(workflow, "_take", after=True)
    results = meeting.run(
        lambda: perform([view], "setujui", actor=supervisor, now=LATER)[0],
        lambda: cases.update([Edit(case.pk, {"person.name": "Nama Baru"})], actor=psm, now=LATER)[0],
    )
    case.refresh_from_db()
    sound = (
        no_faults(results)
        and results[0].done
        and results[1].done
        and (case.state, case.revision, case.approved_revision, case.person.name) == ("diajukan", 2, 1, "Nama Baru")
        and case.snapshots.get(revision=1).values()["person.name"] == "Aisyah Hamid"
        and case.judgements.get().revision == 2
    )
    assert sound is guarded


@both
def test_an_edit_against_approval(guarded, race, make_case, member_of):
    """The other way round: the approval waits for the edit, and is refused with the difference."""
    case = make_case(State.DIAJUKAN, attach=False)
    view, supervisor, psm = seen(case), member_of("supervisor"), member_of("psm")
    meeting = race(guarded)
    meeting.without_row_locks()
    meeting.stop_in(changing, "_write")
    results = meeting.run(
        lambda: cases.update([Edit(case.pk, {"person.name": "Nama Baru"})], actor=psm, now=LATER)[0],
        lambda: perform([view], "setujui", actor=supervisor, now=LATER)[0],
    )
    case.refresh_from_db()
    sound = (
        no_faults(results)
        and (results[0].done, results[1].done, case.state) == (True, False, "diajukan")
        and results[1].differences == {"person.name": ("Aisyah Hamid", "Nama Baru")}
    )
    assert sound is guarded


@both
def test_the_same_nik_from_two_workers(guarded, race, member_of):
    """Two persons and exactly one pair, although neither transaction can see the other's person."""
    nik, first, second = invented_nik(), member_of("psm"), member_of("psm_same_gampong")
    meeting = race(guarded)
    meeting.without(workflow, "touch_slots", lambda persons: None)
    meeting.stop_in(assess, "open_pairs", after=True)
    results = meeting.run(
        lambda: cases.begin([NewCase(complete_values(person__nik=nik, person__name="Aminah"), first.id)], actor=first, now=NOON),
        lambda: cases.begin([NewCase(complete_values(person__nik=nik, person__name="Zulaikha"), second.id)], actor=second, now=NOON),
    )
    pairs = list(DuplicatePair.objects.values_list("found_by", flat=True))
    sound = no_faults(results) and (Person.objects.count(), pairs) == (2, [["nik"]])
    # SQLite: a new case writes before it reads, so even a deferred transaction holds the one write lock while it looks for doubles.
    assert sound is (guarded or connection.vendor == "sqlite")


@both
def test_two_approvals_of_two_holders_of_one_nik(guarded, race, make_case, member_of):
    """Both cases are approved and one identity is confirmed. Without the slot the unique index still refuses, but with a crash."""
    nik = invented_nik()
    one, other = (seen(make_case(State.DIAJUKAN, attach=False, person__nik=nik, person__name=name)) for name in ("Aminah", "Zulaikha"))
    first, second = member_of("supervisor"), member_of("supervisor_restricted")
    meeting = race(guarded)
    meeting.without(workflow, "touch_slots", lambda persons: None)
    meeting.stop_in(workflow, "_confirm_identities", after=True, kept_out=True)
    results = meeting.run(
        lambda: perform([one], "setujui", actor=first, now=LATER)[0].done,
        lambda: perform([other], "setujui", actor=second, now=LATER)[0].done,
    )
    confirmed = list(Person.objects.order_by("pk").values_list("identity_confirmed", flat=True))
    assert (results == [True, True] and confirmed == [True, False]) is guarded


@both
def test_the_same_mutation_twice(guarded, race, member_of):
    """A repeated send has one effect on both databases; without the check it has two on both, for nothing else would notice."""
    psm, values = member_of("psm"), complete_values()
    meeting = race(guarded)
    meeting.without(mutations, "once", lambda *_args, do, **_more: do())
    meeting.stop_in(beginning, "_begin")

    def send() -> int:
        return cases.begin([NewCase(values, psm.id)], actor=psm, now=NOON, mutation_id=ONE)[0].pk

    results = meeting.run(send, send)
    sound = no_faults(results) and len(set(results)) == 1 and (Case.objects.count(), Person.objects.count()) == (1, 1)
    assert sound is guarded


@both
def test_a_person_is_edited_while_two_of_their_cases_are(guarded, race, make_case, member_of):
    """Every write counts once in every record it belongs to, and none is lost."""
    psm, supervisor = member_of("psm"), member_of("supervisor")
    one = make_case(attach=False)
    two = make_case(attach=False, person_key=one.person_id, case__kind="08")
    meeting = race(guarded)
    meeting.without_row_locks()
    meeting.stop_in(changing, "raise_revision")
    results = meeting.run(
        lambda: cases.update([Edit(one.pk, {"person.birth_place": "Jeunieb"})], actor=supervisor, now=LATER)[0].done,
        lambda: cases.update([Edit(one.pk, {"case.note": "Satu"})], actor=psm, now=LATER)[0].done,
        lambda: cases.update([Edit(two.pk, {"case.note": "Dua"})], actor=psm, now=LATER)[0].done,
    )
    kept = [Case.objects.with_record().get(pk=case.pk) for case in (one, two)]
    writes = [list(CaseWrite.objects.filter(case=case).order_by("revision").values_list("revision", flat=True)) for case in kept]
    sound = (
        results == [True] * 3
        and [case.revision for case in kept] == [3, 3]
        and writes == [[1, 2, 3], [1, 2, 3]]
        and [case.values().get("case.note") for case in kept] == ["Satu", "Dua"]
        and {case.values()["person.birth_place"] for case in kept} == {"Jeunieb"}
        and [case.judgements.get().revision for case in kept] == [3, 3]
    )
    assert sound is guarded


@both
def test_two_lists_taken_in_opposite_order(guarded, race, make_case, member_of):
    """PostgreSQL breaks the deadlock by ending one transaction; the door opens again for it. SQLite knows no such deadlock."""
    psm, supervisor = member_of("psm"), member_of("supervisor")
    one, two = make_case(attach=False, person__name="Aminah"), make_case(attach=False, person__name="Zulaikha")
    meeting = race(guarded)
    meeting.without(transactions, "TRIES", 1)
    meeting.stop_in(changing, "_update", after=True, kept_out=True)
    results = meeting.run(
        lambda: cases.update([Edit(case.pk, {"case.note": "Dari petugas"}) for case in (one, two)], actor=psm, now=LATER),
        lambda: cases.update([Edit(case.pk, {"case.place_note": "Pasar"}) for case in (two, one)], actor=supervisor, now=LATER),
    )
    kept = [(case.revision, case.values().get("case.note"), case.place_note) for case in Case.objects.with_record()]
    sound = no_faults(results) and kept == [(3, "Dari petugas", "Pasar")] * 2
    assert sound is guarded
