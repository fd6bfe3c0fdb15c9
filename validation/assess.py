"""Judgement of cases, and the one definition of DTSEN-ready."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from registry.enums import Fixer, Level, Stage
from registry.fields import FIELDS
from registry.models import Case, Person
from registry.models.sealed import hash_of
from registry.transactions import in_one_transaction
from validation import candidates
from validation.models import DuplicatePair, Finding, FindingAnswer, Judgement, RuleSet
from validation.rules import engine
from validation.rules.record import Record

COMPARED = ("person.nik", "person.name", "person.birth_date", "person.sex", "person.mother_name", "person.birth_place")


def record_of(case: Case, today: date) -> Record:
    """The record as the rules read it. No query when the case came from `with_record`."""
    membership = case.membership
    return Record(
        values=case.values(), today=today, evidence=case.evidence, member_count=getattr(membership, "size", 0) if membership else 0
    )


def assess(cases: Sequence[Case], *, now: datetime) -> list[Judgement]:
    """Judge each case under the rules of this code and store the verdicts in place of older ones of the same rule set.

    Needs cases from `with_record`. Must run in the transaction of the write it judges.
    """
    today = localdate(now)
    # The first rule set of all is current from the start: no case was judged before it.
    RuleSet.objects.get_or_create(number=engine.RULE_SET, defaults={"current": not RuleSet.objects.exists(), "current_since": now})
    lifted = _lifted(cases)
    judgements, findings = [], []
    for case in cases:
        record = record_of(case, today)
        found = [_finding(f, record, lifted[case.pk]) for f in engine.judge(record)]
        judgement = _judgement(case, found, today, engine.good_until(record))
        judgements.append(judgement)
        for finding in found:
            finding.judgement = judgement
        findings += found
    Judgement.objects.filter(case__in=[case.pk for case in cases], rule_set_id=engine.RULE_SET).delete()
    Judgement.objects.bulk_create(judgements, batch_size=1000)
    Finding.objects.bulk_create(findings, batch_size=1000)
    return judgements


def _finding(found: engine.Finding, record: Record, lifted: set[tuple[str, int]]) -> Finding:
    return Finding(
        rule=found.rule,
        level=found.level,
        field=found.field,
        sentence=str(found.sentence),
        params=dict(found.params),
        fixer=found.fixer,
        stops=found.stops,
        lifted=found.stops == Stage.APPROVE and (found.rule, value_hash(record[found.field])) in lifted,
    )


def _judgement(case: Case, found: Sequence[Finding], today: date, good_until: date | None) -> Judgement:
    open_ = [f for f in found if not f.lifted]
    return Judgement(
        case=case,
        rule_set_id=engine.RULE_SET,
        revision=case.revision,
        judged_on=today,
        good_until=good_until,
        errors=sum(f.level == Level.ERROR for f in open_),
        warnings=sum(f.level == Level.WARNING for f in open_),
        stops_submit=sum(f.stops == Stage.SUBMIT for f in open_),
        stops_approve=sum(f.stops in (Stage.SUBMIT, Stage.APPROVE) for f in open_),
        stops_ready=sum(f.stops is not None for f in open_),
    )


def _lifted(cases: Sequence[Case]) -> dict[int, set[tuple[str, int]]]:
    rows = FindingAnswer.objects.filter(case__in=[case.pk for case in cases]).values_list("case_id", "rule", "value_hash")
    by_case: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for case, rule, value in rows:
        by_case[case].add((rule, value))
    return by_case


def value_hash(value: Any) -> int:
    """Keyed hash that ties a supervisor's reason to the value it was given for."""
    return hash_of(json.dumps(value, default=str), "finding.value")


def open_pairs(persons: Sequence[Person], *, now: datetime) -> int:
    """Open a pair for every two persons who share a NIK or a name with birth date and have no pair yet; returns how many were found.

    A pair that people already decided stays as they left it. Call it after the persons' NikSlot was touched.
    """
    found = candidates.pairs_of(persons)
    known = {person.pk: person for person in Person.objects.filter(pk__in={key for pair in found for key in pair})}
    DuplicatePair.objects.bulk_create(
        [
            DuplicatePair(low=known[low], high=known[high], found_by=shared, evidence=_compare(known[low], known[high]), opened_at=now)
            for (low, high), shared in sorted(found.items())
        ],
        ignore_conflicts=True,
    )
    return len(found)


def _compare(one: Person, other: Person) -> dict[str, str]:
    return compare(one.values(), other.values(), COMPARED)


def compare(left: Mapping[str, Any], right: Mapping[str, Any], paths: Iterable[str]) -> dict[str, str]:
    """Path -> sama, beda or kosong (one side has no answer)."""
    return {path: _verdict(left.get(path), right.get(path)) for path in paths}


def _verdict(left: Any, right: Any) -> str:
    if not left or not right:
        return "kosong"
    return "sama" if str(left).casefold() == str(right).casefold() else "beda"


