"""Reading numbers: the test numbers of DTSEN note 3.1, cleaning, centuries, cells of workbooks."""

from datetime import date
from decimal import Decimal

import pytest

from registry.enums import Level, Stage
from registry.reference.nik_regions import RegionStatus
from tests.validation.rules.records import TODAY
from validation.rules import Record, judge, nik

# NIK -> what the rules about it find when nothing else is known but a place in Bireuen: (rule, level, what it stops).
NUMBERS = {
    "1111130101909991": [],
    "1111134101909991": [],
    "1111133102909991": [("nik.kalender", Level.ERROR, Stage.SUBMIT)],
    "1111130001909991": [("nik.hari", Level.ERROR, Stage.SUBMIT)],
    "1111134001909991": [("nik.hari", Level.ERROR, Stage.SUBMIT)],
    "1111137201909991": [("nik.hari", Level.ERROR, Stage.SUBMIT)],
    "1111130113909991": [("nik.bulan", Level.ERROR, Stage.SUBMIT)],
    "1111130101900000": [("nik.nomor_urut", Level.ERROR, Stage.SUBMIT)],
    "1111135503179991": [],
    "1111130101269991": [("nik.abad", Level.WARNING, None)],
    "1111180101909991": [("nik.kecamatan", Level.WARNING, None)],
    "1108120505629991": [("nik.wilayah_lain", Level.INFO, None)],
    "1110130101909991": [("nik.wilayah_lain", Level.INFO, None)],
    "9911130101909991": [("nik.provinsi", Level.ERROR, Stage.APPROVE)],
    "11111301019099": [("nik.panjang", Level.ERROR, Stage.SUBMIT)],
    "11111301019099911": [("nik.panjang", Level.ERROR, Stage.SUBMIT)],
    "111113010190999A": [("nik.huruf", Level.ERROR, Stage.SUBMIT)],
    "1.11113E+15": [("nik.huruf", Level.ERROR, Stage.SUBMIT)],
    "0000000000000000": [("nik.angka_sama", Level.ERROR, Stage.SUBMIT)],
    "9999999999999999": [("nik.angka_sama", Level.ERROR, Stage.SUBMIT)],
    "0111130101909991": [("nik.awal_nol", Level.ERROR, Stage.SUBMIT)],
    "1111130013909991": [("nik.hari", Level.ERROR, Stage.SUBMIT), ("nik.bulan", Level.ERROR, Stage.SUBMIT)],
    "1111132902019991": [("nik.kalender", Level.ERROR, Stage.SUBMIT)],
    "1111136902009991": [],
    "1111133104909991": [("nik.kalender", Level.ERROR, Stage.SUBMIT)],
    "1107100101909991": [("nik.wilayah_lain", Level.INFO, None)],
    "6404990101909991": [("nik.wilayah_lain", Level.INFO, None)],
    "1111130101909991\u00a0": [],
    "'1111130101909991": [],
    "1111.1301.0190.9991": [],
    "１１１１１３０１０１９０９９９１": [],
}


@pytest.mark.parametrize(("number", "expected"), NUMBERS.items())
def test_the_rules_about_a_nik(number, expected):
    record = Record({"person.nik": number, "case.place": "11.11.13.2001"}, TODAY)
    assert [(f.rule, f.level, f.stops) for f in judge(record) if f.rule.startswith("nik.")] == expected


# NIK -> (kecamatan, regency, birth date, the older reading if it has to be asked, sex) on 24 November 2026.
READINGS = {
    "1111130101909991": ("Kota Juang", "Kabupaten Bireuen", date(1990, 1, 1), None, "L"),
    "1111134101909991": ("Kota Juang", "Kabupaten Bireuen", date(1990, 1, 1), None, "P"),
    "1111135503179991": ("Kota Juang", "Kabupaten Bireuen", date(2017, 3, 15), None, "P"),
    "1111130101269991": ("Kota Juang", "Kabupaten Bireuen", date(2026, 1, 1), date(1926, 1, 1), "L"),
    "1111130112269991": ("Kota Juang", "Kabupaten Bireuen", date(1926, 12, 1), None, "L"),
    "1111132411269991": ("Kota Juang", "Kabupaten Bireuen", date(2026, 11, 24), date(1926, 11, 24), "L"),
    "1111132511269991": ("Kota Juang", "Kabupaten Bireuen", date(1926, 11, 25), None, "L"),
    "1111130101009991": ("Kota Juang", "Kabupaten Bireuen", date(2000, 1, 1), None, "L"),
    "1111130101279991": ("Kota Juang", "Kabupaten Bireuen", date(1927, 1, 1), None, "L"),
    "1111136902009991": ("Kota Juang", "Kabupaten Bireuen", date(2000, 2, 29), None, "P"),
    "1108120505629991": ("Tanah Luas", "Kabupaten Aceh Utara", date(1962, 5, 5), None, "L"),
    "1110130101909991": ("Singkohor", "Kabupaten Aceh Singkil", date(1990, 1, 1), None, "L"),
    "1111133102909991": ("Kota Juang", "Kabupaten Bireuen", None, None, "L"),
}


