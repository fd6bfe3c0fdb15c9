"""Age and sex against every kind, rules A, B and C, and the other contradictions."""

from datetime import date

import pytest

from registry.enums import Level, Stage
from registry.reference.kinds import KINDS
from tests.validation.rules.records import TODAY, found, record, the
from validation.rules import judge
from validation.rules.record import birthday_after, completed_years

FOUND_ON = date(2026, 11, 1)
REFUSED, ASKED, FINE = "jenis.umur", "jenis.umur_18", None
# Kind -> {age at the finding: the rule about age that speaks}. Written by hand from PPKS note 1.2 and age rules A and B.
AGES = {
    "01": {0: FINE, 1: FINE, 4: FINE, 5: FINE, 6: REFUSED},
    "02": {5: REFUSED, 6: FINE, 7: FINE, 17: FINE, 18: ASKED, 19: REFUSED},
    "03": {0: "jenis.umur_pelaku", 11: "jenis.umur_pelaku", 12: FINE, 13: FINE, 16: FINE, 17: FINE, 18: REFUSED},
    "04": {0: FINE, 16: FINE, 17: FINE, 18: REFUSED},
    "05": {0: FINE, 16: FINE, 17: FINE, 18: REFUSED},
    "06": {0: FINE, 16: FINE, 17: FINE, 18: REFUSED},
    "07": {5: REFUSED, 6: FINE, 7: FINE, 17: FINE, 18: ASKED, 19: REFUSED},
    "08": {59: REFUSED, 60: FINE, 61: FINE, 98: FINE},
    "09": {0: "jenis.untuk_anak", 17: "jenis.untuk_anak", 18: FINE, 98: FINE},
    "15": {17: REFUSED, 18: FINE, 19: FINE},
    "16": {17: REFUSED, 18: FINE, 19: FINE},
    "19": {0: "jenis.untuk_anak", 17: "jenis.untuk_anak", 18: FINE, 98: FINE},
    "23": {17: REFUSED, 18: FINE, 19: FINE, 58: FINE, 59: FINE, 60: REFUSED},
} | {
    code: {0: FINE, 17: FINE, 18: FINE, 98: FINE} for code in ("10", "11", "12", "13", "14", "17", "18", "20", "21", "22", "24", "25", "26")
}
ABOUT_AGE = ("jenis.umur", "jenis.umur_18", "jenis.umur_pelaku", "jenis.untuk_anak")


def aged(age, **changes):
    """A record of somebody whose birthday was the day of the finding."""
    return {"person.birth_date": FOUND_ON.replace(year=FOUND_ON.year - age), "case.found_on": FOUND_ON} | changes


def test_the_table_has_every_kind():
    assert sorted(AGES) == sorted(KINDS)


@pytest.mark.parametrize(("kind", "age", "rule"), [(kind, age, rule) for kind, ages in AGES.items() for age, rule in ages.items()])
def test_ages_of_every_kind(kind, age, rule):
    judged = record(aged(age) | {"case.kind": kind})
    assert [name for name, _field in found(judged, *ABOUT_AGE)] == ([rule] if rule else [])


@pytest.mark.parametrize(("kind", "sex"), [(kind, sex) for kind in KINDS for sex in "LP"])
def test_sexes_of_every_kind(kind, sex):
    judged = record({"case.kind": kind, "person.sex": sex})
    assert bool(found(judged, "jenis.jenis_kelamin")) is ((kind, sex) == ("23", "L"))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_unknown_age_and_sex_accuse_nobody(kind):
    judged = record({"case.kind": kind, "person.birth_date": None, "person.sex": None})
    assert found(judged, *ABOUT_AGE, "jenis.jenis_kelamin", "jenis.lewat_usia") == []


def test_age_is_measured_on_the_day_of_the_finding():
    born = {"case.kind": "05", "person.birth_date": date(2008, 6, 1)}
    assert found(record(born | {"case.found_on": date(2026, 5, 31)}), "jenis.umur") == []
    assert found(record(born | {"case.found_on": date(2026, 6, 1)}), "jenis.umur") == [("jenis.umur", "case.kind")]
    assert found(record(born | {"case.found_on": None}), "jenis.umur") == [("jenis.umur", "case.kind")]


