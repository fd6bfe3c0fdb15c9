"""What a watcher outside and what the admin is told."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry import audit, health
from registry.enums import State
from registry.models import Job, KeyFingerprint

pytestmark = pytest.mark.django_db
ALL_WELL = "basis data: ok\nmigrasi: ok\nkunci: ok\npekerja: ok\nruang penyimpanan: ok\n"


def test_live_asks_nothing(client):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/sehat/")
    assert (answer.status_code, answer.content, len(queries)) == (200, b"ok\n", 0)


def test_ready_answers_in_words_without_versions(client):
    answer = client.get("/siap/")
    assert (answer.status_code, answer.content.decode(), answer.headers["Content-Type"]) == (200, ALL_WELL, "text/plain; charset=utf-8")


def test_a_job_that_nobody_takes_makes_it_unready(client):
    Job.objects.create(name="periksa_berkas", asked_at=timezone.now() - timedelta(minutes=1))
    assert client.get("/siap/").status_code == 200
    Job.objects.create(name="periksa_berkas", asked_at=timezone.now() - timedelta(minutes=3))
    answer = client.get("/siap/")
    assert (answer.status_code, "pekerja: tidak" in answer.content.decode()) == (503, True)


def test_wrong_keys_make_it_unready(client):
    KeyFingerprint.objects.update_or_create(name="index", defaults={"fingerprint": "of another key"})
    answer = client.get("/siap/")
    assert (answer.status_code, "kunci: tidak" in answer.content.decode()) == (503, True)
    assert "another key" not in answer.content.decode()


def test_a_full_disk_makes_it_unready(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**62)
    answer = client.get("/siap/")
    assert (answer.status_code, "ruang penyimpanan: tidak" in answer.content.decode()) == (503, True)


@pytest.mark.parametrize("path", ["/sehat/", "/siap/"])
def test_nothing_is_written_and_no_post_is_taken(client, path):
    assert client.post(path).status_code == 405
    assert settings.SECRET_KEY not in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("persona", "status"), [("psm", 403), ("supervisor", 403), ("supervisor_restricted", 403), ("admin", 200), ("disabled", 302)]
)
def test_operations_are_for_admins(client_of, persona, status):
    assert client_of(persona).get("/operasi/").status_code == status


def test_operations_say_what_there_is(client_of, make_case, account_of):
    make_case(state=State.DIAJUKAN)
    account_of("disabled")
    audit.seal()
    office = health.operations(now=timezone.now())
    counts = dict(office.counts)
    assert (counts["Diajukan"], counts["Draf"], counts["Petugas"]) == (1, 0, 0)
    assert office.sealed == office.events > 0
    assert (office.rule_set, office.rule_set_of_code, office.unjudged) == (1, 1, 0)
    html = client_of("admin").get("/operasi/").content.decode()
    for version in dict(office.versions).values():
        assert version in html
