"""Keys under which persons are found again: by name, and by name with birth date. The caller stores them as keyed hashes."""

from datetime import date

from validation.linkage import names

NAME_BIRTH = "name_birth"
NAME_WORD = "name_token"
MOST_KEYS = 12


def keys(name: str, birth_date: date | None, gampong: str | None, sex: str | None) -> list[tuple[str, str]]:
    """(kind, value) rows of one person, without repeats, at most 12.

    name_birth: key form of the name and ISO date, only where both are known; an equal one opens a possible duplicate.
    name_token: each word of the name but single letters, for search.
    Gampong and sex belong to the facts a key may use; no kind uses them: they are corrected and moved too often to block on.
    """
    whole = names.normalise(name)
    found = [(NAME_BIRTH, f"{whole}|{birth_date.isoformat()}")] if whole and birth_date else []
    return (found + search_keys(name))[:MOST_KEYS]


def search_keys(name: str) -> list[tuple[str, str]]:
    """(kind, value) rows to look for when somebody types a name; a person of that name has each of them."""
    return [(NAME_WORD, token) for token in dict.fromkeys(names.tokens(name)) if len(token) > 1][: MOST_KEYS - 1]
