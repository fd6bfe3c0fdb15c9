"""Kinds in groups and criteria: nothing is left out, nothing secret is offered without the grant."""

from datetime import date

import pytest

from registry.entry import kinds
from registry.reference.kinds import KINDS, RESTRICTED_KINDS
from tests.people import TODAY


def choices(values: dict, restricted: bool = True) -> dict:
    groups = kinds.groups(values, today=TODAY, restricted=restricted, chosen=values.get("case.kind"))
    return {kind.code: kind for group in groups for kind in group.kinds}


def test_every_kind_is_offered_once_and_has_a_line():
    codes = [code for _label, group in kinds.GROUPS for code in group]
    assert sorted(codes) == sorted(KINDS)
    assert sorted(kinds.LINES) == sorted(KINDS)


def test_restricted_kinds_need_the_grant():
    assert set(choices({}, restricted=False)) == set(KINDS) - RESTRICTED_KINDS
    assert set(choices({}, restricted=True)) == set(KINDS)


@pytest.mark.parametrize(
    ("values", "code", "against"),
    [
        ({"person.birth_date": date(1958, 8, 7)}, "08", ""),
        ({"person.birth_date": date(1958, 8, 7)}, "23", "umurnya 68 tahun"),
        ({"person.birth_date": date(1958, 8, 7)}, "01", "umurnya 68 tahun"),
        ({"person.birth_year": 1958}, "02", "umurnya 68 tahun"),
        ({"person.birth_year": 1966}, "08", ""),  # 59 or 60
        ({"person.birth_year": 1967}, "08", "umurnya 59 tahun"),
        ({"person.sex": "L"}, "23", "jenis kelaminnya laki-laki"),
        ({"person.sex": "P"}, "23", ""),
        ({}, "01", ""),
        ({"person.birth_date": date(2017, 1, 1)}, "03", ""),  # a victim may be younger than 12
        ({"person.birth_date": date(2000, 1, 1)}, "03", "umurnya 26 tahun"),
    ],
)
def test_what_age_and_sex_contradict(values, code, against):
    assert choices(values)[code].against == against


def test_a_group_that_cannot_fit_is_closed_with_its_reason_unless_chosen():
    values = {"person.birth_date": date(1958, 8, 7)}
    groups = {g.label: g for g in kinds.groups(values, today=TODAY, restricted=False, chosen=None)}
    assert (groups["Anak"].open, groups["Anak"].why_closed) == (False, "Ditutup karena umurnya 68 tahun. Tetap bisa dibuka.")
    assert groups["Lansia dan disabilitas"].open and groups["Penghidupan tidak cukup"].open
    assert {g.label: g for g in kinds.groups(values, today=TODAY, restricted=False, chosen="02")}["Anak"].open


def test_criteria_of_age_and_sex_are_computed_and_the_others_ticked():
    items = kinds.items({"case.kind": "08", "case.criteria": [2], "person.birth_date": date(1958, 8, 7)}, today=TODAY)
    assert [(i.number, i.ticked, i.computed, i.met) for i in items] == [
        (1, False, True, True), (2, True, False, None), (3, False, False, None), (4, False, False, None),
    ]  # fmt: skip
    assert items[0].source == "68 tahun, dihitung dari tanggal lahir"
    young = kinds.items({"case.kind": "08", "person.birth_date": date(1990, 1, 1)}, today=TODAY)
    assert (young[0].met, kinds.items({"case.kind": "08"}, today=TODAY)[0].met, kinds.items({}, today=TODAY)) == (False, None, [])
