"""Judging many records again: after a change of rules, a night, or an import from elsewhere."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from registry import workflow
from registry.models import Case, Person
from registry.transactions import in_one_transaction
from validation import assess
from validation.models import DuplicatePair, Finding, Judgement
from validation.rules import engine

CHUNK = 500


@dataclass(frozen=True)
class Checked:
    """What a run found. `changed`: verdicts that say something else than before, `rules`: open findings by rule, most frequent first."""

    judged: int
    ready: int
    changed: int
    pairs: int
    rules: dict[str, int]
    rule_set: int
    current: bool

    def as_json(self) -> dict[str, Any]:
        """The keys that `manage.py check_records --json` promises."""
        return {
            "rule_set": self.rule_set,
            "current": self.current,
            "judged": self.judged,
            "ready": self.ready,
            "changed": self.changed,
            "pairs_opened": self.pairs,
            "rules": self.rules,
        }


def run(cases: QuerySet[Case], *, now: datetime) -> Checked:
    """Judge every living case of `cases` under the rules of this code, a locked chunk at a time, and open the pairs that are missing.

    When no living case of the registry is left without a verdict, the rule set of this code becomes current.
    """
    living = cases.living().order_by("pk")
    judged = changed = pairs = 0
    for keys in _chunks(living):
        more, differing, opened = _judge(keys, now)
        judged, changed, pairs = judged + more, changed + differing, pairs + opened
    current = assess.make_current(now=now)
    return Checked(
        judged=judged,
        ready=assess.ready(cases.order_by(), today=localdate(now)).count(),
        changed=changed,
        pairs=pairs,
        rules=_by_rule(living),
        rule_set=engine.RULE_SET,
        current=current,
    )


def _chunks(living: QuerySet[Case]) -> Iterator[list[int]]:
    last = 0
    while keys := list(living.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        yield keys
        last = keys[-1]


@in_one_transaction
def _judge(keys: list[int], now: datetime) -> tuple[int, int, int]:
    """(judged, changed, pairs opened). Locks persons, then cases, in key order, as every door does."""
    persons = list(Person.objects.taken(list(Case.objects.filter(pk__in=keys).values_list("person_id", flat=True))))
    list(Case.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    before = _verdicts(keys)
    pairs = _open_pairs([person for person in persons if person.merged_into_id is None], now)
    cases = list(Case.objects.filter(pk__in=keys).living().with_record())
    assess.assess(cases, now=now)
    after = _verdicts(keys)
    return len(cases), sum(before.get(case.pk) != after[case.pk] for case in cases), pairs


def _open_pairs(persons: list[Person], now: datetime) -> int:
    known = DuplicatePair.objects.of_persons([person.pk for person in persons]).count()
    workflow.touch_slots(persons)
    assess.open_pairs(persons, now=now)
    return DuplicatePair.objects.of_persons([person.pk for person in persons]).count() - known


def _verdicts(keys: list[int]) -> dict[int, tuple]:
    """Case -> what stops it and its findings, under the rules of this code."""
    found: dict[int, list] = {}
    judgements = Judgement.objects.filter(case__in=keys, rule_set_id=engine.RULE_SET)
    for case in judgements.values_list("case_id", flat=True):
        found[case] = []
    rows = Finding.objects.filter(judgement__in=judgements).values_list("judgement__case_id", "rule", "field", "lifted")
    for case, *finding in rows:
        found[case].append(tuple(finding))
    return {case: tuple(sorted(findings)) for case, findings in found.items()}


def _by_rule(living: QuerySet[Case]) -> dict[str, int]:
    rules = Finding.objects.filter(judgement__case__in=living.order_by(), judgement__rule_set_id=engine.RULE_SET, lifted=False)
    counts = Counter(rules.values_list("rule", flat=True))
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
