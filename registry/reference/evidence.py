"""The types of evidence that the kinds of PPKS ask (column `evidence` of `data/ppks_kinds.csv`), and what to photograph for each."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

REPORT = "laporan_petugas"


@dataclass(frozen=True)
class EvidenceType:
    """`label` and `hint` are lazy translations. `photo`: a picture or scan is attached; else the worker writes it (`case.report`).

    `of_person`: the picture may show a person, so no restricted kind ever asks it (PPKS note; reference README).
    """

    slug: str
    label: Any
    hint: Any
    photo: bool = True
    of_person: bool = False


_TYPES = (
    EvidenceType("foto_ktp_atau_kk", _("Foto KTP atau KK"), _("Foto KTP atau Kartu Keluarga. Semua tulisannya harus terbaca.")),
    EvidenceType("akta_kelahiran", _("Akta kelahiran"), _("Foto akta kelahiran satu halaman penuh. Nama dan tanggalnya harus terbaca.")),
    EvidenceType("foto_rumah", _("Foto rumah"), _("Foto rumah dari depan, lalu bagian yang rusak. Orang tidak perlu ikut.")),
    EvidenceType("foto_tempat_tinggal", _("Foto tempat tinggal"), _("Foto tempat anak tidur atau tinggal. Jangan foto wajah anak.")),
    EvidenceType(
        "foto_keadaan", _("Foto keadaan warga"),
        _("Foto alat bantu atau keadaan sehari-harinya, setelah warga atau walinya setuju. Wajah tidak perlu terlihat."), of_person=True,
    ),
    EvidenceType("foto_tempat_ditemukan", _("Foto tempat ditemukan"), _("Foto tempatnya, misalnya emperan toko. Jangan foto wajah orang.")),
    EvidenceType("foto_kerusakan", _("Foto kerusakan"), _("Foto rumah atau harta yang rusak, dari dekat dan dari jauh.")),
    EvidenceType("foto_permukiman", _("Foto permukiman"), _("Foto permukiman dan jalan ke sana. Wajah tidak perlu terlihat.")),
    EvidenceType("surat_keterangan_gampong", _("Surat keterangan gampong"), _("Foto surat keuchik, lengkap dengan tanda tangan dan cap.")),
    EvidenceType(
        "surat_keterangan_medis", _("Surat keterangan medis"),
        _("Foto surat dokter, puskesmas, atau kartu penyandang disabilitas. Cukup halaman yang menyebut jenisnya."),
    ),
    EvidenceType(
        "surat_instansi_penanganan", _("Surat instansi yang menangani"),
        _("Foto surat dari instansi yang menangani, misalnya surat rujukan. Jangan foto berkas perkaranya."),
    ),
    EvidenceType(
        "pernyataan_fasilitas_kesehatan", _("Pernyataan fasilitas kesehatan"),
        _("Foto surat rujukan dari fasilitas kesehatan. Jangan foto hasil tes atau rekam medis."),
    ),
    EvidenceType("dokumen_bebas", _("Surat bebas"), _("Foto surat bebas dari lapas. Uraian perkaranya boleh ditutup.")),
    EvidenceType(
        "dokumen_perjalanan", _("Paspor atau surat perjalanan"),
        _("Foto paspor, surat perjalanan, atau surat pemulangan. Halaman dengan nama sudah cukup."),
    ),
    EvidenceType(REPORT, _("Laporan petugas"), _("Tulis sendiri: apa yang dilihat, di mana, kapan, dan oleh siapa."), photo=False),
)  # fmt: skip

EVIDENCE: dict[str, EvidenceType] = {type_.slug: type_ for type_ in _TYPES}


def label_of(slug: str) -> Any:
    """What a kind of evidence is called; a slug that is no longer asked stands for itself."""
    return EVIDENCE[slug].label if slug in EVIDENCE else slug
