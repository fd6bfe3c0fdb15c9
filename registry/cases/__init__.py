"""Every write to a case that is not a change of state. Each door takes a list; browser, import and command use the same ones."""

from registry.cases.beginning import NewCase, begin, gampong_of
from registry.cases.changing import Edit, Edited, fingerprint, locked, raise_revision, settle, update
from registry.cases.giving import assign, deletable, delete_draft

__all__ = [
    "Edit",
    "Edited",
    "NewCase",
    "assign",
    "begin",
    "deletable",
    "delete_draft",
    "fingerprint",
    "gampong_of",
    "locked",
    "raise_revision",
    "settle",
    "update",
]
