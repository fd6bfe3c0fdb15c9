"""What a rule sees: answers by field path, the day, the evidence. Nothing else, so the same verdict falls in form, import and command."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.fields import is_empty
from registry.reference.evidence import REPORT
from registry.reference.kinds import KINDS, Kind


def completed_years(birth: date, day: date) -> int | None:
    """Age in completed years; None before birth. Who was born on 29 February turns a year older on 1 March of a common year."""
    if day < birth:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def birthday_after(birth: date, day: date) -> date:
    """The first day after `day` on which `completed_years` of `birth` changes."""
    if day < birth:
        return birth
    for year in (day.year, day.year + 1):
        try:
            turn = birth.replace(year=year)
        except ValueError:
            turn = date(year, 3, 1)
        if turn > day:
            break
    return turn


@dataclass(frozen=True)
class Record:
    """One case with its person and household. `values`: field path -> value (see `registry.fields`); never shown, as it holds the NIK.

    `evidence`: slugs of what is attached. `member_count`: members of the household, the person of the case included.
    """

    values: Mapping[str, Any] = field(repr=False)
    today: date
    evidence: frozenset[str] = frozenset()
    member_count: int = 0

    def __getitem__(self, path: str) -> Any:
        """Answer at `path`; None when empty."""
        value = self.values.get(path)
        return None if is_empty(value) else value

    @property
    def kind(self) -> Kind | None:
        return KINDS.get(self["case.kind"])

    @property
    def finding_day(self) -> date:
        """The day on which age is measured against the kind: that of the finding, else today (PPKS note 1.2, age rule C)."""
        return self["case.found_on"] or self.today

    @property
    def age_at_finding(self) -> int | None:
        """Completed years on the day of the finding; None when the birth date is missing or later."""
        return self.age_on(self.finding_day)

    @property
    def age_today(self) -> int | None:
        return self.age_on(self.today)

    def age_on(self, day: date) -> int | None:
        birth = self["person.birth_date"]
        return completed_years(birth, day) if birth else None

    def likely_ages(self, day: date) -> tuple[int, int] | None:
        """Youngest and oldest age on `day` that an estimated year of birth allows; None without one, or when a birth date is known."""
        year = self["person.birth_year"]
        if year is None or self["person.birth_date"] or year > day.year:
            return None
        return max(day.year - year - 1, 0), day.year - year

    @property
    def evidence_at_hand(self) -> frozenset[str]:
        """Slugs attached, and the worker's report where it is written."""
        return self.evidence | {REPORT} if self["case.report"] else self.evidence
