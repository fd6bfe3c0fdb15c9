"""How rules are declared and run, and until when a verdict holds."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.enums import Fixer, Level, Stage
from registry.reference.kinds import KINDS
from tests.validation.rules.records import SOUND, TODAY, record
from validation.rules import RULES, Record, good_until, judge
from validation.rules.engine import rule


def test_errors_come_first_and_infos_last():
    messy = record({"person.nik": "1111184708580000", "person.sex": "L", "person.mother_name": None, "person.name": None})
    assert [finding.rule for finding in judge(messy)] == [
        "nik.nomor_urut", "isian.kirim", "nik.kecamatan", "nik.jenis_kelamin", "isian.siap",
    ]  # fmt: skip


def test_a_record_keeps_its_answers_out_of_sight():
    assert "9003" not in repr(record())
    assert record({"person.name": ""})["person.name"] is None


@pytest.mark.parametrize(
    ("rule_id", "level", "stops"),
    [
        ("nik.panjang", Level.ERROR, Stage.SUBMIT),
        ("uji.salah", Level.ERROR, None),
        ("uji.salah_siap", Level.ERROR, Stage.READY),
        ("uji.peringatan", Level.WARNING, Stage.SUBMIT),
    ],
)
def test_a_rule_that_contradicts_itself_cannot_be_declared(rule_id, level, stops):
    with pytest.raises(ValueError, match="rule"):
        rule(rule_id, level, field="person.nik", fixer=Fixer.WORKER, source="uji", stops=stops)
    assert RULES["nik.panjang"].stops == Stage.SUBMIT


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({}, date(2027, 8, 7)),
        ({"person.birth_date": date(1958, 11, 25)}, date(2026, 11, 25)),
        ({"person.birth_date": date(1958, 11, 24)}, date(2027, 11, 24)),
        ({"case.found_on": date(2026, 12, 1)}, date(2026, 12, 1)),
        ({"case.consent_on": date(2026, 11, 30)}, date(2026, 11, 30)),
        ({"person.birth_date": date(2026, 11, 26)}, date(2026, 11, 26)),
        ({"household.kk": "1111050512269015"}, date(2026, 12, 5)),
        ({"person.nik": "1111054512269003"}, date(2026, 12, 5)),
        ({"person.birth_date": None}, date(2027, 8, 7)),
        ({"person.birth_date": None, "person.birth_year": 1958}, date(2027, 1, 1)),
        ({"person.birth_date": None, "person.nik": None}, None),
    ],
)
def test_until_when_a_verdict_holds(changes, until):
    if until is None:
        changes = changes | {"household.kk": None}
    assert good_until(record(changes)) == until


def days(first, last):
    return st.dates(min_value=first, max_value=last)


ANY_DAY = days(date(1900, 1, 1), date(2032, 12, 31))
NEAR = days(date(2023, 1, 1), date(2030, 12, 31))


@st.composite
def numbers(draw):
    """A number of identity whose date is any day, with or without what women add."""
    day = draw(ANY_DAY | NEAR)
    return f"111105{day.day + draw(st.sampled_from([0, 40])):02}{day.month:02}{day.year % 100:02}9{draw(st.integers(0, 999)):03}"


def maybe(strategy):
    return st.none() | strategy


ANSWERS = st.fixed_dictionaries(
    {
        "person.nik": maybe(numbers()),
        "household.kk": maybe(numbers()),
        "person.birth_date": maybe(ANY_DAY | NEAR),
        "person.birth_year": maybe(st.integers(1900, 2032)),
        "person.sex": st.sampled_from(["L", "P", None]),
        "person.relation": st.sampled_from(["kepala_keluarga", "anak", None]),
        "person.marital_status": st.sampled_from(["belum_kawin", "kawin", None]),
        "case.kind": st.sampled_from([*KINDS, None]),
        "case.found_on": maybe(ANY_DAY | NEAR),
        "case.consent_on": maybe(NEAR),
        "case.detail.peran_dalam_perkara": st.sampled_from(["pelaku", "korban", None]),
    }
)


def said(answers, today):
    """What a verdict consists of; ages in the words follow the birthday, which good_until knows."""
    return [(finding.rule, finding.field, finding.sentence, finding.params) for finding in judge(Record(SOUND | answers, today))]


@settings(max_examples=300, deadline=None)
@given(answers=ANSWERS, today=days(date(2024, 1, 1), date(2029, 12, 31)), data=st.data())
def test_a_verdict_holds_until_the_day_it_names(answers, today, data):
    until = good_until(Record(SOUND | answers, today))
    assert until is None or until > today
    last = until - timedelta(days=1) if until else today + timedelta(days=4000)
    verdict = said(answers, today)
    assert said(answers, last) == verdict
    assert said(answers, data.draw(days(today, last))) == verdict


def test_the_day_it_names_can_bring_another_verdict():
    turning = {"case.kind": "01", "person.birth_date": date(2020, 11, 25), "case.found_on": date(2026, 11, 1)}
    until = good_until(record(turning))
    assert until == date(2026, 11, 25)
    assert said(turning, until) != said(turning, TODAY)