def ready(cases: QuerySet[Case], *, today: date) -> QuerySet[Case]:
    """Cases that are DTSEN-ready: the only definition of it in SQL (architecture 5).

    Approved or sent; judged under the current rule set at this very revision, with nothing that stops; the verdict not older
    than a day on which it could change; no undecided or unmerged duplicate of the person.
    """
    verdict = Judgement.objects.filter(
        Q(good_until=None) | Q(good_until__gt=today),
        case=OuterRef("pk"),
        rule_set__current=True,
        revision=OuterRef("revision"),
        stops_ready=0,
    )
    double = DuplicatePair.objects.blocking().filter(Q(low=OuterRef("person")) | Q(high=OuterRef("person")))
    return cases.valid().filter(Exists(verdict), ~Exists(double), person__merged_into=None)


@dataclass(frozen=True)
class Blocker:
    """One thing between a case and DTSEN-ready: what is missing, why it matters, who can fix it, and the field to go to."""

    sentence: str
    why: str
    fixer: str
    path: str
    rule: str


def findings_of(cases: Sequence[Case], *, current: bool = False) -> dict[int, list[Finding]]:
    """Key of each case -> findings of its latest judgement, errors first. `current`: of the current rule set, which `ready` reads."""
    rulings = Judgement.objects.filter(case__in=[case.pk for case in cases], **({"rule_set__current": True} if current else {}))
    latest = dict(rulings.order_by("rule_set_id").values_list("case_id", "pk"))
    of_judgement = {judgement: case for case, judgement in latest.items()}
    found: dict[int, list[Finding]] = {case.pk: [] for case in cases}
    for finding in Finding.objects.filter(judgement__in=of_judgement):
        found[of_judgement[finding.judgement_id]].append(finding)
    levels = list(Level)
    return {case: sorted(findings, key=lambda f: (levels.index(Level(f.level)), f.pk)) for case, findings in found.items()}


def current_findings(case: Case) -> list[Finding]:
    """Findings of the case's latest judgement, errors first."""
    return findings_of([case])[case.pk]


def blockers(case: Case, *, today: date, pair_visible: bool) -> list[Blocker]:
    """What stops DTSEN-ready, for the list on the record. Empty exactly when `ready` holds for this case.

    `pair_visible`: whether the reader may know of the duplicate; to others the line reads "diperiksa penyelia".
    """
    found = [
        Blocker(f.text, str(FIELDS[f.field].why) if f.field in FIELDS else "", f.fixer, f.field, f.rule)
        for f in findings_of([case], current=True)[case.pk]
        if f.stops is not None and not f.lifted
    ]
    if DuplicatePair.objects.blocking().of_persons([case.person_id]).exists():
        sentence = _("Mungkin ganda dengan catatan lain.") if pair_visible else _("Sedang diperiksa penyelia.")
        found.append(Blocker(sentence, _("Satu orang harus satu catatan."), Fixer.SUPERVISOR, "", "pair.open"))
    if not Case.objects.valid().filter(pk=case.pk).exists():
        found.append(
            Blocker(_("Belum disetujui penyelia."), _("Hanya catatan yang disetujui yang dikirim."), Fixer.SUPERVISOR, "", "state")
        )
    elif not found and not ready(Case.objects.filter(pk=case.pk), today=today).exists():
        found.append(Blocker(_("Perlu diperiksa ulang oleh aturan yang berlaku."), "", Fixer.ADMIN, "", "judgement.stale"))
    return found


def unjudged(cases: QuerySet[Case], *, today: date) -> QuerySet[Case]:
    """Living cases without a fresh verdict under the rules of this code."""
    fresh = Judgement.objects.filter(
        Q(good_until=None) | Q(good_until__gt=today), case=OuterRef("pk"), rule_set_id=engine.RULE_SET, revision=OuterRef("revision")
    )
    return cases.living().filter(~Exists(fresh))


@in_one_transaction
def make_current(*, now: datetime) -> bool:
    """Make the rule set of this code current if it has judged every living case; returns whether it is current now."""
    rule_set, _made = RuleSet.objects.get_or_create(number=engine.RULE_SET)
    if rule_set.current:
        return True
    if unjudged(Case.objects.all(), today=localdate(now)).exists():
        return False
    RuleSet.objects.filter(current=True).update(current=False)
    RuleSet.objects.filter(number=engine.RULE_SET).update(current=True, current_since=now)
    return True


def gaps(cases: QuerySet[Case]) -> list[dict[str, Any]]:
    """Counts of open findings that stop something, by rule, most frequent first."""
    rows = Finding.objects.filter(
        judgement__case__in=cases.order_by(), judgement__rule_set__current=True, stops__isnull=False, lifted=False
    )
    return list(rows.values("rule", "level", "stops").annotate(count=Count("pk")).order_by("-count", "rule"))
