"""Each rule once made to speak and once kept silent by the nearest record; a rule without such a pair fails."""

from datetime import date

import pytest

from registry.enums import Level, Stage
from registry.fields import FIELDS
from tests.validation.rules.records import EVIDENCE, TODAY, found, record, the
from validation.rules import RULES, judge, label_of, step_of

# Rule -> (record that makes it speak, record that keeps it silent).
PAIRS = {
    "nik.huruf": (record({"person.nik": "111105470858900O"}), record({"person.nik": "1111.0547-0858 9003"})),
    "nik.panjang": (record({"person.nik": "111105470858900"}), record({"person.nik": "1111054708589003"})),
    "nik.angka_sama": (record({"person.nik": "1111111111111111"}), record({"person.nik": "1111111111111112"})),
    "nik.awal_nol": (record({"person.nik": "0111054708589003"}), record({"person.nik": "1011054708589003"})),
    "nik.hari": (record({"person.nik": "1111057208589003"}), record({"person.nik": "1111057108589003"})),
    "nik.bulan": (record({"person.nik": "1111054713589003"}), record({"person.nik": "1111054712589003"})),
    "nik.kalender": (record({"person.nik": "1111057002589003"}), record({"person.nik": "1111056802589003"})),
    "nik.nomor_urut": (record({"person.nik": "1111054708580000"}), record({"person.nik": "1111054708580001"})),
    "nik.provinsi": (record({"person.nik": "9911054708589003"}), record({"person.nik": "5411054708589003"})),
    "nik.sama_kk": (record({"household.kk": "1111054708589003"}), record({"household.kk": "1111054708589004"})),
    "nik.kecamatan": (record({"person.nik": "1111184708589003"}), record({"person.nik": "1107104708589003"})),
    "nik.wilayah_lain": (record({"person.nik": "1108124708589003"}), record({"person.nik": "1111134708589003"})),
    "nik.tanggal_lahir": (record({"person.birth_date": date(1958, 8, 17)}), record({"person.birth_date": None})),
    "nik.jenis_kelamin": (record({"person.sex": "L"}), record({"person.sex": None})),
    "nik.abad": (
        record({"person.nik": "1111054708259003", "person.birth_date": None}),
        record({"person.nik": "1111054708259003", "person.birth_date": None, "person.birth_year": 1925}),
    ),
    "kk.huruf": (record({"household.kk": "111105010110901S"}), record({"household.kk": "1111 0501 0110 9015"})),
    "kk.panjang": (record({"household.kk": "11110501011090155"}), record({"household.kk": "1111050101109015"})),
    "kk.wilayah": (record({"household.kk": "1111180101109015"}), record({"household.kk": "1108120101109015"})),
    "kk.tanggal": (record({"household.kk": "1111053102109015"}), record({"household.kk": "1111052802109015"})),
    "kk.nomor_urut": (record({"household.kk": "1111050101100000"}), record({"household.kk": "1111050101100001"})),
    "kk.anggota_banyak": (record(member_count=16), record(member_count=15)),
    "jenis.umur": (record({"person.birth_date": date(1966, 11, 2)}), record({"person.birth_date": date(1966, 11, 1)})),
    "jenis.umur_18": (
        record({"case.kind": "02", "person.birth_date": date(2008, 11, 1)}),
        record({"case.kind": "02", "person.birth_date": date(2008, 11, 2)}),
    ),
    "jenis.umur_pelaku": (
        record({"case.kind": "03", "person.birth_date": date(2016, 1, 1), "case.detail.peran_dalam_perkara": "pelaku"}),
        record({"case.kind": "03", "person.birth_date": date(2016, 1, 1), "case.detail.peran_dalam_perkara": "saksi"}),
    ),
    "jenis.umur_perkiraan": (
        record({"person.birth_date": None, "person.birth_year": 1967}),
        record({"person.birth_date": None, "person.birth_year": 1966}),
    ),
    "jenis.jenis_kelamin": (record({"case.kind": "23", "person.sex": "L"}), record({"case.kind": "23", "person.sex": "P"})),
    "jenis.lewat_usia": (
        record({"case.kind": "01", "person.birth_date": date(2020, 11, 24)}),
        record({"case.kind": "01", "person.birth_date": date(2020, 11, 25)}),
    ),
    "jenis.untuk_anak": (
        record({"case.kind": "09", "person.birth_date": date(2008, 11, 2)}),
        record({"case.kind": "09", "person.birth_date": date(2008, 11, 1)}),
    ),
    "tanggal.belum_terjadi": (record({"case.found_on": date(2026, 11, 25)}), record({"case.found_on": TODAY})),
    "tanggal.tahun_lahir": (
        record({"person.birth_date": None, "person.birth_year": 2027}),
        record({"person.birth_date": None, "person.birth_year": 2026}),
    ),
    "tanggal.sebelum_lahir": (record({"case.found_on": date(1958, 8, 6)}), record({"case.found_on": date(1958, 8, 7)})),
    "lahir.umur_mustahil": (record({"person.birth_date": date(1905, 11, 24)}), record({"person.birth_date": date(1905, 11, 25)})),
    "lahir.sangat_tua": (record({"person.birth_date": date(1927, 11, 24)}), record({"person.birth_date": date(1927, 11, 25)})),
    "nama.angka": (record({"person.mother_name": "Fatimah 2"}), record({"person.mother_name": "Fatimah II"})),
    "nama.tanda": (record({"person.name": "Aisyah (Cut)"}), record({"person.name": "Cut Sa'diah, S.Pd / Sakdiah-Nur"})),
    "nama.bukan_nama": (record({"person.mother_name": "Tidak ada"}), record({"person.mother_name": "Ti"})),
    "nama.ibu_sama": (record({"person.mother_name": "AISYAH  HAMID"}), record({"person.mother_name": "Aisyah"})),
    "kawin.umur": (
        record({"person.birth_date": date(2007, 11, 25), "person.marital_status": "kawin"}),
        record({"person.birth_date": date(2007, 11, 24), "person.marital_status": "kawin"}),
    ),
    "kawin.hubungan": (
        record({"person.marital_status": "belum_kawin", "person.relation": "istri"}),
        record({"person.marital_status": "belum_kawin", "person.relation": "anak"}),
    ),
    "hubungan.jenis_kelamin": (record({"person.relation": "suami"}), record({"person.relation": "istri"})),
    "hubungan.kepala_muda": (record({"person.birth_date": date(2011, 11, 25)}), record({"person.birth_date": date(2011, 11, 24)})),
    "persetujuan.anak": (record({"person.birth_date": date(2008, 11, 2)}), record({"person.birth_date": date(2008, 11, 1)})),
    "isian.kirim": (record({"person.name": ""}), record({"person.name": "Aisyah"})),
    "isian.siap": (record({"person.mother_name": None}), record({"person.mother_name": "Fatimah"})),
    "nik.belum_ada": (record({"person.nik": None, "person.no_nik_reason": "hilang"}), record({"person.nik": "1111054708589003"})),
    "syarat.kosong": (record({"case.criteria": [1]}), record({"case.criteria": [1, 4]})),
    "syarat.jenis_lain": (record({"case.criteria": [2, 5]}), record({"case.criteria": [2, 4]})),
    "bukti.kurang": (record(evidence=EVIDENCE - {"foto_rumah"}), record(evidence=EVIDENCE - {"foto_rumah"} | {"surat_keterangan_gampong"})),
    "anggota.kurang": (record({"case.kind": "25"}, member_count=1), record({"case.kind": "25"}, member_count=2)),
}


