"""Answers that contradict each other, the calendar or the kind of PPKS (PPKS note 1.2 with age rules A, B and C; DTSEN note 2.7)."""

import re
from datetime import date

from registry.enums import Fixer, Level, Stage
from validation.rules.engine import Finds, rule
from validation.rules.engine import marked as _
from validation.rules.record import Record

ANNEX = "Permensos 8/2012 lampiran"
CHILD = "UU 35/2014 Pasal 1 angka 1: anak belum berusia 18 tahun"
OLDEST_POSSIBLE = 120
OLDEST_LIKELY = 98
# UU 16/2019 Pasal 7: 19 years for both; a court may allow less, so this is asked and not refused.
MARRIAGE_AGE = 19
YOUNGEST_HEAD = 15

# Age rule A: the annex says up to 18 for these, the law on children says not yet 18. Accepted to 17, asked at 18, refused from 19.
CHILD_KINDS_TO_18 = ("02", "07")
# Age rule B: the floor of 12 is for the child who is suspected, not for victims and witnesses (UU 11/2012 Pasal 1 angka 3-5).
KIND_IN_CONTACT_WITH_LAW = "03"
# Age rule C: the kind that may fit who is too old for another one (PPKS note 1.2).
WHEN_OLDER = {"01": "02", "05": "09", "06": "19", "23": "08"}
# The kind that may fit who is too young; a child with HIV belongs to 07 (PPKS note 1.3).
WHEN_YOUNGER = {"02": "01", "16": "07"}
# Kinds without an age of their own that have a children's kind beside them.
CHILDREN_S_KIND = {"09": "05", "19": "06"}


def _bounds(record: Record) -> tuple[int | None, int | None]:
    """Ages that the record's kind accepts or asks about; outside them it is refused."""
    kind = record.kind
    if kind is None:
        return None, None
    return (None if kind.code == KIND_IN_CONTACT_WITH_LAW else kind.age_min), kind.age_max


@rule("jenis.umur", Level.ERROR, field="case.kind", fixer=Fixer.WORKER, stops=Stage.SUBMIT, source=ANNEX + "; umur pada hari ditemukan")
def age_fits_kind(record: Record) -> Finds:
    kind, age = record.kind, record.age_at_finding
    if kind is None or age is None:
        return
    low, high = _bounds(record)
    if low is not None and age < low:
        bound, other = low, WHEN_YOUNGER.get(kind.code)
        plain = _("%(kind)s paling muda %(bound)d tahun, warga ini %(age)d tahun saat ditemukan. Periksa tanggal lahir atau jenisnya.")
        hint = _(
            "%(kind)s paling muda %(bound)d tahun, warga ini %(age)d tahun saat ditemukan. Periksa tanggal lahir atau lihat %(kind_other)s."
        )
    elif high is not None and age > high:
        bound, other = high, WHEN_OLDER.get(kind.code)
        plain = _("%(kind)s paling tua %(bound)d tahun, warga ini %(age)d tahun saat ditemukan. Periksa tanggal lahir atau jenisnya.")
        hint = _(
            "%(kind)s paling tua %(bound)d tahun, warga ini %(age)d tahun saat ditemukan. Periksa tanggal lahir atau lihat %(kind_other)s."
        )
    else:
        return
    params: dict[str, str | int] = {"kind": kind.code, "bound": bound, "age": age}
    if other:
        yield hint, params | {"kind_other": other}
    else:
        yield plain, params


@rule("jenis.umur_18", Level.WARNING, field="case.kind", fixer=Fixer.SUPERVISOR, source=ANNEX + " no. 2 dan 7 (6 sampai 18); " + CHILD)
def eighteen_is_asked(record: Record) -> Finds:
    if record["case.kind"] in CHILD_KINDS_TO_18 and record.age_at_finding == 18:
        yield _("Saat ditemukan warga ini 18 tahun. Lampiran masih memuatnya, undang-undang tidak lagi. Penyelia yang menimbang."), {}


