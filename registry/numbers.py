"""Registry numbers for people to say and write down: "R4K-82WT".

Six random characters and a check character, none of them easily taken for another. The first is a letter, so that a
registry number never looks like a NIK or a card number.
"""

import re
import secrets
from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = ALPHABET[8:]
LENGTH = 7
FIRST_PART = 3

# The sum of value x weight must be 0 modulo 31. 31 is prime and above the 30 values, and the weights differ, so every single wrong
# character and every exchange of two characters changes the sum. No weighting modulo 30 can do that. The price: a check value of
# 30 has no character, and such bodies (one in 31) are drawn again.
MODULUS = 31
WEIGHTS = (1, 2, 3, 4, 5, 6, 7)
VALUES = {character: value for value, character in enumerate(ALPHABET)}

# What somebody may have read when they wrote a character that no number holds.
MISREAD = {"0": "DQ", "O": "DQ", "1": "7JT", "I": "7JT", "L": "7JT", "U": "V"}
_NOISE = re.compile(r"[\s._\-\u2010-\u2015\u2212\u200b\ufeff]")


def new_number(randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """Draw a number; about 517 million are possible, so the caller checks that it is free. randbelow(n) gives 0..n-1."""
    while True:
        body = LETTERS[randbelow(len(LETTERS))] + "".join(ALPHABET[randbelow(len(ALPHABET))] for _ in range(LENGTH - 2))
        check = -_weigh(body) * pow(WEIGHTS[-1], -1, MODULUS) % MODULUS
        if check < len(ALPHABET):
            return _written(body + ALPHABET[check])


def normalise(text: str) -> str | None:
    """The number as it is written ("R4K-82WT"), or None where the text is no number or its check fails.

    Takes lower case, any blanks and dashes, and one character that no number holds (0 O 1 I L U) where exactly one
    character that looks like it makes the check come out.
    """
    typed = _NOISE.sub("", text.upper())
    if len(typed) != LENGTH:
        return None
    # With two misread characters each reading keeps one of them, and none is valid.
    places = [place for place, character in enumerate(typed) if character in MISREAD]
    readings = [typed[:place] + meant + typed[place + 1 :] for place in places for meant in MISREAD[typed[place]]] or [typed]
    valid = [reading for reading in readings if _is_valid(reading)]
    return _written(valid[0]) if len(valid) == 1 else None


def _is_valid(characters: str) -> bool:
    return all(character in VALUES for character in characters) and characters[0] in LETTERS and _weigh(characters) % MODULUS == 0


def _weigh(characters: str) -> int:
    return sum(VALUES[character] * weight for character, weight in zip(characters, WEIGHTS, strict=False))


def _written(characters: str) -> str:
    return f"{characters[:FIRST_PART]}-{characters[FIRST_PART:]}"
