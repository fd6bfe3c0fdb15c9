"""Commands that are run by hand or every night: exact output, exact exits, nothing written when refused."""

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from registry import audit, cases
from registry.enums import State
from registry.models import Account, AuditEvent, AuditSeal, Invitation, Worker
from registry.models.sealed import keyring
from registry.sealing import fingerprint
from tests.people import ELSEWHERE, GAMPONG, KECAMATAN, NEXT_DOOR, NOON
from tests.settings import ROOT
from validation.models import DuplicatePair, Finding, Judgement, RuleSet

GOOD = "gajah lari ke bukit"


def run(*command: str, **options) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


# --- add_member


def test_add_member_prints_a_name_and_a_link_that_works(areas):
    out = run("add_member", "Nurlaila Hasbi", "--role", "psm", "--area", GAMPONG)
    found = re.fullmatch(r"User name: (\S+)\nInvitation, once, until \d\d-\d\d-\d{4} \d\d\.\d\d: (/undangan/\S+/)\n", out)
    assert found[1] == "nurlaila.hasbi"
    assert Client().get(found[2]).status_code == 200
    account = Account.objects.get(username="nurlaila.hasbi")
    assert (account.role, account.sees_restricted, account.has_usable_password()) == ("psm", False, False)
    assert (Worker.objects.get().account, Worker.objects.get().gampong_id) == (account, GAMPONG)
    assert list(AuditEvent.objects.values_list("verb", "actor_id")) == [("buat_akun", None), ("catat_petugas", None), ("undang", None)]