@rule(
    "jenis.umur_pelaku",
    Level.WARNING,
    field="case.detail.peran_dalam_perkara",
    fixer=Fixer.SUPERVISOR,
    source="UU 11/2012 Pasal 1 angka 3-5 dan Pasal 21",
)
def young_child_in_a_case(record: Record) -> Finds:
    age, role = record.age_at_finding, record["case.detail.peran_dalam_perkara"]
    if record["case.kind"] != KIND_IN_CONTACT_WITH_LAW or age is None or age >= 12 or role in ("korban", "saksi"):
        return
    if role == "pelaku":
        yield _("Anak ini %(age)d tahun. Di bawah 12 tahun anak tidak diproses sebagai pelaku. Tanyakan putusannya."), {"age": age}
    else:
        yield _("Anak ini %(age)d tahun. Jenis ini mulai 12 tahun, kecuali korban atau saksi. Pastikan dahulu perannya."), {"age": age}


@rule("jenis.umur_perkiraan", Level.WARNING, field="person.birth_year", fixer=Fixer.WORKER, source=ANNEX + "; tahun lahir hanya perkiraan")
def estimated_age_fits_kind(record: Record) -> Finds:
    """Only when neither of the two ages that a year of birth allows fits."""
    kind, ages = record.kind, record.likely_ages(record.finding_day)
    low, high = _bounds(record)
    if kind and ages and ((low is not None and ages[1] < low) or (high is not None and ages[0] > high)):
        yield (
            _("Menurut tahun lahir, warga ini sekitar %(age)d tahun saat ditemukan, di luar usia %(kind)s. Periksa keduanya."),
            {"kind": kind.code, "age": ages[1]},
        )


@rule("jenis.jenis_kelamin", Level.ERROR, field="case.kind", fixer=Fixer.WORKER, stops=Stage.SUBMIT, source=ANNEX + " no. 23")
def sex_fits_kind(record: Record) -> Finds:
    kind, sex = record.kind, record["person.sex"]
    if kind and kind.sex and sex and sex != kind.sex:
        yield (
            _("%(kind)s hanya untuk perempuan, warga ini tercatat laki-laki. Periksa jenis kelamin, atau pilih jenis lain."),
            {"kind": kind.code},
        )


@rule("jenis.lewat_usia", Level.INFO, field="case.kind", fixer=Fixer.SUPERVISOR, source="PPKS note 1.2, age rule C")
def person_has_outgrown_kind(record: Record) -> Finds:
    """Found in time, but too old today: the record stays right, and somebody should look what comes next."""
    kind, then, now = record.kind, record.age_at_finding, record.age_today
    if kind is None or kind.age_max is None or then is None or now is None:
        return
    outgrown_at = 18 if kind.code in CHILD_KINDS_TO_18 else kind.age_max + 1
    if not then < outgrown_at <= now:
        return
    if other := WHEN_OLDER.get(kind.code):
        yield (
            _("Warga ini kini %(age)d tahun, lewat usia %(kind)s. Lihat apakah kini termasuk %(kind_other)s."),
            {"age": now, "kind": kind.code, "kind_other": other},
        )
    else:
        yield (
            _("Warga ini kini %(age)d tahun, lewat usia %(kind)s. Lihat apakah masih perlu dibantu, dan sebagai jenis apa."),
            {"age": now, "kind": kind.code},
        )


@rule("jenis.untuk_anak", Level.INFO, field="case.kind", fixer=Fixer.WORKER, source="PPKS note 1.3 no. 9 dan 19; " + CHILD)
def children_have_a_kind_of_their_own(record: Record) -> Finds:
    age, other = record.age_at_finding, CHILDREN_S_KIND.get(record["case.kind"] or "")
    if other and age is not None and age < 18:
        yield _("Saat ditemukan warga ini %(age)d tahun. Untuk anak ada jenis sendiri: %(kind_other)s."), {"age": age, "kind_other": other}


@rule(
    "tanggal.belum_terjadi",
    Level.ERROR,
    field="case.found_on",
    fixer=Fixer.WORKER,
    stops=Stage.SUBMIT,
    source="Reference README: no date may lie after today",
)
def dates_have_happened(record: Record) -> Finds:
    for path, value in record.values.items():
        if isinstance(value, date) and value > record.today:
            yield _("%(field)s %(date)s belum terjadi. Tulis lagi, seperti 28-02-1960."), {"field": path, "date": value.isoformat()}, path


