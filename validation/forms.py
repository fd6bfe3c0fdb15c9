"""Form of a verdict on a pair. It cleans; `validation.decisions` decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.enums import PairStatus

VERDICTS = (
    (PairStatus.SAME.value, _("Orang yang sama")),
    (PairStatus.DIFFERENT.value, _("Orang berbeda")),
)


class PairForm(forms.Form):
    """Nothing is chosen beforehand; "different people" needs a reason, which is remembered."""

    verdict = forms.ChoiceField(
        label=_("Putusan"), choices=VERDICTS, widget=forms.RadioSelect, error_messages={"required": _("Putusan belum dipilih.")}
    )
    reason = forms.CharField(
        label=_("Alasan"), max_length=500, required=False, help_text=_("Apa yang Anda cocokkan, misalnya KK dan nama ibu."),
        widget=forms.TextInput,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("verdict") == PairStatus.DIFFERENT and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Tulis alasan mengapa keduanya orang yang berbeda."))
        return cleaned
