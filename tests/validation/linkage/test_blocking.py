"""Keys of a person: which kinds, when, how many."""

from datetime import date

import pytest

from validation.linkage.blocking import keys, search_keys

BORN = date(1981, 7, 5)


@pytest.mark.parametrize(
    "name, birth_date, rows",
    [
        (
            "Mohd. Jusuf bin Iljas",
            BORN,
            [("name_birth", "muhamadyusupilias|1981-07-05"), ("name_token", "muhamad"), ("name_token", "yusup"), ("name_token", "ilias")],
        ),
        ("Nurhayati", None, [("name_token", "nurhayati")]),
        ("", BORN, []),
        ("...", BORN, []),
        ("Ali Ali", None, [("name_token", "ali")]),
        ("Yusuf A.", BORN, [("name_birth", "yusup a|1981-07-05"), ("name_token", "yusup")]),
        ("M.", BORN, [("name_birth", "m|1981-07-05")]),
    ],
)
def test_keys(name, birth_date, rows):
    assert keys(name, birth_date, "11.11.01.2001", "L") == rows


def test_gampong_and_sex_change_nothing():
    assert keys("Nurhayati", BORN, None, None) == keys("Nurhayati", BORN, "11.11.01.2001", "P")


def test_equal_names_of_one_day_meet_and_others_do_not():
    def name_birth(name: str, birth_date: date) -> tuple[str, str]:
        return keys(name, birth_date, None, None)[0]

    assert name_birth("Chatidjah Iljas", BORN) == name_birth("Hj. Khatijah Ilyas, S.Pd", BORN)
    assert name_birth("Chatidjah Iljas", BORN) != name_birth("Khatijah Ilyas", date(1981, 5, 7))
    assert name_birth("Hasan", BORN) != name_birth("Husin", BORN)


def test_at_most_twelve_rows():
    long_name = " ".join(f"{first}{second}man" for first in "bdgk" for second in "aiueo")
    rows = keys(long_name, BORN, None, None)
    assert (len(rows), rows[0][0], len(set(rows))) == (12, "name_birth", 12)
    assert len(search_keys(long_name)) == 11


@pytest.mark.parametrize(
    "typed, stored, found",
    [
        ("khatijah", "Chatidjah Iljas", True),
        ("Iljas Khatijah", "Chatidjah Iljas", True),
        ("T. Abdullah", "Abdullah", True),
        ("M. Yusuf", "Mohd. Jusuf bin Ali", True),
        ("yusuf a", "Yusuf", True),
        ("Salmah", "Salamah", False),
        ("Yusuf Hasan", "Yusuf Ali", False),
    ],
)
def test_a_person_has_every_key_of_their_name(typed, stored, found):
    assert (set(search_keys(typed)) <= set(keys(stored, None, None, None))) is found


@pytest.mark.parametrize("typed", ["", "m", "1111014101909001"])
def test_nothing_to_search_by(typed):
    assert search_keys(typed) == []


def test_search_keys_of_the_longest_name_are_kept_by_its_person():
    name = " ".join(f"{first}{second}man" for first in "bdgk" for second in "aiueo")
    assert set(search_keys(name)) <= set(keys(name, BORN, None, None))
