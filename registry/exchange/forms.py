"""Forms of the pages for files. They clean; the doors of this package do."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.exchange.dispatch import NOT_SENT, receivers
from registry.models import Area, Member
from registry.reference.kinds import KINDS

MB = 1024 * 1024
OTHER = "lain"
# UU 27/2022 Pasal 20 ayat (2).
BASES = (
    ("pelayanan_publik", gettext_lazy("Tugas pelayanan publik Dinas Sosial (UU 27/2022 Pasal 20 ayat (2) huruf e)")),
    ("persetujuan", gettext_lazy("Persetujuan warga sudah diminta oleh pengirim berkas (huruf a)")),
    ("kewajiban_hukum", gettext_lazy("Kewajiban hukum (huruf c)")),
)


class Once(forms.Form):
    """A form that may be sent twice without harm."""

    mutation_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mutation_id"].initial = uuid4


class UploadForm(Once):
    file = forms.FileField(label=gettext_lazy("Berkas"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        most = max(settings.IMPORT_MAX_BYTES, settings.CSV_MAX_BYTES)
        if file.size > most:
            raise forms.ValidationError(_("Berkas ini lebih besar dari %(most)d MB. Bagi menjadi beberapa berkas.") % {"most": most // MB})
        return file


class CommitForm(forms.Form):
    basis = forms.ChoiceField(
        label=gettext_lazy("Atas dasar apa data ini dicatat?"),
        choices=BASES,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih dasar hukumnya.")},
    )
    letter = forms.CharField(
        label=gettext_lazy("Surat pengantar berkas"), max_length=100, help_text=gettext_lazy("Pengirim, nomor, dan tanggal suratnya.")
    )

    @property
    def legal_basis(self) -> str:
        """As it is kept with the import, for all its rows."""
        return f"{dict(BASES)[self.cleaned_data['basis']]}; {self.cleaned_data['letter']}"[:200]

FILTERS = ("kecamatan", "kind", "sent")


class SelectionForm(forms.Form):
    """What would go. `hide_optional`: a filter is never asked for."""

    hide_optional = True
    kecamatan = forms.ChoiceField(label=gettext_lazy("Kecamatan"), required=False, widget=forms.Select(attrs={"class": "form-select"}))
    kind = forms.ChoiceField(label=gettext_lazy("Jenis PPKS"), required=False, widget=forms.Select(attrs={"class": "form-select"}))
    sent = forms.ChoiceField(
        label=gettext_lazy("Pengiriman"),
        required=False,
        choices=[("", gettext_lazy("Semua yang siap")), (NOT_SENT, gettext_lazy("Yang belum dikirim"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.kecamatan().under(member.areas)
        self.fields["kecamatan"].choices = [("", _("Semua kecamatan")), *((area.code, area.name) for area in areas)]
        kinds = [kind for kind in KINDS.values() if member.restricted or not kind.restricted]
        self.fields["kind"].choices = [("", _("Semua jenis")), *((kind.code, f"{kind.code} {kind.name}") for kind in kinds)]

    @property
    def chosen(self) -> dict[str, str]:
        """Filters of `dispatch.selection`; what makes no sense filters nothing out."""
        sense = self.cleaned_data if self.is_valid() else {}
        return {name: sense.get(name, "") for name in FILTERS}


class DispatchForm(SelectionForm, Once):
    receiver = forms.ChoiceField(label=gettext_lazy("Penerima"))
    receiver_name = forms.CharField(
        label=gettext_lazy("Nama penerima lain"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Isi bila penerimanya bukan di daftar."),
    )
    purpose = forms.CharField(
        label=gettext_lazy("Tujuan"), max_length=200, help_text=gettext_lazy("Misalnya: usulan DTSEN bulan Desember 2026.")
    )
    letter = forms.CharField(
        label=gettext_lazy("Dasar surat"), max_length=100, required=False, help_text=gettext_lazy("Nomor surat permintaan.")
    )
    hide_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = [*((name, name) for name in receivers()), (OTHER, _("Penerima lain"))]
        for name in FILTERS:
            self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("receiver") == OTHER and not cleaned.get("receiver_name"):
            self.add_error("receiver_name", _("Tulis nama penerimanya."))
        return cleaned

    @property
    def addressee(self) -> str:
        """Name of the receiver as the ledger keeps it."""
        return self.cleaned_data["receiver_name"] if self.cleaned_data["receiver"] == OTHER else self.cleaned_data["receiver"]
