"""Every row is new, changed, same or a problem; the numbers add up whatever the file holds."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import cases
from registry.enums import State
from registry.exchange import staging
from registry.exchange.staging import IDENTITY_ERRORS, Judged, judge_file
from registry.exchange.workbook import Refused, Row, Sheet
from registry.models import Case, Person
from registry.numbers import new_number
from tests.people import GAMPONG, NOON, complete_values, invented_nik
from tests.registry.exchange.sheets import HEADINGS, line, nik, sheet

WITH_ID = (*HEADINGS, "id_registrasi")


@pytest.fixture
def judge(tmp_path, member_of):
    """Judge rows as the admin of the regency would import them."""

    def run(rows, headings=HEADINGS, actor="admin", **more) -> Judged:
        path = sheet(tmp_path / "berkas.xlsx", rows, headings, **more)
        return judge_file(path, actor=member_of(actor) if actor else None, now=NOON)

    return run


def verdicts(judged: Judged) -> list[str]:
    return [item.verdict for item in judged.items]


def messages(judged: Judged) -> list[tuple[int, str, str, str]]:
    return [(p.row, p.column, p.value_kind, p.message) for p in judged.problems]


def adds_up(judged: Judged) -> bool:
    distinct = len({problem.row for problem in judged.problems})
    return judged.new + judged.changed + judged.same + distinct == judged.rows and judged.problem_rows == distinct


# --- problems


@pytest.mark.parametrize(
    "changes, column, kind, sentence",
    [
        ({"nik": 1.111054808589e15}, "nik", "number", "Nomor ini tersimpan sebagai angka di Excel"),
        ({"no_kk": 1.111050103199e15}, "no_kk", "number", "Nomor ini tersimpan sebagai angka di Excel"),
        ({"nik": "1,11105E+15"}, "nik", "number", "Nomor ini disingkat oleh Excel"),
        ({"nik": "1111054708589003.0"}, "nik", "text", "Nomor ini berakhir koma nol"),
        ({"nik": "1111••••••••9001"}, "nik", "text", "Nomor ini tertutup."),
        ({"nik": nik(1)[:15]}, "nik", "text", "NIK harus 16 angka, ini baru 15."),
        ({"nik": nik(1, born="720258")}, "nik", "text", "Angka ke-7 dan ke-8 NIK adalah hari lahir"),
        ({"nik": "ABCDEFGHIJKLMNOP"}, "nik", "text", "NIK hanya berisi angka"),
        ({"no_kk": nik(1)}, "nik", "text", "NIK dan No. KK sama"),
        ({"no_kk": "12"}, "no_kk", "text", "No. KK harus 16 angka, ini baru 2."),
        ({"tanggal_lahir": "31-02-1958"}, "tanggal_lahir", "text", "Tanggal ini tidak ada di kalender."),
        ({"tanggal_lahir": 21405.0}, "tanggal_lahir", "number", "Tanggal ini tersimpan sebagai angka."),
        ({"jenis_kelamin": "Q"}, "jenis_kelamin", "text", "“Q” tidak ada dalam pilihan."),
        ({"jenis_kelamin": nik(5)}, "jenis_kelamin", "text", "“••••” tidak ada dalam pilihan."),
        ({"gampong": "Entah"}, "gampong", "text", "Gampong ini tidak ada dalam daftar wilayah."),
        ({"gampong": "Paloh", "kecamatan": ""}, "gampong", "text", "Ada beberapa gampong dengan nama ini."),
        ({"kecamatan": "Entah"}, "kecamatan", "text", "Kecamatan ini tidak ada dalam daftar wilayah."),
        ({"kecamatan": "Samalanga"}, "gampong", "text", "Gampong ini tidak ada di kecamatan yang tertulis."),
        ({"jenis_ppks": "27"}, "jenis_ppks", "text", "Jenis PPKS ini tidak dikenal."),
        ({"jenis_ppks": "16"}, "jenis_ppks", "text", "Jenis ini hanya diimpor oleh admin yang ditunjuk"),
        ({"jenis_ppks": None}, "jenis_ppks", "empty", "Jenis PPKS belum diisi"),
        ({"gampong": "-"}, "gampong", "empty", "Gampong tempat tinggal belum diisi"),
        ({"nama": " "}, "nama", "empty", "Nama lengkap (sesuai KTP) belum diisi"),
    ],
)
def test_a_problem_names_row_column_and_what_to_do(judge, changes, column, kind, sentence):
    judged = judge([line(1, **changes)])
    [(row, where, what, said)] = messages(judged)
    assert (row, where, what) == (2, column, kind)
    assert said.startswith(sentence)
    assert adds_up(judged)


def test_a_row_may_have_several_problems_and_counts_once(judge):
    judged = judge([line(1, nik="12", tanggal_lahir="?", gampong="Entah"), line(2)])
    assert {column for _row, column, *_more in messages(judged)} == {"nik", "tanggal_lahir", "gampong"}
    assert (judged.rows, judged.new, judged.problem_rows) == (2, 1, 1)


def test_other_findings_travel_with_the_row(judge):
    """A birth date that is not the one in the NIK, a woman's NIK on a man: warnings, and no problem."""
    assert verdicts(judge([line(1, tanggal_lahir="09-09-1959", jenis_kelamin="L", alamat=None, no_kk=None)])) == ["new"]


