"""Forms of the entry pages: made from FIELDS, cleaned by their types, hostile input refused in words."""

import pytest
from django.http import QueryDict

from registry import cases
from registry.fields import FIELDS, Step, fields_of
from registry.forms.search import BeginForm, SearchForm
from registry.forms.steps import SHOWN, StepForm, area_choices, grouped, settled
from tests.people import ELSEWHERE, GAMPONG, NEXT_DOOR, TODAY, complete_values, invented_nik

pytestmark = pytest.mark.django_db


def posted(values: dict, answers: dict, **more) -> QueryDict:
    """What a browser sends: every answer with the mark of what the page showed."""
    data = QueryDict(mutable=True)
    for path, answer in answers.items():
        data.setlist({"person.nik": "nik", "household.kk": "kk"}.get(path, path), answer if isinstance(answer, list) else [answer])
        data[SHOWN + path] = cases.fingerprint(path, values.get(path))
    for name, value in more.items():
        data[name] = value
    return data


@pytest.fixture
def sent(member_of):
    def make(step: Step, answers: dict, values: dict | None = None, *, persona: str = "psm", choosing: bool = False) -> StepForm:
        values = values or {}
        form = StepForm(step, values, member_of(persona), today=TODAY, data=posted(values, answers), choosing=choosing)
        form.is_valid()
        return form

    return make


@pytest.mark.parametrize("step", Step)
def test_the_questions_of_a_step_are_those_of_the_table(member_of, step):
    values = complete_values()
    form = StepForm(step, values, member_of("psm"), today=TODAY)
    expected = [row.path for row in fields_of(step) if row.path not in ("case.evidence", "case.kind", "case.detail.peran_dalam_perkara")]
    assert list(form.fields) == expected
    assert {path: str(form.fields[path].label) for path in expected} == {path: str(FIELDS[path].label) for path in expected}
    assert form.shown == {path: cases.fingerprint(path, values.get(path)) for path in expected}


@pytest.mark.parametrize(
    ("step", "path", "typed", "value"),
    [
        (Step.IDENTITY, "person.nik", " 1111 0547.0858-9003 ", "1111054708589003"),
        (Step.IDENTITY, "person.nik", "1111 05", "111105"),
        (Step.IDENTITY, "person.name", "  Aisyah\u200b   Hamid ", "Aisyah Hamid"),
        (Step.IDENTITY, "person.birth_date", "7 agustus 1958", complete_values()["person.birth_date"]),
        (Step.IDENTITY, "person.birth_date", "", None),
        (Step.IDENTITY, "person.sex", "P", "P"),
        (Step.ADDRESS, "household.gampong", ELSEWHERE, ELSEWHERE),
        (Step.ADDRESS, "case.place", GAMPONG, GAMPONG),
        (Step.EVIDENCE, "case.report", "Satu\r\n\r\nDua", "Satu\n\nDua"),
        (Step.CONSENT, "case.consent_basis", "lisan", "lisan"),
    ],
)
def test_answers_are_cleaned_by_their_type(sent, step, path, typed, value):
    form = sent(step, {path: typed})
    assert form.errors == {}
    assert form.changes == {path: value}


@pytest.mark.parametrize(
    ("step", "path", "typed", "sentence"),
    [
        (Step.IDENTITY, "person.name", "x" * 101, "Terlalu panjang: paling banyak 100 huruf."),
        (Step.IDENTITY, "person.nik", "1" * 25, "Nomor ini terlalu panjang: seharusnya 16 angka."),
        (Step.IDENTITY, "person.birth_date", "31-02-1960", "Tanggal ini tidak ada di kalender. Lihat KTP, lalu tulis seperti 28-02-1960."),
        (Step.IDENTITY, "person.birth_date", "kemarin", "Tulis tanggal seperti 28-02-1960."),
        (Step.IDENTITY, "person.birth_year", "58", "Tulis tahun dengan 4 angka, seperti 1958."),
        (Step.IDENTITY, "person.sex", "<script>", "“<script>” tidak ada dalam pilihan."),
        (Step.IDENTITY, "person.marital_status", "'; drop", "“'; drop” tidak ada dalam pilihan."),
        (Step.ADDRESS, "household.gampong", "11.11", "Pilih gampong dari daftar."),
        (Step.ADDRESS, "household.gampong", "32.01.01.1001", "Pilih dari daftar."),
        (Step.ADDRESS, "case.place", NEXT_DOOR, "Pilih dari daftar."),
        (Step.CONSENT, "case.consent_basis", "berkas", "Pilih dari daftar."),
        (Step.EVIDENCE, "case.report", "x" * 2001, "Terlalu panjang: paling banyak 2000 huruf."),
    ],
)
def test_hostile_answers_are_refused_and_kept_as_typed(sent, step, path, typed, sentence):
    form = sent(step, {path: typed})
    assert form.errors == {path: [sentence]}
    assert form[path].value() == typed


@pytest.mark.parametrize(
    ("persona", "kind", "fine"),
    [("psm", "24", True), ("psm", "18", False), ("psm", "99", False), ("psm", "24; 18", False), ("psm_restricted", "18", True)],
)
def test_only_offered_kinds_are_taken(sent, persona, kind, fine):
    form = sent(Step.KIND, {"case.kind": kind}, persona=persona, choosing=True)
    assert form.is_valid() == fine


@pytest.mark.parametrize(("numbers", "fine"), [(["2", "3"], True), (["1"], False), (["5"], False), (["x"], False), ([], True)])
def test_only_criteria_of_the_kind_that_are_not_computed_are_taken(sent, numbers, fine):
    form = sent(Step.KIND, {"case.criteria": numbers}, complete_values(case__kind="08", case__criteria=None))
    assert form.is_valid() == fine


