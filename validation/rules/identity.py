"""NIK and No. KK (table in DTSEN note 3.1). What needs other records, the same NIK elsewhere or a shared card, is read live and not here.

Sentences never contain the number. The rules after the first four of each number speak only when it is 16 digits.
"""

from registry.enums import Fixer, Level, Stage
from registry.reference.nik_regions import Region, RegionStatus
from validation.rules import nik
from validation.rules.engine import Finds, rule
from validation.rules.engine import marked as _
from validation.rules.record import Record

NIK = "person.nik"
KK = "household.kk"
STRUCTURE = "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30"
UNCHANGING = "PP 40/2019 Pasal 30 ayat (2): NIK tetap; Dukcapil: NIK tidak berubah bila tanggal lahir dibetulkan"
# More people than this on one card is rare enough to look again (DTSEN note 3.1).
MANY_MEMBERS = 15


def _all_digits(number: str) -> bool:
    return number.isascii() and number.isdecimal()


@rule("nik.huruf", Level.ERROR, field=NIK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source=STRUCTURE)
def nik_has_only_digits(record: Record) -> Finds:
    number = nik.digits(record[NIK])
    if number and not _all_digits(number):
        yield _("NIK hanya berisi angka, di sini ada huruf atau tanda lain. Lihat KTP atau KK, lalu tulis 16 angkanya."), {}


@rule("nik.panjang", Level.ERROR, field=NIK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source=STRUCTURE)
def nik_has_sixteen_digits(record: Record) -> Finds:
    number = nik.digits(record[NIK])
    if not number or not _all_digits(number) or len(number) == nik.LENGTH:
        return
    if len(number) < nik.LENGTH:
        yield _("NIK harus 16 angka, ini baru %(count)d."), {"count": len(number)}
    else:
        yield _("NIK harus 16 angka, ini %(count)d. Hapus angka yang lebih."), {"count": len(number)}


@rule("nik.angka_sama", Level.ERROR, field=NIK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source=STRUCTURE)
def nik_is_no_filler(record: Record) -> Finds:
    number = nik.digits(record[NIK])
    if len(number) == nik.LENGTH and len(set(number)) == 1:
        yield _("Semua angka NIK ini sama. Tulis NIK yang ada di KTP atau KK; bila belum ada, kosongkan dan pilih alasannya."), {}


@rule(
    "nik.awal_nol",
    Level.ERROR,
    field=NIK,
    fixer=Fixer.WORKER,
    stops=Stage.SUBMIT,
    source="Kode provinsi Kemendagri: tidak ada yang berawal 0",
)
def nik_begins_with_a_province(record: Record) -> Finds:
    number = nik.digits(record[NIK])
    if len(number) == nik.LENGTH and number[0] == "0" and len(set(number)) > 1:
        yield _("NIK tidak pernah berawal 0. Lihat KTP, mungkin ada angka yang tergeser."), {}


@rule("nik.hari", Level.ERROR, field=NIK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source=STRUCTURE)
def nik_day_exists(record: Record) -> Finds:
    parts = nik.day_month_year(record[NIK])
    if parts and not 1 <= parts[0] <= 31:
        yield (
            _("Angka ke-7 dan ke-8 NIK adalah hari lahir: 01 sampai 31, untuk perempuan 41 sampai 71. Cocokkan dengan KTP."),
            {},
        )


@rule("nik.bulan", Level.ERROR, field=NIK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source=STRUCTURE)
def nik_month_exists(record: Record) -> Finds:
    parts = nik.day_month_year(record[NIK])
    if parts and not 1 <= parts[1] <= 12:
        yield _("Angka ke-9 dan ke-10 NIK adalah bulan lahir: 01 sampai 12. Cocokkan dengan KTP."), {}


@rule("nik.kalender", Level.ERROR, field=NIK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source=STRUCTURE)
def nik_date_is_in_the_calendar(record: Record) -> Finds:
    """31 February, or 29 February of a year that is no leap year in either century."""
    parts = nik.day_month_year(record[NIK])
    if not parts or not (1 <= parts[0] <= 31 and 1 <= parts[1] <= 12) or nik.birth_dates(record[NIK]):
        return
    day, month = parts[:2]
    if day == 29:
        yield _("Pada tahun yang tertulis di NIK tidak ada tanggal 29 Februari. Lihat KTP, lalu periksa angka ke-7 sampai ke-12."), {}
    else:
        yield _("Tidak ada tanggal %(day)d %(month)s. Lihat KTP, lalu periksa angka ke-7 sampai ke-10 NIK."), {"day": day, "month": month}


