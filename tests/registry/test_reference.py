"""The shipped data is whole, and its loaders read it as the notes say."""

from collections import Counter

import pytest

from registry.enums import AreaLevel, Protection, Sex, Stage, Subject
from registry.reference import details, evidence, kinds, names, nik_regions, wilayah
from registry.reference.kinds import KINDS, Computed, kind_from
from registry.reference.nik_regions import RegionStatus
from registry.reference.tables import DATA, read_rows

# Written by hand from the annex (PPKS note 1.2): code -> ages, sex, restricted.
MASTER_TABLE = {
    "01": (0, 5, None, False),
    "02": (6, 18, None, False),
    "03": (12, 17, None, True),
    "04": (None, 17, None, False),
    "05": (None, 17, None, False),
    "06": (None, 17, None, True),
    "07": (6, 18, None, True),
    "08": (60, None, None, False),
    "09": (None, None, None, False),
    "10": (None, None, None, True),
    "11": (None, None, None, False),
    "12": (None, None, None, False),
    "13": (None, None, None, False),
    "14": (None, None, None, True),
    "15": (18, None, None, True),
    "16": (18, None, None, True),
    "17": (None, None, None, True),
    "18": (None, None, None, True),
    "19": (None, None, None, True),
    "20": (None, None, None, False),
    "21": (None, None, None, False),
    "22": (None, None, None, False),
    "23": (18, 59, Sex.FEMALE, False),
    "24": (None, None, None, False),
    "25": (None, None, None, True),
    "26": (None, None, None, False),
}


def test_the_26_kinds_are_those_of_the_annex():
    assert {code: (k.age_min, k.age_max, k.sex, k.restricted) for code, k in KINDS.items()} == MASTER_TABLE
    assert {code: k.subject for code, k in KINDS.items() if k.subject != Subject.INDIVIDUAL} == {
        "25": Subject.FAMILY,
        "26": Subject.COMMUNITY,
    }
    assert frozenset(code for code, row in MASTER_TABLE.items() if row[3]) == kinds.RESTRICTED_KINDS


def test_criteria_and_evidence_of_a_kind():
    assert KINDS["08"].criteria == (
        "Berusia 60 tahun atau lebih (unsur definisi)",
        "Pangan, sandang, atau papannya tidak terpenuhi",
        "Terlantar secara psikis",
        "Terlantar secara sosial",
    )
    assert KINDS["08"].evidence == (("foto_ktp_atau_kk",), ("foto_rumah", "surat_keterangan_gampong"))
    assert KINDS["25"].evidence == (("laporan_petugas",),)
    assert sum(len(kind.criteria) for kind in KINDS.values()) == 117


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("8", "08"),
        ("08", "08"),
        ("8.0", "08"),
        (" 008 ", "08"),
        ("08. Lanjut Usia Terlantar", "08"),
        ("LANJUT USIA  TERLANTAR", "08"),
        ("lanjut-usia terlantar", "08"),
        ("lanjut_usia_terlantar", "08"),
        ("lut", "08"),
        ("Lansia Terlantar", "08"),
        ("24 - Fakir miskin", "24"),
        ("Orang dengan HIV/AIDS", "16"),
        ("orang dengan hiv aids", "16"),
        ("Korban trafficking (perdagangan orang)", "18"),
        ("WRSE", "23"),
        ("Wanita rawan sosial ekonomi", "23"),
        ("PACA", "09"),
        ("Penyandang cacat", "09"),
        ("pm", "20"),
        ("Anak nakal", "03"),
        ("26", "26"),
        ("27", None),
        ("0", None),
        ("", None),
        ("anak", None),
        ("disabilitas", None),
        ("08 Fakir miskin", None),
        ("KT", None),
        ("888", None),
    ],
)
def test_kind_from_what_people_write(text, code):
    assert kind_from(text) == code


