"""How answers are read, type by type: tables of what people and spreadsheets write."""

from datetime import date, datetime

import pytest

from registry.fields import FIELDS
from registry.fieldtypes import Area, Choice, Criteria, Date, IdNumber, KindCode, MultiChoice, Text, Unreadable, Year, parse_date, plain

DAY = date(2026, 8, 17)
NOT_A_DATE = "Tulis tanggal seperti 28-02-1960."
NOT_IN_CALENDAR = "Tanggal ini tidak ada di kalender. Lihat KTP, lalu tulis seperti 28-02-1960."


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  Aisyah   binti\tHamid \n", "Aisyah binti Hamid"),
        ("Ais\u200byah", "Aisyah"),
        ("\u202eAisyah", "Aisyah"),
        ("Cut\u00a0Nyak", "Cut Nyak"),
        ("Te\u0301uku", "T\u00e9uku"),
        ("a\x00b", "ab"),
        (None, ""),
        (0, ""),
        (12, "12"),
    ],
)
def test_plain(raw, text):
    assert plain(raw) == text


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("17-08-2026", DAY),
        ("17/08/2026", DAY),
        ("17.8.2026", DAY),
        ("17 8 2026", DAY),
        ("2026-08-17", DAY),
        ("2026-08-17T00:00:00", DAY),
        ("2026-08-17 00:00", DAY),
        ("17 Agustus 2026", DAY),
        ("17-Agt-2026", DAY),
        ("17 ags. 2026", DAY),
        ("1 Pebruari 1960", date(1960, 2, 1)),
        ("10 Nopember 1945", date(1945, 11, 10)),
        ("29-02-1960", date(1960, 2, 29)),
        (" 17-08-2026 ", DAY),
        (DAY, DAY),
        (datetime(2026, 8, 17, 13, 30), DAY),
        ("", None),
        (None, None),
        ("   ", None),
    ],
)
def test_dates_that_are_read(raw, value):
    assert parse_date(raw) == value
    assert Date().clean(raw) == value


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("17-08-26", NOT_A_DATE),
        ("08/2026", NOT_A_DATE),
        ("1958", NOT_A_DATE),
        ("17 August 2026", NOT_A_DATE),
        ("kemarin", NOT_A_DATE),
        ("2026-08-17 13:30", NOT_A_DATE),
        ("46251", NOT_A_DATE),
        ("29-02-2026", NOT_IN_CALENDAR),
        ("31-04-1960", NOT_IN_CALENDAR),
        ("17-13-2026", NOT_IN_CALENDAR),
        ("00-01-2026", NOT_IN_CALENDAR),
    ],
)
def test_dates_that_are_refused(raw, sentence):
    with pytest.raises(Unreadable) as refused:
        Date().clean(raw)
    assert str(refused.value.sentence) == sentence


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1111054708589001", "1111054708589001"),
        (" 1111 0547 0858 9001 ", "1111054708589001"),
        ("1111.0547-0858'9001", "1111054708589001"),
        ("'1111054708589001", "1111054708589001"),
        ("１１１１０５４７０８５８９００１", "1111054708589001"),
        ("11110547085890O1", "11110547085890O1"),
        ("12345", "12345"),
        ("", None),
        (None, None),
        (" - ", None),
    ],
)
def test_numbers_are_text_and_a_draft_loses_nothing(raw, value):
    assert IdNumber().clean(raw) == value


@pytest.mark.parametrize("raw", [1111054708589001, 1.111e15, "1" * 25])
def test_numbers_that_are_refused(raw):
    with pytest.raises(Unreadable):
        IdNumber().clean(raw)


@pytest.mark.parametrize("raw", ["", None])
def test_an_empty_cell_is_no_number(raw):
    assert IdNumber().clean(raw) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("P", "P"),
        ("p", "P"),
        ("Perempuan", "P"),
        ("wanita", "P"),
        ("2", "P"),
        ("L", "L"),
        ("Laki-laki", "L"),
        ("LAKI LAKI", "L"),
        ("1", "L"),
        ("", None),
    ],
)
def test_sexes(raw, value):
    assert FIELDS["person.sex"].type.clean(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"), [("cerai_mati", "cerai_mati"), ("Cerai mati", "cerai_mati"), ("CERAI-MATI", "cerai_mati"), (None, None)]
)
def test_choices_by_slug_or_label(raw, value):
    assert FIELDS["person.marital_status"].type.clean(raw) == value


def test_what_is_no_choice_is_named_and_cut():
    with pytest.raises(Unreadable) as refused:
        Choice((("a", "Satu"),)).clean("janda " * 20)
    assert str(refused.value.sentence) == f"“{('janda ' * 20)[:40]}” tidak ada dalam pilihan."


@pytest.mark.parametrize(
    ("raw", "value"),
    [("1958", 1958), (1958, 1958), (" 1880 ", 1880), ("2100", 2100), ("", None)],
)
def test_years(raw, value):
    assert Year().clean(raw) == value


@pytest.mark.parametrize("raw", ["58", "1879", "2101", "1958.0", "tahun 1958", "-1958"])
def test_years_that_are_refused(raw):
    with pytest.raises(Unreadable):
        Year().clean(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("2;1", [1, 2]), (["2", "1", "2", ""], [1, 2]), ([3], [3]), ("", None), ([], None), (None, None)],
)
def test_criteria(raw, value):
    assert Criteria().clean(raw) == value


@pytest.mark.parametrize("raw", ["0", "21", "a", ["1", "x"], "1,2"])
def test_criteria_that_are_refused(raw):
    with pytest.raises(Unreadable):
        Criteria().clean(raw)


def test_several_choices_are_sorted_without_repeats():
    several = MultiChoice((("b", "Bulan"), ("a", "Api")))
    assert several.clean("Bulan; a;b") == several.clean(["b", "a"]) == ["a", "b"]
    assert several.clean("") is several.clean([]) is None
    assert several.show(["a", "b"]) == "Api, Bulan"
    with pytest.raises(Unreadable):
        several.clean("a;c")


@pytest.mark.parametrize(("raw", "value"), [("11.11.05.2008", "11.11.05.2008"), ("", None)])
def test_areas(raw, value):
    assert Area().clean(raw) == value


@pytest.mark.parametrize("raw", ["11.11.05", "1111052008", "Paya Cut", "11.11.05.2008x"])
def test_areas_that_are_refused(raw):
    with pytest.raises(Unreadable):
        Area().clean(raw)


def test_kinds():
    kinds = KindCode({"08": "Lanjut usia terlantar"})
    assert (kinds.clean("08"), kinds.clean(""), kinds.show("08")) == ("08", None, "08 Lanjut usia terlantar")
    for raw in ("8", "27", "lansia"):
        with pytest.raises(Unreadable):
            kinds.clean(raw)


def test_texts_are_cut_by_nobody():
    assert Text(5).clean("12345") == "12345"
    with pytest.raises(Unreadable) as refused:
        Text(5).clean("123456")
    assert str(refused.value.sentence) == "Terlalu panjang: paling banyak 5 huruf."


def test_lines_are_kept_where_they_may_be():
    assert Text(50, multiline=True).clean(" satu \r\n\r\n dua\u200b ") == "satu\n\ndua"
    assert Text(50).clean("satu\ndua") == "satu dua"


@pytest.mark.parametrize("path", FIELDS)
def test_nothing_is_nothing_in_every_type(path):
    kind = FIELDS[path].type
    assert (kind.clean(""), kind.clean(None), kind.clean("  "), kind.show(None)) == (None, None, None, "")