@rule("nik.nomor_urut", Level.ERROR, field=NIK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source=STRUCTURE + ": nomor urut mulai 0001")
def nik_serial_is_not_zero(record: Record) -> Finds:
    """Spreadsheets that kept the NIK as a number end in zeros; SIAK's serials begin at 0001."""
    if nik.serial(record[NIK]) == "0000":
        yield _("NIK tidak pernah berakhir 0000. Angka akhir sering rusak bila disalin dari Excel: lihat KTP, lalu tulis lagi."), {}


@rule(
    "nik.provinsi", Level.ERROR, field=NIK, fixer=Fixer.WORKER, stops=Stage.APPROVE, source="Kepmendagri 300.2.2-2138/2025; wilayah note 3"
)
def nik_province_is_known(record: Record) -> Finds:
    region = nik.region(record[NIK])
    if region and region.status == RegionStatus.UNKNOWN_PROVINCE:
        yield _("Dua angka pertama NIK bukan kode provinsi. Cocokkan dengan KTP. Bila sama, penyelia boleh menyetujui dengan alasan."), {}


@rule("nik.sama_kk", Level.ERROR, field=NIK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source="DTSEN note 3.1: salah ketik yang sering")
def nik_is_not_the_card_number(record: Record) -> Finds:
    number = nik.digits(record[NIK])
    if number and number == nik.digits(record[KK]):
        yield _("NIK dan No. KK sama, padahal keduanya nomor yang berbeda. Di KK, No. KK di bagian atas, NIK di baris setiap orang."), {}


@rule("nik.kecamatan", Level.WARNING, field=NIK, fixer=Fixer.WORKER, source="Kepmendagri 300.2.2-2138/2025 dan kode lama; wilayah note 3")
def nik_district_is_or_was_in_use(record: Record) -> Finds:
    region = nik.region(record[NIK])
    if not region or region.status != RegionStatus.UNKNOWN_DISTRICT:
        return
    if region.regency:
        yield (
            _("Angka ke-5 dan ke-6 NIK bukan kode kecamatan di %(place)s, dulu maupun sekarang. Cocokkan dengan KTP; bila sama, biarkan."),
            {"place": region.regency},
        )
    else:
        yield (
            _("Angka ke-3 dan ke-4 NIK bukan kode kabupaten di %(place)s, dulu maupun sekarang. Cocokkan dengan KTP; bila sama, biarkan."),
            {"place": region.province},
        )


@rule("nik.wilayah_lain", Level.INFO, field=NIK, fixer=Fixer.WORKER, source="PP 40/2019 Pasal 30: NIK tidak ikut berubah karena pindah")
def nik_was_given_elsewhere(record: Record) -> Finds:
    """Compared with the regency of the place of the case, else of the home: nothing here knows which regency the office serves."""
    region = nik.region(record[NIK])
    here = record["case.place"] or record["household.gampong"]
    if not region or not region.known or not here:
        return
    number = nik.digits(record[NIK])
    if f"{number[:2]}.{number[2:4]}" != here[:5]:
        yield (
            _("Menurut NIK, warga pertama kali terdaftar di %(place)s. Ini biasa bagi yang pindah; NIK tidak berubah."),
            {"place": _place(region)},
        )


@rule("nik.tanggal_lahir", Level.WARNING, field="person.birth_date", fixer=Fixer.WORKER, source=UNCHANGING)
def nik_agrees_with_birth_date(record: Record) -> Finds:
    """The date inside the NIK and the written one should agree; the written one may still be right."""
    written = record["person.birth_date"]
    read = nik.read_birth_date(record[NIK], written, record.today)
    if written and read and read != written:
        yield (
            _("Tanggal lahir beda: di NIK %(date_read)s, tertulis %(date_written)s. Ini bisa saja benar. Cocokkan dengan foto KTP."),
            {"date_read": read.isoformat(), "date_written": written.isoformat()},
        )


@rule("nik.jenis_kelamin", Level.WARNING, field="person.sex", fixer=Fixer.WORKER, source=UNCHANGING)
def nik_agrees_with_sex(record: Record) -> Finds:
    written, read = record["person.sex"], nik.sex(record[NIK])
    if not written or not nik.birth_dates(record[NIK]) or read == written:
        return
    if read == "P":
        yield _("Menurut NIK warga ini perempuan, tertulis laki-laki. Ini bisa saja benar. Cocokkan dengan foto KTP."), {}
    else:
        yield _("Menurut NIK warga ini laki-laki, tertulis perempuan. Ini bisa saja benar. Cocokkan dengan foto KTP."), {}