@rule("tanggal.tahun_lahir", Level.ERROR, field="person.birth_year", fixer=Fixer.WORKER, stops=Stage.SUBMIT, source="Urutan waktu")
def birth_year_has_happened(record: Record) -> Finds:
    year = record["person.birth_year"]
    if year and not record["person.birth_date"] and year > min(record.finding_day, record.today).year:
        yield _("Tahun lahir %(year)d sesudah warga ini ditemukan. Periksa tahunnya."), {"year": year}


@rule("tanggal.sebelum_lahir", Level.ERROR, field="case.found_on", fixer=Fixer.WORKER, stops=Stage.SUBMIT, source="Urutan waktu")
def found_after_birth(record: Record) -> Finds:
    """Also the other dates of the case: nothing happens to a person before birth."""
    birth = record["person.birth_date"]
    for path, value in record.values.items():
        if birth and birth <= record.today and path.startswith("case.") and isinstance(value, date) and value < birth:
            yield (
                _("%(field)s %(date)s lebih dahulu daripada tanggal lahir %(date_birth)s. Periksa keduanya."),
                {"field": path, "date": value.isoformat(), "date_birth": birth.isoformat()},
                path,
            )


@rule(
    "lahir.umur_mustahil",
    Level.ERROR,
    field="person.birth_date",
    fixer=Fixer.WORKER,
    stops=Stage.SUBMIT,
    source="DTSEN note 2.7: umur 0 sampai 120",
)
def age_is_possible(record: Record) -> Finds:
    for path, age in _ages(record):
        if age > OLDEST_POSSIBLE:
            yield (
                _("Umurnya menjadi %(age)d tahun, lebih dari %(limit)d. Periksa tahun lahirnya."),
                {"age": age, "limit": OLDEST_POSSIBLE},
                path,
            )


@rule("lahir.sangat_tua", Level.WARNING, field="person.birth_date", fixer=Fixer.WORKER, source="DTSEN note 2.7: tanyakan di atas 98 tahun")
def age_is_likely(record: Record) -> Finds:
    for path, age in _ages(record):
        if OLDEST_LIKELY < age <= OLDEST_POSSIBLE:
            yield _("Umurnya %(age)d tahun. Ini bisa saja benar. Cocokkan tahun lahirnya dengan KTP."), {"age": age}, path


def _ages(record: Record) -> list[tuple[str, int]]:
    """Age today from the birth date, else the lower one that the year of birth allows, each with its path."""
    if record.age_today is not None:
        return [("person.birth_date", record.age_today)]
    ages = record.likely_ages(record.today)
    return [("person.birth_year", ages[0])] if ages else []


NAMES = ("person.name", "person.mother_name", "household.head_name")
# Letters of any script with their marks; a slash stands between two spellings in Kemensos files (DTSEN note 3.3).
_NAME_SIGNS = frozenset(" .,'’‘`-/")
_ABSENT = re.compile(r"(?i)(tidak (ada|tahu|diketahui|dikenal)|tanpa nama|belum (ada|tahu)|no ?name|anonim|x{2,}|nn|n\.?a|almh?)\.?")


@rule("nama.angka", Level.WARNING, field="person.name", fixer=Fixer.WORKER, source="Permendagri 73/2022 Pasal 4 dan 5: nama tanpa angka")
def names_have_no_digits(record: Record) -> Finds:
    for path in NAMES:
        if any(character.isdecimal() for character in record[path] or ""):
            yield _("%(field)s memuat angka. Tulis namanya saja, seperti di KTP."), {"field": path}, path


@rule("nama.tanda", Level.WARNING, field="person.name", fixer=Fixer.WORKER, source="DTSEN note 2.7: huruf, spasi, dan . , ' - /")
def names_have_no_odd_signs(record: Record) -> Finds:
    for path in NAMES:
        if any(not (c.isalpha() or c.isdecimal() or c in _NAME_SIGNS) for c in record[path] or ""):
            yield _("%(field)s memuat tanda yang tidak biasa dalam nama. Tulis seperti di KTP."), {"field": path}, path


