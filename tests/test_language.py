"""Indonesian in the source, English in the catalogue: both complete, and no page speaks the other one."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from registry.exchange.layouts import LAYOUTS
from registry.fields import Step
from registry.models import Area, Person
from registry.reference.kinds import KINDS
from tests import test_access_grid as grid
from tests.people import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
OWN_CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+>")

# Words and word pairs that no Indonesian sentence has.
ENGLISH = re.compile(
    r"\b(?:Submit|Search|Delete|Save|Home|Required|This field|Next|Previous|Cancel|Back|Close|Add|Remove|Change|Update|Sign (?:in|out|up)"
    r"|Log (?:in|out)|Please|Welcome|Loading|Showing|Select|Choose|Username|Forgot|Not [Ff]ound|Yes|Settings|Invalid|View|Create|Show|Hide"
    r"|Actions?)\b"
    r"|\b(?:[Tt]he|[Yy]our|[Ww]ith|[Tt]his|[Yy]ou|must|cannot|should)\b.*\b(?:the|your|with|this|is|are|was|has|have|been|must|be|and|of|to|for|not)\b"
)
INDONESIAN = re.compile(
    r"\b(?:yang|dan|atau|untuk|dengan|dari|pada|oleh|di|ke|ini|itu|belum|sudah|tidak|akan|bila|harus|catat|catatan|simpan|kembali|kembalikan"
    r"|tambah|lihat|pilih|tulis|periksa|kirim|isian|warga|petugas|penyelia|semua|anda|jenis|syarat|tanggal|nama|nomor|bukti|berkas)\b",
    re.I,
)

world = grid.world


# --- the catalogue


def test_the_catalogue_holds_every_text_of_the_source_and_no_other(tmp_path):
    """What `manage.py makemessages` would write is what is there: run it, then translate what it added."""
    for name in ("manage.py", "ipsm_portal", "registry", "validation", "templates", "locale"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "settings.py", tmp_path / "tests")
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "manage.py", "makemessages"], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    wanted = (tmp_path / CATALOGUE.relative_to(ROOT)).read_text().splitlines()
    assert wanted == CATALOGUE.read_text().splitlines(), "run `manage.py makemessages` and translate what it added"


@pytest.mark.parametrize("path", OWN_CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_is_translated_and_sure(path):
    """msgfmt also compares the placeholders of plural forms."""
    command = ["msgfmt", "--check-format", "--statistics", "-o", os.devnull, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    assert re.fullmatch(r"\d+ translated messages?\.", done.stderr.strip()), done.stderr


def catalogue() -> dict[str, str]:
    """Indonesian -> English, of the texts without plural forms."""
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        texts = gettext.GNUTranslations(file)._catalog
    return {key.rpartition("\x04")[2]: text for key, text in texts.items() if key and isinstance(key, str)}


def test_placeholders_and_tags_are_the_same_in_both_languages():
    wrong = {key: text for key, text in catalogue().items() if sorted(PLACEHOLDER.findall(key)) != sorted(PLACEHOLDER.findall(text))}
    assert wrong == {}


def test_blanks_at_the_ends_are_kept():
    ends = [(text[:1].isspace(), text[-1:].isspace()) for pair in catalogue().items() for text in pair]
    assert ends[::2] == ends[1::2]


# --- the pages


class Texts(HTMLParser):
    """What a page says, by the language it is marked with: text, and the attributes that are read aloud or shown."""

    SPOKEN = ("aria-label", "title", "placeholder", "alt")
    VOID = ("meta", "link", "input", "img", "br", "hr", "use", "source", "wbr")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or (self.open[-1][1] if self.open else "")
        if tag not in self.VOID:
            self.open.append((tag, language))
        self.said += [(language, given[name]) for name in self.SPOKEN if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _language in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open and data.strip() and self.open[-1][0] not in ("script", "style"):
            self.said.append((self.open[-1][1], " ".join(data.split())))


def texts(answer: HttpResponse, language: str) -> set[str]:
    reader = Texts()
    reader.feed(answer.content.decode())
    return {text for said_in, text in reader.said if said_in == language}


def visitor(account: object, language: str) -> Client:
    client = Client()
    if account is not None:
        client.force_login(account)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


WRONG = {
    "nik": "12", "person.nik": "12", "person.birth_date": "x", "reason": "x", "receiver": "x", "worker": "x", "role": "x", "sk_date": "x",
}  # fmt: skip


def answers(persona: str, client: Client, world: dict) -> Iterator[HttpResponse]:
    """Every page this persona may open, and what the forms say to answers that cannot be."""
    column = list(grid.PERSONAS).index(persona)
    for row in grid.TABLE:
        if row.verb == "GET" and row.expected[column] == "200" and row.name not in ("evidence_picture", "dispatch_download"):
            yield client.get(grid.address(row, world))
    sends: list[str] = []
    if persona.startswith("psm"):
        steps = [reverse("case_step", args=[*world["draft"], step]) for step in Step]
        yield from map(client.get, steps)
        sends = [steps[0], reverse("search"), reverse("case_check", args=world["draft"])]
    if persona.startswith("supervisor"):
        sends = [reverse("case_decide", args=[*world["case"], action]) for action in ("kembalikan", "tolak")]
        sends += [reverse("case_assign", args=world["case"]), reverse("pair_decide", args=world["pair"])]
    if persona == "admin":
        sends = [reverse(name) for name in ("batch_list", "dispatch_make", "worker_create", "account_create")]
    yield from (client.post(address, WRONG) for address in sends)
    yield client.get("/tidak-ada/")


def sign_in_pages(language: str) -> Iterator[HttpResponse]:
    for typed in ({}, {"login": "psm", "password": "salah"}, *[{"login": "siapa", "password": "salah"}] * 7):
        yield visitor(None, language).post("/masuk/", typed)
    client = visitor(None, language)
    yield client.post("/masuk/", {"login": "psm", "password": PASSWORD}, follow=True)
    yield client.post("/keluar/", follow=True)


def said(language: str, world: dict, account_of: object) -> set[str]:
    """Everything the pages say in this language."""
    found: set[str] = set()
    for persona in ("anonymous", "psm of the area", "supervisor with the grant", "admin"):
        account = account_of(grid.PERSONAS[persona]) if grid.PERSONAS[persona] else None
        for answer in answers(persona, visitor(account, language), world):
            if "html" in answer.headers["Content-Type"]:
                found |= texts(answer, language)
    for answer in sign_in_pages(language):
        found |= texts(answer, language)
    return found


@pytest.mark.django_db
def test_pages_in_indonesian_say_nothing_in_english(world, account_of):
    found = said("id", world, account_of)
    assert {text for text in found if ENGLISH.search(text)} == set()
    assert {"Warga", "Kirim untuk verifikasi", "Nama pengguna atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi."} <= found


@pytest.mark.django_db
def test_pages_in_english_say_nothing_in_indonesian(world, account_of):
    """Names of kinds, their criteria and legal bases, places, people and the columns of files are data and stay as they are."""
    found, translated = said("en", world, account_of), catalogue()
    data = {kind.name for kind in KINDS.values()} | {kind.legal_basis for kind in KINDS.values()}
    data |= {text for kind in KINDS.values() for text in kind.criteria}
    data |= {column.heading for layout in LAYOUTS.values() for column in layout.columns}
    data |= set(Area.objects.values_list("name", flat=True)) | set(Person.objects.values_list("name", flat=True))
    longest_first = re.compile("|".join(re.escape(text) for text in sorted(data - {""}, key=len, reverse=True)))

    def left(text: str) -> bool:
        return bool(INDONESIAN.search(text)) or translated.get(text, text) != text

    assert {text for text in filter(left, found) if left(longest_first.sub("", text))} == set()
    assert {"People", "Send for verification", "You have signed out."} <= found