@rule(
    "nik.abad",
    Level.WARNING,
    field="person.birth_date",
    fixer=Fixer.WORKER,
    source="Wilayah note 6: dua angka tahun; bayi dan warga 100 tahun",
)
def nik_century_is_asked(record: Record) -> Finds:
    if record["person.birth_date"] or record["person.birth_year"]:
        return
    if both := nik.two_centuries(record[NIK], record.today):
        yield (
            _("Menurut NIK, tahun lahirnya bisa %(late)d atau %(early)d. Tulis tanggal lahirnya, supaya umurnya tidak tertukar."),
            {"late": both[1].year, "early": both[0].year},
        )


@rule("kk.huruf", Level.ERROR, field=KK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source="DTSEN note 3.1")
def card_number_has_only_digits(record: Record) -> Finds:
    number = nik.digits(record[KK])
    if number and not _all_digits(number):
        yield _("No. KK hanya berisi angka, di sini ada huruf atau tanda lain. Lihat bagian atas KK, lalu tulis 16 angkanya."), {}


@rule("kk.panjang", Level.ERROR, field=KK, fixer=Fixer.WORKER, stops=Stage.SUBMIT, source="DTSEN note 3.1")
def card_number_has_sixteen_digits(record: Record) -> Finds:
    number = nik.digits(record[KK])
    if not number or not _all_digits(number) or len(number) == nik.LENGTH:
        return
    if len(number) < nik.LENGTH:
        yield _("No. KK harus 16 angka, ini baru %(count)d."), {"count": len(number)}
    else:
        yield _("No. KK harus 16 angka, ini %(count)d. Hapus angka yang lebih."), {"count": len(number)}


@rule("kk.wilayah", Level.WARNING, field=KK, fixer=Fixer.WORKER, source="DTSEN note 3.1; Kepmendagri 300.2.2-2138/2025 dan kode lama")
def card_region_is_known(record: Record) -> Finds:
    number = nik.digits(record[KK])
    if len(number) != nik.LENGTH or not _all_digits(number):
        return
    region = nik.region(number)
    if region is None or not region.known:
        yield _("Enam angka pertama No. KK bukan kode wilayah yang dikenal. Cocokkan dengan KK; bila sama, biarkan."), {}


@rule("kk.tanggal", Level.WARNING, field=KK, fixer=Fixer.WORKER, source="DTSEN note 3.1: tanggal terbit DDMMYY, tanpa tambahan 40")
def card_date_is_possible(record: Record) -> Finds:
    """The 16-digit number came with SIAK (2004), so its year is of this century."""
    if nik.sixteen(record[KK]) is None:
        return
    issued = [day for day in nik.issue_dates(record[KK]) if day.year >= 2000]
    if not issued:
        yield _("Angka ke-7 sampai ke-12 No. KK adalah tanggal terbit, dan tanggal ini tidak ada. Cocokkan dengan KK."), {}
    elif issued[0] > record.today:
        yield (
            _("Menurut No. KK, kartunya terbit %(date_issued)s, yang belum terjadi. Cocokkan dengan KK."),
            {"date_issued": issued[0].isoformat()},
        )


@rule("kk.nomor_urut", Level.WARNING, field=KK, fixer=Fixer.WORKER, source="DTSEN note 3.1: nomor urut mulai 0001")
def card_serial_is_not_zero(record: Record) -> Finds:
    if nik.serial(record[KK]) == "0000":
        yield _("No. KK jarang berakhir 0000. Angka akhir sering rusak bila disalin dari Excel: cocokkan dengan KK."), {}


@rule("kk.anggota_banyak", Level.WARNING, field="household.members", fixer=Fixer.WORKER, source="DTSEN note 3.1: lebih dari 15 anggota")
def card_has_a_likely_size(record: Record) -> Finds:
    if record.member_count > MANY_MEMBERS:
        yield (
            _("Ada %(count)d orang pada satu KK. Periksa apakah dua keluarga tercatat dengan No. KK yang sama."),
            {"count": record.member_count},
        )


def _place(region: Region) -> str:
    return ", ".join(filter(None, (region.district, region.regency, region.province)))
