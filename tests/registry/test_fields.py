"""FIELDS: one row per question, whole and without contradictions; which are asked, which must be answered, what is stored."""

from datetime import date

import pytest

from registry.enums import Stage
from registry.fields import (
    FIELDS,
    SIKS_TEN,
    STEP_LABELS,
    Condition,
    Field,
    Step,
    dump,
    fields_of,
    load,
    reopening,
    required_fields,
    table,
)
from registry.fieldtypes import Text
from tests.people import complete_values

# By hand: what must be there from which stage, for a complete record of kind 24.
SUBMIT = {
    "person.name", "person.sex", "case.place", "case.found_on", "case.kind", "case.criteria",
    "case.consent_basis", "case.consent_by", "case.consent_on",
}  # fmt: skip
READY = SUBMIT | {
    "person.nik", "person.birth_place", "person.birth_date", "person.mother_name", "person.marital_status",
    "household.gampong", "household.dusun", "household.address", "household.kk", "person.relation",
}  # fmt: skip
DOES_NOT_REOPEN = {
    "person.no_nik_reason", "household.rt", "household.rw", "case.place_note", "case.note", "case.report",
    "case.consent_basis", "case.consent_by", "case.consent_on", "case.consent_note",
}  # fmt: skip


def test_every_path_names_its_owner_and_every_step_has_fields():
    assert {field.owner for field in FIELDS.values()} == {"person", "household", "case"}
    assert all(field.path == path == f"{field.owner}.{field.name}" for path, field in FIELDS.items())
    assert set(STEP_LABELS) == set(Step) == {field.step for field in FIELDS.values()}
    assert [path for step in Step for path in (field.path for field in fields_of(step))] == list(FIELDS)


def test_conditions_name_fields_that_are_there():
    assert {field.when.path for field in FIELDS.values() if field.when} <= set(FIELDS)


def test_a_path_given_twice_is_an_error():
    row = Field("person.name", "Nama", Text(), Step.IDENTITY)
    with pytest.raises(ValueError, match="twice"):
        table(row, row)


def test_the_ten_attributes_are_required_for_dtsen():
    assert len(SIKS_TEN) == 10
    assert set(SIKS_TEN) <= {field.path for field in required_fields(Stage.READY, complete_values())}


@pytest.mark.parametrize(("stage", "paths"), [(Stage.DRAFT, set()), (Stage.SUBMIT, SUBMIT), (Stage.APPROVE, SUBMIT), (Stage.READY, READY)])
def test_what_a_stage_requires(stage, paths):
    assert {field.path for field in required_fields(stage, complete_values())} == paths


@pytest.mark.parametrize(
    ("changes", "path", "asked"),
    [
        ({}, "person.no_nik_reason", False),
        ({"person.nik": None}, "person.no_nik_reason", True),
        ({"person.nik": ""}, "person.no_nik_reason", True),
        ({}, "person.birth_year", False),
        ({"person.birth_date": None}, "person.birth_year", True),
        ({"person.relation": "kepala_keluarga"}, "household.head_name", False),
        ({"person.relation": "anak"}, "household.head_name", True),
        ({"person.relation": None}, "household.head_name", True),
        ({"case.kind": "03"}, "case.detail.peran_dalam_perkara", True),
        ({"case.kind": "08"}, "case.detail.peran_dalam_perkara", False),
        ({"case.kind": "08"}, "case.note", True),
        ({"case.kind": "18"}, "case.note", False),
        ({"case.kind": None}, "case.note", False),
        ({"case.consent_basis": "tertulis"}, "case.consent_by", True),
        ({"case.consent_basis": "tugas_publik"}, "case.consent_by", False),
        ({"case.consent_basis": "tugas_publik"}, "case.consent_note", True),
        ({"case.consent_basis": "berkas"}, "case.consent_note", False),
        ({"case.consent_basis": None}, "case.consent_by", False),
    ],
)
def test_what_a_record_is_asked(changes, path, asked):
    values = complete_values() | changes
    assert FIELDS[path].asked(values) is asked


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (Condition("x"), None, True),
        (Condition("x"), [], True),
        (Condition("x"), "a", False),
        (Condition("x", negate=True), "a", True),
        (Condition("x", ("a",)), "a", True),
        (Condition("x", ("a",)), None, False),
        (Condition("x", ("a",), negate=True), None, True),
        (Condition("x", ("a",), negate=True), "a", False),
    ],
)
def test_conditions(condition, value, holds):
    assert condition.holds({"x": value}) is holds


@pytest.mark.parametrize("path", FIELDS)
def test_what_sends_an_approved_case_back(path):
    assert reopening([path]) is (path not in DOES_NOT_REOPEN)


def test_a_record_survives_its_json_form():
    values = complete_values() | {"case.note": "Baris satu\nBaris dua"}
    stored = dump(values | {"case.report": "", "case.evidence": [], "person.birth_year": None})
    assert stored["person.birth_date"] == "1958-08-07"
    assert {"case.report", "case.evidence", "person.birth_year"}.isdisjoint(stored)
    assert load(stored) == values


def test_an_answer_of_a_field_that_is_gone_is_kept():
    assert load({"person.shoe_size": 42, "case.found_on": "2026-11-24"}) == {"person.shoe_size": 42, "case.found_on": date(2026, 11, 24)}


def test_no_free_words_where_the_kind_is_secret():
    assert {"18", "16", "03"}.isdisjoint(FIELDS["case.note"].kinds)
