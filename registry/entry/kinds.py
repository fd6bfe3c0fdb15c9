"""The 26 kinds in plain words and in groups, which of them a person's age and sex contradict, and the criteria to tick."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as now_translate
from django.utils.translation import gettext_lazy as _

from registry.enums import Sex
from registry.reference.kinds import KINDS, RESTRICTED_KINDS, computed_criteria
from validation.rules import Record

GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Lansia dan disabilitas"), ("08", "09")),
    (_("Penghidupan tidak cukup"), ("24", "23", "20")),
    (_("Terkena bencana"), ("21", "22")),
    (_("Hidup di jalan"), ("11", "12", "13")),
    (_("Satu kampung terpencil"), ("26",)),
    (_("Anak"), ("01", "02", "04", "05")),
    (_("Dicatat petugas yang ditunjuk"), ("03", "06", "07", "10", "14", "15", "16", "17", "18", "19", "25")),
)
LINES = {
    "01": _("Di bawah 6 tahun"),
    "02": _("6 sampai 18 tahun"),
    "03": _("12 sampai 17 tahun, sebagai pelaku, korban, atau saksi"),
    "04": _("Di bawah 18 tahun, hidup atau bekerja di jalan"),
    "05": _("Di bawah 18 tahun"),
    "06": _("Di bawah 18 tahun"),
    "07": _("6 sampai 18 tahun, dalam keadaan darurat"),
    "08": _("60 tahun ke atas, kebutuhan hidupnya tidak terpenuhi"),
    "09": _("Tubuh, penglihatan, pendengaran, atau jiwanya terhambat"),
    "10": _("Dicatat untuk mendapat layanan, bukan untuk menghukum"),
    "11": _("Tidak punya tempat tinggal tetap"),
    "12": _("Hidup dari meminta di tempat ramai"),
    "13": _("Hidup dari barang bekas"),
    "14": _("Terganggu fungsi sosialnya karena diperlakukan berbeda"),
    "15": _("18 tahun ke atas, sudah bebas"),
    "16": _("18 tahun ke atas, menurut pernyataan fasilitas kesehatan"),
    "17": _("Memakai narkotika di luar pengobatan"),
    "18": _("Dipindahkan, ditampung, atau dimanfaatkan dengan paksa"),
    "19": _("Dewasa yang disakiti, diancam, atau ditelantarkan"),
    "20": _("Bermasalah di perantauan atau setelah pulang"),
    "21": _("Banjir, longsor, gempa, kebakaran hutan"),
    "22": _("Konflik antarkelompok atau teror"),
    "23": _("18 sampai 59 tahun, menanggung nafkah keluarga"),
    "24": _("Tidak punya penghasilan, atau penghasilannya tidak cukup"),
    "25": _("Dicatat untuk satu keluarga"),
    "26": _("Dicatat untuk kampungnya, bukan per orang"),
}
# Victims and witnesses may be younger (age rule B of the PPKS note), so the floor contradicts nobody before their part is known.
NO_FLOOR = ("03",)


@dataclass(frozen=True)
class Choice:
    """One kind to choose. `against`: why it cannot fit, in words, or nothing."""

    code: str
    name: str
    line: str
    against: str


@dataclass(frozen=True)
class Group:
    label: str
    kinds: tuple[Choice, ...]
    open: bool
    why_closed: str


@dataclass(frozen=True)
class Item:
    """One legal criterion. `computed`: it comes from age or sex and is not ticked; `met` is then True, False or None (not known yet)."""

    number: int
    text: str
    ticked: bool
    computed: bool
    met: bool | None
    source: str


def groups(values: Mapping[str, Any], *, today: date, restricted: bool, chosen: str | None) -> list[Group]:
    """Groups to choose from. A group that cannot fit at all is closed with the reason; restricted kinds only for who has the grant."""
    record = Record(values=values, today=today)
    made = []
    for label, codes in GROUPS:
        kinds = tuple(_choice(code, record) for code in codes if restricted or code not in RESTRICTED_KINDS)
        if not kinds:
            continue
        reasons = {kind.against for kind in kinds}
        closed = "" not in reasons and chosen not in codes
        why = now_translate("Ditutup karena %(why)s. Tetap bisa dibuka.") % {"why": " / ".join(sorted(reasons))} if closed else ""
        made.append(Group(str(label), kinds, not closed, why))
    return made


def _choice(code: str, record: Record) -> Choice:
    return Choice(code, KINDS[code].name, str(LINES[code]), _against(code, record))


def _against(code: str, record: Record) -> str:
    kind, ages = KINDS[code], _ages(record)
    if kind.sex and record["person.sex"] and record["person.sex"] != kind.sex:
        return now_translate("jenis kelaminnya %(sex)s") % {"sex": str(Sex(record["person.sex"]).label).lower()}
    floor = None if code in NO_FLOOR else kind.age_min
    if ages and ((floor is not None and ages[1] < floor) or (kind.age_max is not None and ages[0] > kind.age_max)):
        return now_translate("umurnya %(age)d tahun") % {"age": ages[1]}
    return ""


def _ages(record: Record) -> tuple[int, int] | None:
    age = record.age_at_finding
    return (age, age) if age is not None else record.likely_ages(record.finding_day)


def items(values: Mapping[str, Any], *, today: date) -> list[Item]:
    """Criteria of the chosen kind in order; empty without a kind."""
    record = Record(values=values, today=today)
    if record.kind is None:
        return []
    computed, ticked, age = computed_criteria(record.kind.code), record["case.criteria"] or [], record.age_at_finding
    made = []
    for number, text in enumerate(record.kind.criteria, start=1):
        rule = computed.get(number)
        met = rule.met(age, record["person.sex"]) if rule else None
        made.append(Item(number, text, number in ticked, rule is not None, met, _source(met, age) if rule else ""))
    return made


def _source(met: bool | None, age: int | None) -> str:
    if met is None:
        return now_translate("Dihitung setelah tanggal lahir dan jenis kelamin diisi")
    if met:
        return now_translate("%(age)d tahun, dihitung dari tanggal lahir") % {"age": age}
    return now_translate("Tidak terpenuhi menurut umur atau jenis kelamin yang diisi")
