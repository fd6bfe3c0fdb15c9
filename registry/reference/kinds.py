"""The 26 kinds of PPKS (Permensos 8/2012, annex; `data/ppks_kinds.csv`) and how people write them."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from registry.enums import Sex, Subject
from registry.reference.tables import DATA, read_rows, split


@dataclass(frozen=True)
class Kind:
    """One kind. Ages are completed years, inclusive; None is no bound. `criteria` are numbered from 1.

    `evidence`: every outer entry is asked, any one slug inside it is enough. `restricted`: the name of the kind alone is secret.
    """

    code: str
    slug: str
    name: str
    name_en: str
    abbreviations: tuple[str, ...]
    subject: Subject
    age_min: int | None
    age_max: int | None
    sex: Sex | None
    criteria: tuple[str, ...]
    required_details: tuple[str, ...]
    restricted: bool
    legal_basis: str
    evidence: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Computed:
    """A criterion about age or sex: the portal computes it, nobody ticks it."""

    age_min: int | None
    age_max: int | None
    sex: Sex | None

    def met(self, age: int | None, sex: str | None) -> bool | None:
        """Whether a person of this age (completed years) and sex meets it; None while an answer it needs is missing."""
        if self.sex is not None and sex is not None and sex != self.sex:
            return False
        if age is None or (self.sex is not None and sex is None):
            return None
        return (self.age_min is None or age >= self.age_min) and (self.age_max is None or age <= self.age_max)


def _age(text: str) -> int | None:
    return int(text) if text else None


def _kind(row: dict[str, str]) -> Kind:
    return Kind(
        code=row["code"],
        slug=row["slug"],
        name=row["name_id"],
        name_en=row["name_en"],
        abbreviations=split(row["abbreviations"], ";"),
        subject=Subject(row["subject"]),
        age_min=_age(row["age_min"]),
        age_max=_age(row["age_max"]),
        sex=Sex(row["sex"]) if row["sex"] else None,
        criteria=split(row["criteria_id"], " | "),
        required_details=split(row["required_details"], ";"),
        restricted=row["sensitive"] == "yes",
        legal_basis=row["legal_basis"],
        evidence=tuple(split(group, "|") for group in split(row["evidence"], ";")),
    )


KINDS: dict[str, Kind] = {kind.code: kind for kind in map(_kind, read_rows(DATA / "ppks_kinds.csv"))}
RESTRICTED_KINDS = frozenset(code for code, kind in KINDS.items() if kind.restricted)

# Kind -> number of its criterion about age or sex; such items are computed, not ticked (PPKS note 1.2, "Meeting the criteria").
_COMPUTED = {"06": 1, "07": 1, "08": 1, "15": 1, "16": 1, "23": 1}

# Names of the older lists (22 kinds, 1996 decree), of programmes and of habit, next to those in the CSV file (PPKS note 1.2).
_OTHER_NAMES = {
    "01": ("balita terlantar",),
    "03": ("anak nakal", "anak berhadapan dengan hukum"),
    "05": ("anak cacat", "anak dengan disabilitas", "anak penyandang disabilitas"),
    "06": ("anak korban tindak kekerasan", "anak korban kekerasan"),
    "07": ("anak yang membutuhkan perlindungan khusus",),
    "08": ("lansia terlantar", "lanjut usia telantar"),
    "09": ("penyandang cacat",),
    "15": ("bekas warga binaan lembaga kemasyarakatan", "bekas warga binaan pemasyarakatan", "bekas narapidana"),
    "16": ("orang dengan hiv", "odhiv"),
    "18": ("korban trafficking", "korban perdagangan orang", "korban tppo"),
    "20": ("pekerja migran indonesia bermasalah", "pmi bermasalah"),
    "23": ("wanita rawan sosial ekonomi",),
    "24": ("keluarga fakir miskin",),
}


def computed_criteria(code: str) -> dict[int, Computed]:
    """Number (from 1) of each criterion of the kind that is computed from age or sex. Empty for kinds without one."""
    kind = KINDS[code]
    return {_COMPUTED[code]: Computed(kind.age_min, kind.age_max, kind.sex)} if code in _COMPUTED else {}


def kind_from(text: str) -> str | None:
    """Code of the kind that a cell or a form names, else None.

    Takes "8", "08", a name, an older name, an abbreviation, a slug, or number and name; case, punctuation and blanks do not matter.
    None also when the words fit several kinds, or when number and name differ.
    """
    words = _normal(text)
    numbered = re.fullmatch(r"0*(\d{1,2})(?: 0+)?(?: (\D.*))?", words)
    if not numbered:
        return _named(words)
    code = numbered.group(1).zfill(2)
    if code not in KINDS:
        return None
    return code if not numbered.group(2) or _named(numbered.group(2)) == code else None


def _named(words: str) -> str | None:
    codes = _names().get(words, set())
    return next(iter(codes)) if len(codes) == 1 else None


@cache
def _names() -> dict[str, set[str]]:
    codes = defaultdict(set)
    for code, kind in KINDS.items():
        for name in (kind.name, kind.slug, *kind.abbreviations, *_OTHER_NAMES.get(code, ())):
            codes[_normal(name)].add(code)
    return dict(codes)


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", folded))