def test_the_sound_record_has_no_finding():
    assert found(record()) == []


def test_every_rule_has_its_pair():
    assert list(PAIRS) == list(RULES)


@pytest.mark.parametrize("rule", PAIRS)
def test_a_rule_speaks(rule):
    finding = the(PAIRS[rule][0], rule)
    declared = RULES[rule]
    assert (finding.level, finding.fixer, finding.stops) == (declared.level, declared.fixer, declared.stops)
    assert "%(" not in finding.text


@pytest.mark.parametrize("rule", PAIRS)
def test_a_rule_is_silent(rule):
    assert found(PAIRS[rule][1], rule) == []


@pytest.mark.parametrize("rule", PAIRS)
def test_a_sentence_never_holds_a_number_of_identity(rule):
    speaking = PAIRS[rule][0]
    for finding in judge(speaking):
        for path in ("person.nik", "household.kk"):
            number = speaking[path]
            assert not number or (number not in finding.text and number not in str(finding.params))


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_is_declared_whole(rule):
    """A place to mend it, a source, and a level that goes with what it stops."""
    assert label_of(rule.field)
    assert step_of(rule.field)
    assert rule.source
    may_stop = {Level.ERROR: {Stage.SUBMIT, Stage.APPROVE}, Level.WARNING: {None}, Level.INFO: {None, Stage.READY}}
    assert rule.stops in may_stop[rule.level]


def test_a_finding_names_a_field_that_exists():
    named = {finding.field for speaking, _silent in PAIRS.values() for finding in judge(speaking)}
    assert named - set(FIELDS) == {"household.members"}
