"""Decisions on pairs: who may, what needs a reason, what is remembered, what the second one gets."""

import pytest

from registry.enums import PairStatus
from registry.models import AuditEvent
from tests.people import ELSEWHERE, NEXT_DOOR, NOON, TODAY, invented_nik
from validation import assess, decisions
from validation.decisions import Decided
from validation.models import Decision, DuplicatePair

pytestmark = pytest.mark.django_db
NOT_BOTH = "Hanya yang bertugas di wilayah kedua warga yang dapat memutuskan."
NO_REASON = "Tulis alasan mengapa keduanya orang yang berbeda."


@pytest.fixture
def pair(make_case):
    nik = invented_nik()
    for keeper, place in (("psm", "11.11.05.2008"), ("psm_next_door", NEXT_DOOR)):
        make_case(attach=False, keeper=keeper, case__place=place, person__nik=nik)
    return DuplicatePair.objects.get()


@pytest.mark.parametrize(
    ("persona", "may"),
    [
        ("psm", False), ("psm_next_door", False), ("psm_elsewhere", False), ("supervisor", True), ("supervisor_restricted", True),
        ("supervisor_elsewhere", False), ("admin", True), ("admin_restricted", True),
    ],
)  # fmt: skip
def test_only_who_sees_both_may_decide(pair, member_of, persona, may):
    assert decisions.may_decide(pair, member_of(persona)) is may
    decided = decisions.decide(pair, PairStatus.SAME, reason="", actor=member_of(persona), now=NOON)
    assert decided == (Decided(True) if may else Decided(False, NOT_BOTH))
    assert Decision.objects.exists() is may


@pytest.mark.parametrize(
    ("verdict", "reason", "decided"),
    [
        (PairStatus.SAME, "", Decided(True)),
        (PairStatus.SAME, "KK sama.", Decided(True)),
        (PairStatus.DIFFERENT, "Ibunya lain.", Decided(True)),
        (PairStatus.DIFFERENT, "", Decided(False, NO_REASON)),
        (PairStatus.DIFFERENT, "  \n", Decided(False, NO_REASON)),
        (PairStatus.OPEN, "Nanti saja.", Decided(False, NO_REASON)),
    ],
)
def test_what_a_verdict_needs(pair, member_of, verdict, reason, decided):
    assert decisions.decide(pair, verdict, reason=reason, actor=member_of("supervisor"), now=NOON) == decided
    pair.refresh_from_db()
    assert pair.status == (verdict if decided.done else PairStatus.OPEN)
    assert [(d.verdict, d.reason) for d in pair.decisions.all()] == ([(verdict, reason.strip())] if decided.done else [])


def test_the_second_decision_is_refused(pair, member_of):
    assert decisions.decide(pair, PairStatus.DIFFERENT, reason="Lain.", actor=member_of("supervisor"), now=NOON).done
    # `pair` here is as somebody else opened it before: still open.
    again = decisions.decide(pair, PairStatus.SAME, reason="", actor=member_of("admin"), now=NOON)
    assert again == Decided(False, "Sudah diputuskan: Orang berbeda.")
    assert Decision.objects.count() == 1


def test_a_decision_is_recorded_without_its_words(pair, member_of, account_of):
    decisions.decide(pair, PairStatus.DIFFERENT, reason="Ibunya Fatimah.", actor=member_of("supervisor"), now=NOON)
    event = AuditEvent.objects.get(verb="putuskan_ganda")
    assert (event.actor, event.object_id, event.detail) == (account_of("supervisor"), str(pair.public_id), {"verdict": "beda"})


@pytest.mark.parametrize(("verdict", "blocks"), [(None, True), (PairStatus.SAME, True), (PairStatus.DIFFERENT, False)])
def test_what_still_keeps_both_from_being_ready(pair, member_of, verdict, blocks):
    if verdict:
        decisions.decide(pair, verdict, reason="Ibunya lain.", actor=member_of("supervisor"), now=NOON)
    for person in (pair.low, pair.high):
        rules = [blocker.rule for blocker in assess.blockers(person.cases.get(), today=TODAY, pair_visible=True)]
        assert ("pair.open" in rules) is blocks


def test_a_pair_that_was_decided_is_not_opened_again(pair, member_of):
    decisions.decide(pair, PairStatus.DIFFERENT, reason="Ibunya lain.", actor=member_of("supervisor"), now=NOON)
    assess.open_pairs([pair.low, pair.high], now=NOON)
    assert DuplicatePair.objects.get().status == PairStatus.DIFFERENT


def test_compare_knows_three_verdicts():
    left = {"person.name": "Aisyah", "person.sex": "P", "person.birth_place": None}
    right = {"person.name": "AISYAH", "person.sex": "L", "person.birth_place": "Bireuen"}
    assert assess.compare(left, right, left) == {"person.name": "sama", "person.sex": "beda", "person.birth_place": "kosong"}


def test_within_reach_are_pairs_seen_from_both_sides(pair, make_case, member_of):
    make_case(attach=False, keeper="psm_elsewhere", case__place=ELSEWHERE, person__nik=pair.low.nik)
    counts = {
        persona: (
            DuplicatePair.objects.visible_to(member_of(persona)).count(),
            DuplicatePair.objects.within_reach(member_of(persona)).count(),
        )
        for persona in ("supervisor", "supervisor_elsewhere", "admin", "psm")
    }
    assert counts == {"supervisor": (3, 1), "supervisor_elsewhere": (2, 0), "admin": (3, 3), "psm": (2, 0)}
