"""Who is asking, what they are refused, and what every page tells them."""

import uuid

import pytest
from django.urls import reverse

from registry.models import AuditEvent
from tests.people import ELSEWHERE

pytestmark = pytest.mark.django_db


def refusals():
    events = AuditEvent.objects.filter(verb="ditolak").order_by("pk")
    return list(events.values_list("actor__username", "object_kind", "object_id", "detail"))


def test_a_refused_look_is_recorded_alike_for_what_exists_and_what_does_not(client_of, make_case):
    case, nobody = make_case(), uuid.uuid4()
    for public_id in (case.public_id, nobody):
        assert client_of("psm_elsewhere").get(reverse("case", args=[public_id])).status_code == 404
    assert refusals() == [
        ("psm_elsewhere", "case", str(case.public_id), {"action": "lihat"}),
        ("psm_elsewhere", "case", str(nobody), {"action": "lihat"}),
    ]


def test_a_refused_right_is_recorded(client_of, make_case):
    case = make_case()
    assert client_of("psm_same_gampong").get(reverse("case_step", args=[case.public_id, "identitas"])).status_code == 403
    assert client_of("psm").get(reverse("account_list")).status_code == 403
    assert refusals() == [
        ("psm_same_gampong", "case", str(case.public_id), {"action": "ubah"}),
        ("psm", "page", "kelola_akun", {"action": "kelola_akun"}),
    ]


@pytest.mark.parametrize("persona", ["psm", "supervisor", "admin"])
def test_no_cache_keeps_a_private_page(client_of, persona):
    assert client_of(persona).get(reverse("case_list")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("persona", "labels"),
    [
        ("psm", ["Tugas saya", "Warga", "Petugas"]),
        ("supervisor", ["Antrean", "Dugaan ganda", "Warga", "Petugas"]),
        ("admin", ["Kabupaten", "Warga", "Impor", "Ekspor", "Dugaan ganda", "Petugas", "Akun"]),
    ],
)
def test_everybody_gets_the_links_of_their_role_with_the_place_they_are_at(client_of, persona, labels):
    nav = client_of(persona).get(reverse("worker_list")).context["nav"]
    assert [str(link["label"]) for link in nav] == labels
    assert [str(link["label"]) for link in nav if link["current"]] == ["Petugas"]


def test_counts_stand_where_work_waits_in_the_own_area(client_of, make_case):
    make_case(state="diajukan")
    elsewhere = {"keeper": "psm_elsewhere", "supervisor": "supervisor_elsewhere", "case__place": ELSEWHERE, "household__gampong": ELSEWHERE}
    make_case(state="diajukan", **elsewhere)
    counts = {link["url"]: link["count"] for link in client_of("supervisor").get(reverse("case_list")).context["nav"]}
    assert counts[reverse("queue")] == 1