@rule("nama.bukan_nama", Level.WARNING, field="person.name", fixer=Fixer.WORKER, source="Wilayah note 5: jangan pakai pengisi kosong")
def names_are_names(record: Record) -> Finds:
    """A filler in place of a name hides that it is missing, and makes strangers look alike."""
    for path in NAMES:
        name = record[path]
        if name and (sum(map(str.isalpha, name)) < 2 or _ABSENT.fullmatch(name.strip())):
            yield (
                _("%(field)s tampaknya bukan nama. Tulis nama atau panggilannya. Bila tidak diketahui, tulis seperti ia dikenal."),
                {"field": path},
                path,
            )


@rule("nama.ibu_sama", Level.WARNING, field="person.mother_name", fixer=Fixer.WORKER, source="Salah salin yang sering")
def mother_has_another_name(record: Record) -> Finds:
    name, mother = record["person.name"], record["person.mother_name"]
    if name and mother and name.casefold().split() == mother.casefold().split():
        yield _("Nama ibu kandung sama dengan nama warga. Cocokkan dengan KK."), {}


@rule(
    "kawin.umur",
    Level.WARNING,
    field="person.marital_status",
    fixer=Fixer.WORKER,
    source="UU 16/2019 Pasal 7: 19 tahun, kecuali dispensasi",
)
def married_people_are_of_age(record: Record) -> Finds:
    age, status = record.age_today, record["person.marital_status"]
    if status in ("kawin", "cerai_hidup", "cerai_mati") and age is not None and age < MARRIAGE_AGE:
        yield (
            _("Tercatat sudah kawin pada umur %(age)d tahun. Ini bisa saja benar. Periksa status kawin dan tanggal lahirnya."),
            {"age": age},
        )


@rule("kawin.hubungan", Level.WARNING, field="person.marital_status", fixer=Fixer.WORKER, source="DTSEN note 2.7")
def spouses_are_married(record: Record) -> Finds:
    if record["person.marital_status"] == "belum_kawin" and record["person.relation"] in ("suami", "istri", "menantu"):
        yield _("Tercatat belum kawin, tetapi hubungannya suami, istri, atau menantu. Periksa keduanya di KK."), {}


@rule("hubungan.jenis_kelamin", Level.WARNING, field="person.relation", fixer=Fixer.WORKER, source="Daftar hubungan SIAK (suami, istri)")
def spouses_have_the_sex_of_the_word(record: Record) -> Finds:
    relation, sex = record["person.relation"], record["person.sex"]
    if relation == "suami" and sex == "P":
        yield _("Hubungannya suami, tetapi tercatat perempuan. Periksa keduanya di KK."), {}
    if relation == "istri" and sex == "L":
        yield _("Hubungannya istri, tetapi tercatat laki-laki. Periksa keduanya di KK."), {}


@rule("hubungan.kepala_muda", Level.WARNING, field="person.relation", fixer=Fixer.WORKER, source="DTSEN note 2.7")
def heads_are_not_children(record: Record) -> Finds:
    age = record.age_today
    if record["person.relation"] == "kepala_keluarga" and age is not None and age < YOUNGEST_HEAD:
        yield (
            _("Tercatat kepala keluarga pada umur %(age)d tahun. Ini bisa saja benar. Periksa hubungan dan tanggal lahirnya di KK."),
            {"age": age},
        )


@rule(
    "persetujuan.anak",
    Level.WARNING,
    field="case.consent_by",
    fixer=Fixer.WORKER,
    source="UU 27/2022 Pasal 25: persetujuan orang tua atau wali",
)
def children_do_not_consent_alone(record: Record) -> Finds:
    age = record.age_on(record["case.consent_on"] or record.today)
    if record["case.consent_by"] == "sendiri" and age is not None and age < 18:
        yield _("Warga ini %(age)d tahun. Untuk anak, yang menyetujui adalah orang tua atau walinya."), {"age": age}
