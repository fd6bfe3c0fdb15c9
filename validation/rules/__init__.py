"""Why a record is wrong, doubtful or incomplete. One module per family of rules; importing the package declares them all, in this order."""

from validation.rules import identity, consistency, completeness  # noqa: I001  (the order of the rules)
from validation.rules.engine import RULE_SET, RULES, Finding, Rule, good_until, judge
from validation.rules.record import Record
from validation.rules.words import label_of, say, step_of

__all__ = [
    "RULES",
    "RULE_SET",
    "Finding",
    "Record",
    "Rule",
    "completeness",
    "consistency",
    "good_until",
    "identity",
    "judge",
    "label_of",
    "say",
    "step_of",
]
