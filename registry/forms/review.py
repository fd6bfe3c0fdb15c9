"""Forms of the decisions on a case. They clean; `registry.workflow` and `registry.cases` decide."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as now_translate
from django.utils.translation import gettext_lazy as _

from registry import fields
from registry.models import Account, Case
from registry.workflow import PinNote, Seen, transition_for

NOTE_MAX = 2000
PIN_MAX = 500
# Letters before the path of a field in the names of the inputs for pinned notes.
PIN = "pin-"


class SeenForm(forms.Form):
    """Carries the revision that was on the screen, and the id under which a repeated send has one effect."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    mutation_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, case: Case, action: str, mutation_id: UUID, **kwargs: Any) -> None:
        first = {"revision": case.revision, "mutation_id": mutation_id} | kwargs.pop("initial", {})
        super().__init__(data, auto_id=f"{action}_%s", initial=first, **kwargs)
        self.case, self.action = case, action

    @property
    def seen(self) -> Seen:
        return Seen(self.case.pk, self.cleaned_data["revision"])

    @property
    def asked(self) -> dict[str, Any]:
        """Keyword arguments for `workflow.perform`."""
        return {name: self.cleaned_data[name] for name in ("reason", "note", "lift", "pins") if name in self.cleaned_data}


class DecideForm(SeenForm):
    """Reason and note as the row of TRANSITIONS asks; for an approval the reason why errors are lifted, if `lifting`."""

    def __init__(self, data: Any = None, *, case: Case, action: str, mutation_id: UUID, lifting: bool = False, **kwargs: Any) -> None:
        super().__init__(data, case=case, action=action, mutation_id=mutation_id, **kwargs)
        row = transition_for(action)
        if row.reasons is not None:
            self.fields["reason"] = forms.ChoiceField(label=_("Sebab"), choices=row.reasons.choices, widget=forms.RadioSelect)
        if row.reasons is not None or row.needs_note:
            self.fields["note"] = forms.CharField(
                label=_("Catatan"), required=row.needs_note, max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("Dibaca petugas. Tulis apa yang Anda lihat dan apa langkah berikutnya."),
            )  # fmt: skip
        if lifting:
            self.fields["lift"] = forms.CharField(
                label=_("Mengapa tetap disetujui?"), max_length=PIN_MAX, widget=forms.TextInput(attrs={"form": action}),
                help_text=_("Diisi bila kesalahan di atas ternyata benar adanya. Alasan ini disimpan bersama catatan."),
            )  # fmt: skip


class ReturnForm(SeenForm):
    """Reason, note, and notes pinned on fields: one input for each field that the record is asked."""

    def __init__(self, data: Any = None, *, case: Case, action: str = "kembalikan", mutation_id: UUID, **kwargs: Any) -> None:
        super().__init__(data, case=case, action=action, mutation_id=mutation_id, **kwargs)
        self.fields["reason"] = forms.ChoiceField(
            label=_("Sebab"), choices=[("", _("Pilih sebab")), *transition_for(action).reasons.choices]
        )
        self.fields["note"] = forms.CharField(
            label=_("Catatan untuk petugas"), max_length=NOTE_MAX, required=False, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Boleh kosong bila catatannya sudah Anda tulis pada isian."),
        )  # fmt: skip
        self.fields["note"].needed = True
        values = case.values()
        for field in fields.FIELDS.values():
            if field.asked(values):
                self.fields[f"{PIN}{field.path}"] = forms.CharField(
                    label=_("Catatan pada %(field)s") % {"field": field.label}, max_length=PIN_MAX, required=False,
                    widget=forms.TextInput(attrs={"form": action, "class": "form-control"}),
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["pins"] = [PinNote(name.removeprefix(PIN), text) for name, text in cleaned.items() if name.startswith(PIN) and text]
        if not cleaned.get("note") and not self.errors:
            if cleaned["pins"]:
                cleaned["note"] = now_translate("Lihat catatan pada isian.")
            else:
                self.add_error("note", _("Tulis apa yang perlu diperbaiki, atau beri catatan pada isiannya."))
        return cleaned


class AssignForm(forms.Form):
    """To whom a case is handed over: active workers of its gampong."""

    def __init__(self, data: Any = None, *, case: Case, today: date) -> None:
        super().__init__(data)
        able = Account.objects.serving(case.place_id, today=today, restricted=case.is_restricted).exclude(pk=case.worker_id)
        self.fields["worker"] = forms.ModelChoiceField(
            able, label=_("Petugas yang baru"), to_field_name="public_id", empty_label=None, widget=forms.RadioSelect
        )
