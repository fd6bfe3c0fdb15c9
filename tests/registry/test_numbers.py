"""Registry numbers: shape, check character, what is forgiven when one is typed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import numbers
from registry.numbers import ALPHABET, LETTERS, new_number, normalise

PLACES = range(7)
seeds = st.integers(min_value=0, max_value=2**32)


def drawn(seed: int) -> str:
    source = random.Random(seed)
    return new_number(lambda n: source.randrange(n))


def bare(number: str) -> str:
    return number.replace("-", "")


def test_alphabet_leaves_out_what_is_misread():
    assert (len(ALPHABET), len(set(ALPHABET)), set(ALPHABET) & set("01OILU")) == (30, 30, set())
    assert LETTERS == "ABCDEFGHJKMNPQRSTVWXYZ"


@given(seeds)
def test_new_number_has_its_shape_and_is_valid(seed):
    number = drawn(seed)
    assert (len(number), number[3]) == (8, "-")
    assert number[0] in LETTERS
    assert set(bare(number)) <= set(ALPHABET)
    assert normalise(number) == number


def test_default_source_draws_different_numbers():
    drawn_numbers = {new_number() for _ in range(200)}
    assert len(drawn_numbers) == 200
    assert all(normalise(number) == number for number in drawn_numbers)


def test_a_body_whose_check_value_has_no_character_is_drawn_again():
    bodies = [body for body in ("A" + "2" * 4 + last for last in ALPHABET) if -numbers._weigh(body) * pow(7, -1, 31) % 31 == 30]
    assert bodies
    first = [LETTERS.index(bodies[0][0]), *(ALPHABET.index(character) for character in bodies[0][1:])]
    second = [3, 1, 4, 1, 5, 9]
    draws = iter(first + second)
    number = new_number(lambda n: next(draws))
    assert bare(number)[:6] == LETTERS[3] + "".join(ALPHABET[value] for value in second[1:])
    assert list(draws) == []


@given(seeds)
def test_every_single_wrong_character_is_caught(seed):
    characters = bare(drawn(seed))
    wrong = [characters[:place] + other + characters[place + 1 :] for place in PLACES for other in ALPHABET if other != characters[place]]
    assert len(wrong) == 7 * 29
    assert [text for text in wrong if normalise(text)] == []


@given(seeds)
def test_every_exchange_of_two_characters_is_caught(seed):
    characters = bare(drawn(seed))
    for left in PLACES:
        for right in range(left + 1, 7):
            swapped = list(characters)
            swapped[left], swapped[right] = swapped[right], swapped[left]
            if swapped != list(characters):
                assert normalise("".join(swapped)) is None


def test_the_weighting_catches_both_for_every_pair_of_values():
    """The proof behind the samples above: all places, all values. A change of one value, and of two exchanged ones, never weighs 0."""
    values, weights = range(30), numbers.WEIGHTS
    assert all((a - b) * weight % 31 for weight in weights for a in values for b in values if a != b)
    assert all((a - b) * (v - w) % 31 for v in weights for w in weights if v != w for a in values for b in values if a != b)


@pytest.fixture
def number():
    return drawn(7)


@pytest.mark.parametrize(
    "change",
    [str.lower, bare, lambda n: f"  {n} ", lambda n: n.replace("-", " "), lambda n: n.replace("-", "–"), lambda n: " ".join(bare(n)),
     lambda n: n.replace("-", " - "), lambda n: n.replace("-", ".") + "\n"],
)  # fmt: skip
def test_ways_of_writing(change, number):
    assert normalise(change(number)) == number


@pytest.mark.parametrize(
    "text",
    ["", "-", "R4K", "R4K-82WTX", "1111014101909001", "???????", "ΑΒΓΔΕΖΗ", "R4K-82W!", "Rusydah", "OIL-OIL", "²²²²²²²", "1111011"],
)  # fmt: skip
def test_what_is_no_number(text):
    assert normalise(text) is None


@given(seeds)
def test_one_misread_character_is_put_right(seed):
    number = drawn(seed)
    characters = bare(number)
    for meant, written in [("D", "0"), ("D", "O"), ("Q", "0"), ("Q", "o"), ("7", "1"), ("J", "I"), ("T", "l"), ("7", "L"), ("V", "u")]:
        for place in PLACES:
            if characters[place] == meant:
                assert normalise(characters[:place] + written + characters[place + 1 :]) == number


def test_two_misread_characters_are_not_guessed():
    number = next(text for text in map(drawn, range(10_000)) if {"D", "V"} <= set(text))
    assert normalise(number.replace("D", "0")) == number
    assert normalise(number.replace("D", "0").replace("V", "U")) is None


def test_the_first_character_is_never_read_as_a_digit():
    """A leading 1 can stand for J or T only; "7" would look like the beginning of a NIK."""
    readings = {normalise(f"1{rest}") for rest in (bare(drawn(seed))[1:] for seed in range(300))}
    assert {reading[0] for reading in readings if reading} == {"J", "T"}
