"""`import_workbook`: what it prints with --json, to the letter, and how it ends."""

import io
import json

import pytest
from django.core.management import call_command

from registry.enums import BatchState
from registry.models import Batch, Case
from tests.registry.exchange.sheets import HEADINGS, line, nik, sheet

KEYS = ["layout", "rows", "new", "changed", "same", "problems", "committed"]


def run(*arguments) -> tuple[int, dict, str]:
    """(exit code, what was printed, what was said on the side)."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_workbook", *map(str, arguments), "--json", stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return code, json.loads(out.getvalue()), err.getvalue()


@pytest.fixture
def good(areas, tmp_path):
    return sheet(tmp_path / "baik.xlsx", [line(1), line(2)])


@pytest.fixture
def bad(areas, tmp_path):
    return sheet(tmp_path / "masalah.xlsx", [line(1), line(2, nik=1.111054808589e15), line(1)], above=[["DAFTAR"], []])


def test_a_good_file(good):
    code, found, said = run(good)
    assert (code, said, list(found)) == (0, "", KEYS)
    assert found == {"layout": "ppks_ringkas", "rows": 2, "new": 2, "changed": 0, "same": 0, "problems": [], "committed": False}
    assert Case.objects.count() == 0


def test_problems_name_the_rows_of_the_sheet_and_no_number(bad):
    code, found, _said = run(bad)
    assert code == 1
    assert found == {
        "layout": "ppks_ringkas",
        "rows": 3,
        "new": 1,
        "changed": 0,
        "same": 0,
        "problems": [
            {
                "row": 5,
                "column": "nik",
                "value_kind": "number",
                "message": "Nomor ini tersimpan sebagai angka di Excel, jadi angka ke-16 bisa sudah rusak. "
                "Ubah kolomnya menjadi Teks dan ketik ulang.",
            },
            {"row": 6, "column": "nik", "value_kind": "text", "message": "NIK ini dengan jenis PPKS yang sama sudah ada di baris 4."},
        ],
        "committed": False,
    }
    assert nik(1) not in json.dumps(found)


def test_it_commits_as_an_admin(good, account_of):
    account_of("admin")
    code, found, _said = run(good, "--as", "admin", "--commit")
    assert (code, found["committed"], Case.objects.count()) == (0, True, 2)
    batch = Batch.objects.get()
    assert (batch.state, batch.file_name) == (BatchState.COMMITTED, "baik.xlsx")
    assert batch.legal_basis == "UU 27/2022 Pasal 20 ayat (2) huruf e: pelayanan publik"
    assert run(good, "--as", "admin")[1]["same"] == 2


def test_it_commits_the_good_rows_of_a_file_with_problems(bad, account_of):
    account_of("admin")
    code, found, _said = run(bad, "--as", "admin", "--commit", "--legal-basis", "Surat")
    assert (code, found["committed"], Case.objects.count()) == (1, True, 1)
    assert Batch.objects.get().legal_basis == "Surat"


def test_a_file_over_the_limit_is_judged_and_not_committed(good, account_of, settings):
    account_of("admin")
    settings.IMPORT_COMMIT_MAX_ROWS = 1
    code, found, said = run(good, "--as", "admin", "--commit")
    assert (code, found["new"], found["committed"], Case.objects.count()) == (0, 2, False, 0)
    assert said.startswith("Berkas ini lebih dari 1 baris: sudah diperiksa, tetapi belum dapat disimpan.")


@pytest.mark.parametrize(
    "arguments, reason",
    [
        (["--commit"], "Untuk menyimpan, sebut admin yang mengimpor dengan --as."),
        (["--as", "tidak_ada"], "Akun ini tidak ada atau tidak aktif."),
        (["--as", "disabled"], "Akun ini tidak ada atau tidak aktif."),
        (["--as", "supervisor", "--commit"], "Hanya admin yang mengimpor berkas."),
        (["--layout", "lain"], "Susunan kolom “lain” tidak dikenal. Yang ada: ppks_ringkas."),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_says_why(good, account_of, arguments, reason):
    account_of("supervisor"), account_of("disabled")
    code, found, _said = run(good, *arguments)
    assert (code, found["refused"], found["rows"], found["committed"]) == (2, reason, 0, False)
    assert list(found) == [*KEYS, "refused"]


def test_a_file_that_is_no_sheet_is_refused(areas, tmp_path):
    path = tmp_path / "berkas.xlsx"
    path.write_bytes(b"%PDF-1.7")
    assert run(path)[0::2][0] == 2
    assert run(path)[1]["refused"] == "Berkas ini PDF, bukan lembar kerja. Unggah berkas .xlsx atau .csv asalnya."
    assert run(tmp_path / "tidak-ada.xlsx")[1]["refused"] == "Berkas ini tidak ada."


def test_a_refused_file_is_refused_when_committing_too(areas, account_of, tmp_path):
    account_of("admin")
    path = sheet(tmp_path / "berkas.xlsx", [line(1)], HEADINGS[1:])
    code, found, _said = run(path, "--as", "admin", "--commit")
    assert (code, found["committed"], Case.objects.count()) == (2, False, 0)
    assert found["refused"].startswith("Di baris judul (baris 1) belum ada kolom: NAMA.")


def test_without_json_it_speaks_to_a_person(bad):
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("import_workbook", str(bad), stdout=out, stderr=err)
    assert end.value.code == 1
    assert out.getvalue().splitlines()[-2:] == ["3 rows: 1 new, 0 changed, 0 same.", "Nothing was written."]
