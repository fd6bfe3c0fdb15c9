"""Every page, as narrow as a phone and as wide as a laptop: axe, width, large text, size of what is touched, weight."""

import gzip
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.urls import get_resolver, resolve
from django.utils import timezone
from playwright.sync_api import Page, Response, expect

from registry import cases, members, workflow
from registry.enums import State
from registry.models import Attachment, Batch, Worker
from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.pages import field, press
from tests.people import GAMPONG, NEXT_DOOR, invented_nik, seen
from tests.registry.exchange.sheets import HEADINGS, line, sheet
from validation.models import DuplicatePair

pytestmark = pytest.mark.a11y
WEIGHT = 60_000
NARROW, LARGE_TEXT = 320, "200%"
TARGET = 44

# What is lower than a thumb, in its own box or in the label that belongs to it; links in a sentence and hidden things do not count.
SMALL_TARGETS = """least => {
  const inSentence = (link) => {
    if (link.tagName !== "A" || getComputedStyle(link).display !== "inline") return false;
    const around = link.closest("p, li, dd, td, .meta, .small");
    return around && around.textContent.trim().length > link.textContent.trim().length + 3;
  };
  const box = (node) => node.getBoundingClientRect();
  const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && box(node).width > 1 && box(node).height > 1;
  const reached = (node) => Math.max(box(node).height, ...[...(node.labels || [])].map((label) => box(label).height));
  return [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")]
    .filter((node) => seen(node) && !inSentence(node) && !node.closest(".skip") && reached(node) < least - 0.5)
    .map((node) => `${node.tagName} ${node.className} "${(node.innerText || node.name || "").trim().slice(0, 40)}" ${reached(node)}`);
}"""
TOO_WIDE = """() => {
  const screen = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= screen) return [];
  const scrolls = (node) => node && (/(auto|scroll|hidden)/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > screen + 0.5 && !scrolls(node.parentElement))
    .map((node) => `${node.tagName}.${node.className} reaches ${Math.round(node.getBoundingClientRect().right)}`).slice(0, 4)
    .concat(`page ${document.documentElement.scrollWidth} wide on ${screen}`);
}"""


@dataclass(frozen=True)
class Stop:
    """A page to look at. `do` brings it into a state that only a send or a click gives."""

    name: str
    persona: str
    address: str
    do: object = None
    status: int = 200


def _send_empty(words: str):
    return lambda page: press(page, words)


def _look_up(page: Page) -> None:
    field(page, "nik").fill(SEARCHED)
    press(page, "Cari")
    expect(page.locator(".cands")).to_be_visible()


def _disagree(page: Page) -> None:
    """Somebody else wrote to the same question while the page was open."""
    page.locator('[name="shown:person.mother_name"]').evaluate("node => { node.value = 'lain'; }")
    field(page, "person.mother_name").fill("Nyak Manyang")
    press(page, "Simpan dan lanjut")
    expect(page.locator("fieldset.clash")).to_be_visible()


def _outdated(revision: int):
    """Approve what was on the screen before the last change."""

    def do(page: Page) -> None:
        page.locator("#setujui [name=revision]").evaluate("(node, seen) => { node.value = seen; }", revision)
        press(page, "Setujui")
        expect(page.get_by_text("Yang berubah")).to_be_visible()

    return do


def _reveal(page: Page) -> None:
    """The page of an open number, as it comes without the script."""
    page.locator("form[data-reveal]").first.evaluate("form => form.submit()")
    expect(page.get_by_text("Tutup halaman ini setelah selesai.")).to_be_visible()


def _invite(page: Page) -> None:
    press(page, "Buat undangan baru")
    expect(page.get_by_label("Tautan undangan")).to_be_visible()


def _no_photo(page: Page) -> None:
    page.locator("form[data-photo] button:visible").first.click()
    expect(page.locator("[data-photo-words]").first).to_have_text("Foto belum dipilih.")


SEARCHED = invented_nik(serial=9707)


