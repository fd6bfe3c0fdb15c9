"""Parts of names, for invented people and benchmarks only (`data/name_tokens.csv`). No real person stands behind them."""

from dataclasses import dataclass
from functools import cache

from registry.reference.tables import DATA, read_rows, split


@dataclass(frozen=True)
class NameToken:
    """`sex`: m, f or u (both). `kind`: given, patronym, title or family. `weight`: relative within one sex and kind.

    `positions`: first, last, prefix, suffix or particle; several when the word stands in either place.
    """

    token: str
    sex: str
    kind: str
    weight: int
    positions: tuple[str, ...]
    origin: str
    basis: str


@cache
def name_tokens() -> tuple[NameToken, ...]:
    """Every token, in the order of the file."""
    return tuple(
        NameToken(row["token"], row["sex"], row["kind"], int(row["weight"]), split(row["position"], "|"), row["origin"], row["basis"])
        for row in read_rows(DATA / "name_tokens.csv")
    )
