"""The details that a kind of PPKS asks beside its criteria (`data/ppks_details.csv`; how to read it: PPKS note 1.4)."""

from dataclasses import dataclass

from registry.enums import Protection, Stage
from registry.reference.tables import DATA, read_rows, split


@dataclass(frozen=True)
class Detail:
    """One detail. `type` is choice, relation, yes_no, date, integer, money, place, phone, text or person_name.

    `choices`: (slug, label) pairs, in order. `minimum` and `maximum`: numbers, or the longest length of a text. `stage`: the moment
    from which an answer must be there, None = never forced; "tidak_tahu" counts as an answer. `office_columns`: layout and heading.
    """

    slug: str
    label: str
    hint: str
    type: str
    choices: tuple[tuple[str, str], ...]
    multiple: bool
    unit: str
    minimum: int | None
    maximum: int | None
    kinds: tuple[str, ...]
    stage: Stage | None
    protection: Protection
    dtsen: tuple[str, ...]
    office_columns: tuple[str, ...]
    source: str


_STAGES = {"-": None, "draft": Stage.DRAFT, "submit": Stage.SUBMIT, "ready": Stage.READY}


def _choice(part: str) -> tuple[str, str]:
    slug, _equals, label = part.partition("=")
    return slug, label


def _detail(row: dict[str, str]) -> Detail:
    return Detail(
        slug=row["slug"],
        label=row["label_id"],
        hint=row["hint_id"],
        type=row["type"],
        choices=tuple(_choice(part) for part in split(row["choices"], "|")),
        multiple=row["multiple"] == "yes",
        unit=row["unit"],
        minimum=int(row["min"]) if row["min"] else None,
        maximum=int(row["max"]) if row["max"] else None,
        kinds=split(row["kinds"], ";"),
        stage=_STAGES[row["stage"]],
        protection=Protection(row["protection"]),
        dtsen=split(row["dtsen"], ";"),
        office_columns=split(row["office_columns"], ";"),
        source=row["source"],
    )


DETAILS: dict[str, Detail] = {detail.slug: detail for detail in map(_detail, read_rows(DATA / "ppks_details.csv"))}
