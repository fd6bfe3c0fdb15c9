"""A complete, sound record and how to change it. All numbers are invented (serials from 9000)."""

from datetime import date
from typing import Any

from validation.rules import Finding, Record, judge

TODAY = date(2026, 11, 24)
PLACE = "11.11.05.2001"
SOUND = {
    "person.nik": "1111054708589003",
    "person.name": "Aisyah Hamid",
    "person.birth_place": "Matang Sagoe",
    "person.birth_date": date(1958, 8, 7),
    "person.sex": "P",
    "person.mother_name": "Fatimah",
    "person.marital_status": "cerai_mati",
    "person.relation": "kepala_keluarga",
    "household.kk": "1111050101109015",
    "household.address": "Belakang meunasah",
    "household.gampong": PLACE,
    "household.dusun": "Teungoh",
    "case.kind": "08",
    "case.found_on": date(2026, 11, 1),
    "case.place": PLACE,
    "case.criteria": [2],
    "case.consent_basis": "lisan",
    "case.consent_by": "sendiri",
    "case.consent_on": date(2026, 11, 1),
}
EVIDENCE = frozenset({"foto_ktp_atau_kk", "foto_rumah"})


def record(
    changes: dict[str, Any] | None = None,
    *,
    today: date = TODAY,
    evidence: frozenset[str] = EVIDENCE,
    member_count: int = 1,
) -> Record:
    """The sound record with some answers changed; None takes one away."""
    return Record(SOUND | (changes or {}), today, evidence, member_count)


def found(judged: Record, *rules: str) -> list[tuple[str, str]]:
    """(rule, field) of the findings, of these rules only if any are named."""
    return [(finding.rule, finding.field) for finding in judge(judged) if not rules or finding.rule in rules]


def the(judged: Record, rule: str) -> Finding:
    """The only finding of a rule."""
    [finding] = [finding for finding in judge(judged) if finding.rule == rule]
    return finding
