"""What people do on the pages, in their own words. Everything here works with and without JavaScript."""

from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from registry.reference.evidence import EVIDENCE
from tests.people import GAMPONG, PASSWORD

Shot = Callable[[Page], None]


def typed(day: date | None = None) -> str:
    """A date as people write it here; today without one."""
    return (day or timezone.localdate()).strftime("%d-%m-%Y")


def spaced(number: str) -> str:
    """A NIK as it stands on many cards, in groups of four."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def camera_picture(width: int = 2400, height: int = 1800) -> bytes:
    """A picture too large for a gampong's signal, with a colour gradient so that it does not compress to nothing."""
    buffer = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").rotate(30).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def field(page: Page, name: str) -> Locator:
    """The visible control (or controls) of a question."""
    return page.locator(f'[name="{name}"]:not([type=hidden])')


def fill(page: Page, answers: Mapping[str, str]) -> None:
    for name, value in answers.items():
        field(page, name).fill(value)


def tick(page: Page, name: str, *values: Any) -> None:
    for value in values:
        page.locator(f'[name="{name}"][value="{value}"]').check()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    page.get_by_role("link", name=words, exact=True).click()


def heading(page: Page, words: str) -> None:
    """Wait for the page with this title."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def enter(page: Page, username: str, password: str = PASSWORD) -> None:
    """Sign in by hand."""
    page.goto("/masuk/")
    page.get_by_label("Nama pengguna").fill(username)
    page.locator("[name=password]").fill(password)
    press(page, "Masuk")


class Worker:
    """A PSM worker with the form of a record. `shot` keeps a picture of each page as it is filled."""

    def __init__(self, page: Page, shot: Shot) -> None:
        self.page, self.shot = page, shot

    def search(self, nik: str, name: str, year: int) -> None:
        """Search before create, from the home page."""
        page = self.page
        follow(page, "Catat warga")
        heading(page, "Cari dulu sebelum mencatat")
        fill(page, {"nik": nik, "name": name, "birth_year": str(year)})

    def begin(self) -> None:
        """Nobody like that is there: a new record."""
        press(self.page, "Cari")
        expect(self.page.get_by_text("Belum ada yang mirip di wilayah Anda.")).to_be_visible()
        self.shot(self.page)
        press(self.page, "Catat baru")
        expect(self.page.get_by_text("0 dari 6 bagian selesai.")).to_be_visible()
        self.shot(self.page)

    def save(self) -> None:
        self.shot(self.page)
        press(self.page, "Simpan dan lanjut")

    def identity(self, born: date, mother: str) -> None:
        heading(self.page, "Identitas")
        fill(self.page, {"person.birth_place": "Bireuen", "person.birth_date": typed(born), "person.mother_name": mother})
        tick(self.page, "person.sex", "P")
        tick(self.page, "person.marital_status", "cerai_mati")
        self.save()

    def address(self) -> None:
        heading(self.page, "Alamat dan tempat ditemukan")
        field(self.page, "household.gampong").select_option(GAMPONG)
        fill(self.page, {"household.dusun": "Tunong", "household.address": "Belakang meunasah", "case.found_on": typed()})
        self.save()

    def family(self, kk: str) -> None:
        heading(self.page, "Keluarga")
        fill(self.page, {"kk": kk})
        tick(self.page, "person.relation", "kepala_keluarga")
        self.save()

    def kind(self) -> None:
        """Two pages: which kind, then what of it was found."""
        page = self.page
        heading(page, "Pilih jenis PPKS")
        group = page.locator("details", has=page.locator('[name="case.kind"][value="24"]'))
        if group.get_attribute("open") is None:
            group.locator("summary").click()
        tick(page, "case.kind", "24")
        self.shot(page)
        press(page, "Simpan dan lihat syaratnya")
        heading(page, "Jenis PPKS dan syarat")
        tick(page, "case.criteria", 2, 3)
        fill(page, {"case.note": "Hasil jualan tidak cukup untuk makan sehari-hari."})
        self.save()

    def photo(self, kind: str) -> None:
        """Upload one picture where this kind of evidence is asked for."""
        page = self.page
        form = page.locator("form[enctype]", has=page.locator(f'[name="kind"][value="{kind}"]'))
        if not form.is_visible():
            page.locator("details", has=form).locator("summary").click()
        form.locator("input[type=file]").set_input_files({"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": camera_picture()})
        form.locator("button[type=submit]").click()
        expect(page.get_by_text(f"Foto tersimpan: {EVIDENCE[kind].label}.")).to_be_visible()

    def evidence(self) -> None:
        page = self.page
        heading(page, "Bukti")
        self.shot(page)
        self.photo("foto_ktp_atau_kk")
        self.shot(page)
        self.photo("foto_rumah")
        self.save()

    def consent(self) -> None:
        page = self.page
        heading(page, "Persetujuan")
        tick(page, "case.consent_basis", "lisan")
        tick(page, "case.consent_by", "sendiri")
        fill(page, {"case.consent_on": typed()})
        self.save()

    def send(self) -> str:
        """Read everything once more, say that one was there, send. Returns the registry number on the receipt."""
        page = self.page
        heading(page, "Periksa jawaban sebelum dikirim")
        expect(page.get_by_text("Cukup untuk diverifikasi.")).to_be_visible()
        page.get_by_label("Saya sudah bertemu warga ini").check()
        self.shot(page)
        press(page, "Kirim untuk verifikasi")
        heading(page, "Terkirim untuk verifikasi")
        self.shot(page)
        return page.locator(".receipt .code").inner_text()
