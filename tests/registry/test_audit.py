"""The audit log: one event per act, append-only in the models and in the database, chained afterwards."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from registry import audit
from registry.models import AuditEvent, AuditSeal
from registry.models.audit import AppendOnly
from tests.people import NOON

pytestmark = pytest.mark.django_db
APPEND_ONLY = import_module("registry.migrations.0002_audit_append_only")


@pytest.fixture
def guarded():
    """The triggers of the migration, made by its own functions and only for this test."""
    with connection.schema_editor() as editor:
        APPEND_ONLY.remove(None, editor)
        APPEND_ONLY.install(None, editor)
    yield
    with connection.schema_editor() as editor:
        APPEND_ONLY.remove(None, editor)
        if connection.vendor == "postgresql":
            APPEND_ONLY.install(None, editor)


def write(count=1, verb="uji"):
    audit.record(verb, actor=None, now=NOON, kind="case", ids=range(count))


def test_one_event_per_thing(member_of):
    psm = member_of("psm")
    token = audit.address.set("10.0.0.7")
    audit.record("ekspor", actor=psm, now=NOON, kind="case", ids=["a", "b"], detail={"rows": 2})
    audit.address.reset(token)
    audit.record("masuk", actor=None, now=NOON)
    rows = AuditEvent.objects.order_by("pk").values_list("verb", "actor_id", "at", "object_kind", "object_id", "detail", "address")
    assert list(rows) == [
        ("ekspor", psm.id, NOON, "case", "a", {"rows": 2}, "10.0.0.7"),
        ("ekspor", psm.id, NOON, "case", "b", {"rows": 2}, "10.0.0.7"),
        ("masuk", None, NOON, "", "", {}, ""),
    ]
    assert AuditEvent.objects.about("case", "b").count() == 1


def test_nothing_is_written_for_no_thing():
    audit.record("ekspor", actor=None, now=NOON, ids=[])
    assert not AuditEvent.objects.exists()


def test_models_refuse_to_change_or_delete_an_event():
    write()
    event = AuditEvent.objects.get()
    for change in (event.save, event.delete, AuditEvent.objects.all().delete, lambda: AuditEvent.objects.update(verb="lain")):
        with pytest.raises(AppendOnly):
            change()
    assert AuditEvent.objects.get().verb == "uji"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", APPEND_ONLY.TABLES)
@pytest.mark.parametrize("act", ["UPDATE", "DELETE"])
def test_the_database_refuses_too(act, table, guarded):
    write()
    audit.seal()
    column = "verb" if table.endswith("event") else "digest"
    sql = f"UPDATE {table} SET {column} = 'x'" if act == "UPDATE" else f"DELETE FROM {table}"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert (AuditEvent.objects.filter(verb="uji").count(), audit.first_broken_link()) == (1, None)


def test_the_chain_is_whole_and_grows():
    write(3)
    assert (audit.seal(2), audit.sealed_up_to(), AuditEvent.objects.unsealed().count()) == (2, 2, 1)
    write(2)
    assert (audit.seal(), audit.seal(), audit.sealed_up_to()) == (3, 0, 5)
    assert audit.first_broken_link() is None
    links = list(AuditSeal.objects.order_by("position"))
    assert links[0].previous == audit.FIRST_LINK
    assert [link.previous for link in links[1:]] == [link.digest for link in links[:-1]]


# What somebody who can write in the database might do, with the triggers out of the way.
@pytest.mark.parametrize(
    "change",
    [
        {"verb": "lain"},
        {"object_id": "9"},
        {"detail": {"paths": ["person.name"]}},
        {"address": "10.0.0.7"},
        {"at": NOON + timedelta(microseconds=1)},
    ],
)
def test_the_chain_detects_a_changed_event(change, without_triggers):
    write(3)
    audit.seal()
    second = AuditEvent.objects.order_by("pk")[1]
    super(type(AuditEvent.objects.all()), AuditEvent.objects.filter(pk=second.pk)).update(**change)
    assert audit.first_broken_link() == 2


@pytest.fixture
def without_triggers():
    """PostgreSQL's roll back with the test; SQLite has none in the test database (conftest.py)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in APPEND_ONLY.TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_the_chain_detects_a_link_that_is_gone_or_forged(without_triggers):
    write(3)
    audit.seal()
    AuditSeal.objects.filter(position=2).update(digest="f" * 64)
    assert audit.first_broken_link() == 2
    AuditSeal.objects.filter(position=2).delete()
    assert audit.first_broken_link() == 2


def test_two_sealers_cannot_write_one_position():
    write(2)
    audit.seal(1)
    event = AuditEvent.objects.unsealed().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditSeal.objects.create(event=event, position=1, previous=audit.FIRST_LINK, digest="0" * 64)
