"""The pages of the entry form, made from FIELDS: one form field for each question, its answer cleaned by the type of the field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from registry import cases
from registry.entry import kinds
from registry.fields import BATCH_CONSENT, CONSENT_EXCEPTIONS, FIELDS, NUMBERS, Condition, Field, Step, fields_of, is_empty
from registry.fieldtypes import Area as AreaType
from registry.fieldtypes import Choice, Criteria, Date, FieldType, IdNumber, KindCode, MultiChoice, Text, Unreadable, Year, is_number
from registry.models import Area, Member
from registry.reference.kinds import RESTRICTED_KINDS

KIND, CRITERIA, NOTE = "case.kind", "case.criteria", "case.note"
SHOWN, CLASH = "shown:", "clash:"
MINE, THEIRS = "mine", "theirs"
# The answers of a condition -> heading over the questions that follow from it.
HEADINGS = {("lisan", "tertulis"): _("Bila warga setuju"), CONSENT_EXCEPTIONS: _("Bila tanpa persetujuan")}
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class AnswerField(forms.Field):
    """A question. `needed`: it must be answered at some stage, so it is not called optional; a draft may leave it open."""

    def __init__(self, row: Field, widget: forms.Widget) -> None:
        self.row = row
        self.needed = row.required_from is not None
        super().__init__(required=False, label=row.label, help_text=row.hint, widget=widget)

    def clean(self, value: Any) -> Any:
        try:
            return self.row.type.clean(value)
        except Unreadable as fault:
            raise ValidationError(str(fault.sentence)) from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(self.row.type, IdNumber):
            return grouped(value)
        return self.row.type.show(value) if isinstance(self.row.type, Date) and isinstance(value, date) else value


def grouped(number: str | None) -> str:
    """1111 0547 0858 9003; anything that is no 16 digits stays as typed."""
    if is_number(number):
        return " ".join(number[start : start + 4] for start in range(0, 16, 4))
    return number or ""


def widget_for(type_: FieldType, choices: Iterable[tuple[Any, Any]] = ()) -> forms.Widget:
    """How an answer of this type is typed in. Nothing is chosen beforehand."""
    match type_:
        case IdNumber():
            digits = {"inputmode": "numeric", "class": "nik w-nik", "data-digits": "16", "data-digits-done": _("Lengkap")}
            return forms.TextInput(attrs=_PLAIN | digits)
        case Date():
            return forms.TextInput(attrs=_PLAIN | {"inputmode": "numeric", "class": "w-date angka"})
        case Year():
            return forms.TextInput(attrs=_PLAIN | {"inputmode": "numeric", "class": "w-year angka"})
        case KindCode() | Choice():
            return forms.RadioSelect(choices=list(choices))
        case Criteria() | MultiChoice():
            return forms.CheckboxSelectMultiple(choices=list(choices))
        case AreaType():
            return forms.Select(choices=list(choices))
        case Text(multiline=True):
            return forms.Textarea(attrs={"rows": 3})
        case _:
            return forms.TextInput(attrs=_PLAIN)


@dataclass(frozen=True)
class Row:
    """A question as the page shows it. `when`: the condition that a script may follow; `follows`: the input it looks at."""

    bound: forms.BoundField
    when: Condition | None
    follows: str
    heading: Any


class StepForm(forms.Form):
    """The questions of one part. `values`: the record as it is now; `shown` says of each question which answer the page displayed.

    `choosing`: the part on the kind asks the kind only; otherwise everything but it.

    After `is_valid`: `changes` (path -> value) and `shown` (path -> fingerprint) are what `registry.cases.Edit` takes.
    """

    def __init__(
        self, step: Step, values: Mapping[str, Any], member: Member, *, today: date, data: QueryDict | None = None, choosing: bool = False
    ) -> None:
        self.step, self.values, self.member, self.today, self.choosing = step, values, member, today, choosing
        self.rows_asked = [row for row in fields_of(step) if self._on_page(row)]
        paths = [row.path for row in self.rows_asked]
        super().__init__(data, initial={path: values.get(path) for path in paths})
        for row in self.rows_asked:
            self.fields[row.path] = AnswerField(row, widget_for(row.type, self._choices(row)))
        self.shown = {path: cases.fingerprint(path, values.get(path)) for path in paths}
        if data is not None:
            self.shown = {path: data[SHOWN + path] for path in paths if SHOWN + path in data}

    def add_prefix(self, field_name: str) -> str:
        """Name of the input of a question: its path, but for the two numbers."""
        return NUMBERS.get(field_name, field_name)

    def _on_page(self, row: Field) -> bool:
        if row.path == "case.evidence" or (row.kinds and self.values.get(KIND) not in row.kinds):
            return False
        if row.step == Step.KIND and (row.path == KIND) != self.choosing:
            return False
        on_this_page = row.when is None or FIELDS[row.when.path].step == row.step
        return on_this_page or row.asked(self.values)

    def _choices(self, row: Field) -> list[tuple[Any, Any]]:
        current = self.values.get(row.path)
        match row.type:
            case KindCode():
                return [(kind.code, kind.name) for group in self.groups() for kind in group.kinds]
            case Criteria():
                return [(item.number, item.text) for item in kinds.items(self.values, today=self.today) if not item.computed]
            case AreaType():
                return self._areas(row, current)
            case Choice() as type_:
                return [choice for choice in type_.choices if choice != BATCH_CONSENT or current == BATCH_CONSENT[0]]
            case _:
                return []

    def groups(self) -> list[kinds.Group]:
        """The kinds to choose from."""
        granted = self.member.restricted
        return kinds.groups(self.values, today=self.today, restricted=granted, chosen=self.values.get(KIND))

    def _areas(self, row: Field, current: str | None) -> list[tuple[Any, Any]]:
        """The gampong of the worker for the place of the finding; of the whole regency, own kecamatan first, for the home."""
        wide = row.path != "case.place"
        return area_choices(self.member, wide=wide, current=current, empty=_("Pilih gampong") if wide else None)

    def clean(self) -> dict[str, Any]:
        for path, value in list(self.cleaned_data.items()):
            if not self._offered(path, value):
                self.add_error(path, _("Pilih dari daftar."))
        return self.cleaned_data

    def _offered(self, path: str, value: Any) -> bool:
        """A choice must be one that this member was offered: not an area of others, nor the legal basis of a whole file."""
        if is_empty(value) or not isinstance(FIELDS[path].type, AreaType | KindCode | Criteria | Choice):
            return True
        offered = set(_flat(self.fields[path].widget.choices))
        return all(str(one) in offered for one in (value if isinstance(value, list) else [value]))

    @property
    def changes(self) -> dict[str, Any]:
        """What was sent, less what the page did not show, and with the answers emptied that others of the page make pointless."""
        sent = {path: value for path, value in self.cleaned_data.items() if path in self.shown}
        after = {**self.values, **sent}
        for row in self.rows_asked:
            if row.when and row.path in sent and row.owner != "household" and not row.when.holds(after):
                sent[row.path] = None
        if KIND in sent and sent[KIND] != self.values.get(KIND):
            sent |= self._of_another_kind(sent[KIND])
        return sent

    def _of_another_kind(self, kind: str | None) -> dict[str, Any]:
        """Ticks mean something else under another kind; free words are not kept where the kind itself is secret."""
        emptied = {CRITERIA: None} | {row.path: None for row in FIELDS.values() if row.kinds and row.path != NOTE and kind not in row.kinds}
        if kind in RESTRICTED_KINDS:
            emptied[NOTE] = None
        for path in emptied:
            self.shown[path] = cases.fingerprint(path, self.values.get(path))
        return emptied

    def rows(self) -> list[Row]:
        """The questions in order; a heading stands where the first question of a group begins."""
        made: list[Row] = []
        for row in self.rows_asked:
            heading = HEADINGS.get(row.when.among, "") if row.when else ""
            new = heading and not any(earlier.when == row.when for earlier in made)
            made.append(Row(self[row.path], row.when, self.add_prefix(row.when.path) if row.when else "", heading if new else ""))
        return made

    def ask_again(self, clashes: Mapping[str, tuple[Any, Any]]) -> None:
        """Show the fields that changed underneath with what stands there now, so that the next send is about that."""
        for path, (now_there, _sent) in clashes.items():
            self.shown[path] = cases.fingerprint(path, now_there)


def settled(form: StepForm, data: QueryDict) -> list[str]:
    """Apply the choices between two versions of a field; returns the fields for which none was made (marked by an error)."""
    open_paths = []
    for path in data.getlist("clashing"):
        if path not in form.fields:
            continue
        choice = data.get(CLASH + path)
        if choice == THEIRS:
            form.shown.pop(path, None)
        elif choice != MINE:
            form.add_error(path, translate("%(field)s: pilih mana yang benar.") % {"field": FIELDS[path].label})
            open_paths.append(path)
    return open_paths


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterable[str]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from (str(code) for code, _name in label)
        else:
            yield str(value)


def area_choices(member: Member, *, wide: bool = False, current: str | None = None, empty: Any = None) -> list[tuple[Any, Any]]:
    """Gampong for a select, in groups by kecamatan where there are several. `wide`: of the whole regency, own kecamatan first."""
    reach = member.regencies if wide else member.areas
    areas = list(Area.objects.gampong().under((*reach, *([current] if current else []))).select_related("parent"))
    groups: dict[str, list[tuple[str, str]]] = {}
    for area in sorted(areas, key=lambda a: (not any(own[:8] == a.kecamatan_code for own in member.areas), a.parent.name)):
        groups.setdefault(area.parent.name, []).append((area.code, area.name))
    first = [("", empty or translate("Pilih gampong"))] if empty or len(areas) != 1 else []
    if len(groups) == 1:
        return first + next(iter(groups.values()))
    return first + [(translate("Kec. %(name)s") % {"name": name}, rows) for name, rows in groups.items()]
