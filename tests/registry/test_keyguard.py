"""The portal does not start with keys that this database was not written with."""

import base64

import pytest
from django.db import connection

from registry import keyguard
from registry.keyguard import WrongKeys
from registry.models import KeyFingerprint
from registry.models.sealed import keyring

pytestmark = pytest.mark.django_db
OTHER = b"another-key-of-thirty-two-bytes!"


@pytest.fixture(autouse=True)
def keys_are_read_again(settings):
    keyring.cache_clear()
    KeyFingerprint.objects.all().delete()
    yield
    keyring.cache_clear()


def start_with(settings, **changes):
    for name, value in changes.items():
        setattr(settings, name, value)
    keyring.cache_clear()
    keyguard.verify()


def test_the_first_start_notes_the_keys_and_the_second_finds_them():
    keyguard.verify()
    noted = dict(KeyFingerprint.objects.values_list("name", "fingerprint"))
    keyguard.verify()
    assert dict(KeyFingerprint.objects.values_list("name", "fingerprint")) == noted
    assert len(noted) == 3


def test_no_key_can_be_read_from_what_is_noted(settings):
    keyguard.verify()
    noted = str(list(KeyFingerprint.objects.values_list("name", "fingerprint")))
    for key in [*settings.NIK_KEYS.values(), settings.INDEX_KEY]:
        assert base64.b64encode(key).decode() not in noted
        assert key.hex() not in noted


def test_a_new_key_is_noted(settings):
    keyguard.verify()
    start_with(settings, NIK_KEYS={**settings.NIK_KEYS, 3: OTHER}, NIK_CURRENT_KEY=3)
    assert KeyFingerprint.objects.count() == 4


@pytest.mark.parametrize("what", ["index changed", "data key changed", "data key missing"])
def test_wrong_keys_stop_the_start_before_anything_is_written(what, settings):
    keyguard.verify()
    changes = {
        "index changed": {"INDEX_KEY": OTHER},
        "data key changed": {"NIK_KEYS": {**settings.NIK_KEYS, 1: OTHER}},
        "data key missing": {"NIK_KEYS": {2: settings.NIK_KEYS[2]}},
    }[what]
    before = list(KeyFingerprint.objects.order_by("name").values())
    with pytest.raises(WrongKeys) as refused:
        start_with(settings, **changes)
    assert list(KeyFingerprint.objects.order_by("name").values()) == before
    assert OTHER.decode() not in str(refused.value)


def test_wrong_keys_with_a_new_one_beside_them_note_nothing(settings):
    keyguard.verify()
    with pytest.raises(WrongKeys):
        start_with(settings, INDEX_KEY=OTHER, NIK_KEYS={**settings.NIK_KEYS, 3: OTHER[::-1]})
    assert KeyFingerprint.objects.count() == 3


def test_a_database_without_tables_passes(monkeypatch):
    monkeypatch.setattr(type(connection.introspection), "table_names", lambda *_args, **_more: [])
    keyguard.verify()
    assert not KeyFingerprint.objects.exists()
