"""Search before create, and the beginning of a record with what was typed there."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.entry.search import Query
from registry.fields import FIELDS
from registry.fieldtypes import is_number
from registry.forms.steps import AnswerField, area_choices, grouped, widget_for
from registry.models import Member


class _Known(forms.Form):
    """What is known of a person before the record begins. Every field may be empty but the gampong of the finding."""

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {"nik": "person.nik", "name": "person.name", "birth_year": "person.birth_year"}
        for name, path in rows.items():
            self.fields[name] = AnswerField(FIELDS[path], widget_for(FIELDS[path].type))
            self.fields[name].needed = name != "nik"
        choices = area_choices(member, empty=None)
        self.fields["gampong"] = forms.ChoiceField(
            label=_("Gampong"), choices=choices, error_messages={"invalid_choice": _("Pilih gampong dari daftar.")}
        )

    def clean_nik(self) -> str | None:
        nik = self.cleaned_data["nik"]
        if nik and not is_number(nik):
            digits = sum(letter.isdigit() for letter in nik)
            raise ValidationError(_("NIK harus 16 angka, ini baru %(count)d. Kosongkan bila tidak yakin."), params={"count": digits})
        return nik


class SearchForm(_Known):
    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(member, *args, **kwargs)
        self.fields["birth_year"].label = _("Tahun lahir")
        self.fields["birth_year"].help_text = _("Perkiraan boleh.")
        self.fields["name"].help_text = ""

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        enough = sent.get("nik") or (sent.get("name") and sent.get("birth_year"))
        if not enough and not self.errors:
            raise ValidationError(_("Isi NIK, atau nama lengkap bersama tahun lahir dan gampong."))
        return sent

    @property
    def query(self) -> Query:
        return Query(**self.cleaned_data)

    def typed(self) -> list[tuple[str, str]]:
        """What to carry over to the new record, name and text; the NIK in a field that is called so."""
        return [(name, grouped(value) if name == "nik" else str(value)) for name, value in self.cleaned_data.items() if value]


class BeginForm(_Known):
    """What a new record starts with."""

    person = forms.UUIDField(required=False)

    def clean_nik(self) -> str | None:
        """A draft keeps even a number that is no NIK yet; the rules judge it."""
        return self.cleaned_data["nik"]

    @property
    def values(self) -> dict[str, Any]:
        """Path -> value. Of a person known already nothing but the place is taken."""
        sent, place = self.cleaned_data, {"case.place": self.cleaned_data["gampong"]}
        if sent["person"]:
            return place
        return place | {f"person.{name}": sent[name] for name in ("nik", "name", "birth_year") if sent[name]}
