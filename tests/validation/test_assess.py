"""Judgement, and the one definition of DTSEN-ready: what a record page says and what SQL says are the same."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import cases, evidence
from registry.cases import Edit
from registry.enums import State
from registry.fields import SIKS_TEN
from registry.models import Case, Household, Person
from tests.people import NOON, TODAY, complete_values, seen
from validation import assess
from validation.models import DuplicatePair, Finding, FindingAnswer, Judgement, RuleSet
from validation.rules import RULES

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def is_ready(case, today=TODAY):
    return assess.ready(Case.objects.filter(pk=case.pk), today=today).exists()


def blockers(case, today=TODAY, pair_visible=True):
    return assess.blockers(Case.objects.with_record().get(pk=case.pk), today=today, pair_visible=pair_visible)


def agree(case, today=TODAY):
    """Whether the case is ready, after both have said the same about it."""
    ready = is_ready(case, today)
    assert ready is (blockers(case, today) == [])
    return ready


def judge(case, now=NOON):
    [judgement] = assess.assess([Case.objects.with_record().get(pk=case.pk)], now=now)
    return judgement


# --- ready


@pytest.mark.parametrize("state", State)
def test_only_what_was_approved_is_ready(state, make_case):
    assert agree(make_case(state)) is (state in ("disetujui", "terkirim"))


@pytest.mark.parametrize("path", [*SIKS_TEN, "household.gampong", "household.dusun"])
def test_every_attribute_must_be_there(path, make_case):
    case = make_case(State.DISETUJUI)
    assert agree(case)
    owner = Person.objects.get(pk=case.person_id) if path.startswith("person.") else Household.objects.get()
    if path == "person.relation":
        owner.memberships.update(relation=None)
    else:
        owner.apply({path: None})
        owner.save()
    judge(case)
    assert not agree(case)
    named = [blocker.path for blocker in blockers(case)]
    assert path in named


def test_the_evidence_of_the_kind_must_be_attached(make_case, member_of):
    case = make_case(State.DISETUJUI)
    attachment = case.attachments.get(kind="foto_rumah")
    type(attachment).objects.filter(pk=attachment.pk).update(removed_at=NOON)
    judge(case)
    assert not agree(case)
    assert [(blocker.rule, blocker.path) for blocker in blockers(case)] == [("bukti.kurang", "case.evidence")]


@pytest.mark.parametrize(("status", "ready"), [("terbuka", False), ("sama", False), ("beda", True)])
@pytest.mark.parametrize("side", ["low", "high"])
def test_an_undecided_or_unmerged_double_keeps_from_ready(status, ready, side, make_case):
    case, other = make_case(State.DISETUJUI), make_case(attach=False, person__name="Lain")
    low, high = sorted([case.person, other.person], key=lambda person: person.pk)
    DuplicatePair.objects.create(low=low, high=high, status=status, opened_at=NOON)
    subject = case if side == "low" else make_case(State.DISETUJUI, person__name="Ketiga")
    if side == "high":
        DuplicatePair.objects.create(low=other.person, high=subject.person, status=status, opened_at=NOON)
    assert agree(subject) is ready


def test_a_worker_reads_that_somebody_is_looking(make_case):
    case, other = make_case(State.DISETUJUI), make_case(attach=False, person__name="Lain")
    DuplicatePair.objects.create(low=case.person, high=other.person, opened_at=NOON)
    assert [blocker.sentence for blocker in blockers(case, pair_visible=False)] == ["Sedang diperiksa penyelia."]
    assert [blocker.sentence for blocker in blockers(case, pair_visible=True)] == ["Mungkin ganda dengan catatan lain."]


def test_a_verdict_on_another_revision_does_not_count(make_case):
    case = make_case(State.DISETUJUI)
    Case.objects.filter(pk=case.pk).update(revision=case.revision + 1)
    assert not agree(case)
    assert [blocker.rule for blocker in blockers(case)] == ["judgement.stale"]


def test_a_verdict_is_good_until_an_answer_could_change(make_case):
    case = make_case(State.DISETUJUI)
    birthday = date(2027, 8, 7)
    assert case.judgements.get().good_until == birthday
    assert agree(case, birthday - timedelta(days=1))
    assert not agree(case, birthday)
    judge(case, now=NOON.replace(year=2027, month=8, day=7))
    assert agree(case, birthday)


def test_only_the_current_rule_set_counts(make_case):
    case = make_case(State.DISETUJUI)
    RuleSet.objects.update(current=False)
    RuleSet.objects.create(number=2, current=True)
    assert not agree(case)


@pytest.mark.parametrize(("new_stops", "ready"), [(1, True), (0, True)])
def test_a_rule_set_that_is_not_current_yet_changes_nothing(new_stops, ready, make_case):
    case = make_case(State.DISETUJUI)
    RuleSet.objects.create(number=2)
    judgement = Judgement.objects.create(
        case=case, rule_set_id=2, revision=case.revision, judged_on=TODAY, errors=0, warnings=0, stops_submit=0, stops_approve=0,
        stops_ready=new_stops,
    )  # fmt: skip
    if new_stops:
        Finding.objects.create(judgement=judgement, rule="baru", level="info", field="case.kind", sentence="x", fixer="worker", stops=3)
    assert agree(case) is ready


def test_a_merged_person_is_not_ready(make_case):
    case, other = make_case(State.DISETUJUI), make_case(attach=False, person__name="Asli")
    Person.objects.filter(pk=case.person_id).update(merged_into=other.person)
    assert not agree(case)


def test_warnings_keep_nobody_from_ready(make_case):
    case = make_case(State.DISETUJUI, person__birth_date=date(1950, 1, 1))  # the NIK says otherwise
    judgement = case.judgements.get()
    assert (judgement.errors, judgement.warnings > 0, judgement.stops_ready) == (0, True, 0)
    assert agree(case)


def test_a_lifted_error_keeps_nobody_from_ready(make_case, account_of):
    case = make_case(State.DIAJUKAN, person__nik="9911054708589001")
    judgement = judge(case)
    assert (judgement.errors, judgement.stops_submit, judgement.stops_approve, judgement.stops_ready) == (1, 0, 1, 1)
    given = {"reason": "x", "actor": account_of("supervisor"), "at": NOON}
    answer = FindingAnswer.objects.create(case=case, rule="nik.provinsi", value_hash=assess.value_hash("9911054708589001"), **given)
    judgement = judge(case)
    assert (judgement.errors, judgement.stops_approve, judgement.stops_ready) == (0, 0, 0)
    assert judgement.findings.get(rule="nik.provinsi").lifted
    FindingAnswer.objects.filter(pk=answer.pk).update(value_hash=assess.value_hash("9811054708589001"))
    assert judge(case).stops_approve == 1


def test_a_person_without_nik_is_never_ready_and_hears_what_comes_next(make_case):
    case = make_case(State.DISETUJUI, person__nik=None, person__no_nik_reason="belum_terdaftar")
    assert not agree(case)
    [blocker] = blockers(case)
    assert (blocker.rule, blocker.fixer, blocker.path) == ("nik.belum_ada", "disdukcapil", "person.nik")


def test_ready_is_one_query_for_a_list(make_case, django_assert_num_queries):
    made = [make_case(State.DISETUJUI, person__birth_date=date(1950, 1, day)) for day in (1, 2, 3)]
    with django_assert_num_queries(1):
        assert set(assess.ready(Case.objects.all(), today=TODAY)) == set(made)


# --- assess


def test_a_judgement_replaces_the_older_one_of_the_same_rule_set(make_case):
    case = make_case(attach=False)
    first = case.judgements.get()
    second = judge(case, now=LATER)
    assert case.judgements.get() == second != first
    assert not Finding.objects.filter(judgement_id=first.pk).exists()


def test_findings_hold_what_the_rules_said_and_no_number(make_case):
    nik = "11110547085890OO"
    case = make_case(attach=False, person__nik=nik, person__sex=None)
    found = {(finding.rule, finding.field): finding for finding in assess.current_findings(case)}
    error = found["nik.huruf", "person.nik"]
    assert (error.level, error.stops, error.fixer, RULES["nik.huruf"].level) == ("error", 1, "worker", "error")
    assert ("isian.kirim", "person.sex") in found
    assert nik not in str(list(Finding.objects.values()))
    levels = [finding.level for finding in assess.current_findings(case)]
    assert levels == sorted(levels, key=["error", "warning", "info"].index)


def test_findings_of_many_in_two_queries(make_case, django_assert_num_queries):
    made = [make_case(attach=False, person__birth_date=date(1950, 1, day)) for day in range(1, 5)]
    for some in (made[:1], made):
        with django_assert_num_queries(2):
            found = assess.findings_of(some)
        assert {key: bool(findings) for key, findings in found.items()} == {case.pk: True for case in some}


def test_a_case_without_a_judgement_has_no_findings(make_case):
    case = make_case(attach=False)
    Judgement.objects.all().delete()
    assert assess.current_findings(case) == []


def test_judging_many_takes_as_many_queries_as_one(make_case):
    made = [make_case(attach=False, person__birth_date=date(1950, 1, day)) for day in range(1, 9)]
    loaded = list(Case.objects.filter(pk__in=[case.pk for case in made]).with_record())
    counts = []
    for some in (loaded[:1], loaded):
        with CaptureQueriesContext(connection) as queries:
            assess.assess(some, now=NOON)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_write_is_judged_at_its_revision(make_case, member_of):
    case = make_case(State.DIAJUKAN)
    cases.update([Edit(case.pk, {"case.criteria": []})], actor=member_of("psm"), now=LATER)
    case.refresh_from_db()
    judgement = case.judgements.get()
    assert (judgement.revision, judgement.stops_submit) == (case.revision, 1)
    evidence.detach(case.attachments.first(), actor=member_of("psm"), now=LATER)
    case.refresh_from_db()
    assert case.judgements.get().revision == case.revision == seen(case).revision


def test_household_members_are_counted(member_of):
    psm = member_of("psm")
    rows = [complete_values(person__name=f"Nama {letter}") for letter in "abc"]
    made = cases.begin([cases.NewCase(row, psm.id) for row in rows], actor=psm, now=NOON)
    assert [assess.record_of(case, TODAY).member_count for case in made] == [3, 3, 3]


# --- rule sets


def test_the_first_rule_set_is_current_from_the_start(make_case):
    make_case(attach=False)
    assert RuleSet.objects.get(current=True).number == assess.engine.RULE_SET
    assert assess.make_current(now=NOON)


@pytest.mark.parametrize("gap", ["never judged", "stale revision", "verdict out of date"])
def test_a_rule_set_does_not_become_current_while_one_living_case_is_unjudged(gap, make_case, monkeypatch):
    case = make_case(State.DISETUJUI, attach=False)
    monkeypatch.setattr(assess.engine, "RULE_SET", 2)
    judge(case)
    assert RuleSet.objects.get(current=True).number == 1
    if gap == "never judged":
        late = make_case(attach=False, person__name="Lain")
        Judgement.objects.filter(case=late, rule_set_id=2).delete()
    if gap == "stale revision":
        Case.objects.filter(pk=case.pk).update(revision=99)
    if gap == "verdict out of date":
        Judgement.objects.filter(case=case).update(good_until=TODAY)
    assert assess.make_current(now=NOON) is False
    assert RuleSet.objects.get(current=True).number == 1
    waiting = assess.unjudged(Case.objects.with_record(), today=TODAY)
    assess.assess(list(waiting), now=NOON)
    assert assess.make_current(now=LATER) is True
    assert list(RuleSet.objects.order_by("number").values_list("number", "current")) == [(1, False), (2, True)]
    assert RuleSet.objects.get(number=2).current_since == LATER


@pytest.mark.parametrize("state", ["ditolak", "nonaktif"])
def test_cases_that_nobody_relies_on_need_no_verdict(state, make_case):
    case = make_case(state, attach=False)
    Judgement.objects.filter(case=case).delete()
    assert not assess.unjudged(Case.objects.all(), today=TODAY).exists()
    assert assess.make_current(now=NOON)


def test_gaps_are_counted_by_rule(make_case):
    for day in (1, 2):
        make_case(attach=False, person__birth_date=date(1950, 1, day), person__sex=None)
    counted = {(gap["rule"], gap["stops"]): gap["count"] for gap in assess.gaps(Case.objects.all())}
    assert counted[("isian.kirim", 1)] == 2
    assert counted[("bukti.kurang", 3)] >= 2
    assert assess.gaps(Case.objects.none()) == []