@pytest.fixture
def registry(make_case, account_of, member_of, client_of, tmp_path) -> SimpleNamespace:
    """A small registry with something on every page."""
    now = timezone.now()
    draft = make_case(person__name="Cut Nuraini", person__nik=SEARCHED)
    empty = make_case(values={"case.place": GAMPONG}, attach=False)
    back = make_case(State.DIAJUKAN, person__name="Rosmala Dewi", person__nik=invented_nik(serial=9702))
    pins = [workflow.PinNote(path, "Cocokkan dengan KK.") for path in ("person.mother_name", "case.criteria", "case.evidence")]
    workflow.perform([seen(back)], "kembalikan", actor=member_of("supervisor"), now=now, reason="kurang", note="Belum cocok.", pins=pins)
    waiting = make_case(State.DIAJUKAN, person__name="Marzuki Daud", person__sex="L", person__nik=invented_nik(sex="L", serial=9703))
    sent_at = seen(waiting).revision
    cases.update([cases.Edit(waiting.pk, {"household.address": "Depan meunasah"})], actor=member_of("psm"), now=now)
    approved = make_case(State.DISETUJUI, person__name="Zainab Usman", person__nik=invented_nik(serial=9704), person__mother_name=None)
    make_case(State.DITOLAK, person__name="Ilyas Yusuf", person__nik=invented_nik(serial=9705))
    twin = {"person__name": "Zainab Usmani", "person__nik": approved.person.nik, "case__place": NEXT_DOOR}
    make_case(State.DIAJUKAN, keeper="psm_next_door", **twin)
    make_case(State.DISETUJUI, person__name="Fatimah Ali", person__nik=invented_nik(serial=9706))
    account_of("admin")
    client = client_of("admin")
    rows = [line(1), line(2, nik="12345"), line(3, gampong="Tidak Ada")]
    with sheet(tmp_path / "usulan.xlsx", rows, HEADINGS).open("rb") as file:
        form = client.get("/impor/").context["form"]
        client.post("/impor/", {"file": file, "mutation_id": form["mutation_id"].value()})
    client.post("/ekspor/buat/", {"receiver": "Dinas Sosial", "purpose": "Usulan DTSEN", "mutation_id": uuid4()})
    officer = Worker.objects.create(name="Safrina Yusuf", gampong_id=GAMPONG, sk_number="140/12/2025", sk_until=date(2026, 12, 31))
    token, _ends = members.invite(account_of("psm_elsewhere"), actor=member_of("admin"), now=now)
    return SimpleNamespace(
        draft=draft, empty=empty, back=back, waiting=waiting, approved=approved, token=token, sent_at=sent_at,
        pair=DuplicatePair.objects.get(),
        officer=officer, batch=Batch.objects.get(), account=account_of("psm"), photo=Attachment.objects.filter(case=draft).first(),
    )  # fmt: skip


