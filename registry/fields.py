"""FIELDS: what a record consists of. One row says everything about a field; a new question is a new row and nothing else.

Forms, findings, masks, layouts, pins, snapshots and templates name a field by its path only. The prefix of the path is its owner:
`person`, `household` or `case`. A record as a whole is a mapping of path to value; an absent or None value is an empty answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.enums import Protection, Sex, Stage
from registry.fieldtypes import Area, Choice, Criteria, Date, FieldType, IdNumber, KindCode, MultiChoice, PersonName, Text, Year
from registry.reference.details import DETAILS
from registry.reference.evidence import EVIDENCE
from registry.reference.kinds import KINDS

Values = Mapping[str, Any]


class Step(StrEnum):
    """A page of the entry form, in the order of the task list."""

    IDENTITY = "identitas"
    ADDRESS = "alamat"
    FAMILY = "keluarga"
    KIND = "jenis"
    EVIDENCE = "bukti"
    CONSENT = "persetujuan"


STEP_LABELS = {
    Step.IDENTITY: _("Identitas"),
    Step.ADDRESS: _("Alamat dan tempat ditemukan"),
    Step.FAMILY: _("Keluarga"),
    Step.KIND: _("Jenis PPKS dan syarat"),
    Step.EVIDENCE: _("Bukti"),
    Step.CONSENT: _("Persetujuan"),
}


@dataclass(frozen=True)
class Condition:
    """A field is asked only when the answer at `path` is (or is not) among `among`; an empty `among` means "no answer"."""

    path: str
    among: tuple[str, ...] = ()
    negate: bool = False

    def holds(self, values: Values) -> bool:
        value = values.get(self.path)
        met = value in self.among if self.among else is_empty(value)
        return met != self.negate


@dataclass(frozen=True)
class Field:
    """One question. `required_from`: the stage from which an answer must be there, if it is asked at all.

    `reopens`: changing it sends an approved case back to judgement. `dtsen`: the variable of DTSEN it answers.
    `indexed`: lists and reports filter by it, so its slugs are kept as rows of AnswerIndex.
    """

    path: str
    label: Any
    type: FieldType
    step: Step
    protection: Protection = Protection.PERSONAL
    required_from: Stage | None = None
    when: Condition | None = None
    kinds: tuple[str, ...] = ()
    hint: Any = ""
    why: Any = ""
    reopens: bool = True
    dtsen: str = ""
    indexed: bool = False

    @property
    def owner(self) -> str:
        return self.path.split(".", 1)[0]

    @property
    def name(self) -> str:
        return self.path.split(".", 1)[1]

    def asked(self, values: Values) -> bool:
        """Whether the record at hand is asked this at all."""
        if self.kinds and values.get("case.kind") not in self.kinds:
            return False
        return self.when is None or self.when.holds(values)


NO_NIK_REASONS = (
    ("belum_terdaftar", _("Belum pernah didaftarkan")),
    ("bayi", _("Bayi, belum diurus")),
    ("hilang", _("KTP atau KK hilang, nomornya tidak diingat")),
    ("tidak_diketahui", _("Identitasnya tidak diketahui")),
    ("menolak", _("Tidak mau menunjukkan")),
    ("lainnya", _("Sebab lain")),
)
SEXES = ((Sex.FEMALE.value, Sex.FEMALE.label), (Sex.MALE.value, Sex.MALE.label))
SEX_WORDS = (
    ("laki laki", "L"), ("laki", "L"), ("lk", "L"), ("pria", "L"), ("1", "L"), ("male", "L"), ("m", "L"),
    ("perempuan", "P"), ("pr", "P"), ("wanita", "P"), ("2", "P"), ("female", "P"), ("f", "P"),
)  # fmt: skip
MARITAL = (
    ("belum_kawin", _("Belum kawin")),
    ("kawin", _("Kawin")),
    ("cerai_hidup", _("Cerai hidup")),
    ("cerai_mati", _("Cerai mati")),
)
# SIAK's list, the finest of the three in use; the others are derived from it (shared crosswalk, DTSEN note 2.4).
RELATIONS = (
    ("kepala_keluarga", _("Kepala keluarga")),
    ("suami", _("Suami")),
    ("istri", _("Istri")),
    ("anak", _("Anak")),
    ("menantu", _("Menantu")),
    ("cucu", _("Cucu")),
    ("orang_tua", _("Orang tua")),
    ("mertua", _("Mertua")),
    ("famili_lain", _("Famili lain")),
    ("pembantu", _("Pembantu")),
    ("lainnya", _("Lainnya")),
)
# UU 27/2022 Pasal 20 ayat (2): consent, or another legal basis; Pasal 25 and 26 for children and persons with disabilities.
CONSENT_BASES = (
    ("lisan", _("Setuju secara lisan")),
    ("tertulis", _("Setuju secara tertulis atau cap jempol")),
    ("tugas_publik", _("Tanpa persetujuan: tugas pelayanan publik Dinas Sosial")),
    ("keselamatan", _("Tanpa persetujuan: menyelamatkan warga, atau pelakunya diduga orang tua atau wali")),
)
CONSENT_EXCEPTIONS = ("tugas_publik", "keselamatan")
# Given once for all rows of a file, by whoever confirms the import; not a choice of the form.
BATCH_CONSENT = ("berkas", _("Dasar hukum dicatat bersama berkas impor"))
CONSENT_GIVERS = (
    ("sendiri", _("Warga sendiri")),
    ("orang_tua", _("Ayah atau ibu")),
    ("wali", _("Wali")),
    ("keluarga", _("Anggota keluarga lain")),
    ("pendamping", _("Pendamping")),
)

_KIND_NAMES = {code: kind.name for code, kind in KINDS.items()}
_ROLE_IN_CASE = DETAILS["peran_dalam_perkara"]
# Where the kind itself is secret nothing is told in free words (reference README; Aceh risk, PPKS note 5.3).
_OPEN_KINDS = tuple(code for code, kind in KINDS.items() if not kind.restricted)


def table(*rows: Field) -> dict[str, Field]:
    """Path -> field, in the order of the rows. Raises ValueError for a path given twice."""
    by_path = {row.path: row for row in rows}
    if len(by_path) != len(rows):
        raise ValueError("a path stands twice in FIELDS")
    return by_path


FIELDS: dict[str, Field] = table(
    Field(
        "person.nik", _("NIK"), IdNumber(), Step.IDENTITY, Protection.IDENTIFIER, Stage.READY,
        hint=_("16 angka, ada di KTP atau KK."), why=_("Tanpa NIK, DTSEN menolak barisnya."), dtsen="nomor_induk_kependudukan",
    ),
    Field(
        "person.no_nik_reason", _("Mengapa belum ada NIK?"), Choice(NO_NIK_REASONS), Step.IDENTITY, Protection.OPEN, Stage.SUBMIT,
        when=Condition("person.nik"), reopens=False,
    ),
    Field(
        "person.name", _("Nama lengkap (sesuai KTP)"), PersonName(100), Step.IDENTITY, Protection.OPEN, Stage.SUBMIT,
        hint=_("Tanpa gelar, kecuali tertulis di KTP."), dtsen="nama",
    ),
    Field(
        "person.birth_place", _("Tempat lahir"), Text(60), Step.IDENTITY, Protection.PERSONAL, Stage.READY,
        why=_("Termasuk 10 isian wajib data nasional."),
    ),
    Field(
        "person.birth_date", _("Tanggal lahir"), Date(), Step.IDENTITY, Protection.PERSONAL, Stage.READY,
        hint=_("Contoh: 17-08-1958."), why=_("Termasuk 10 isian wajib data nasional."), dtsen="tanggal_lahir",
    ),
    Field(
        "person.birth_year", _("Perkiraan tahun lahir"), Year(), Step.IDENTITY, Protection.OPEN, Stage.SUBMIT,
        when=Condition("person.birth_date"), hint=_("Isi bila tanggal lahir tidak diketahui."), reopens=True,
    ),
    Field("person.sex", _("Jenis kelamin"), Choice(SEXES, SEX_WORDS), Step.IDENTITY, Protection.OPEN, Stage.SUBMIT, dtsen="jenis_kelamin"),
    Field(
        "person.mother_name", _("Nama ibu kandung"), PersonName(100), Step.IDENTITY, Protection.PERSONAL, Stage.READY,
        hint=_("Diperlukan untuk DTSEN. Tanyakan ejaannya."), why=_("SIKS-NG tidak menerima baris tanpa nama ibu kandung."),
    ),
    Field(
        "person.marital_status", _("Status kawin"), Choice(MARITAL), Step.IDENTITY, Protection.PERSONAL, Stage.READY,
        why=_("Termasuk 10 isian wajib data nasional."), dtsen="status_kawin",
    ),
    Field(
        "household.gampong", _("Gampong tempat tinggal"), Area(), Step.ADDRESS, Protection.OPEN, Stage.READY,
        hint=_("Kosongkan bila warga tidak punya tempat tinggal."), why=_("Alamat harus sampai gampong."), dtsen="kode_kelurahan_desa",
    ),
    Field(
        "household.dusun", _("Dusun"), Text(60), Step.ADDRESS, Protection.PERSONAL, Stage.READY,
        why=_("Di Aceh dusun menggantikan RT dan RW."),
    ),
    Field(
        "household.address", _("Alamat"), Text(200), Step.ADDRESS, Protection.PERSONAL, Stage.READY,
        hint=_("Nama jalan, nomor, atau patokan rumah."), why=_("Termasuk 10 isian wajib data nasional."), dtsen="alamat",
    ),
    Field("household.rt", _("RT"), Text(3), Step.ADDRESS, Protection.PERSONAL, reopens=False),
    Field("household.rw", _("RW"), Text(3), Step.ADDRESS, Protection.PERSONAL, reopens=False),
    Field(
        "case.place", _("Gampong tempat ditemukan"), Area(), Step.ADDRESS, Protection.OPEN, Stage.SUBMIT,
        hint=_("Boleh beda dengan tempat tinggalnya."),
    ),
    Field(
        "case.place_note", _("Keterangan tempat ditemukan"), Text(200), Step.ADDRESS, Protection.PERSONAL,
        hint=_("Misalnya: emperan toko dekat pasar."), reopens=False,
    ),
    Field(
        "case.found_on", _("Tanggal ditemukan"), Date(), Step.ADDRESS, Protection.OPEN, Stage.SUBMIT,
        hint=_("Umur warga dihitung pada tanggal ini."),
    ),
    Field(
        "household.kk", _("No. KK"), IdNumber(), Step.FAMILY, Protection.IDENTIFIER, Stage.READY,
        hint=_("16 angka, di bagian atas Kartu Keluarga."), why=_("Termasuk 10 isian wajib data nasional."), dtsen="nomor_kartu_keluarga",
    ),
    Field(
        "person.relation", _("Hubungan dengan kepala keluarga"), Choice(RELATIONS), Step.FAMILY, Protection.PERSONAL, Stage.READY,
        why=_("Termasuk 10 isian wajib data nasional."), dtsen="status_hubungan_keluarga",
    ),
    Field(
        "household.head_name", _("Nama kepala keluarga"), PersonName(100), Step.FAMILY, Protection.PERSONAL, Stage.READY,
        when=Condition("person.relation", ("kepala_keluarga",), negate=True), hint=_("Seperti tertulis di KK."),
        dtsen="nama_kepala_keluarga",
    ),
    Field("case.kind", _("Jenis PPKS"), KindCode(_KIND_NAMES), Step.KIND, Protection.OPEN, Stage.SUBMIT),
    Field(
        "case.criteria", _("Syarat menurut aturan"), Criteria(), Step.KIND, Protection.PERSONAL, Stage.SUBMIT,
        hint=_("Centang yang benar-benar Anda temukan."), indexed=True,
    ),
    Field(
        "case.detail.peran_dalam_perkara", _ROLE_IN_CASE.label, Choice(_ROLE_IN_CASE.choices), Step.KIND, Protection.CRIME, Stage.SUBMIT,
        kinds=("03",),
    ),
    Field(
        "case.note", _("Ceritakan singkat"), Text(2000, multiline=True), Step.KIND, Protection.PERSONAL,
        kinds=_OPEN_KINDS, hint=_("Tulis yang Anda lihat, bukan pendapat orang."), reopens=False,
    ),
    # Not typed in: the kinds of the attachments. It is here so that snapshots, pins and differences know of evidence too.
    Field(
        "case.evidence", _("Bukti terlampir"), MultiChoice(tuple((slug, kind.label) for slug, kind in EVIDENCE.items())), Step.EVIDENCE,
        Protection.OPEN,
    ),
    Field(
        "case.report", _("Laporan petugas"), Text(2000, multiline=True), Step.EVIDENCE, Protection.PERSONAL,
        hint=_("Apa yang dilihat, di mana, kapan, oleh siapa."), reopens=False,
    ),
    Field(
        "case.consent_basis", _("Atas dasar apa data ini dicatat?"), Choice((*CONSENT_BASES, BATCH_CONSENT)), Step.CONSENT,
        Protection.PERSONAL, Stage.SUBMIT, reopens=False, indexed=True,
    ),
    Field(
        "case.consent_by", _("Siapa yang menyetujui?"), Choice(CONSENT_GIVERS), Step.CONSENT, Protection.PERSONAL, Stage.SUBMIT,
        when=Condition("case.consent_basis", ("lisan", "tertulis")), reopens=False,
    ),
    Field(
        "case.consent_on", _("Tanggal persetujuan"), Date(), Step.CONSENT, Protection.PERSONAL, Stage.SUBMIT,
        when=Condition("case.consent_basis", ("lisan", "tertulis")), reopens=False,
    ),
    Field(
        "case.consent_note", _("Mengapa tanpa persetujuan?"), Text(500, multiline=True), Step.CONSENT, Protection.PERSONAL, Stage.SUBMIT,
        when=Condition("case.consent_basis", CONSENT_EXCEPTIONS), reopens=False,
    ),
)  # fmt: skip

# The ten attributes without which SIKS-NG keeps no person (Kepmensos 73/HUK/2024; PPKS note 4.3). RT and RW yield to the dusun in Aceh.
SIKS_TEN = (
    "person.nik", "person.name", "household.address", "person.birth_place", "person.birth_date",
    "person.sex", "household.kk", "person.mother_name", "person.relation", "person.marital_status",
)  # fmt: skip

# The two numbers have short names, in addresses and as names of inputs: the ones that browsers and people know them by.
NUMBERS = {"person.nik": "nik", "household.kk": "kk"}


def fields_of(step: Step) -> list[Field]:
    return [field for field in FIELDS.values() if field.step == step]


def required_fields(stage: Stage, values: Values) -> list[Field]:
    """Fields that must be answered at `stage` for this record (whether or not they are)."""
    return [field for field in FIELDS.values() if field.required_from is not None and field.required_from <= stage and field.asked(values)]


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def dump(values: Values) -> dict[str, Any]:
    """JSON form of a mapping of path to value; empty answers are left out."""
    return {path: FIELDS[path].type.dump(value) for path, value in values.items() if not is_empty(value)}


def load(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Inverse of `dump`; a path that FIELDS no longer knows is kept as it is."""
    return {path: FIELDS[path].type.load(value) if path in FIELDS else value for path, value in stored.items()}


def reopening(paths: Iterable[str]) -> bool:
    """Whether a change of these fields sends an approved case back to judgement."""
    return any(FIELDS[path].reopens for path in paths)