@pytest.mark.parametrize(("number", "reading"), READINGS.items())
def test_describe_says_what_a_nik_holds(number, reading):
    parts = nik.describe(number, TODAY)
    assert (parts.region.district, parts.region.regency, parts.birth_date, parts.other_birth_date, parts.sex) == reading
    assert parts.region_digits + parts.birth_digits + parts.serial == number
    assert number[:6] not in repr(parts)


@pytest.mark.parametrize("text", [None, "", "111113010190999", "111113010190999A", "0111130101909991", "1111111111111111"])
def test_an_unreadable_number_has_no_parts(text):
    assert nik.describe(text, TODAY) is None
    assert nik.birth_dates(text) == ()
    assert (nik.sex(text), nik.region(text), nik.serial(text)) == (None, None, None)


def test_an_unknown_region_is_described_as_such():
    assert nik.describe("9911130101909991", TODAY).region.status == RegionStatus.UNKNOWN_PROVINCE


@pytest.mark.parametrize(
    ("number", "written", "read"),
    [
        ("1111130101269991", date(1926, 1, 1), date(1926, 1, 1)),
        ("1111130101269991", date(2026, 1, 1), date(2026, 1, 1)),
        ("1111130101269991", date(1930, 1, 1), date(1926, 1, 1)),
        ("1111130101269991", None, date(2026, 1, 1)),
        ("1111130112269991", date(2026, 12, 1), date(1926, 12, 1)),
        ("1111130101909991", date(1991, 1, 1), date(1990, 1, 1)),
        ("1111133102909991", date(1990, 2, 28), None),
    ],
)
def test_the_written_date_decides_the_century(number, written, read):
    assert nik.read_birth_date(number, written, TODAY) == read


def test_both_centuries_are_offered_where_the_calendar_has_them():
    assert nik.birth_dates("1111130101909991") == (date(1990, 1, 1), date(2090, 1, 1))
    assert nik.birth_dates("1111136902009991") == (date(2000, 2, 29),)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (1111130101909990, "number"),
        (1111130101909990.0, "number"),
        (Decimal("1111130101909990"), "number"),
        (0, "number"),
        ("1.11113E+15", "scientific"),
        ("1,11113e+15", "scientific"),
        ("1E15", "scientific"),
        ("1111130101909990.0", "decimal"),
        ("1111130101909990,00", "decimal"),
        ("'1111130101909990.0", "decimal"),
        ("1111130101909991", None),
        ("1111130101909991\u00a0", None),
        ("'1111130101909991", None),
        ("1111.1301.0190.9991", None),
        ("", None),
        (None, None),
        ("belum ada", None),
    ],
)
def test_a_cell_that_cannot_hold_a_number_of_identity(value, problem):
    assert nik.nik_cell_problem(value) == problem
    assert problem is None or str(nik.CELL_PROBLEMS[problem])


@pytest.mark.parametrize(
    "text",
    [
        "1111130101909991",
        " 1111130101909991\u00a0",
        "'1111130101909991",
        "1111.1301.0190-9991",
        "１１１１１３０１０１９０９９９１",
        "1111\u200b130101909991",
    ],
)
def test_cleaning_leaves_the_digits(text):
    assert nik.digits(text) == "1111130101909991"


def test_cleaning_keeps_what_is_no_digit():
    assert nik.digits("1111 l301") == "1111l301"
    assert nik.digits(None) == ""
