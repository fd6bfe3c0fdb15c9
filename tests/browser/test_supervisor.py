"""The supervisor's job on a laptop: the queue, one record after the other, return, approve; what changed meanwhile; who may look."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from registry import cases, workflow
from registry.enums import PairStatus, Role, State
from registry.models import Account, AuditEvent, Case
from tests.browser.conftest import LAPTOP
from tests.browser.pages import field, fill, follow, heading, press, spaced, tick
from tests.people import ELSEWHERE_KECAMATAN, NEXT_DOOR, invented_nik, make_account, seen
from validation.models import DuplicatePair

NIK = invented_nik(serial=9411)
MASKED = f"{NIK[:4]}••••••••{NIK[-4:]}"
CLEAN = "Bersih. Tidak ada yang salah dan tidak ada dugaan ganda."


@pytest.fixture
def desk(open_page):
    """A persona at a laptop."""
    return lambda persona, address="/", **options: open_page(persona, address, viewport=LAPTOP, **options)


@pytest.fixture
def change(member_of):
    """The worker writes to a case: `change(case, person__mother_name="...")`."""

    def write(case: Case, **changes: str) -> None:
        changed = {path.replace("__", "."): value for path, value in changes.items()}
        [edited] = cases.update([cases.Edit(case.pk, changed)], actor=member_of("psm"), now=timezone.now())
        assert edited.done, edited.sentence

    return write


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


def review(page: Page, name: str) -> None:
    """Open a record from the queue."""
    page.goto("/antrean/")
    follow(page, name)
    heading(page, name)


def pin(page: Page, question: str, path: str, note: str) -> None:
    page.locator("summary", has_text=re.compile(f"pada {re.escape(question)}$")).click()
    fill(page, {f"pin-{path}": note})


@pytest.mark.parametrize("script", [True, False])
def test_a_supervisor_returns_with_a_note_and_approves_later(desk, make_case, member_of, change, film, script):
    shot = film("penyelia" if script else "penyelia-tanpa-js")
    case = make_case(State.DIAJUKAN, person__nik=NIK)
    other = make_case(State.DIAJUKAN, person__name="Marzuki Daud", person__sex="L", person__nik=invented_nik(sex="L"))
    page = desk("supervisor", java_script_enabled=script)
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Aisyah Hamid")
    shot(page)
    review(page, "Aisyah Hamid")
    expect(page.get_by_text(CLEAN)).to_be_visible()
    expect(page.get_by_text("1 dari 2", exact=True)).to_be_visible()
    shot(page)
    pin(page, "Nama ibu kandung", "person.mother_name", "Di KK tertulis lain.")
    field(page, "reason").select_option("kurang")
    fill(page, {"note": "Cocokkan dengan KK."})
    shot(page)
    press(page, "Kembalikan")
    expect(page.get_by_text("Aisyah Hamid dikembalikan kepada petugas.")).to_be_visible()
    heading(page, "Marzuki Daud")
    shot(page)
    press(page, "Setujui")
    expect(page.get_by_text("Marzuki Daud disetujui.")).to_be_visible()
    expect(page.get_by_text("Tidak ada yang menunggu Anda")).to_be_visible()
    shot(page)
    assert (state_of(case), state_of(other)) == (State.DIKEMBALIKAN, State.DISETUJUI)
    change(case, person__mother_name="Nyak Manyang")
    [sent] = workflow.perform([seen(case)], "ajukan", actor=member_of("psm"), now=timezone.now())
    assert sent.done
    review(page, "Aisyah Hamid")
    expect(page.get_by_text("1 jawaban berubah")).to_be_visible()
    answer = page.locator("dl.rev > div", has=page.get_by_text("Nama ibu kandung", exact=True))
    expect(answer.locator("del")).to_have_text("Nyak Maneh")
    expect(answer).to_contain_text("Nyak Manyang")
    expect(answer).to_contain_text("Catatan terakhir: Di KK tertulis lain.")
    shot(page)
    press(page, "Setujui")
    expect(page.get_by_text("Aisyah Hamid disetujui.")).to_be_visible()
    assert state_of(case) == State.DISETUJUI


def test_a_return_without_words_is_refused_and_the_queue_can_be_filtered(desk, make_case, film):
    shot = film("saring")
    case = make_case(State.DIAJUKAN)
    other = {"person__name": "Marzuki Daud", "person__sex": "L", "person__nik": invented_nik(sex="L")}
    make_case(State.DIAJUKAN, **other, case__kind="13", case__criteria=[1])
    page = desk("supervisor", "/antrean/")
    field(page, "kind").select_option("13")
    press(page, "Terapkan")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Marzuki Daud")
    shot(page)
    review(page, "Aisyah Hamid")
    press(page, "Kembalikan")
    expect(page.get_by_role("alert")).to_contain_text("Sebab belum dipilih.")
    shot(page)
    field(page, "reason").select_option("kurang")
    press(page, "Kembalikan")
    expect(page.get_by_role("alert")).to_contain_text("Tulis apa yang perlu diperbaiki, atau beri catatan pada isiannya.")
    assert state_of(case) == State.DIAJUKAN


def test_a_number_opens_in_place_is_recorded_and_closes_by_itself(desk, make_case, account_of, film):
    shot = film("nik-terbuka")
    case = make_case(State.DIAJUKAN, person__nik=NIK)
    page = desk("supervisor")
    page.clock.install()
    page.goto(f"/antrean/{case.public_id}/")
    number = page.locator("[data-mask]", has_text=MASKED[-4:])
    expect(number.locator(".nik")).to_have_text(MASKED)
    opened = AuditEvent.objects.filter(verb="lihat_nomor", actor=account_of("supervisor"))
    assert not opened.exists()
    number.get_by_role("button").click()
    expect(number.locator(".nik")).to_have_text(spaced(NIK))
    expect(number.get_by_role("status")).to_have_text("Dibuka oleh Anda, dicatat. Tertutup sendiri dalam 60 detik.")
    shot(page)
    assert opened.count() == 1
    page.clock.fast_forward("00:59")
    expect(number.locator(".nik")).to_have_text(spaced(NIK))
    page.clock.fast_forward("00:02")
    expect(number.locator(".nik")).to_have_text(MASKED)
    number.get_by_role("button").click()
    expect(number.locator(".nik")).to_have_text(spaced(NIK))
    number.get_by_role("button").click()
    expect(number.locator(".nik")).to_have_text(MASKED)
    assert opened.count() == 2


def test_a_number_opens_on_a_page_of_its_own_without_javascript(desk, make_case):
    case = make_case(State.DIAJUKAN, person__nik=NIK)
    page = desk("supervisor", f"/catatan/{case.public_id}/", java_script_enabled=False)
    expect(page.get_by_text(NIK)).to_have_count(0)
    page.locator("form[data-reveal] button").first.click()
    heading(page, "NIK")
    expect(page.get_by_text(spaced(NIK))).to_be_visible()
    assert NIK not in page.url


def test_an_approval_of_what_changed_meanwhile_shows_the_differences(desk, make_case, change, film):
    shot = film("berubah")
    case = make_case(State.DIAJUKAN)
    page = desk("supervisor")
    review(page, "Aisyah Hamid")
    change(case, household__address="Depan meunasah")
    press(page, "Setujui")
    heading(page, "Catatan ini berubah")
    row = page.locator("dl.sum > div", has=page.get_by_text("Alamat", exact=True))
    expect(row.locator("del")).to_have_text("Belakang meunasah")
    expect(row.locator("ins")).to_have_text("Depan meunasah")
    shot(page)
    assert state_of(case) == State.DIAJUKAN
    press(page, "Setujui")
    expect(page.get_by_text("Aisyah Hamid disetujui.")).to_be_visible()
    assert state_of(case) == State.DISETUJUI


def test_a_restricted_case_is_decided_by_a_granted_supervisor_of_another_kecamatan(desk, make_case, account_of, film):
    shot = film("terbatas")
    kind = {"case__kind": "18", "case__criteria": [1], "case__report": "Laporan diterima dari instansi penanganan."}
    case = make_case(State.DIAJUKAN, keeper="psm_restricted", attach=False, **kind)
    ungranted = desk("supervisor", "/antrean/")
    expect(ungranted.get_by_text("Tidak ada yang menunggu Anda")).to_be_visible()
    granted: Account = make_account("penyelia_jauh", Role.SUPERVISOR, ELSEWHERE_KECAMATAN, restricted=True)
    page = desk(granted, "/antrean/")
    row = page.get_by_role("row").nth(1)
    expect(row).to_contain_text("Kasus terbatas")
    expect(page.get_by_role("table")).not_to_contain_text("trafficking")
    shot(page)
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(str(case.public_id)))
    expect(page).not_to_have_title(re.compile("Aisyah"))
    shot(page)
    press(page, "Setujui")
    expect(page.get_by_text("disetujui.")).to_be_visible()
    assert state_of(case) == State.DISETUJUI


def test_a_possible_double_is_compared_and_decided(desk, make_case, film):
    shot = film("ganda")
    make_case(State.DIAJUKAN, person__nik=NIK)
    make_case(State.DIAJUKAN, keeper="psm_next_door", person__nik=NIK, person__name="Aisyah Hamied", case__place=NEXT_DOOR)
    page = desk("supervisor", "/ganda/")
    shot(page)
    page.get_by_role("row").nth(1).get_by_role("link").click()
    heading(page, "Apakah ini orang yang sama?")
    expect(page.get_by_text("NIK sama", exact=True)).to_be_visible()
    expect(page.get_by_text(NIK)).to_have_count(0)
    shot(page)
    tick(page, "verdict", PairStatus.DIFFERENT)
    press(page, "Simpan putusan")
    expect(page.get_by_role("alert")).to_contain_text("Tulis alasan mengapa keduanya orang yang berbeda.")
    shot(page)
    fill(page, {"reason": "Foto KTP memperlihatkan dua orang; NIK kedua salah salin."})
    press(page, "Simpan putusan")
    expect(page.get_by_text("Dicatat: orang berbeda.")).to_be_visible()
    [pair] = DuplicatePair.objects.all()
    assert pair.status == PairStatus.DIFFERENT
