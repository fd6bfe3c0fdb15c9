"""Invented names in the mix of Bireuen (wilayah note 5), from parts of names only: no real person stands behind them."""

from functools import cache
from random import Random

from registry.reference.names import NameToken, name_tokens

# They do not stand alone on a card: another name follows.
NEEDS_ANOTHER = frozenset({"M.", "Muhammad", "Abdul", "Siti", "Cut", "Nur", "Nurul", "Ahmad"})
OLD = 50


@cache
def _tokens(sex: str, kind: str, position: str) -> tuple[tuple[NameToken, ...], tuple[int, ...]]:
    fit = tuple(t for t in name_tokens() if t.sex == sex and t.kind == kind and position in t.positions)
    return fit, tuple(token.weight for token in fit)


def _one(rng: Random, sex: str, kind: str, position: str) -> str:
    tokens, weights = _tokens(sex, kind, position)
    return rng.choices(tokens, weights)[0].token


def person_name(rng: Random, sex: str, age: int) -> str:
    """`sex`: L or P. One word 35 % (over 50 years: 55 %), two given names 40 %, the father's name 15 %, bin or binti 5 %, a title 7 %."""
    own = "m" if sex == "L" else "f"
    first = _one(rng, own, "given", "first")
    alone = 0.55 if age > OLD else 0.35
    drawn = rng.random()
    if drawn < alone and first not in NEEDS_ANOTHER:
        name = first
    elif drawn < alone + 0.05:
        name = f"{first} {'bin' if sex == 'L' else 'binti'} {_one(rng, 'm', 'patronym', 'last')}"
    elif drawn < alone + 0.20:
        name = f"{first} {_one(rng, 'm', 'patronym', 'last')}"
    else:
        last = _one(rng, own, "given", "last")
        name = f"{first} {last}" if last != first else f"{first} {_one(rng, 'm', 'patronym', 'last')}"
    return f"{_one(rng, own, 'title', 'prefix')} {name}" if age >= 20 and rng.random() < 0.07 else name


def respelled(name: str) -> str:
    """The same name as another worker would hear it."""
    for there, instead in (("Nur", "Noer"), ("iyah", "iah"), ("ah", "a"), ("udin", "oeddin"), ("Zul", "Dzul"), ("i", "y"), ("a", "aa")):
        if there in name:
            return name.replace(there, instead, 1)
    return f"{name}a"
