"""What the NIK and KK rules say, and the lines of the table that need more than the number."""

from datetime import date

import pytest

from registry.enums import Level
from tests.validation.rules.records import found, record, the


@pytest.mark.parametrize(
    ("changes", "rule", "text"),
    [
        ({"person.nik": "111105470858900"}, "nik.panjang", "NIK harus 16 angka, ini baru 15."),
        ({"person.nik": "11110547085890033"}, "nik.panjang", "NIK harus 16 angka, ini 17. Hapus angka yang lebih."),
        (
            {"person.nik": "1111057102589003"},
            "nik.kalender",
            "Tidak ada tanggal 31 Februari. Lihat KTP, lalu periksa angka ke-7 sampai ke-10 NIK.",
        ),
        (
            {"person.nik": "1111056902589003"},
            "nik.kalender",
            "Pada tahun yang tertulis di NIK tidak ada tanggal 29 Februari. Lihat KTP, lalu periksa angka ke-7 sampai ke-12.",
        ),
        (
            {"person.birth_date": date(1958, 8, 17)},
            "nik.tanggal_lahir",
            "Tanggal lahir beda: di NIK 7 Agustus 1958, tertulis 17 Agustus 1958. Ini bisa saja benar. Cocokkan dengan foto KTP.",
        ),
        (
            {"person.nik": "1108124708589003"},
            "nik.wilayah_lain",
            "Menurut NIK, warga pertama kali terdaftar di Tanah Luas, Kabupaten Aceh Utara, Aceh. "
            "Ini biasa bagi yang pindah; NIK tidak berubah.",
        ),
        (
            {"person.nik": "1111184708589003"},
            "nik.kecamatan",
            "Angka ke-5 dan ke-6 NIK bukan kode kecamatan di Kabupaten Bireuen, dulu maupun sekarang. "
            "Cocokkan dengan KTP; bila sama, biarkan.",
        ),
        (
            {"person.nik": "1170014708589003"},
            "nik.kecamatan",
            "Angka ke-3 dan ke-4 NIK bukan kode kabupaten di Aceh, dulu maupun sekarang. Cocokkan dengan KTP; bila sama, biarkan.",
        ),
        (
            {"person.nik": "1111054101269003", "person.birth_date": None},
            "nik.abad",
            "Menurut NIK, tahun lahirnya bisa 2026 atau 1926. Tulis tanggal lahirnya, supaya umurnya tidak tertukar.",
        ),
        ({"household.kk": "111105010110901"}, "kk.panjang", "No. KK harus 16 angka, ini baru 15."),
    ],
)
def test_the_sentence(changes, rule, text):
    assert the(record(changes), rule).text == text


@pytest.mark.parametrize(
    ("kk", "expected"),
    [
        ("1111050101109015", []),
        ("1111054101109015", [("kk.tanggal", Level.WARNING)]),
        ("1111050113109015", [("kk.tanggal", Level.WARNING)]),
        ("1111052411269015", []),
        ("1111052511269015", [("kk.tanggal", Level.WARNING)]),
        ("1111052902019015", [("kk.tanggal", Level.WARNING)]),
        ("1111050101100000", [("kk.nomor_urut", Level.WARNING)]),
        ("9911050101109015", [("kk.wilayah", Level.WARNING)]),
        ("0000000000000000", [("kk.wilayah", Level.WARNING)]),
        ("1108120101109015", []),
        ("11110501011090", [("kk.panjang", Level.ERROR)]),
        ("KK hilang", [("kk.huruf", Level.ERROR)]),
        (None, []),
    ],
)
def test_the_rules_about_a_card_number(kk, expected):
    findings = [the(record({"household.kk": kk}), rule) for rule, _field in found(record({"household.kk": kk})) if rule.startswith("kk.")]
    assert [(finding.rule, finding.level) for finding in findings] == expected


@pytest.mark.parametrize(
    ("place", "gampong", "speaks"),
    [
        ("11.11.05.2001", "11.08.12.2001", True),
        ("11.08.12.2001", "11.11.05.2001", False),
        (None, "11.11.05.2001", True),
        (None, "11.08.12.2001", False),
        (None, None, False),
    ],
)
def test_elsewhere_is_measured_from_the_place_of_the_case(place, gampong, speaks):
    judged = record({"person.nik": "1108124708589003", "case.place": place, "household.gampong": gampong})
    assert bool(found(judged, "nik.wilayah_lain")) is speaks


def test_a_nik_born_later_this_year_reads_as_a_hundred_years_ago_until_that_day():
    changes = {"person.nik": "1111054112269003", "person.birth_date": None}
    assert found(record(changes), "nik.abad") == []
    assert found(record(changes, today=date(2026, 12, 1)), "nik.abad") == [("nik.abad", "person.birth_date")]


def test_a_hundred_year_old_with_a_written_date_is_left_in_peace():
    judged = record({"person.nik": "1111054101269003", "person.birth_date": date(1926, 1, 1)})
    assert found(judged) == [("lahir.sangat_tua", "person.birth_date")]


def test_the_birth_date_of_a_broken_nik_is_not_compared():
    assert found(record({"person.nik": "1111057102589003", "person.sex": "L"})) == [("nik.kalender", "person.nik")]


def test_words_follow_the_finding():
    assert the(record({"person.sex": "L"}), "nik.jenis_kelamin").text.startswith("Menurut NIK warga ini perempuan")
    male = record({"person.nik": "1111050708589003"})
    assert the(male, "nik.jenis_kelamin").text.startswith("Menurut NIK warga ini laki-laki")
