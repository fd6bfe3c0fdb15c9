"""Choices and groups of choices. Imports nothing of ours; every other module may import it."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a member does here. A member has exactly one role (Kepmensos 73/HUK/2024: one person, one function)."""

    PSM = "psm", _("Petugas (PSM)")
    SUPERVISOR = "supervisor", _("Penyelia")
    ADMIN = "admin", _("Admin")


class State(TextChoices):
    """Where a case stands. Only `registry.workflow` assigns it."""

    DRAF = "draf", _("Draf")
    DIAJUKAN = "diajukan", _("Diajukan")
    DIKEMBALIKAN = "dikembalikan", _("Dikembalikan")
    DISETUJUI = "disetujui", _("Disetujui")
    TERKIRIM = "terkirim", _("Terkirim")
    DITOLAK = "ditolak", _("Ditolak")
    NONAKTIF = "nonaktif", _("Nonaktif")


# PPKS sah: a supervisor approved it.
VALID_STATES = (State.DISETUJUI, State.TERKIRIM)
# A case that somebody still works on or relies on; a new rule set must have judged all of them.
LIVING_STATES = (State.DRAF, State.DIAJUKAN, State.DIKEMBALIKAN, State.DISETUJUI, State.TERKIRIM)
# States from which a worker sends a case, for the first time or again.
BEFORE_SENDING = (State.DRAF, State.DIKEMBALIKAN)
# States in which the worker who keeps the case may write in it.
WORKER_EDITABLE = (State.DRAF, State.DIKEMBALIKAN, State.DIAJUKAN, State.DISETUJUI, State.TERKIRIM)


class Stage(IntegerChoices):
    """The moment from which an answer must be there. A later stage asks everything an earlier one asks."""

    DRAFT = 0, _("Draf")
    SUBMIT = 1, _("Kirim untuk verifikasi")
    APPROVE = 2, _("Persetujuan")
    READY = 3, _("Siap DTSEN")


class Level(TextChoices):
    """How serious a finding is. Warnings and infos alone never stop anything."""

    ERROR = "error", _("Salah")
    WARNING = "warning", _("Peringatan")
    INFO = "info", _("Keterangan")


class Fixer(TextChoices):
    """Who can mend what a finding names."""

    WORKER = "worker", _("Petugas")
    SUPERVISOR = "supervisor", _("Penyelia")
    DISDUKCAPIL = "disdukcapil", _("Disdukcapil")
    ADMIN = "admin", _("Admin Dinas Sosial")


class Protection(TextChoices):
    """Class of a field (UU 27/2022 Pasal 4 and the laws on children, health and violence). See `registry.privacy`."""

    OPEN = "umum", _("Umum")
    PERSONAL = "pribadi", _("Pribadi")
    IDENTIFIER = "nomor_identitas", _("Nomor identitas")
    CHILD = "spesifik_anak", _("Data anak")
    HEALTH = "spesifik_kesehatan", _("Data kesehatan")
    FINANCE = "spesifik_keuangan", _("Data keuangan")
    CRIME = "spesifik_pidana", _("Data pidana")
    SECRET_KIND = "rahasia_jenis", _("Rahasia jenis")


class Sex(TextChoices):
    MALE = "L", _("Laki-laki")
    FEMALE = "P", _("Perempuan")


class AreaLevel(TextChoices):
    PROVINCE = "province", _("Provinsi")
    REGENCY = "regency", _("Kabupaten/Kota")
    DISTRICT = "district", _("Kecamatan")
    VILLAGE = "village", _("Gampong")


class Subject(TextChoices):
    """Whom a kind of PPKS is about (Permensos 8/2012: 24 kinds persons, 25 a family, 26 a community)."""

    INDIVIDUAL = "individual", _("Perorangan")
    FAMILY = "family", _("Keluarga")
    COMMUNITY = "community", _("Komunitas")


class ReturnReason(TextChoices):
    INCOMPLETE = "kurang", _("Isian kurang")
    WRONG = "keliru", _("Isian keliru")
    EVIDENCE = "bukti", _("Bukti kurang atau tidak terbaca")
    KIND = "jenis", _("Jenis atau syarat tidak sesuai")
    DUPLICATE = "ganda", _("Mungkin ganda")
    OTHER = "lain", _("Lainnya")


class RejectReason(TextChoices):
    NOT_PPKS = "bukan_ppks", _("Tidak memenuhi syarat PPKS")
    NOT_FOUND = "tidak_ditemukan", _("Warga tidak ditemukan")
    NOT_AGREED = "tidak_disepakati", _("Tidak disepakati musyawarah")
    WRONG_DATA = "salah_data", _("Data tidak benar")
    DUPLICATE = "ganda", _("Sudah tercatat")


class EndReason(TextChoices):
    """Why a case is no longer active (architecture 6)."""

    DIED = "meninggal", _("Meninggal")
    MOVED = "pindah", _("Pindah")
    INDEPENDENT = "mandiri", _("Sudah mandiri")
    AGED_OUT = "usia_lewat", _("Usia sudah lewat")
    WRONG_DATA = "salah_data", _("Salah data")
    DUPLICATE = "ganda", _("Ganda")


class PairStatus(TextChoices):
    OPEN = "terbuka", _("Belum diputuskan")
    SAME = "sama", _("Orang yang sama")
    DIFFERENT = "beda", _("Orang berbeda")


class BatchState(TextChoices):
    """Life of one import. Its rows in the registry are invisible until COMMITTED."""

    UPLOADED = "diunggah", _("Menunggu diperiksa")
    JUDGED = "diperiksa", _("Sudah diperiksa")
    REFUSED = "tidak_terbaca", _("Tidak dapat dibaca")
    COMMITTED = "disimpan", _("Disimpan")
    CANCELLED = "dibatalkan", _("Dibatalkan")


class JobState(TextChoices):
    WAITING = "menunggu", _("Menunggu")
    RUNNING = "berjalan", _("Berjalan")
    DONE = "selesai", _("Selesai")
    FAILED = "gagal", _("Gagal")