def test_another_kind_empties_what_meant_something_under_the_old_one(sent):
    values = complete_values(case__note="Tinggal sendiri.")
    form = sent(Step.KIND, {"case.kind": "08"}, values, choosing=True)
    assert form.changes == {"case.kind": "08", "case.criteria": None, "case.detail.peran_dalam_perkara": None}
    secret = sent(Step.KIND, {"case.kind": "18"}, values, persona="psm_restricted", choosing=True)
    assert secret.changes["case.note"] is None
    assert secret.shown["case.note"] == cases.fingerprint("case.note", "Tinggal sendiri.")
    assert sent(Step.KIND, {"case.kind": "24"}, values, choosing=True).changes == {"case.kind": "24"}


@pytest.mark.parametrize(
    ("step", "answers", "changes"),
    [
        (Step.IDENTITY, {"person.nik": "1111054708589003", "person.no_nik_reason": "hilang"}, {"person.no_nik_reason": None}),
        (Step.IDENTITY, {"person.nik": "", "person.no_nik_reason": "hilang"}, {"person.no_nik_reason": "hilang"}),
        (Step.IDENTITY, {"person.birth_date": "07-08-1958", "person.birth_year": "1958"}, {"person.birth_year": None}),
        (Step.IDENTITY, {"person.birth_date": "", "person.birth_year": "1958"}, {"person.birth_year": 1958}),
        (Step.CONSENT, {"case.consent_basis": "keselamatan", "case.consent_by": "wali"}, {"case.consent_by": None}),
        (Step.FAMILY, {"person.relation": "kepala_keluarga", "household.head_name": "Daud"}, {"household.head_name": "Daud"}),
    ],
)
def test_answers_that_another_one_makes_pointless_are_emptied(sent, step, answers, changes):
    assert changes.items() <= sent(step, answers).changes.items()


def test_what_the_page_did_not_show_is_not_changed(member_of):
    values = complete_values()
    data = QueryDict("person.name=Lain&person.sex=L")
    form = StepForm(Step.IDENTITY, values, member_of("psm"), today=TODAY, data=data)
    assert form.is_valid() and form.changes == {}


@pytest.mark.parametrize(("choice", "left", "errors"), [("mine", True, 0), ("theirs", False, 0), (None, True, 1), ("other", True, 1)])
def test_two_versions_of_a_field(member_of, choice, left, errors):
    values = complete_values()
    data = posted(values, {"household.dusun": "Baroh"}, clashing="household.dusun", **({"clash:household.dusun": choice} if choice else {}))
    form = StepForm(Step.ADDRESS, values, member_of("psm"), today=TODAY, data=data)
    form.is_valid()
    assert len(settled(form, data)) == errors == len(form.errors)
    assert ("household.dusun" in form.shown) == left


@pytest.mark.parametrize(
    ("number", "text"), [("1111054708589003", "1111 0547 0858 9003"), ("111105", "111105"), (None, ""), ("x" * 16, "x" * 16)]
)
def test_numbers_are_grouped(number, text):
    assert grouped(number) == text


def test_places_are_the_workers_own_and_homes_the_regencys(member_of):
    assert area_choices(member_of("psm")) == [(GAMPONG, "Paya Cut")]
    own = area_choices(member_of("supervisor"))
    assert own[0] == ("", "Pilih gampong") and (GAMPONG, "Paya Cut") in own and len(own) == 70
    homes = area_choices(member_of("psm"), wide=True, empty="Pilih gampong")
    assert homes[0] == ("", "Pilih gampong") and homes[1][0] == "Kec. Peusangan"
    assert len(homes) == 18 and sum(len(rows) for _label, rows in homes[1:]) == 609


# --- search and begin


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"nik": "1111 0547 0858 9003"}, {}),
        ({"name": "Aisyah", "birth_year": "1958"}, {}),
        ({}, {"__all__": ["Isi NIK, atau nama lengkap bersama tahun lahir dan gampong."]}),
        ({"name": "Aisyah"}, {"__all__": ["Isi NIK, atau nama lengkap bersama tahun lahir dan gampong."]}),
        ({"nik": "111105470858900"}, {"nik": ["NIK harus 16 angka, ini baru 15. Kosongkan bila tidak yakin."]}),
        ({"nik": "1" * 40}, {"nik": ["Nomor ini terlalu panjang: seharusnya 16 angka."]}),
        ({"name": "x" * 101, "birth_year": "1958"}, {"name": ["Terlalu panjang: paling banyak 100 huruf."]}),
        ({"nik": "1111054708589003", "gampong": ELSEWHERE}, {"gampong": ["Pilih gampong dari daftar."]}),
    ],
)
def test_search_asks_enough(member_of, data, errors):
    form = SearchForm(member_of("psm"), {"gampong": GAMPONG} | data)
    assert form.errors == errors


def test_a_record_begins_with_what_was_typed(member_of):
    nik = invented_nik()
    typed = {"nik": grouped(nik), "name": "Aisyah Hamid", "birth_year": "1958", "gampong": GAMPONG}
    search = SearchForm(member_of("psm"), typed)
    assert search.is_valid() and dict(search.typed()) == typed
    begin = BeginForm(member_of("psm"), dict(search.typed()))
    assert begin.is_valid()
    assert begin.values == {"case.place": GAMPONG, "person.nik": nik, "person.name": "Aisyah Hamid", "person.birth_year": 1958}
