"""Forms of accounts, invitations, passwords and the directory of PSM. They clean; `registry.members` writes."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.enums import AreaLevel, Role
from registry.fieldtypes import plain
from registry.members import Profile
from registry.models import Account, Area, Member, Worker

# Selects for areas: what is held, and one more.
FEWEST_AREAS = 2
AREA = "area_%d"
DAYS = ["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"]


class Line(forms.CharField):
    """One line of text without control characters or doubled blanks."""

    def to_python(self, value: Any) -> str:
        return super().to_python(plain(value))


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format=DAYS[0], attrs={"class": "w-date", "inputmode": "numeric"})
        messages = {"invalid": _("Tulis tanggal seperti 28-02-2027.")}
        super().__init__(input_formats=DAYS, widget=widget, error_messages=messages, required=False, **kwargs)


def area_groups(member: Member) -> list[Any]:
    """Choices of every area within the member's own, gampong under their kecamatan."""
    areas = list(Area.objects.under(member.areas).select_related("parent").order_by("code"))
    large = [(area.code, _named(area)) for area in areas if area.level != AreaLevel.VILLAGE]
    return [(_("Kecamatan dan kabupaten"), large), *gampong_groups(areas)]


def gampong_groups(areas: Iterable[Area]) -> list[tuple[str, list[tuple[str, str]]]]:
    villages = [area for area in areas if area.level == AreaLevel.VILLAGE]
    return [
        (_named(parent), sorted(((area.code, area.name) for area in some), key=lambda choice: choice[1]))
        for parent, some in groupby(villages, key=lambda area: area.parent)
    ]


def _named(area: Area) -> str:
    return f"Kec. {area.name}" if area.level == AreaLevel.DISTRICT else area.name