def test_the_identity_errors_are_the_ones_of_the_rules():
    assert {rule.id for rule in IDENTITY_ERRORS} == {
        "nik.huruf", "nik.panjang", "nik.angka_sama", "nik.awal_nol", "nik.hari", "nik.bulan", "nik.kalender", "nik.nomor_urut",
        "nik.sama_kk", "kk.huruf", "kk.panjang",
    }  # fmt: skip


def test_the_same_nik_twice_for_one_kind_is_a_problem_on_the_later_row(judge):
    judged = judge([line(1), line(2), line(1, nama="Lain")])
    assert messages(judged) == [(4, "nik", "text", "NIK ini dengan jenis PPKS yang sama sudah ada di baris 2.")]


def test_one_new_person_may_have_two_kinds_unless_the_rows_contradict(judge):
    judged = judge([line(1), line(1, jenis_ppks="08"), line(2), line(2, jenis_ppks="08", nama="Lain")])
    assert verdicts(judged) == ["new", "new", "new", "problem"]
    assert judged.items[1].after is judged.items[0]
    assert judged.problems[0].message == ("NIK ini juga ada di baris 4, tetapi isinya beda: Nama lengkap (sesuai KTP). Samakan keduanya.")


# --- rows that are none


def test_totals_blank_lines_and_repeated_headings_are_passed_over_and_named(judge):
    rows = [line(1), {}, dict(zip(HEADINGS, HEADINGS, strict=True)), line(2), {"alamat": "JUMLAH", "no_kk": "2"}]
    judged = judge(rows, above=[["DAFTAR PPKS KECAMATAN PEUSANGAN"], [], ["Tahun 2026"]])
    assert [item.row for item in judged.items] == [5, 8]
    assert judged.notes == [
        "Judul yang terulang tidak dibaca sebagai warga: baris 7.",
        "Baris jumlah tidak dibaca sebagai warga: baris 9.",
    ]


def test_a_sheet_with_headings_only_is_refused(judge):
    with pytest.raises(Refused) as refused:
        judge([])
    assert refused.value.code == "no_records"


def test_a_csv_with_semicolons_in_cp1252_is_judged_too(tmp_path, member_of):
    path = tmp_path / "berkas.csv"
    rows = [";".join(HEADINGS), ";".join(line(1, nama="Cut André").values())]
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
    judged = judge_file(path, actor=member_of("admin"), now=NOON)
    assert judged.items[0].values["person.name"] == "Cut André"
    assert judged.notes == ["Berkas ini tidak memakai UTF-8 dan dibaca sebagai Windows-1252. Periksa nama yang berhuruf khusus."]


# --- matching


