"""Which persons are brought together as possible doubles, in two queries."""

from datetime import date

import pytest

from registry.models import Person
from tests.people import GAMPONG, NOON, invented_nik
from validation import assess
from validation.candidates import pairs_of
from validation.models import DuplicatePair

pytestmark = pytest.mark.django_db
NIK = invented_nik(serial=9900)
OTHER_NIK = invented_nik(serial=9901)
BORN = date(1958, 8, 7)


@pytest.fixture
def person(account_of):
    def make(name, born, nik=None, merged_into=None):
        row = Person(created_by=account_of("psm"), created_at=NOON, merged_into=merged_into)
        row.apply({"person.name": name, "person.birth_date": born, "person.nik": nik})
        row.save()
        for key in row.fresh_match_keys():
            key.save()
        return row

    return make


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("Aminah", BORN, NIK), ("Zulaikha", date(1960, 1, 1), NIK), ["nik"]),
        (("Aminah", BORN, NIK), ("Aminah", BORN, NIK), ["name_birth", "nik"]),
        (("Aminah", BORN, NIK), ("AMINAH", BORN, OTHER_NIK), ["name_birth"]),
        (("Muhammad Yusuf", BORN, None), ("M. Yusuf", BORN, None), ["name_birth"]),
        (("Aminah", BORN, None), ("Aminah", date(1958, 8, 8), None), None),
        (("Aminah", BORN, None), ("Zulaikha", BORN, None), None),
        (("Aminah", None, None), ("Aminah", None, None), None),
        ((None, BORN, None), (None, BORN, None), None),
        (("Aminah", BORN, "12345"), ("Zulaikha", BORN, "12345"), None),
        (("Aminah", BORN, NIK), ("Zulaikha", BORN, OTHER_NIK), None),
    ],
)
def test_what_brings_two_persons_together(one, other, shared, person):
    first, second = person(*one), person(*other)
    expected = {(first.pk, second.pk): shared} if shared else {}
    assert pairs_of([first]) == pairs_of([second]) == pairs_of([first, second]) == expected


def test_a_merged_person_is_nobodys_double(person):
    first = person("Aminah", BORN, NIK)
    merged = person("Aminah", BORN, NIK, merged_into=first)
    assert pairs_of([first]) == pairs_of([merged]) == {}


def test_three_alike_are_three_pairs(person):
    a, b, c = (person("Aminah", BORN) for _ in range(3))
    assert set(pairs_of([a, b, c])) == {(a.pk, b.pk), (a.pk, c.pk), (b.pk, c.pk)}
    assert set(pairs_of([c])) == {(a.pk, c.pk), (b.pk, c.pk)}


def test_queries_do_not_grow(person, django_assert_num_queries):
    everybody = [person(f"Nama {'abcdefghijkl'[number]}minah", BORN, NIK) for number in range(12)]
    for some in (everybody[:1], everybody):
        with django_assert_num_queries(2):
            pairs_of(some)


def test_a_pair_is_opened_once_with_frozen_evidence_and_what_was_decided_stays(person):
    first, second = person("Aminah", BORN, NIK), person("aminah", BORN, OTHER_NIK)
    assert assess.open_pairs([second], now=NOON) == 1
    pair = DuplicatePair.objects.get()
    assert (pair.low, pair.high, pair.status, pair.found_by, pair.opened_at) == (first, second, "terbuka", ["name_birth"], NOON)
    assert pair.evidence == {
        "person.nik": "beda", "person.name": "sama", "person.birth_date": "sama", "person.sex": "kosong",
        "person.mother_name": "kosong", "person.birth_place": "kosong",
    }  # fmt: skip
    DuplicatePair.objects.update(status="beda")
    Person.objects.filter(pk=second.pk).update(name="Lain")
    assess.open_pairs([first, second], now=NOON)
    kept = DuplicatePair.objects.get()
    assert (kept.pk, kept.status, kept.evidence) == (pair.pk, "beda", pair.evidence)


def test_no_number_stands_in_the_evidence(make_case):
    make_case(attach=False, person__nik=NIK, household__gampong=GAMPONG)
    make_case(attach=False, person__nik=NIK)
    assert NIK not in str(DuplicatePair.objects.values())
