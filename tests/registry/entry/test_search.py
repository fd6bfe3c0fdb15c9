"""Search before create: who is found, how strongly, and who is not there at all."""

from datetime import date

import pytest

from registry.entry import search
from registry.entry.search import Query
from registry.models import AuditEvent, Person
from tests.people import GAMPONG, NEXT_DOOR, NOON, TODAY, invented_nik

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(member_of):
    def go(persona: str = "psm_same_gampong", **known):
        return search.search(Query(**known), member=member_of(persona), today=TODAY, now=NOON)

    return go


def verdicts(candidate) -> dict:
    return dict(zip(("name", "birth", "place", "nik"), (chip.verdict for chip in candidate.chips), strict=True))


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"name": "Khatijah Ilyas", "birth_year": 1958, "gampong": GAMPONG}, ("mirip", "sama", "sama", "kosong")),
        ({"name": "Chatidjah Iljas", "birth_year": 1960, "gampong": GAMPONG}, ("sama", "mirip", "sama", "kosong")),
        ({"name": "khatijah", "birth_year": 1956, "gampong": GAMPONG}, ("mirip", "mirip", "sama", "kosong")),
        ({"name": "Khatijah Ilyas", "birth_year": 1961, "gampong": GAMPONG}, None),
        ({"name": "Khatijah Ilyas", "birth_year": 1955, "gampong": GAMPONG}, None),
        ({"name": "Muhammad Daud", "birth_year": 1958, "gampong": GAMPONG}, None),
        ({"name": "- -", "birth_year": 1958, "gampong": GAMPONG}, None),
    ],
)
def test_by_name_and_year(look, make_case, known, found):
    make_case(person__name="Chatidjah Iljas", person__birth_date=date(1958, 3, 2), person__nik=invented_nik(date(1958, 3, 2)), attach=False)
    candidates = look(**known)
    assert [tuple(verdicts(c).values()) for c in candidates] == ([found] if found else [])


def test_by_nik_whatever_the_name(look, make_case):
    nik = invented_nik(date(1958, 3, 2), serial=9123)
    case = make_case(person__name="Chatidjah Iljas", person__birth_date=date(1958, 3, 2), person__nik=nik, attach=False)
    [found] = look(nik=nik, gampong=GAMPONG)
    assert (found.case.pk, found.title, found.number) == (case.pk, "Chatidjah Iljas", f"{nik[:4]}••••••••9123")
    assert verdicts(found) == {"name": "kosong", "birth": "kosong", "place": "sama", "nik": "sama"}
    assert found.sentence == "NIK-nya sama dengan yang Anda tulis. Kemungkinan besar orang yang sama."


def test_a_different_nik_is_said(look, make_case):
    make_case(person__name="Aisyah Hamid", attach=False)
    [found] = look(nik=invented_nik(serial=9777), name="Aisyah Hamid", birth_year=1958, gampong=GAMPONG)
    assert verdicts(found)["nik"] == "beda"
    assert found.sentence.startswith("NIK-nya lain dari yang Anda tulis.")


def test_at_most_three_the_strongest_first(look, make_case):
    make_case(person__name="Aisyah Hamid", person__birth_date=date(1959, 1, 1), attach=False)
    exact = make_case(person__name="Aisyah Hamid", person__birth_date=date(1958, 1, 1), attach=False)
    for year in (1956, 1957, 1960):
        make_case(person__name="Aisyah Hamid Daud", person__birth_date=date(year, 1, 1), attach=False)
    found = look(name="Aisyah Hamid", birth_year=1958, gampong=GAMPONG)
    assert len(found) == 3
    assert found[0].case.pk == exact.pk


@pytest.mark.parametrize("persona", ["psm_next_door", "psm_elsewhere", "supervisor_elsewhere"])
def test_somebody_outside_the_area_is_answered_like_nobody(look, make_case, persona):
    nik = invented_nik(serial=9555)
    make_case(person__nik=nik, attach=False)
    assert look(persona, nik=nik, gampong=NEXT_DOOR) == look(persona, nik=invented_nik(serial=9556), gampong=NEXT_DOOR) == []
    details = [event.detail for event in AuditEvent.objects.filter(verb="cari")]
    assert details == [{"by": "nik", "found": 0}] * 2


def test_a_restricted_case_is_found_with_the_grant_only_and_unnamed(look, make_case):
    case = make_case(keeper="psm_restricted", case__kind="18", case__criteria=[1], person__name="Cut Nyak", attach=False)
    known = {"name": "Cut Nyak", "birth_year": 1958, "gampong": GAMPONG}
    assert look("psm", **known) == []
    assert look("psm_restricted", **known)[0].title == "Cut Nyak"
    [found] = look("admin_restricted", **known)
    assert (found.title, found.born, found.number) == (f"Kasus terbatas, nomor {case.registry_no}", None, "")


def test_a_child_is_veiled_for_all_but_the_keeper(look, make_case):
    make_case(
        person__name="Cut Meutia", person__birth_date=date(2017, 5, 2), person__nik=invented_nik(date(2017, 5, 2)), case__kind="02",
        attach=False,
    )  # fmt: skip
    known = {"name": "Cut Meutia", "birth_year": 2017, "gampong": GAMPONG}
    [other], [own] = look("psm_same_gampong", **known), look("psm", **known)
    assert (other.title, other.born, other.number) == ("C•••••, anak 9 tahun", None, "")
    assert (own.title, own.born) == ("Cut Meutia", 2017)


def test_a_merged_person_is_not_found(look, make_case):
    case, other = make_case(attach=False), make_case(person__name="Lain Sekali", attach=False)
    Person.objects.filter(pk=case.person_id).update(merged_into=other.person)
    assert look(name="Aisyah Hamid", birth_year=1958, gampong=GAMPONG) == []


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_queries_does_not_grow(look, make_case, count, django_assert_max_num_queries):
    for _ in range(count):
        make_case(person__name="Aisyah Hamid", attach=False)
    with django_assert_max_num_queries(11):
        look(name="Aisyah Hamid", birth_year=1958, gampong=GAMPONG)


def test_an_account_cannot_search_without_end(member_of):
    member, other = member_of("psm"), member_of("psm_next_door")
    assert [search.allowed(member, NOON) for _ in range(61)] == [True] * 60 + [False]
    assert search.allowed(other, NOON)
    assert search.allowed(member, NOON.replace(hour=NOON.hour + 1))