def test_every_name_leads_to_its_own_kind():
    for code, kind in KINDS.items():
        written = (code, str(int(code)), kind.name, kind.name.upper(), kind.slug, *kind.abbreviations, f"{code} {kind.name}")
        assert {text: kind_from(text) for text in written} == dict.fromkeys(written, code)


def test_computed_criteria_are_the_ones_about_age_or_sex():
    assert {code: kinds.computed_criteria(code) for code in KINDS if kinds.computed_criteria(code)} == {
        "06": {1: Computed(None, 17, None)},
        "07": {1: Computed(6, 18, None)},
        "08": {1: Computed(60, None, None)},
        "15": {1: Computed(18, None, None)},
        "16": {1: Computed(18, None, None)},
        "23": {1: Computed(18, 59, Sex.FEMALE)},
    }


@pytest.mark.parametrize(
    ("code", "age", "sex", "met"),
    [
        ("08", 59, "L", False),
        ("08", 60, "L", True),
        ("08", None, "L", None),
        ("06", 17, None, True),
        ("06", 18, None, False),
        ("23", 18, "P", True),
        ("23", 60, "P", False),
        ("23", 30, "L", False),
        ("23", None, "L", False),
        ("23", 30, None, None),
    ],
)
def test_a_computed_criterion_is_met_or_not_or_open(code, age, sex, met):
    assert kinds.computed_criteria(code)[1].met(age, sex) is met


def test_details_are_read_with_their_types():
    role = details.DETAILS["peran_dalam_perkara"]
    assert role.choices == (
        ("pelaku", "Pelaku (anak berkonflik dengan hukum)"),
        ("korban", "Korban"),
        ("saksi", "Saksi"),
        ("lainnya", "Lainnya"),
        ("tidak_tahu", "Tidak tahu"),
    )
    assert (role.stage, role.protection, role.multiple, role.kinds) == (Stage.SUBMIT, Protection.CRIME, False, ("03",))
    income = details.DETAILS["penghasilan_per_bulan"]
    assert (income.type, income.minimum, income.maximum) == ("money", 0, 100_000_000)
    assert details.DETAILS["nama_pengasuh"].stage is None
    assert len(details.DETAILS) == 96


def test_every_kind_asks_details_that_exist():
    for code, kind in KINDS.items():
        assert set(kind.required_details) == {slug for slug, detail in details.DETAILS.items() if code in detail.kinds}, code
    with_choices = {detail.slug for detail in details.DETAILS.values() if detail.type in ("choice", "relation")}
    assert with_choices == {detail.slug for detail in details.DETAILS.values() if detail.choices}


def test_evidence_types_are_those_that_kinds_ask():
    asked = {slug for kind in KINDS.values() for one_of in kind.evidence for slug in one_of}
    assert set(evidence.EVIDENCE) == asked
    assert [type_.slug for type_ in evidence.EVIDENCE.values() if not type_.photo] == ["laporan_petugas"]
    assert all(str(type_.label) and str(type_.hint) for type_ in evidence.EVIDENCE.values())


def test_no_restricted_kind_asks_a_photo_of_a_person():
    asked = {slug for code in kinds.RESTRICTED_KINDS for one_of in KINDS[code].evidence for slug in one_of}
    assert not [slug for slug in asked if evidence.EVIDENCE[slug].of_person]
    assert not [slug for slug in asked if slug.startswith("foto_")]


def test_areas_of_bireuen_are_whole():
    rows = wilayah.area_rows()
    assert Counter(row.level for row in rows) == {
        AreaLevel.PROVINCE: 1,
        AreaLevel.REGENCY: 1,
        AreaLevel.DISTRICT: 17,
        AreaLevel.VILLAGE: 609,
    }
    assert rows[3] == wilayah.AreaRow(
        code="11.11.01.2001",
        level=AreaLevel.VILLAGE,
        name="Keude Aceh",
        parent_code="11.11.01",
        postal_code="24264",
        latitude=5.205722,
        longitude=96.376247,
        bps_code="1110010071",
    )
    assert len({row.bps_code for row in rows}) == len(rows)
    codes = {row.code for row in rows}
    aliases = wilayah.alias_rows()
    assert (len(aliases), {alias.code for alias in aliases} - codes) == (250, set())