def row_of(case: Case, **changes):
    """The row that says what the registry says."""
    values = case.values()
    return {
        "nama": values["person.name"], "nik": values["person.nik"], "no_kk": values["household.kk"],
        "tanggal_lahir": values["person.birth_date"], "jenis_kelamin": values["person.sex"], "alamat": values["household.address"],
        "gampong": "Paya Cut", "kecamatan": "Peusangan", "jenis_ppks": values["case.kind"],
    } | changes  # fmt: skip


def test_what_is_there_already_is_the_same(judge, make_case):
    case = make_case()
    judged = judge([row_of(case), row_of(case, nik=None, id_registrasi=case.registry_no.lower())], WITH_ID)
    assert verdicts(judged) == ["same", "same"]


def test_letter_case_and_empty_cells_change_nothing(judge, make_case):
    case = make_case()
    row = row_of(case, nama=case.person.name.upper(), alamat=None, no_kk="-", tanggal_lahir=None, gampong=None, kecamatan=None)
    assert verdicts(judge([row])) == ["same"]


def test_a_change_is_shown_old_and_new(judge, make_case):
    case = make_case()
    [item] = judge([row_of(case, alamat="Dekat pasar", tanggal_lahir=date(1958, 8, 9))]).items
    assert item.verdict == "changed" and item.case == case
    assert item.changes == {
        "person.birth_date": (date(1958, 8, 7), date(1958, 8, 9)),
        "household.address": ("Belakang meunasah", "Dekat pasar"),
    }


def test_the_registration_number_wins_over_the_nik(judge, make_case):
    case = make_case()
    [item] = judge([row_of(case, nik=nik(77), id_registrasi=case.registry_no)], WITH_ID).items
    assert (item.verdict, item.case) == ("changed", case)
    assert set(item.changes) == {"person.nik"}


