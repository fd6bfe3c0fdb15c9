"""Search before create, and the beginning of a record, as a browser without scripts does them."""

import re
from typing import Any

import pytest
from django.urls import reverse

from registry.enums import State
from registry.models import AuditEvent, Case
from tests.pages import form_on, words
from tests.people import ELSEWHERE, GAMPONG, NEXT_DOOR, invented_nik

pytestmark = pytest.mark.django_db
NIK = "1111054708589003"


def url(name: str, case: Case, *args: Any) -> str:
    return reverse(name, args=[case.public_id, *args])


def test_the_search_page_asks_and_tells_nothing(client_of):
    answer = client_of("psm").get(reverse("search"))
    assert answer.status_code == 200
    assert set(form_on(answer, "nik")) == {"csrfmiddlewaretoken", "nik", "name", "birth_year", "gampong"}


def test_found_somebody_then_opens_or_begins(client_of, make_case):
    known = make_case(State.DIAJUKAN, person__name="Chatidjah Iljas", attach=False)
    client = client_of("psm_same_gampong")
    answer = client.post(reverse("search"), {"name": "Khatijah Ilyas", "birth_year": "1958", "gampong": GAMPONG})
    assert answer.status_code == 200
    text = words(answer)
    assert "1 orang mungkin sama Chatidjah Iljas Gampong Paya Cut, lahir 1958" in text
    assert "Nama: mirip Tahun lahir: sama Gampong: sama NIK: kosong" in text
    assert url("case", known) in answer.content.decode()
    second = client.post(reverse("case_begin"), form_on(answer, "person"))
    made = Case.objects.get(person=known.person, worker__username="psm_same_gampong")
    assert second.headers["Location"] == url("case_tasks", made)
    assert (made.person_id, made.kind, made.state) == (known.person_id, None, State.DRAF)


def test_nobody_found_then_a_new_record_carries_what_was_typed(client_of):
    client = client_of("psm")
    answer = client.post(reverse("search"), {"nik": NIK, "name": "Aisyah Hamid", "birth_year": "1958", "gampong": GAMPONG})
    assert "Belum ada yang mirip di wilayah Anda." in words(answer)
    data = form_on(answer, "mutation_id")
    first, again = client.post(reverse("case_begin"), data), client.post(reverse("case_begin"), data)
    assert first.headers["Location"] == again.headers["Location"]
    case = Case.objects.get()
    assert (case.person.nik, case.person.name, case.person.birth_year, case.place_id) == (NIK, "Aisyah Hamid", 1958, GAMPONG)
    assert NIK not in first.headers["Location"]


def test_the_same_answer_for_elsewhere_as_for_nobody(client_of, make_case):
    make_case(person__nik=NIK, attach=False)
    client = client_of("psm_elsewhere")
    answers = [client.post(reverse("search"), {"nik": nik, "gampong": ELSEWHERE}) for nik in (NIK, invented_nik(serial=9998))]
    pages = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers]
    assert pages[0] == pages[1]
    assert AuditEvent.objects.filter(verb="cari").count() == 2


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 422), ({"nik": "12"}, 422), ({"nik": NIK, "gampong": ELSEWHERE}, 422), ({"nik": NIK, "gampong": GAMPONG}, 200)],
)
def test_search_keeps_what_was_typed(client_of, data, status):
    answer = client_of("psm").post(reverse("search"), data)
    assert answer.status_code == status
    assert AuditEvent.objects.filter(verb="cari").count() == (1 if status == 200 else 0)


def test_too_many_searches(client_of):
    client = client_of("psm")
    codes = [client.post(reverse("search"), {"nik": NIK, "gampong": GAMPONG}).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]


@pytest.mark.parametrize(
    ("persona", "data", "status"),
    [
        ("psm", {"gampong": GAMPONG}, 302),
        ("psm", {"gampong": NEXT_DOOR}, 422),
        ("psm", {"gampong": "x" * 5000}, 422),
        ("psm", {}, 422),
        ("psm", {"gampong": GAMPONG, "name": "x" * 101}, 422),
        ("psm", {"gampong": GAMPONG, "person": "no-uuid"}, 422),
        ("psm", {"gampong": GAMPONG, "person": "00000000-0000-4000-8000-000000000000"}, 404),
        ("psm", {"gampong": GAMPONG, "mutation_id": "spoiled"}, 302),
        ("supervisor", {"gampong": GAMPONG}, 403),
        ("admin", {"gampong": GAMPONG}, 403),
    ],
)
def test_who_begins_what(client_of, persona, data, status):
    answer = client_of(persona).post(reverse("case_begin"), data)
    assert (answer.status_code, Case.objects.count()) == (status, 1 if status == 302 else 0)


def test_a_person_of_another_area_cannot_be_taken(client_of, make_case):
    case = make_case(attach=False)
    data = {"gampong": NEXT_DOOR, "person": case.person.public_id}
    assert client_of("psm_next_door").post(reverse("case_begin"), data).status_code == 404