@pytest.mark.parametrize(
    ("kind", "age", "stops", "level"),
    [
        ("02", 18, None, Level.WARNING),
        ("02", 19, Stage.SUBMIT, Level.ERROR),
        ("07", 18, None, Level.WARNING),
        ("07", 19, Stage.SUBMIT, Level.ERROR),
    ],
)
def test_rule_a_asks_at_18_and_refuses_from_19(kind, age, stops, level):
    judged = record(aged(age) | {"case.kind": kind})
    assert [(f.level, f.stops) for f in judge(judged) if f.rule in ABOUT_AGE] == [(level, stops)]


@pytest.mark.parametrize(
    ("role", "age", "speaks"),
    [
        ("pelaku", 11, True),
        ("pelaku", 12, False),
        ("korban", 3, False),
        ("saksi", 3, False),
        ("lainnya", 11, True),
        ("tidak_tahu", 11, True),
        (None, 11, True),
        (None, 12, False),
    ],
)
def test_rule_b_has_a_floor_for_the_suspect_only(role, age, speaks):
    judged = record(aged(age) | {"case.kind": "03", "case.detail.peran_dalam_perkara": role})
    assert [f.level for f in judge(judged) if f.rule in ABOUT_AGE] == ([Level.WARNING] if speaks else [])


# Kind -> (age from which somebody found in time has outgrown it, kind to look at then). Age rule C.
OUTGROWN = {
    "01": (6, "Anak terlantar"),
    "02": (18, None),
    "03": (18, None),
    "04": (18, None),
    "05": (18, "Penyandang disabilitas"),
    "06": (18, "Korban tindak kekerasan"),
    "07": (18, None),
    "23": (60, "Lanjut usia terlantar"),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_rule_c_says_who_has_outgrown_the_kind(kind):
    age, other = OUTGROWN.get(kind, (60, None))
    birth = date(TODAY.year - age, TODAY.month, TODAY.day)
    judged = {"case.kind": kind, "person.birth_date": birth, "case.found_on": date(2026, 11, 23)}
    assert found(record(judged, today=date(2026, 11, 23)), "jenis.lewat_usia") == []
    if kind not in OUTGROWN:
        assert found(record(judged), "jenis.lewat_usia") == []
        return
    finding = the(record(judged), "jenis.lewat_usia")
    assert (finding.level, finding.stops) == (Level.INFO, None)
    assert finding.text.startswith(f"Warga ini kini {age} tahun, lewat usia {KINDS[kind].name}.")
    assert other is None or finding.text.endswith(f"Lihat apakah kini termasuk {other}.")


def test_a_kind_that_never_fitted_is_not_outgrown():
    assert [name for name, _field in found(record(aged(30) | {"case.kind": "05"}), "jenis.umur", "jenis.lewat_usia")] == ["jenis.umur"]


@pytest.mark.parametrize(
    ("kind", "age", "text"),
    [
        (
            "01",
            6,
            "Anak balita terlantar paling tua 5 tahun, warga ini 6 tahun saat ditemukan. Periksa tanggal lahir atau lihat Anak terlantar.",
        ),
        (
            "15",
            17,
            "Bekas warga binaan lembaga pemasyarakatan paling muda 18 tahun, warga ini 17 tahun saat ditemukan. "
            "Periksa tanggal lahir atau jenisnya.",
        ),
    ],
)
def test_a_refused_age_says_what_to_do(kind, age, text):
    assert the(record(aged(age) | {"case.kind": kind}), "jenis.umur").text == text


@pytest.mark.parametrize(
    ("kind", "year", "speaks"),
    [
        ("08", 1966, False),
        ("08", 1967, True),
        ("05", 2009, False),
        ("05", 2008, False),
        ("05", 2007, True),
        ("03", 2020, False),
        ("02", 2021, True),
    ],
)
def test_an_estimated_year_speaks_only_when_no_age_fits(kind, year, speaks):
    judged = record({"case.kind": kind, "person.birth_date": None, "person.birth_year": year})
    assert bool(found(judged, "jenis.umur_perkiraan")) is speaks


@pytest.mark.parametrize("path", ["person.birth_date", "case.found_on", "case.consent_on"])
def test_no_date_lies_after_today(path):
    assert ("tanggal.belum_terjadi", path) in found(record({path: date(2026, 11, 25)}))
    text = the(record({path: date(2026, 11, 25)}), "tanggal.belum_terjadi").text
    assert text.endswith(" 25 November 2026 belum terjadi. Tulis lagi, seperti 28-02-1960.")


@pytest.mark.parametrize("path", ["case.found_on", "case.consent_on"])
def test_nothing_happens_before_birth(path):
    assert found(record({path: date(1958, 8, 6)}), "tanggal.sebelum_lahir") == [("tanggal.sebelum_lahir", path)]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("Tgk. H. M. Amin Teupin Raya", []),
        ("Cut Nyak Dhien", []),
        ("T. Sa’diah / Sakdiah", []),
        ("Zoë D'Arcy-Müller", []),
        ("Ramli", []),
        ("Nn", ["nama.bukan_nama"]),
        ("-", ["nama.bukan_nama"]),
        ("XXX", ["nama.bukan_nama"]),
        ("tanpa nama", ["nama.bukan_nama"]),
        ("Aisyah1", ["nama.angka"]),
        ("Aisyah@Hamid", ["nama.tanda"]),
        ("1234", ["nama.angka", "nama.bukan_nama"]),
    ],
)
def test_names_are_looked_at(name, rules):
    about = ("nama.angka", "nama.tanda", "nama.bukan_nama")
    assert [rule for rule, _field in found(record({"person.name": name}), *about)] == rules
    assert [field for _rule, field in found(record({"person.mother_name": name}), *about)] == ["person.mother_name"] * len(rules)


