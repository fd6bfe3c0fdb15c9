"""What beginning and changing a case share: which answer is kept where."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from registry import fields
from registry.models import AnswerIndex, Answers, Case, Community, Household, MatchKey, Member, Person
from registry.models.answer import QUESTIONNAIRE
from registry.models.case import COMMUNITY_KIND, FAMILY_KIND

CASE_COLUMNS = (*(f"case.{column}" for column in Case.COLUMNS), "case.place")


def fit_subject(case: Case, household: Household | None, actor: Member, now: datetime) -> None:
    """Kind 25 is about the household, 26 about a community, the others about the person (Permensos 8/2012)."""
    case.household = household if case.kind == FAMILY_KIND else None
    if case.kind != COMMUNITY_KIND:
        case.community = None
    elif case.community is None:
        case.community = Community(place_id=case.place_id, created_by_id=actor.id, created_at=now, batch=case.batch)


def answers_of(values: Mapping[str, Any], owner: str, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """The answers that an owner keeps."""
    return {path: value for path, value in values.items() if path.startswith(f"{owner}.") and path not in but}


def without_column(values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a case that have no column."""
    return {path: value for path, value in answers_of(values, "case", but=("case.evidence",)).items() if path not in CASE_COLUMNS}


def write_answers(cases: Sequence[Case], stored: Sequence[Mapping[str, Any]]) -> None:
    """Store the column-less answers of each case whole, with the index of those that lists filter by."""
    Answers.objects.filter(case__in=cases, version=QUESTIONNAIRE).delete()
    Answers.objects.bulk_create(
        [Answers(case=case, version=QUESTIONNAIRE, stored=fields.dump(values)) for case, values in zip(cases, stored, strict=True)],
        batch_size=500,
    )
    AnswerIndex.objects.filter(owner="case", owner_id__in=[case.pk for case in cases]).delete()
    AnswerIndex.objects.bulk_create(
        [
            AnswerIndex(owner="case", owner_id=case.pk, path=path, slug=str(slug))
            for case, values in zip(cases, stored, strict=True)
            for path, value in values.items()
            if fields.FIELDS[path].indexed and not fields.is_empty(value)
            for slug in (value if isinstance(value, list) else [value])
        ],
        batch_size=1000,
    )


def write_match_keys(persons: Sequence[Person]) -> None:
    MatchKey.objects.bulk_create([key for person in persons for key in person.fresh_match_keys()], ignore_conflicts=True, batch_size=1000)