def test_add_member_takes_a_password_from_standard_input(areas, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(GOOD + "\n"))
    out = run("add_member", "Yusnidar", "--role", "admin", "--area", "11.11", "--restricted", "--password-stdin")
    account = Account.objects.get(username="yusnidar")
    assert (out, account.check_password(GOOD), account.sees_restricted) == ("User name: yusnidar\n", True, True)
    assert (Worker.objects.count(), Invitation.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("role", "code", "password", "sentence"),
    [
        ("boss", GAMPONG, None, "There is no role boss; choose psm, supervisor or admin."),
        ("psm", "99.99", None, "Wilayah 99.99 tidak dikenal. Tulis kode Kemendagri, seperti 11.11.05 atau 11.11.05.2008."),
        ("psm", GAMPONG, "pendek", None),
        ("psm", GAMPONG, "", None),
    ],
)
def test_add_member_refuses_with_a_sentence(areas, monkeypatch, role, code, password, sentence):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    extra = [] if password is None else ["--password-stdin"]
    with pytest.raises(CommandError) as refused:
        run("add_member", "Nurlaila", "--role", role, "--area", code, *extra)
    assert refused.value.returncode == 2
    assert sentence is None or str(refused.value) == sentence
    assert (Account.objects.count(), Worker.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


# --- check_records

KEYS = {"area", "rule_set", "current", "judged", "ready", "changed", "pairs_opened", "rules"}


def checked(*more: str) -> dict:
    return json.loads(run("check_records", "--json", *more))


def test_check_records_judges_the_living_and_counts_by_rule(make_case):
    make_case(State.DISETUJUI)
    make_case(State.DRAF, person__mother_name=None, person__name="Tanpa Ibu")
    make_case(State.NONAKTIF, person__name="Sudah Pergi")
    found = checked()
    assert set(found) == KEYS
    assert {**found, "rules": None} == {
        "area": None, "rule_set": 1, "current": True, "judged": 2, "ready": 1, "changed": 0, "pairs_opened": 0, "rules": None,
    }  # fmt: skip
    assert found["rules"]["isian.siap"] == 1


def test_check_records_mends_what_is_missing(make_case):
    ready = make_case(State.DISETUJUI)
    twin = make_case(State.DRAF, person__nik=ready.person.nik, person__name="Kembar")
    Judgement.objects.filter(case=ready).delete()
    Finding.objects.filter(judgement__case=twin).delete()
    DuplicatePair.objects.all().delete()
    found = checked()
    assert (found["judged"], found["changed"], found["pairs_opened"], found["ready"]) == (2, 1, 1, 0)
    assert checked()["pairs_opened"] == 0


@pytest.mark.parametrize(("code", "judged"), [(KECAMATAN, 2), (GAMPONG, 1), (NEXT_DOOR, 1), (ELSEWHERE, 0), ("11.11", 2)])
def test_check_records_of_an_area(make_case, code, judged):
    make_case()
    make_case(keeper="psm_next_door", case__place=NEXT_DOOR, person__name="Sebelah")
    assert checked("--area", code)["judged"] == judged


def test_check_records_refuses_an_unknown_area(areas):
    with pytest.raises(CommandError) as refused:
        run("check_records", "--area", "11.1")
    assert (refused.value.returncode, str(refused.value)) == (2, "There is no area 11.1. Write a code such as 11.11.05 or 11.11.05.2008.")


def test_rules_count_only_when_every_living_record_is_judged(make_case, account_of):
    make_case()
    make_case(keeper="psm_next_door", case__place=NEXT_DOOR, person__name="Sebelah")
    RuleSet.objects.update(current=False)
    Judgement.objects.all().delete()
    assert checked("--area", GAMPONG)["current"] is False
    assert "do not count yet" in run("check_records", "--area", GAMPONG)
    assert checked()["current"] is True
    assert RuleSet.objects.get(current=True).number == 1


def test_check_records_for_people_to_read(make_case):
    make_case(State.DISETUJUI)
    assert run("check_records") == "1 records judged under rule set 1: 1 ready, 0 changed.\n0 possible duplicates opened.\n"


# --- seal_audit, sweep


def test_seal_audit_chains_everything_and_finds_a_forged_link(make_case):
    make_case(State.DIAJUKAN)
    count = AuditEvent.objects.count()
    assert run("seal_audit") == f"{count} events sealed; the chain is whole up to link {count}.\n"
    assert run("seal_audit") == f"0 events sealed; the chain is whole up to link {count}.\n"
    # A link that somebody wrote past the sealer.
    audit.record("uji", actor=None, now=NOON)
    forged = {"position": count + 1, "previous": "0" * 64, "digest": "0" * 64}
    AuditSeal.objects.create(event=AuditEvent.objects.latest("pk"), **forged)
    with pytest.raises(CommandError, match=f"broken at link {count + 1}:") as broken:
        run("seal_audit")
    assert broken.value.returncode == 1


def test_seal_audit_on_an_empty_trail(db):
    assert run("seal_audit") == "0 events sealed; the chain is whole up to link 0.\n"


def test_sweep_removes_old_pictures_without_a_record(make_case, member_of, settings):
    kept, gone = make_case(), make_case(person__name="Salah Catat")
    assert cases.delete_draft(gone.pk, actor=member_of("psm"), now=NOON)
    for file in (Path(settings.MEDIA_ROOT) / "evidence").iterdir():
        os.utime(file, (0, 0))
    assert run("sweep").startswith("2 pictures without a record removed.\n0 jobs ended")
    assert run("sweep").startswith("0 pictures")
    assert kept.attachments.count() == 2


# --- wrong keys


def manage(folder: Path, *command: str) -> subprocess.CompletedProcess:
    """A command as an office would run it, on a SQLite database of its own."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env |= {"IPSM_VAR": str(folder), "DEBUG": "true"}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True)


def database_of(folder: Path, mark: str) -> Path:
    """A database that was written with the index key of this mark."""
    path = folder / "ipsm.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE registry_keyfingerprint (name varchar(12) PRIMARY KEY, fingerprint varchar(64) NOT NULL)")
        database.execute("INSERT INTO registry_keyfingerprint VALUES ('index', ?)", [mark])
    return path


ADD = ("add_member", "X", "--role", "psm", "--area", GAMPONG)
WAYS = {
    "command": ("manage.py", *ADD),
    "job worker": ("manage.py", "db_worker", "--batch"),
    "command past manage.py": ("-m", "django", *ADD, "--settings", "ipsm_portal.settings"),
    "wsgi": ("-c", "import ipsm_portal.wsgi"),
    "asgi": ("-c", "import ipsm_portal.asgi"),
}


@pytest.mark.parametrize("way", WAYS)
def test_wrong_keys_stop_every_way_in_before_anything_is_written(tmp_path, way):
    database = database_of(tmp_path, "of another key")
    before = database.read_bytes()
    done = manage(tmp_path, *WAYS[way])
    assert done.returncode != 0
    assert "The keys in the settings (NIK_KEYS, INDEX_KEY) are not the ones this database was written with: index." in done.stderr
    assert database.read_bytes() == before


def test_the_right_keys_open(tmp_path):
    database_of(tmp_path, fingerprint(keyring())["index"])
    assert manage(tmp_path, *WAYS["wsgi"]).returncode == 0