def tour(r: SimpleNamespace) -> list[Stop]:
    """Every address that shows a page, and the states of pages that have a face of their own."""
    draft, back, waiting, approved = (f"/catatan/{case.public_id}/" for case in (r.draft, r.back, r.waiting, r.approved))
    steps = ("identitas", "alamat", "keluarga", "jenis", "bukti", "persetujuan")
    review = f"/antrean/{r.waiting.public_id}/"
    batch, account = f"/impor/{r.batch.public_id}/", f"/akun/{r.account.public_id}/"
    return [
        Stop("masuk", "", "/masuk/"),
        Stop("undangan", "", f"/undangan/{r.token}/"),
        Stop("undangan-hilang", "", "/undangan/tidak-ada/", status=410),
        Stop("tidak-ada", "psm", "/tidak-ada/", status=404),
        Stop("tidak-boleh", "psm", "/impor/", status=403),
        Stop("beranda", "psm", "/"),
        Stop("cari", "psm", "/cari/"),
        Stop("cari-salah", "psm", "/cari/", _send_empty("Cari")),
        Stop("cari-ada", "psm", "/cari/", _look_up),
        Stop("isian", "psm", f"{draft}isi/"),
        Stop("isian-kosong", "psm", f"/catatan/{r.empty.public_id}/isi/"),
        Stop("isian-kembali", "psm", f"{back}isi/"),
        *(Stop(f"isi-{step}", "psm", f"{draft}isi/{step}/") for step in steps),
        *(Stop(f"isi-kembali-{step}", "psm", f"{back}isi/{step}/") for step in ("identitas", "jenis", "bukti")),
        Stop("isi-jenis-pilih", "psm", f"{draft}isi/jenis/?ganti=1"),
        Stop("isi-berselisih", "psm", f"{draft}isi/identitas/", _disagree),
        Stop("bukti-salah", "psm", f"/catatan/{r.empty.public_id}/isi/bukti/", _no_photo),
        Stop("bukti-hapus", "psm", f"/bukti/{r.photo.public_id}/hapus/"),
        Stop("periksa", "psm", f"{draft}periksa/"),
        Stop("periksa-belum", "psm", f"/catatan/{r.empty.public_id}/periksa/"),
        Stop("hapus", "psm", f"{draft}hapus/"),
        Stop("terkirim", "psm", f"{waiting}terkirim/"),
        Stop("catatan", "psm", approved),
        Stop("catatan-kembali", "psm", back),
        Stop("tarik", "psm", f"{waiting}tarik/"),
        Stop("warga", "psm", "/warga/"),
        Stop("kata-sandi", "psm", "/kata-sandi/"),
        Stop("petugas-psm", "psm", "/petugas/"),
        Stop("antrean", "supervisor", "/antrean/"),
        Stop("antrean-kosong", "supervisor", "/antrean/?state=nonaktif"),
        Stop("tinjau", "supervisor", review),
        Stop("tinjau-salah", "supervisor", review, _send_empty("Kembalikan")),
        Stop("tinjau-berubah", "supervisor", review, _outdated(r.sent_at)),
        Stop("tolak", "supervisor", f"{review}tolak/"),
        Stop("nonaktifkan", "supervisor", f"/antrean/{r.approved.public_id}/nonaktifkan/"),
        Stop("serahkan", "supervisor", f"{waiting}serahkan/"),
        Stop("catatan-penyelia", "supervisor", approved),
        Stop("nomor", "supervisor", approved, _reveal),
        Stop("ganda", "supervisor", "/ganda/"),
        Stop("ganda-satu", "supervisor", f"/ganda/{r.pair.public_id}/"),
        Stop("kabupaten", "admin", "/"),
        Stop("warga-admin", "admin", "/warga/"),
        Stop("impor", "admin", "/impor/"),
        Stop("impor-satu", "admin", batch),
        Stop("impor-simpan", "admin", f"{batch}simpan/"),
        Stop("impor-batal", "admin", f"{batch}batalkan/"),
        Stop("ekspor", "admin", "/ekspor/"),
        Stop("ekspor-salah", "admin", "/ekspor/", _send_empty("Buat berkas dan tandai terkirim")),
        Stop("petugas", "admin", "/petugas/"),
        Stop("petugas-baru", "admin", "/petugas/baru/"),
        Stop("petugas-satu", "admin", f"/petugas/{r.officer.public_id}/"),
        Stop("petugas-ubah", "admin", f"/petugas/{r.officer.public_id}/ubah/"),
        Stop("akun", "admin", "/akun/"),
        Stop("akun-baru", "admin", "/akun/baru/"),
        Stop("akun-satu", "admin", account),
        Stop("akun-nonaktif", "admin", f"{account}aktif/"),
        Stop("akun-undang", "admin", account, _invite),
        Stop("operasi", "admin", "/operasi/"),
    ]


