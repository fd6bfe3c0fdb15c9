"""Rules, and how a record is judged by them. Pure: a record in, findings out; no query, no clock, no HTML."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from registry.enums import Fixer, Level, Stage
from validation.rules import nik
from validation.rules.record import Record, birthday_after
from validation.rules.words import say

# Number of the set of rules below; a verdict names it ("siap DTSEN menurut aturan 1").
RULE_SET = 1

Params = dict[str, str | int]
# What a rule yields: a sentence, its parameters, and the field if it is another one than the rule's own.
Finds = Iterator[tuple[str, Params] | tuple[str, Params, str]]


@dataclass(frozen=True)
class Rule:
    """`stops`: what a finding of this rule holds up, None = nothing. APPROVE may be lifted by a supervisor with a reason."""

    id: str
    level: Level
    field: str
    fixer: Fixer
    source: str
    stops: Stage | None
    speak: Callable[[Record], Finds] = field(repr=False)


@dataclass(frozen=True)
class Finding:
    """`sentence`: message to translate; `params`: JSON-able, never a NIK or No. KK; `field`: path, or one of `words.OTHER_PATHS`."""

    rule: str
    level: Level
    field: str
    sentence: str
    params: Params
    fixer: Fixer
    stops: Stage | None

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return say(self.sentence, self.params)


# In the order in which the modules of this package declare them.
RULES: dict[str, Rule] = {}
_LEVELS = list(Level)


def marked(sentence: str) -> str:
    """Mark a sentence for the message catalogue; it is translated when it is read."""
    return sentence


def rule(
    rule_id: str, level: Level, *, field: str, fixer: Fixer, source: str, stops: Stage | None = None
) -> Callable[[Callable[[Record], Finds]], Callable[[Record], Finds]]:
    """Declare the decorated generator a rule. Raises ValueError for an id in use, or a level that does not go with what it stops."""
    if rule_id in RULES:
        raise ValueError(f"rule {rule_id} stands twice")
    if (level == Level.ERROR and stops not in (Stage.SUBMIT, Stage.APPROVE)) or (level == Level.WARNING and stops is not None):
        raise ValueError(f"rule {rule_id}: an error names what it stops, a warning stops nothing")

    def declare(speak: Callable[[Record], Finds]) -> Callable[[Record], Finds]:
        RULES[rule_id] = Rule(rule_id, level, field, fixer, source, stops, speak)
        return speak

    return declare


def judge(record: Record) -> list[Finding]:
    """Everything that the rules find in the record: errors first, then warnings, then infos, each in the order of RULES."""
    findings = [
        Finding(each.id, each.level, path[0] if path else each.field, sentence, params, each.fixer, each.stops)
        for each in RULES.values()
        for sentence, params, *path in each.speak(record)
    ]
    return sorted(findings, key=lambda finding: _LEVELS.index(finding.level))


def good_until(record: Record) -> date | None:
    """The first day after `record.today` on which `judge` could answer differently for the same answers; None when it never could."""
    days = [value for value in record.values.values() if isinstance(value, date)]
    days += [*nik.birth_dates(record["person.nik"]), *nik.issue_dates(record["household.kk"])]
    turns = [day for day in days if day > record.today]
    birth = record["person.birth_date"]
    # Without a written birth date the one inside the NIK is read, and its likelihood depends on the age it would mean.
    turns += [birthday_after(day, record.today) for day in ([birth] if birth else nik.birth_dates(record["person.nik"]))]
    if record["person.birth_year"] and not birth:
        turns.append(date(record.today.year + 1, 1, 1))
    return min(turns, default=None)
