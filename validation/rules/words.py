"""From a sentence and its parameters to words. Parameters are slugs, codes and numbers, so a stored finding reads in any language."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.fields import FIELDS, STEP_LABELS, Step
from registry.reference.evidence import EVIDENCE
from registry.reference.kinds import KINDS

MONTHS = (
    _("Januari"), _("Februari"), _("Maret"), _("April"), _("Mei"), _("Juni"),
    _("Juli"), _("Agustus"), _("September"), _("Oktober"), _("November"), _("Desember"),
)  # fmt: skip
# Places that a finding may name although they are no single field: path -> (page of the form, label).
OTHER_PATHS = {
    "household.members": (Step.FAMILY, _("Anggota keluarga")),
}


def step_of(path: str) -> Step:
    """Page of the entry form on which a finding is mended. Raises KeyError for a path that no finding can name."""
    return FIELDS[path].step if path in FIELDS else OTHER_PATHS[path][0]


def label_of(path: str) -> str:
    """Label of a field or of one of OTHER_PATHS."""
    return str(FIELDS[path].label if path in FIELDS else OTHER_PATHS[path][1])


def say(sentence: str, params: Mapping[str, str | int]) -> str:
    """The sentence in the reader's language, its parameters put into words by the first part of their name (`date_read` is a date)."""
    return gettext(sentence) % {name: _word(name, value) for name, value in params.items()}


def _word(name: str, value: str | int) -> str | int:
    speak = _SPEAK.get(name.split("_")[0])
    return speak(value) if speak else value


def _day(iso: Any) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _evidence(slugs: Any) -> str:
    labels = [str(EVIDENCE[slug].label) for slug in slugs.split("|")]
    return gettext(", atau ").join(label[0].lower() + label[1:] for label in labels)


_SPEAK: dict[str, Callable[[Any], str]] = {
    "field": label_of,
    "step": lambda path: str(STEP_LABELS[step_of(path)]),
    "date": _day,
    "month": lambda number: str(MONTHS[number - 1]),
    "kind": lambda code: KINDS[code].name,
    "evidence": _evidence,
}