HEADING = "code,level,name,parent_code,postal_code,lat,lon,bps_code\n"


def test_another_regency_brings_its_own_file(tmp_path):
    path = tmp_path / "wilayah.csv"
    path.write_text(HEADING + "11,province,Aceh,,,,,11\n11.08,regency,Kabupaten Aceh Utara,11,,,,1108\n")
    assert [(row.code, row.latitude) for row in wilayah.area_rows(path)] == [("11", None), ("11.08", None)]


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        ("11.08,regency,Aceh Utara,11,,,,\n", "row 2"),
        ("11,province,Aceh,,,,,\n11,province,Aceh,,,,,\n", "row 3"),
        ("11,province,Aceh\n", "row 2"),
    ],
)
def test_a_broken_areas_file_is_refused_with_its_row(tmp_path, lines, row):
    path = tmp_path / "wilayah.csv"
    path.write_text(HEADING + lines)
    with pytest.raises(ValueError, match=row):
        wilayah.area_rows(path)


@pytest.mark.parametrize(
    ("code", "status", "place"),
    [
        ("111113", RegionStatus.CURRENT, ("Aceh", "Kabupaten Bireuen", "Kota Juang")),
        ("110812", RegionStatus.CURRENT, ("Aceh", "Kabupaten Aceh Utara", "Tanah Luas")),
        ("111013", RegionStatus.CURRENT, ("Aceh", "Kabupaten Aceh Singkil", "Singkohor")),
        ("910101", RegionStatus.FORMER, ("Papua", "Kab. Merauke", "Merauke")),
        ("911344", RegionStatus.FORMER, ("Papua", "Kab. Yahukimo", "Seredela")),
        ("110404", RegionStatus.GAP_FORMER, ("Aceh", "Kabupaten Aceh Tengah", "")),
        ("540101", RegionStatus.FORMER, ("Timor Timur", "", "")),
        ("111118", RegionStatus.UNKNOWN_DISTRICT, ("Aceh", "Kabupaten Bireuen", "")),
        ("117001", RegionStatus.UNKNOWN_DISTRICT, ("Aceh", "", "")),
        ("991113", RegionStatus.UNKNOWN_PROVINCE, ("", "", "")),
        ("001113", RegionStatus.UNKNOWN_PROVINCE, ("", "", "")),
    ],
)
def test_a_region_is_current_former_or_unknown(code, status, place):
    region = nik_regions.lookup(code)
    assert (region.status, (region.province, region.regency, region.district)) == (status, place)


@pytest.mark.parametrize("regency", ["6404", "6405", "6406", "6410", "6473", "7319", "7320", "7321", "7323", "7325"])
def test_any_district_of_the_ten_old_regencies_is_former(regency):
    assert {nik_regions.lookup(f"{regency}{n:02}").status for n in range(1, 100)} == {RegionStatus.FORMER}


def test_every_listed_code_is_known():
    for file in ("wilayah_indonesia_districts.csv", "wilayah_former_codes.csv"):
        codes = [row["code"].replace(".", "") for row in read_rows(DATA / file) if row["level"] == "district"]
        assert not [code for code in codes if not nik_regions.lookup(code).known]


@pytest.mark.parametrize("text", ["", "11111", "1111130", "11.11.13", "11111x", "１１１１１３"])
def test_a_region_is_six_digits(text):
    with pytest.raises(ValueError, match="six digits"):
        nik_regions.lookup(text)


def test_name_tokens_are_read():
    tokens = names.name_tokens()
    assert len(tokens) == 1708
    assert {token.sex for token in tokens} == {"m", "f", "u"}
    assert all(token.weight > 0 and token.positions for token in tokens)


def test_every_shipped_file_names_its_source():
    sources = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    assert not [path.name for path in DATA.glob("*.csv") if path.name not in sources]