@pytest.mark.parametrize(
    "number, sentence",
    [
        ("ABC-DEFG", "Nomor registrasi ini tidak terbaca."),
        (new_number(lambda below: below // 2), "Nomor registrasi ini tidak ada"),
    ],
)
def test_a_registration_number_that_leads_nowhere_is_a_problem(judge, number, sentence):
    [(_row, column, _kind, said)] = messages(judge([line(1, id_registrasi=number)], WITH_ID))
    assert column == "id_registrasi" and said.startswith(sentence)


def test_a_registration_number_twice_is_a_problem_on_the_later_row(judge, make_case):
    case = make_case()
    judged = judge([row_of(case, nik=None, id_registrasi=case.registry_no)] * 2, WITH_ID)
    assert messages(judged) == [(3, "id_registrasi", "text", "Nomor registrasi ini sudah ada di baris 2.")]


def test_a_nik_moved_to_another_record_is_a_problem(judge, make_case):
    one, other = make_case(), make_case()
    judged = judge([row_of(one, nik=other.person.nik, id_registrasi=one.registry_no)], WITH_ID)
    assert messages(judged) == [(2, "nik", "text", "NIK ini sudah ada pada catatan warga lain. Periksa nomornya di KTP.")]


def test_a_nik_held_by_several_is_a_problem_and_by_one_another_kind_is_a_new_case(judge, make_case):
    shared = invented_nik()
    make_case(person__nik=shared), make_case(person__nik=shared, person__name="Lain")
    single = make_case()
    judged = judge([line(1, nik=shared), row_of(single, jenis_ppks="08")])
    assert messages(judged) == [(2, "nik", "text", "NIK ini ada pada 2 warga. Putuskan dulu dugaan ganda itu.")]
    assert (judged.items[1].verdict, judged.items[1].person_key, judged.items[1].changes) == ("new", single.person_id, {})


def test_an_ended_case_is_the_same_or_a_problem_but_never_changed(judge, make_case):
    case = make_case(state=State.NONAKTIF)
    judged = judge([row_of(case), row_of(case, nik=None, alamat="Dekat pasar", id_registrasi=case.registry_no)], WITH_ID)
    assert verdicts(judged) == ["same", "problem"]
    assert judged.problems[0].message == f"Catatan {case.registry_no} berstatus Nonaktif, jadi tidak diubah lewat berkas."


def test_two_living_cases_of_one_kind_need_the_number(judge, make_case, member_of):
    case = make_case()
    again = complete_values()
    cases.begin([cases.NewCase(again, case.worker_id, case.person_id)], actor=member_of("psm"), now=NOON)
    [(_row, column, _kind, said)] = messages(judge([row_of(case)]))
    assert (column, said) == ("jenis_ppks", "Warga ini punya beberapa catatan dengan jenis ini. Isi kolom ID_REGISTRASI.")


def test_what_the_importer_may_not_see_is_not_matched(judge, make_case, member_of):
    case = make_case(keeper="psm_restricted", case__kind="16", attach=False)
    number = [row_of(case, id_registrasi=case.registry_no, jenis_ppks="24")]
    assert messages(judge(number, WITH_ID))[0][1] == "id_registrasi"
    assert verdicts(judge([row_of(case, jenis_ppks="24")])) == ["new"]
    assert verdicts(judge([row_of(case)], actor="admin_restricted")) == ["same"]
    assert verdicts(judge([row_of(case)], actor=None)) == ["same"]


def test_a_gampong_outside_the_importers_area_is_a_problem(tmp_path, member_of):
    path = sheet(tmp_path / "berkas.xlsx", [line(1, gampong="Keude Aceh", kecamatan="Samalanga")])
    judged = judge_file(path, actor=member_of("supervisor"), now=NOON)
    assert messages(judged) == [(2, "gampong", "text", "Gampong ini di luar wilayah Anda.")]


def test_judging_writes_nothing(judge, make_case):
    case = make_case()
    judge([row_of(case, alamat="Dekat pasar"), line(1)])
    case.refresh_from_db()
    assert (Case.objects.count(), Person.objects.count(), case.revision) == (1, 1, Case.objects.get().revision)
    assert Case.objects.with_record().get().values()["household.address"] == "Belakang meunasah"


def test_queries_do_not_grow_with_the_rows(judge, make_case):
    known = [make_case() for _ in range(3)]

    def count(rows) -> int:
        with CaptureQueriesContext(connection) as captured:
            judge(rows)
        return len(captured)

    one = count([row_of(known[0], alamat="Dekat pasar"), line(1)])
    assert count([*(row_of(case, alamat="Dekat pasar") for case in known), *(line(serial) for serial in range(2, 60))]) == one


# --- the property

ANYTHING = st.one_of(
    st.none(), st.text(max_size=20), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)), st.sampled_from(["-", "JUMLAH", "08-08-1958", nik(1), nik(2), "24", "Fakir miskin"]),
)  # fmt: skip
MESSY_LINES = st.lists(
    st.one_of(
        st.fixed_dictionaries(dict.fromkeys(HEADINGS, ANYTHING)),
        st.builds(lambda serial, name, cell: line(serial, **{name: cell}), st.integers(1, 4), st.sampled_from(HEADINGS), ANYTHING),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=MESSY_LINES)
def test_new_changed_same_and_problem_rows_are_all_rows(lines, monkeypatch, member_of, tmp_path):
    """Whatever stands in the cells. The reader, tested on its own, is passed by here: it starts a process for each file."""
    admin = member_of("admin")
    rows = [Row(1, HEADINGS), *(Row(number, tuple(cells[name] for name in HEADINGS)) for number, cells in enumerate(lines, 2))]
    monkeypatch.setattr(staging, "read", lambda *_args, **_more: Sheet("Data", rows, (), "xlsx"))
    try:
        judged = judge_file(tmp_path, actor=admin, now=NOON)
    except Refused as refused:
        assert refused.code == "no_records"
        return
    assert adds_up(judged)
    assert all(item.verdict != "problem" for item in judged.items if not item.problems)
    assert not any(number in problem.message for problem in judged.problems for number in (nik(1), nik(2)))


def test_the_gampong_of_the_tests_is_the_one_of_the_personas(judge):
    assert judge([line(1)]).items[0].values["household.gampong"] == GAMPONG
