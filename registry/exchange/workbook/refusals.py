"""Why a file is not read, in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

MB = 1024 * 1024
IN_BYTES = {"too_big", "unpacked_too_big"}

SENTENCES = {
    "archive": _("Berkas ini arsip, bukan lembar kerja. Keluarkan isinya dulu, lalu unggah berkas .xlsx atau .csv di dalamnya."),
    "damaged": _(
        "Berkas ini rusak atau tidak lengkap, sehingga tidak terbaca penuh. Buka di Excel, simpan ulang sebagai .xlsx, lalu unggah lagi."
    ),
    "delimiter": _("Pemisah kolom di berkas CSV ini tidak dikenal. Pakai koma atau titik koma, atau simpan sebagai .xlsx."),
    "doctype": _(
        "Berkas ini memuat definisi XML yang tidak dipakai Excel dan tidak dibaca demi keamanan. Simpan ulang dari Excel sebagai .xlsx."
    ),
    "empty": _("Berkas ini kosong. Periksa apakah berkas yang benar yang diunggah."),
    "encoding": _('Huruf di berkas CSV ini tidak dapat dibaca. Simpan sebagai "CSV UTF-8" atau .xlsx, lalu unggah lagi.'),
    "external_links": _(
        "Berkas ini mengambil isi dari berkas lain. Salin lembarnya sebagai nilai (tempel nilai), simpan, lalu unggah lagi."
    ),
    "far_cell": _(
        "Sel %(cell)s terisi, di luar batas %(rows)s baris dan %(columns)s kolom. Hapus isi sel itu atau bagi berkasnya, lalu unggah lagi."
    ),
    "formula": _(
        "Sel %(cell)s berisi rumus tanpa hasil. Buka berkasnya di Excel, simpan, lalu unggah lagi; atau ganti rumus dengan nilainya."
    ),
    "image": _("Berkas ini gambar, bukan lembar kerja. Unggah berkas .xlsx atau .csv."),
    "long_text": _("Teks di sel %(cell)s lebih panjang dari %(limit)s huruf. Pendekkan, lalu unggah lagi."),
    "macro": _("Berkas ini memuat makro. Simpan sebagai .xlsx (tanpa makro), lalu unggah lagi."),
    "mixed_delimiters": _("Baris %(row)s memakai pemisah kolom yang lain daripada baris lainnya. Samakan pemisahnya, lalu unggah lagi."),
    "no_rows": _("Tidak ada baris yang terisi di berkas ini. Periksa apakah berkas dan lembar yang benar yang diunggah."),
    "no_such_sheet": _('Lembar "%(sheet)s" tidak ada di berkas ini. Lembar yang ada: %(sheets)s.'),
    "nul": _("Berkas CSV ini memuat huruf yang rusak (NUL). Simpan ulang dari Excel sebagai .xlsx, lalu unggah lagi."),
    "open_quote": _(
        "Tanda kutip di baris %(row)s tidak ditutup, sehingga baris sesudahnya ikut tertelan. Perbaiki tanda kutip itu, lalu unggah lagi."
    ),
    "other_office": _("Berkas ini berformat %(looks_like)s, bukan .xlsx. Simpan sebagai .xlsx (Excel Workbook), lalu unggah lagi."),
    "other_text": _("Berkas ini bukan tabel. Unggah berkas .xlsx, atau .csv dengan koma atau titik koma."),
    "password": _("Berkas ini memakai kata sandi. Simpan sebagai .xlsx tanpa kata sandi, lalu unggah lagi."),
    "password_or_old": _(
        "Berkas ini memakai kata sandi atau bentuk Excel lama (.xls). Simpan sebagai .xlsx tanpa kata sandi, lalu unggah lagi."
    ),
    "pdf": _("Berkas ini PDF, bukan lembar kerja. Unggah berkas .xlsx atau .csv asalnya."),
    "strange_error": _("Rumus di sel %(cell)s menghasilkan galat. Ganti rumusnya dengan nilai, simpan, lalu unggah lagi."),
    "strict": _('Berkas ini disimpan sebagai "Strict Open XML". Simpan sebagai .xlsx biasa (Excel Workbook), lalu unggah lagi.'),
    "too_big": _("Berkas ini lebih besar dari %(limit)s MB. Bagi menjadi beberapa berkas, lalu unggah satu per satu."),
    "too_heavy": _(
        "Berkas ini terlalu berat untuk dibaca di sini. Bagi menjadi beberapa berkas yang lebih kecil, lalu unggah satu per satu."
    ),
    "too_many_cells": _("Berkas ini memuat lebih dari %(limit)s sel terisi. Bagi menjadi beberapa berkas, lalu unggah satu per satu."),
    "too_many_members": _(
        "Berkas ini memuat terlalu banyak bagian (lebih dari %(limit)s). Salin lembar datanya ke berkas baru, lalu unggah berkas itu."
    ),
    "too_many_rows": _(
        "Baris %(row)s di luar batas %(rows)s baris dan %(columns)s kolom. Bagi menjadi beberapa berkas, lalu unggah satu per satu."
    ),
    "too_scattered": _("Isi lembar ini terlalu berjauhan. Hapus sel terisi yang jauh dari tabel, lalu unggah lagi."),
    "too_slow": _(
        "Berkas ini terlalu lama dibaca, lalu dihentikan. Bagi menjadi beberapa berkas yang lebih kecil, lalu unggah satu per satu."
    ),
    "unknown": _("Isi berkas ini tidak dikenal. Unggah berkas .xlsx, atau .csv dengan koma atau titik koma."),
    "unpacked_too_big": _(
        "Isi berkas ini lebih besar dari %(limit)s MB setelah dibuka. Bagi menjadi beberapa berkas, lalu unggah satu per satu."
    ),
    "utf16": _('Berkas CSV ini memakai penyandian UTF-16. Simpan sebagai "CSV UTF-8" atau .xlsx, lalu unggah lagi.'),
    "web_page": _("Berkas ini halaman web atau XML, meskipun namanya mungkin .xls. Buka di Excel, simpan sebagai .xlsx, lalu unggah lagi."),
}

NOTES = {
    "cp1252": _("Berkas ini tidak memakai UTF-8 dan dibaca sebagai Windows-1252. Periksa nama yang berhuruf khusus."),
    "hidden_rows": _("%(count)s baris tersembunyi ikut dibaca."),
    "hidden_sheet_read": _('Lembar "%(sheet)s" tersembunyi, tetapi berisi datanya, maka dibaca.'),
    "hidden_sheets_skipped": _("Lembar tersembunyi tidak dibaca: %(sheets)s."),
    "other_sheets": _('Yang dibaca lembar "%(sheet)s". Lembar lain yang juga terisi tidak dibaca: %(sheets)s.'),
}


class Refused(Exception):
    """This file is not read. `code` is a key of SENTENCES, `params` what its sentence needs (a place or a limit, never a value of a cell).

    str() gives the code alone, so that a log line carries nothing from the file; `sentence` is for the user, in the language of now.
    """

    def __init__(self, code: str, params: Mapping[str, str | int] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})

    @property
    def sentence(self) -> str:
        params = self.params
        if self.code in IN_BYTES:
            params = {**params, "limit": max(1, int(params["limit"]) // MB)}
        return filled(str(SENTENCES[self.code]), params)


def filled(sentence: str, params: Mapping[str, str | int]) -> str:
    """Amounts are grouped as in Indonesian, 200.000."""
    return sentence % {key: f"{value:,}".replace(",", ".") if isinstance(value, int) else value for key, value in params.items()}