@pytest.mark.parametrize(
    ("status", "relation", "sex", "rules"),
    [
        ("kawin", "istri", "P", []),
        ("kawin", "suami", "P", ["hubungan.jenis_kelamin"]),
        ("kawin", "istri", "L", ["hubungan.jenis_kelamin"]),
        ("belum_kawin", "suami", "L", ["kawin.hubungan"]),
        ("belum_kawin", "menantu", "P", ["kawin.hubungan"]),
        ("belum_kawin", "kepala_keluarga", "P", []),
        ("cerai_mati", "istri", "P", []),
    ],
)
def test_marital_status_relation_and_sex(status, relation, sex, rules):
    judged = record({"person.marital_status": status, "person.relation": relation, "person.sex": sex})
    assert [rule for rule, _field in found(judged, "kawin.hubungan", "hubungan.jenis_kelamin")] == rules


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        (date(2000, 2, 29), date(2001, 2, 28), 0),
        (date(2000, 2, 29), date(2001, 3, 1), 1),
        (date(2000, 2, 29), date(2004, 2, 29), 4),
        (date(2000, 12, 31), date(2001, 12, 30), 0),
        (date(2000, 1, 1), date(2000, 1, 1), 0),
        (date(2000, 1, 1), date(1999, 12, 31), None),
    ],
)
def test_completed_years(birth, day, years):
    assert completed_years(birth, day) == years


@pytest.mark.parametrize(
    ("birth", "day", "turn"),
    [
        (date(2000, 2, 29), date(2001, 2, 28), date(2001, 3, 1)),
        (date(2000, 2, 29), date(2001, 3, 1), date(2002, 3, 1)),
        (date(2000, 2, 29), date(2003, 3, 1), date(2004, 2, 29)),
        (date(1990, 11, 24), TODAY, date(2027, 11, 24)),
        (date(1990, 11, 25), TODAY, date(2026, 11, 25)),
        (date(2027, 1, 5), TODAY, date(2027, 1, 5)),
    ],
)
def test_birthday_after(birth, day, turn):
    assert birthday_after(birth, day) == turn
