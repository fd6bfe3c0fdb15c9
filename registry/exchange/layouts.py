"""LAYOUTS: what the columns of a sheet mean. A new sheet of an office is a new row here and nothing else.

`ppks_ringkas` is what comes in: any sheet whose headings include its nine needed columns, in any order and case. `siks_ng_e1` is what goes
out: the 23 columns of a SIKS-NG list (exchange formats E1) and the minimal outbound set (DTSEN note 4). What goes out can come back in.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from registry.fields import FIELDS
from registry.models import Case

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@dataclass(frozen=True)
class Outgoing:
    """One record about to be written. `values`: path -> value, veiled or not; `areas`: code -> name of every area that may be named."""

    values: Mapping[str, Any]
    case: Case
    areas: Mapping[str, str]

    def area(self, length: int) -> str:
        """Name of the home's province (2), regency (5), kecamatan (8) or gampong (13); empty without a home."""
        return self.areas.get((self.values.get("household.gampong") or "")[:length], "")


@dataclass(frozen=True)
class Column:
    """One column. `name`: the stable name in reports and messages; `heading`: as we write it; `aliases`: other headings that mean it.

    `path`: the field it answers, "" for a column that is none. `words`: other words of a choice (word -> slug). `write`: what stands in it
    on the way out when it is not simply the field's value in words.
    """

    name: str
    heading: str
    path: str = ""
    aliases: tuple[str, ...] = ()
    needed: bool = False
    words: tuple[tuple[str, str], ...] = ()
    write: Callable[[Outgoing], Any] | None = None
    kind: Literal["text", "date"] = "text"
    width: float | None = None

    @property
    def headings(self) -> list[str]:
        """Every heading that means this column, normalised; the proper ones first."""
        return [*dict.fromkeys(map(normal, (self.name, self.heading, *self.aliases)))]

    @property
    def label(self) -> str:
        """How a person calls it."""
        return str(FIELDS[self.path].label) if self.path in FIELDS else self.heading


@dataclass(frozen=True)
class Layout:
    name: str
    label: Any
    direction: Direction
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def normal(heading: Any) -> str:
    """Letters and digits of a heading in lower case: "No. KK *" and "NO_KK" are the same; remarks in brackets do not count."""
    text = unicodedata.normalize("NFKC", str(heading or "")).casefold()
    return re.sub(r"[\W_]+", "", _IN_BRACKETS.sub("", text) or text)


_RELATION_WORDS = (
    ("kepala", "kepala_keluarga"), ("kk", "kepala_keluarga"), ("isteri", "istri"), ("anak kandung", "anak"), ("orangtua", "orang_tua"),
    ("orang tua mertua", "mertua"), ("family lain", "famili_lain"), ("lain lain", "lainnya"),
)  # fmt: skip
_MARITAL_WORDS = (
    ("bk", "belum_kawin"), ("belum menikah", "belum_kawin"), ("k", "kawin"), ("menikah", "kawin"), ("kawin tercatat", "kawin"),
    ("kawin belum tercatat", "kawin"), ("ch", "cerai_hidup"), ("cm", "cerai_mati"), ("janda mati", "cerai_mati"),
    ("duda mati", "cerai_mati"),
)  # fmt: skip

PPKS_RINGKAS = Layout(
    "ppks_ringkas",
    _("Daftar PPKS ringkas"),
    Direction.IN,
    (
        Column("nama", "NAMA", "person.name", ("nama lengkap", "nama penduduk", "nama warga", "nama ppks", "nama pmks", "nama art",
               "nama lgkp", "nama kpm", "nama penerima"), needed=True),
        Column("nik", "NIK", "person.nik", ("nomor nik", "no nik", "nomor induk kependudukan", "nik ktp", "no ktp", "nomor ktp"),
               needed=True),
        Column("no_kk", "NO KK", "household.kk", ("nokk", "nomor kk", "kk", "nkk", "nomor kartu keluarga", "no kartu keluarga"),
               needed=True),
        Column("tanggal_lahir", "TANGGAL LAHIR", "person.birth_date", ("tgl lahir", "tanggal lhr", "tgl lhr", "tgl/bln/th"), needed=True),
        Column("jenis_kelamin", "JENIS KELAMIN", "person.sex", ("jk", "kelamin", "l/p", "jns kelamin", "jenis kel", "jenis klmin"),
               needed=True),
        Column("alamat", "ALAMAT", "household.address", ("alamat lengkap", "alamat rumah", "alamat tinggal", "alamat ktp"), needed=True),
        Column("gampong", "GAMPONG", "household.gampong", ("desa", "desa/keluarahan", "desa/kelurahan", "kelurahan", "kelurahan/desa",
               "desa/kel", "gampong/desa", "desa/gampong", "nama gampong", "nama desa", "kode gampong", "kode desa"), needed=True),
        Column("kecamatan", "KECAMATAN", "", ("kec", "nama kecamatan", "kode kecamatan"), needed=True),
        Column("jenis_ppks", "JENIS PPKS", "case.kind", ("jenis pmks", "ppks", "pmks", "kode ppks", "kode jenis ppks", "kategori ppks",
               "jenis ppks/pmks"), needed=True),
        Column("id_registrasi", "ID_REGISTRASI", "", ("nomor registrasi", "no registrasi", "id reg")),
        Column("tempat_lahir", "TEMPAT LAHIR", "person.birth_place", ("tmpt lahir", "tmp lahir", "tempat lhr", "tmpt lhr")),
        Column("tahun_lahir", "TAHUN LAHIR", "person.birth_year", ("perkiraan tahun lahir", "thn lahir")),
        Column("nama_ibu_kandung", "NAMA IBU KANDUNG", "person.mother_name", ("nama ibu", "ibu kandung", "nama gadis ibu kandung")),
        Column("hubungan", "HUB KELUARGA", "person.relation", ("hubungan keluarga", "shdk", "hub kel", "hubungan dalam keluarga",
               "status hubungan keluarga", "hubungan dengan kepala keluarga"), words=_RELATION_WORDS),
        Column("nama_kepala_keluarga", "NAMA KEPALA KELUARGA", "household.head_name", ("kepala keluarga", "nama kk")),
        Column("status_kawin", "STATUS KAWIN", "person.marital_status", ("status perkawinan", "stat kwn", "sta kawin"),
               words=_MARITAL_WORDS),
        Column("dusun", "DUSUN", "household.dusun", ("nama dusun", "jurong")),
        Column("rt", "RT", "household.rt", ("no rt",)),
        Column("rw", "RW", "household.rw", ("no rw",)),
        Column("alasan_tanpa_nik", "ALASAN TANPA NIK", "person.no_nik_reason", ("alasan tidak ada nik",)),
        Column("tanggal_ditemukan", "TANGGAL DITEMUKAN", "case.found_on", ("tgl ditemukan",)),
    ),
)  # fmt: skip


