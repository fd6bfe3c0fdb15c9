"""Snapshots: each part stored once, sealed, readable again; what changed between two."""

from datetime import date

import pytest
from django.db import connection

from registry import snapshots
from registry.enums import State
from registry.models import Case, Snapshot, SnapshotPart
from tests.people import NOON

pytestmark = pytest.mark.django_db


def test_a_record_comes_back_as_it_was(make_case):
    case = make_case(State.DIAJUKAN, case__note="Tinggal sendiri.")
    expected = {path: value for path, value in case.values().items() if value is not None}
    assert snapshots.at_revision(case, case.revision) == expected
    assert expected["person.birth_date"] == date(1958, 8, 7)
    assert expected["case.evidence"] == ["foto_ktp_atau_kk", "foto_rumah"]


def test_a_revision_that_was_never_taken_is_none(make_case):
    assert snapshots.at_revision(make_case(State.DIAJUKAN, attach=False), 99) is None


def test_equal_parts_are_stored_once(make_case):
    first = make_case(State.DIAJUKAN, attach=False)
    second = make_case(State.DIAJUKAN, attach=False, person_key=first.person_id, case__kind="08")
    one, two = (Snapshot.objects.get(case=case) for case in (first, second))
    assert (one.person_id, one.household_id) == (two.person_id, two.household_id)
    assert one.own_id != two.own_id
    assert SnapshotPart.objects.count() == 4


def test_a_revision_is_taken_once(make_case):
    case = make_case(State.DIAJUKAN, attach=False)
    before = list(Snapshot.objects.values())
    snapshots.take([case], now=NOON)
    assert list(Snapshot.objects.values()) == before


def test_nothing_of_a_person_is_readable_in_the_database(make_case):
    case = make_case(State.DIAJUKAN, attach=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, sealed FROM registry_snapshotpart")
        stored = b"".join(digest.encode() + bytes(sealed) for digest, sealed in cursor.fetchall())
    for clear in (case.person.nik, case.person.name, "meunasah", "person.nik"):
        assert clear.encode() not in stored


def test_many_are_taken_in_as_many_queries_as_one(make_case, django_assert_num_queries):
    cases = [make_case(attach=False, person__birth_date=date(1950, 1, day)) for day in range(1, 13)]
    loaded = list(Case.objects.filter(pk__in=[case.pk for case in cases]).with_record())
    for some in (loaded[:1], loaded[1:]):
        with django_assert_num_queries(2):
            snapshots.take(some, now=NOON)
    assert Snapshot.objects.count() == 12


@pytest.mark.parametrize(
    ("before", "after", "differences"),
    [
        ({}, {}, {}),
        ({"person.name": "A"}, {"person.name": "A"}, {}),
        ({"person.name": "A"}, {"person.name": "B"}, {"person.name": ("A", "B")}),
        ({}, {"person.name": "B"}, {"person.name": (None, "B")}),
        ({"person.name": "A"}, {}, {"person.name": ("A", None)}),
        ({"person.name": None}, {"person.name": ""}, {}),
        ({"case.evidence": None}, {"case.evidence": []}, {}),
        ({"case.criteria": [1]}, {"case.criteria": [1, 2]}, {"case.criteria": ([1], [1, 2])}),
        ({"shoe": 1}, {"shoe": 2}, {}),
    ],
)
def test_differences(before, after, differences):
    assert snapshots.differences(before, after) == differences


def test_differences_stand_in_the_order_of_the_form():
    assert list(snapshots.differences({}, {"case.note": "x", "household.kk": "x", "person.name": "x"})) == [
        "person.name",
        "household.kk",
        "case.note",
    ]
