"""Sealing: round trips, what does not open, keyed hashes, keys as they are configured."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.sealing import (
    BadKeys,
    Keyring,
    WrongKey,
    blind_index,
    fingerprint,
    key_id,
    keyed_hash64,
    seal,
    seal_text,
    unseal,
    unseal_text,
)

OLD, NEW, INDEX, OTHER = (bytes([byte]) * 32 for byte in (1, 2, 3, 4))
RING = Keyring({1: OLD, 2: NEW}, current=2, index_key=INDEX)
NIK = "1111014101909001"
EXPECTED_INDEX = "534079805c62cfe53817e2af5a6f347db398d9760bbde38e2fb05df5967410d9"


def b64(key: bytes) -> str:
    return base64.b64encode(key).decode()


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_round_trip(plain, context):
    assert unseal(seal(plain, ring=RING, context=context), ring=RING, context=context) == plain


@given(st.text(max_size=100))
def test_round_trip_of_text(plain):
    assert unseal_text(seal_text(plain, ring=RING, context=b"person.nik"), ring=RING, context=b"person.nik") == plain


def test_layout():
    sealed = seal_text(NIK, ring=RING, context=b"person.nik")
    assert (len(sealed), sealed[0], sealed[1], key_id(sealed)) == (1 + 1 + 12 + 16 + 16, 1, 2, 2)
    assert NIK.encode() not in sealed
    assert unseal_text(memoryview(sealed), ring=RING, context=b"person.nik") == NIK
    assert key_id(memoryview(sealed)) == 2


def test_equal_values_seal_differently():
    assert len({seal_text(NIK, ring=RING, context=b"person.nik") for _ in range(50)}) == 50


def test_an_older_key_still_opens_and_the_current_one_seals():
    before = Keyring({1: OLD}, current=1, index_key=INDEX)
    sealed = seal(b"lama", ring=before, context=b"c")
    assert unseal(sealed, ring=RING, context=b"c") == b"lama"
    assert (key_id(sealed), key_id(seal(b"baru", ring=RING, context=b"c"))) == (1, 2)


@pytest.mark.parametrize(
    "ring, context",
    [
        (Keyring({1: OLD}, 1, INDEX), b"person.nik"),
        (Keyring({2: OTHER}, 2, INDEX), b"person.nik"),
        (RING, b"household.kk"),
        (RING, b""),
    ],
    ids=["key id unknown", "other key under the id", "other context", "no context"],
)
def test_what_does_not_open(ring, context):
    with pytest.raises(WrongKey) as refusal:
        unseal_text(seal_text(NIK, ring=RING, context=b"person.nik"), ring=ring, context=context)
    assert NIK not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_every_altered_byte_is_noticed():
    sealed = seal_text(NIK, ring=RING, context=b"c")
    for place in range(len(sealed)):
        altered = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(WrongKey):
            unseal(altered, ring=RING, context=b"c")


def test_every_cut_is_noticed():
    sealed = seal_text(NIK, ring=RING, context=b"c")
    for length in range(len(sealed)):
        with pytest.raises(WrongKey):
            unseal(sealed[:length], ring=RING, context=b"c")
    with pytest.raises(WrongKey):
        key_id(b"\x01")
    with pytest.raises(WrongKey):
        key_id(b"\x09\x01")


def test_blind_index():
    """Expected value: printf 'nik|1111014101909001' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0303...03"""
    assert blind_index(NIK, ring=RING, purpose="nik") == EXPECTED_INDEX
    others = {
        blind_index(NIK, ring=RING, purpose="kk"),
        blind_index(NIK[:-1] + "2", ring=RING, purpose="nik"),
        blind_index(NIK, ring=Keyring({1: OLD}, 1, OTHER), purpose="nik"),
    }
    assert len(others | {EXPECTED_INDEX}) == 4
    assert blind_index(NIK, ring=Keyring({7: OTHER}, 7, INDEX), purpose="nik") == EXPECTED_INDEX, "rotating data keys keeps the index"


def test_keyed_hash64_is_the_beginning_of_the_same_hash_as_a_signed_number():
    assert keyed_hash64(NIK, ring=RING, purpose="nik") == int.from_bytes(bytes.fromhex(EXPECTED_INDEX)[:8], "big", signed=True)
    numbers = [keyed_hash64(str(n), ring=RING, purpose="name_token") for n in range(1000)]
    assert len(set(numbers)) == 1000
    assert -(2**63) <= min(numbers) < 0 < max(numbers) < 2**63


@pytest.mark.parametrize("purpose", ["", "a|b"])
def test_a_purpose_cannot_run_into_the_value(purpose):
    with pytest.raises(ValueError, match="purpose"):
        blind_index(NIK, ring=RING, purpose=purpose)


def test_fingerprint():
    marks = fingerprint(RING)
    assert list(marks) == ["index", "1", "2"]
    assert all(re.fullmatch("[0-9a-f]{16}", mark) for mark in marks.values())
    assert len(set(marks.values())) == 3
    assert fingerprint(Keyring({1: OLD}, 1, INDEX)) == {"index": marks["index"], "1": marks["1"]}
    assert fingerprint(Keyring({1: OTHER}, 1, INDEX))["1"] != marks["1"]


@pytest.mark.parametrize(
    "data_keys, current, index_key, says",
    [
        ({}, 1, INDEX, "belum ada"),
        ({0: OLD}, 0, INDEX, "1 sampai 255"),
        ({256: OLD}, 256, INDEX, "1 sampai 255"),
        ({1: OLD[:-1]}, 1, INDEX, "32 bita, yang terbaca 31"),
        ({1: OLD + b"1"}, 1, INDEX, "32 bita, yang terbaca 33"),
        ({1: OLD}, 2, INDEX, "nomor 2 dipilih"),
        ({1: OLD}, 1, INDEX[:16], "Kunci indeks harus 32"),
        ({1: OLD}, 1, OLD, "dipakai dua kali"),
        ({1: OLD, 2: OLD}, 1, INDEX, "dipakai dua kali"),
    ],
)
def test_bad_keys(data_keys, current, index_key, says):
    with pytest.raises(BadKeys, match=says):
        Keyring(data_keys, current, index_key)


def test_highest_key_id_is_allowed():
    ring = Keyring({255: OLD}, 255, INDEX)
    assert unseal(seal(b"x", ring=ring, context=b"c"), ring=ring, context=b"c") == b"x"


def test_a_ring_is_frozen_and_never_shown():
    given_keys = {1: OLD}
    ring = Keyring(given_keys, 1, INDEX)
    given_keys[2] = NEW
    assert list(ring.data_keys) == [1]
    with pytest.raises(TypeError):
        ring.data_keys[2] = NEW
    with pytest.raises(AttributeError):
        ring.current = 2
    assert repr(ring) == "Keyring(current=1)"