def _verified_on(row: Outgoing) -> date | None:
    return localdate(row.case.approved_at) if row.case.approved_at else None


def _kept_empty(name: str, heading: str) -> Column:
    """A column of the office's layout that this registry has no answer to; it stays, empty, so that the order holds."""
    return Column(name, heading, write=lambda _row: None)


SIKS_NG_E1 = Layout(
    "siks_ng_e1",
    _("SIKS-NG, 23 kolom dan tambahan"),
    Direction.OUT,
    (
        _kept_empty("id_dtks", "ID DTKS"),
        Column("provinsi", "PROVINSI", write=lambda row: row.area(2)),
        Column("kabupaten", "KABUPATEN/KOTA", write=lambda row: row.area(5), width=22),
        Column("kecamatan", "KECAMATAN", write=lambda row: row.area(8), width=22),
        # The spelling of the original, which its importer compares (exchange formats E1).
        Column("gampong", "DESA/KELUARAHAN", write=lambda row: row.area(13), width=22),
        Column("alamat", "ALAMAT", "household.address", width=30),
        Column("dusun", "DUSUN", "household.dusun"),
        Column("rt", "RT", "household.rt", width=6),
        Column("rw", "RW", "household.rw", width=6),
        Column("no_kk", "NOKK", "household.kk", width=20),
        Column("nik", "NIK", "person.nik", width=20),
        Column("nama", "NAMA", "person.name", width=30),
        Column("tanggal_lahir", "TANGGAL LAHIR", "person.birth_date", kind="date", width=15),
        Column("tempat_lahir", "TEMPAT LAHIR", "person.birth_place", width=18),
        Column("jenis_kelamin", "JENIS KELAMIN", "person.sex", width=15),
        _kept_empty("pekerjaan", "PEKERJAAN"),
        Column("nama_ibu_kandung", "NAMA IBU KANDUNG", "person.mother_name", width=26),
        Column("hubungan", "HUB KELUARGA", "person.relation", width=18),
        _kept_empty("keterangan_padan", "KETERANGAN PADAN"),
        _kept_empty("bansos_bpnt", "BANSOS BPNT"),
        _kept_empty("bansos_pkh", "BANSOS PKH"),
        _kept_empty("bansos_bpnt_ppkm", "BANSOS BPNT-PPKM"),
        _kept_empty("pbi_jkn", "PBI JKN"),
        Column("jenis_ppks", "JENIS PPKS", "case.kind", width=34),
        # Rule set 1 does not ask the type of disability yet; the column belongs to the agreed set and stays.
        _kept_empty("jenis_disabilitas", "JENIS DISABILITAS"),
        Column("alasan_tanpa_nik", "ALASAN TANPA NIK", "person.no_nik_reason", width=24),
        Column("tanggal_verifikasi", "TANGGAL VERIFIKASI", write=_verified_on, kind="date", width=20),
        Column("nama_petugas", "NAMA PETUGAS", write=lambda row: row.case.worker.name, width=24),
        Column("id_registrasi", "ID_REGISTRASI", write=lambda row: row.case.registry_no, width=16),
    ),
)

LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (PPKS_RINGKAS, SIKS_NG_E1)}
INCOMING: dict[str, Layout] = {name: layout for name, layout in LAYOUTS.items() if layout.direction is Direction.IN}