@pytest.fixture
def visit(open_page, registry, film):
    """Walk the tour at one width: `visit(PHONE, look)` calls look(page) on every page and gathers what it says, page by page."""

    def walk(viewport: dict, look) -> list[str]:
        job = f"halaman-{viewport['width']}"
        shot, said = film(job), []
        pages: dict[str, Page] = {}
        for stop in tour(registry):
            if stop.persona not in pages:
                pages[stop.persona] = open_page(stop.persona, "/masuk/", viewport=viewport)
            page = pages[stop.persona]
            answer = page.goto(stop.address)
            if answer.status != stop.status:
                said.append(f"{stop.name}: status {answer.status}")
                continue
            if stop.do:
                stop.do(page)
            shot(page)
            said += [f"{stop.name}: {what}" for what in look(page)]
            page.set_viewport_size(viewport)
        return said

    return walk


def test_on_a_phone(visit, barriers):
    def look(page: Page) -> list[str]:
        found = barriers(page) + page.evaluate(SMALL_TARGETS, TARGET) + page.evaluate(TOO_WIDE)
        page.set_viewport_size({"width": NARROW, "height": 640})
        found += page.evaluate(TOO_WIDE)
        page.set_viewport_size(PHONE)
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", LARGE_TEXT)
        return found + [f"at {LARGE_TEXT}: {what}" for what in page.evaluate(TOO_WIDE)]

    said = visit(PHONE, look)
    assert not said, "\n".join(said)


def test_on_a_laptop(visit, barriers):
    def look(page: Page) -> list[str]:
        return barriers(page) + page.evaluate(TOO_WIDE)

    said = visit(LAPTOP, look)
    assert not said, "\n".join(said)


def test_every_page_of_the_portal_is_on_the_tour(registry):
    """A page that is added later cannot miss the checks above. Named here: what answers no page of its own."""
    no_page = {
        "case_begin", "evidence_upload", "evidence_picture", "case_list_download", "case_reveal", "batch_commit", "dispatch_make",
        "dispatch_download", "account_invite", "pair_decide", "account_logout", "set_language", "live", "ready",
    }  # fmt: skip
    reached = {resolve(stop.address.split("?")[0]).url_name for stop in tour(registry) if stop.status == 200}
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert named - reached - no_page == set()


@pytest.mark.parametrize("address", ["/masuk/", "/", "/catatan/{key}/isi/identitas/", "/catatan/{key}/"])
def test_a_cold_page_is_light(open_page, make_case, address):
    """Everything a phone loads for one page, nothing kept from before.

    The live server does not compress static files as the real one does, so each body is compressed here the way the real one would.
    """
    case = make_case(State.DIKEMBALIKAN)
    page = open_page("" if address == "/masuk/" else "psm", "about:blank")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address.format(key=case.public_id), wait_until="networkidle")
    weight = {urlsplit(answer.url).path: len(gzip.compress(answer.body(), 6)) for answer in answers}
    assert len(weight) > 4
    assert sum(weight.values()) < WEIGHT, weight


def test_the_checks_see_what_they_are_there_for(open_page, complaints, barriers):
    """Each of them first seen to fail: a foreign host, an inline style, an error, a page too wide, a button too small, a picture
    without words."""
    page = open_page(address="/masuk/")
    assert (page.evaluate(SMALL_TARGETS, TARGET), page.evaluate(TOO_WIDE), barriers(page), complaints) == ([], [], [], [])
    page.evaluate("""() => {
      const bad = '<p style="color: red">merah</p><button id="small">Kecil</button><img src="/static/img/pinto.svg">';
      document.querySelector("main").insertAdjacentHTML("beforeend", bad);
      Object.assign(document.getElementById("small").style, { height: "20px", width: "600px", padding: "0" });
      fetch("https://contoh.invalid/").catch(() => {});
      console.error("salah");
    }""")
    [small] = page.evaluate(SMALL_TARGETS, TARGET)
    assert small.startswith("BUTTON")
    assert page.evaluate(TOO_WIDE)[-1].startswith("page 6")
    assert [line.split(":")[0] for line in barriers(page)] == ["image-alt"]
    heard = " ".join(complaints)
    assert "salah" in heard and "style" in heard and "contoh.invalid" in heard
    complaints.clear()