class AccountForm(forms.Form):
    """Name, role, areas and grant; the user name only while the account is made."""

    name = Line(label=_("Nama lengkap"), max_length=100)
    username = Line(
        label=_("Nama pengguna"), max_length=60, validators=[UnicodeUsernameValidator()], required=False,
        help_text=_("Dipakai untuk masuk. Kosongkan, maka dibuat dari nama."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("Peran"), choices=Role.choices, widget=forms.RadioSelect, error_messages={"required": _("Pilih satu peran.")}
    )
    restricted = forms.BooleanField(
        label=_("Boleh melihat kasus terbatas"), required=False,
        help_text=_("Hanya untuk yang ditunjuk Dinas Sosial. Nama dan jenis kasusnya tidak tampil bagi yang lain."),
    )  # fmt: skip

    def __init__(self, member: Member, data: Any = None, *, account: Account | None = None) -> None:
        held = sorted(assignment.area_id for assignment in account.open_assignments) if account else []
        initial = {"name": account.name, "role": account.role, "restricted": account.sees_restricted} if account else {}
        super().__init__(data, initial=initial | {AREA % n: code for n, code in enumerate(held)})
        if account:
            del self.fields["username"]
        groups = area_groups(member)
        for number in range(max(FEWEST_AREAS, len(held) + 1)):
            label = _("Wilayah kerja") if number == 0 else _("Wilayah kerja lain")
            empty = _("Pilih wilayah") if number == 0 else _("Tidak ada")
            messages = {"required": _("Pilih wilayah kerjanya."), "invalid_choice": _("Pilih wilayah dari daftar.")}
            self.fields[AREA % number] = forms.ChoiceField(
                label=label, choices=[("", empty), *groups], required=number == 0, error_messages=messages
            )
        if account and account.pk == member.id:
            for name in [name for name in self.fields if name != "name"]:
                self.fields[name].disabled = True
        self.order_fields(["name", "username", "role", *(name for name in self.fields if name.startswith("area_")), "restricted"])

    @property
    def profile(self) -> Profile:
        sent = self.cleaned_data
        areas = dict.fromkeys(sent[name] for name in self.fields if name.startswith("area_") and sent[name])
        return Profile(sent["name"], Role(sent["role"]), tuple(areas), sent["restricted"])


class NewPasswordForm(forms.Form):
    """A new password, twice. `account` is whose it will be."""

    new = forms.CharField(
        label=_("Kata sandi baru"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Paling sedikit 12 huruf. Tiga atau empat kata acak mudah diingat dan sulit ditebak."),
    )  # fmt: skip
    again = forms.CharField(
        label=_("Ulangi kata sandi baru"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, account: Account, data: Any = None) -> None:
        super().__init__(data)
        self.account = account

    def clean_new(self) -> str:
        validate_password(self.cleaned_data["new"], self.account)
        return self.cleaned_data["new"]

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        if "new" in sent and "again" in sent and sent["new"] != sent["again"]:
            self.add_error("again", _("Kedua kata sandi belum sama. Ketik ulang."))
        return sent


class ChangePasswordForm(NewPasswordForm):
    old = forms.CharField(
        label=_("Kata sandi sekarang"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    field_order = ("old", "new", "again")

    def clean_old(self) -> str:
        if not self.account.check_password(self.cleaned_data["old"]):
            raise ValidationError(_("Kata sandi sekarang tidak cocok."))
        return self.cleaned_data["old"]


class WorkerForm(forms.Form):
    """The member record of a PSM (Permensos 10/2019; fields of the PPKS note 3.2)."""

    name = Line(label=_("Nama lengkap"), max_length=100)
    gampong = forms.ChoiceField(label=_("Gampong"), error_messages={"invalid_choice": _("Pilih gampong dari daftar.")})
    phone = Line(label=_("Nomor HP"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    sk_number = Line(label=_("Nomor SK"), max_length=60, required=False)
    sk_issuer = Line(label=_("Penerbit SK"), max_length=100, required=False)
    sk_date = Day(label=_("Tanggal SK"))
    sk_until = Day(label=_("SK berlaku sampai"))
    training = forms.CharField(
        label=_("Pelatihan"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Nama dan tahunnya.")
    )
    kta_number = Line(label=_("Nomor KTA"), max_length=40, required=False)
    ipsm_office = Line(label=_("Jabatan di IPSM"), max_length=60, required=False)
    account = forms.ModelChoiceField(
        Account.objects.none(), label=_("Akun"), required=False, to_field_name="public_id", empty_label=_("Belum ada akun")
    )
    is_active = forms.BooleanField(label=_("Masih aktif sebagai petugas"), required=False)
    inactive_reason = Line(label=_("Mengapa tidak aktif?"), max_length=200, required=False)
    mutation_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, member: Member, data: Any = None, *, mutation_id: UUID, worker: Worker | None = None) -> None:
        initial = {name: getattr(worker, name) for name in self.base_fields if name != "mutation_id"} if worker else {"is_active": True}
        if worker:
            initial |= {"gampong": worker.gampong_id, "account": worker.account and worker.account.public_id}
        super().__init__(data, initial=initial | {"mutation_id": mutation_id})
        villages = Area.objects.under(member.areas).select_related("parent").order_by("code")
        self.fields["gampong"].choices = [("", _("Pilih gampong")), *gampong_groups(villages)]
        self.fields["account"].queryset = Account.objects.managed_by(member).free_for(worker)
        self.fields["inactive_reason"].needed = True

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        if not sent.get("is_active") and not sent.get("inactive_reason"):
            self.add_error("inactive_reason", _("Tulis mengapa petugas ini tidak aktif."))
        if sent.get("is_active"):
            sent["inactive_reason"] = ""
        if sent.get("sk_date") and sent.get("sk_until") and sent["sk_until"] < sent["sk_date"]:
            self.add_error("sk_until", _("SK berakhir sebelum tanggalnya. Periksa keduanya."))
        return sent

    @property
    def values(self) -> dict[str, Any]:
        """As `members.save_worker` takes them; the gampong as its area."""
        return self.cleaned_data | {"gampong": Area.objects.get(pk=self.cleaned_data["gampong"])}
