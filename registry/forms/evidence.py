"""Evidence: one picture at a time; and the box that a worker ticks before sending."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from registry.reference.evidence import EVIDENCE


class PhotoForm(forms.Form):
    """One picture for one kind of evidence. `slugs`: one is fixed, several are offered."""

    photo = forms.FileField(
        label=_("Foto"), error_messages={"required": _("Foto belum dipilih."), "empty": _("Berkas foto ini kosong. Ambil fotonya lagi.")}
    )

    def __init__(self, slugs: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{slugs[0] if len(slugs) == 1 else 'lain'}_%s", **kwargs)
        self.slugs = tuple(slugs)
        # Each picture is a send of its own, so each form of the page has its own id.
        self.mutation_id = uuid4()
        label = EVIDENCE[slugs[0]].label if len(slugs) == 1 else _("Foto")
        self.fields["photo"].label = label
        self.fields["photo"].help_text = EVIDENCE[slugs[0]].hint if len(slugs) == 1 else ""
        self.fields["photo"].widget.attrs["accept"] = "image/*"
        choices = [(slug, EVIDENCE[slug].label) for slug in slugs]
        widget = forms.HiddenInput if len(slugs) == 1 else forms.Select
        self.fields["kind"] = forms.ChoiceField(label=_("Bukti apa?"), choices=choices, widget=widget, initial=slugs[0])
        self.order_fields(["kind", "photo"])

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        if photo.size > settings.PHOTO_MAX_BYTES:
            sizes = {"size": filesizeformat(photo.size), "limit": filesizeformat(settings.PHOTO_MAX_BYTES)}
            raise ValidationError(
                _("Foto ini berukuran %(size)s, sedangkan batasnya %(limit)s. Silakan kecilkan dulu atau ambil dengan mutu lebih rendah."),
                params=sizes,
            )
        return photo


class CaseForm(forms.Form):
    """The case that a confirmation page is about."""

    case = forms.UUIDField()


class SendForm(forms.Form):
    met = forms.BooleanField(
        label=_("Saya sudah bertemu warga ini, dan isian di atas sesuai dengan yang saya lihat dan dengar."),
        error_messages={"required": _("Centang kotak ini dulu: Anda sudah bertemu warganya.")},
    )
