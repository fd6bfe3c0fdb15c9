"""What the database itself holds to, and who sees which rows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction

from registry.enums import BatchState, Role, State
from registry.models import (
    Account,
    Answers,
    Area,
    Assignment,
    Attachment,
    Batch,
    Case,
    CaseWrite,
    Dispatch,
    Household,
    Member,
    Membership,
    Person,
    Pin,
    StateChange,
    Worker,
)
from tests.people import GAMPONG, NOON, TODAY, complete_values, invented_nik
from validation.models import DuplicatePair, Judgement, RuleSet

pytestmark = pytest.mark.django_db


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()
        connection.check_constraints()


def change(row, **columns):
    return lambda: type(row).objects.filter(pk=row.pk).update(**columns)


# --- constraints


def test_cases(make_case, account_of):
    case = make_case(attach=False)
    household = Household.objects.get(memberships__person=case.person_id)
    refused(change(case, state="selesai"))
    refused(change(case, kind="27"))
    refused(change(case, state="diajukan"))  # never submitted
    refused(change(case, state="disetujui", submitted_at=NOON))  # nobody approved it
    refused(change(case, kind="25"))  # a family without its household
    refused(change(case, kind="26"))
    refused(change(case, household=household))  # a household on a case about one person
    refused(change(case, place=None))
    change(case, kind="25", household=household)()
    change(case, kind=None, household=None)()


def test_a_registry_number_is_given_once(make_case):
    first, second = make_case(attach=False), make_case(attach=False)
    refused(change(second, registry_no=first.registry_no))


def test_persons(make_case):
    nik = invented_nik()
    first, second = (make_case(attach=False, person__nik=nik).person for _ in range(2))
    change(first, identity_confirmed=True)()
    refused(change(second, identity_confirmed=True))
    change(second, identity_confirmed=True, merged_into=first)()  # a merged person does not hold it any more
    refused(change(first, nik=None))  # an index without its number
    refused(change(first, nik=None, nik_index=None))  # confirmed without a number
    refused(change(first, sex="X"))


def test_a_person_lives_in_one_household_at_a_time(make_case, account_of):
    first, second = (make_case(attach=False).person.memberships.get() for _ in range(2))
    refused(change(second, person=first.person))
    refused(change(first, until=date(2020, 1, 1)))  # before it began
    change(first, until=TODAY)()
    change(second, person=first.person)()


def test_answers_have_one_owner_and_one_row_per_version(make_case):
    case = make_case(attach=False)
    answers = case.answers.get()
    refused(lambda: Answers.objects.create(case=case))
    refused(lambda: Answers.objects.create())
    refused(change(answers, person=case.person))


def test_accounts_and_their_areas(account_of):
    account = account_of("psm")
    assignment = account.assignments.get()
    refused(change(account, role="keuchik"))
    refused(lambda: Assignment.objects.create(account=account, area_id=GAMPONG, since=TODAY))
    refused(change(assignment, until=date(2025, 1, 1)))


def test_workers_who_stopped_have_a_reason():
    worker = Worker.objects.create(name="Husin", gampong_id=GAMPONG)
    refused(change(worker, is_active=False))
    change(worker, is_active=False, inactive_reason="Pindah")()


def test_steps_and_writes(make_case, account_of):
    case = make_case(State.DIKEMBALIKAN, attach=False)
    write, step = CaseWrite.objects.get(case=case), StateChange.objects.get(case=case, action="kembalikan")
    refused(lambda: CaseWrite.objects.create(case=case, revision=write.revision, actor=write.actor, at=NOON))
    Pin.objects.create(step=step, path="person.name", note="Periksa.")
    refused(lambda: Pin.objects.create(step=step, path="person.name", note="Lagi."))


def test_pairs_and_judgements(make_case):
    first, second = (make_case(attach=False) for _ in range(2))
    pair = DuplicatePair.objects.get()
    refused(lambda: DuplicatePair.objects.create(low=first.person, high=second.person, opened_at=NOON))
    refused(lambda: DuplicatePair.objects.create(low=second.person, high=first.person, opened_at=NOON))
    refused(change(pair, status="mungkin"))
    judgement = first.judgements.get()
    refused(lambda: Judgement.objects.filter(pk=second.judgements.get().pk).update(case=judgement.case))
    refused(lambda: RuleSet.objects.create(number=9, current=True))


def test_a_number_cannot_be_searched_but_by_its_index(make_case):
    nik = invented_nik()
    person = make_case(attach=False, person__nik=nik).person
    assert not Person.objects.filter(nik=nik).exists()
    assert Person.objects.holding(nik).get() == person
    with connection.cursor() as cursor:
        cursor.execute("SELECT nik, nik_index FROM registry_person")
        sealed, index = cursor.fetchone()
    assert nik.encode() not in bytes(sealed)
    assert nik not in index
    with pytest.raises(FieldError):
        Person.objects.filter(nik__like=nik)


@pytest.mark.parametrize("nik", ["12345", "11110547085890O1", None, ""])
def test_a_mistyped_number_is_nobodys_number(nik, make_case):
    make_case(attach=False, person__nik=nik)
    assert Person.objects.get().nik_index is None
    assert not Person.objects.holding(nik or "").exists()


# --- members and areas


@pytest.mark.parametrize(
    ("areas", "code", "covered"),
    [
        (("11.11.05",), "11.11.05.2008", True),
        (("11.11.05",), "11.11.05", True),
        (("11.11.05",), "11.11", False),
        (("11.11.0",), "11.11.01", False),
        (("11.11.0",), "11.11.01.2001", False),
        (("11.11.05.200",), "11.11.05.2008", False),
        (("11.11.05.2008", "11.11.01"), "11.11.01.2001", True),
        ((), "11.11.05.2008", False),
        (("11.11.05",), "", False),
    ],
)
def test_what_a_member_covers(areas, code, covered):
    member = Member(id=1, name="", role=Role.PSM, areas=areas)
    assert member.covers(code) is covered
    assert Area.objects.under(areas).filter(code=code).exists() is (covered and bool(code))


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (date(2026, 11, 24), None, True),
        (date(2026, 11, 25), None, False),
        (date(2026, 1, 1), date(2026, 11, 25), True),
        (date(2026, 1, 1), date(2026, 11, 24), False),
    ],
)
def test_areas_count_on_their_days(since, until, counts, account_of):
    account = account_of("psm")
    account.assignments.update(since=since, until=until)
    assert account.member(TODAY).areas == ((GAMPONG,) if counts else ())


def test_areas_are_read_in_one_query_or_none(account_of, django_assert_num_queries):
    account_of("psm")
    account = Account.objects.get(username="psm")
    with django_assert_num_queries(2):  # assignments and their areas
        account.member(TODAY)
    [listed] = Account.objects.listed()
    with django_assert_num_queries(0):
        assert listed.member(TODAY).area_names == ("Paya Cut",)


# --- who sees which case


OUTSIDE = "11.11.01.2001"


@pytest.fixture
def four(make_case):
    """A plain and a restricted case here, and the same in another kecamatan."""
    return {
        "here": make_case(attach=False),
        "here secret": make_case(attach=False, keeper="psm_restricted", case__kind="18", person__birth_date=date(1950, 1, 1)),
        "there": make_case(attach=False, keeper="psm_elsewhere", case__place=OUTSIDE, person__birth_date=date(1951, 1, 1)),
    }


def sees(member, cases):
    visible = set(Case.objects.visible_to(member).values_list("pk", flat=True))
    return {name for name, case in cases.items() if case.pk in visible}


@pytest.mark.parametrize(
    ("role", "areas", "restricted", "expected"),
    [
        ("psm", (GAMPONG,), False, {"here"}),
        ("psm", ("11.11.05.2012",), False, set()),
        ("psm", (GAMPONG, OUTSIDE), False, {"here", "there"}),
        ("psm", (GAMPONG,), True, {"here", "here secret"}),
        ("psm", (OUTSIDE,), True, {"there"}),
        ("supervisor", ("11.11.05",), False, {"here"}),
        ("supervisor", ("11.11.05",), True, {"here", "here secret"}),
        # restricted kinds are decided regency-wide, the others in the own area
        ("supervisor", ("11.11.01",), True, {"there", "here secret"}),
        ("supervisor", ("11.10.01",), True, set()),
        ("admin", ("11.11",), False, {"here", "there"}),
        ("admin", ("11.11",), True, {"here", "here secret", "there"}),
        ("admin", ("11.11.01",), True, {"there"}),
        ("admin", ("11",), False, {"here", "there"}),
        ("supervisor", ("11.11.0",), True, {"here secret"}),
        ("psm", ("11.11.05.200", "1", "11.1"), True, set()),
        ("psm", (), True, set()),
        ("supervisor", (), True, set()),
        ("admin", (), True, set()),
    ],
)
def test_cases_are_seen_by_area_and_grant(role, areas, restricted, expected, four):
    assert sees(Member(id=0, name="", role=Role(role), areas=areas, restricted=restricted), four) == expected


def test_a_case_whose_kind_is_not_chosen_yet_is_plain(make_case, member_of):
    case = make_case(attach=False, case__kind=None)
    assert Case.objects.visible_to(member_of("psm")).get() == case


@pytest.mark.parametrize("state", BatchState)
def test_what_a_file_brought_is_seen_when_it_is_committed(state, make_case, member_of):
    case, admin = make_case(attach=False), member_of("admin")
    batch = Batch.objects.create(layout="x", file_name="x", file_sha256="0" * 64, made_by_id=admin.id, made_at=NOON, state=state)
    Case.objects.filter(pk=case.pk).update(batch=batch)
    committed = state == BatchState.COMMITTED
    for persona in ("psm", "supervisor", "admin_restricted"):
        assert Case.objects.visible_to(member_of(persona)).exists() is committed
        assert Person.objects.visible_to(member_of(persona)).exists() is committed


def test_evidence_is_seen_with_its_case(make_case, member_of):
    case = make_case()
    assert Attachment.objects.visible_to(member_of("psm_next_door")).count() == 0
    seen = Attachment.objects.visible_to(member_of("psm_same_gampong"))
    assert seen.count() == 2
    case.attachments.filter(kind="foto_rumah").update(removed_at=NOON)
    assert seen.all().count() == 1


# --- who sees which person


def test_a_person_is_seen_with_one_of_their_cases(make_case, member_of):
    case = make_case(attach=False)
    make_case(attach=False, person_key=case.person_id, case__kind="08")
    for persona, count in {"psm": 1, "psm_same_gampong": 1, "psm_next_door": 0, "psm_elsewhere": 0, "supervisor": 1}.items():
        assert Person.objects.visible_to(member_of(persona)).count() == count


def test_a_person_whose_only_case_is_restricted_is_not_there_without_the_grant(make_case, member_of):
    case = make_case(attach=False, keeper="psm_restricted", case__kind="18")
    for persona in ("psm", "supervisor", "admin"):
        assert not Person.objects.visible_to(member_of(persona)).exists()
    assert Person.objects.visible_to(member_of("psm_restricted")).get() == case.person
    make_case(attach=False, person_key=case.person_id, keeper="psm_restricted", case__kind="24")
    assert Person.objects.visible_to(member_of("psm")).get() == case.person


def test_a_member_of_a_household_without_a_case_is_seen_where_they_live(make_case, member_of, account_of):
    case = make_case(attach=False)
    child = Person.objects.create(name="Anak", created_by=account_of("psm"), created_at=NOON)
    membership = Membership.objects.create(household=case.membership.household, person=child, since=TODAY)
    assert child in Person.objects.visible_to(member_of("psm_same_gampong"))
    assert child not in Person.objects.visible_to(member_of("psm_next_door"))
    Membership.objects.filter(pk=membership.pk).update(until=TODAY)
    assert child not in Person.objects.visible_to(member_of("psm"))


def test_nobody_is_seen_without_an_area(make_case, member_of):
    make_case(attach=False)
    member = replace(member_of("admin_restricted"), areas=())
    assert not Person.objects.visible_to(member).exists()
    assert not DuplicatePair.objects.visible_to(member).exists()


def test_a_pair_is_seen_from_either_side_and_within_reach_from_both(make_case, member_of):
    values = {"person__name": "Sama Nama", "person__nik": None, "person__no_nik_reason": "hilang"}
    make_case(attach=False, **values)
    make_case(
        attach=False, keeper="psm_elsewhere", supervisor="supervisor_elsewhere", case__place=OUTSIDE, household__gampong=OUTSIDE, **values
    )
    seen = {
        persona: (
            DuplicatePair.objects.visible_to(member_of(persona)).count(),
            DuplicatePair.objects.within_reach(member_of(persona)).count(),
        )
        for persona in ("psm", "psm_elsewhere", "psm_next_door", "supervisor", "supervisor_elsewhere", "admin")
    }
    assert seen == {
        "psm": (1, 0), "psm_elsewhere": (1, 0), "psm_next_door": (0, 0), "supervisor": (1, 0), "supervisor_elsewhere": (1, 0),
        "admin": (1, 1),
    }  # fmt: skip


# --- lists


def test_the_record_is_read_in_as_many_queries_for_one_as_for_many(make_case, django_assert_num_queries):
    for day in range(1, 7):
        make_case(attach=False, person__birth_date=date(1950, 1, day))
    for size in (1, 6):
        with django_assert_num_queries(4):
            assert len([(case.values(), case.membership.size, case.evidence) for case in Case.objects.with_record()[:size]]) == size


def test_the_queue_is_oldest_first(make_case):
    first, second = make_case(State.DIAJUKAN, attach=False), make_case(State.DIAJUKAN, attach=False)
    make_case(attach=False)
    Case.objects.filter(pk=second.pk).update(submitted_at=NOON - timedelta(days=1))
    assert list(Case.objects.awaiting_decision()) == [second, first]


def test_batches_and_dispatches_are_seen_by_the_admins_of_the_same_areas(member_of, account_of):
    made = {"layout": "x", "file_name": "x", "file_sha256": "0" * 64, "made_by": account_of("admin"), "made_at": NOON, "areas": "11.11"}
    Batch.objects.create(**made)
    Dispatch.objects.create(**made, receiver="x", purpose="x", changes_state=False, masked=True, row_count=0)
    for persona, count in {"admin": 1, "admin_restricted": 1, "supervisor": 0, "psm": 0}.items():
        member = member_of(persona)
        assert (Batch.objects.visible_to(member).count(), Dispatch.objects.visible_to(member).count()) == (count, count)


def test_a_record_without_a_household_has_no_answers_of_one(make_case):
    case = make_case(attach=False)
    case.person.memberships.all().delete()
    values = Case.objects.with_record().get(pk=case.pk).values()
    assert "household.kk" not in values
    assert values["person.relation"] is None
    assert complete_values()["household.kk"] not in values.values()
