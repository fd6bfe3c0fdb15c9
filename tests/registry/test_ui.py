"""Words and markup that every page shares."""

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from registry.enums import State
from registry.templatetags import ui

ROOT = Path(__file__).parents[2]
SPRITE = (ROOT / "static/img/icons.svg").read_text()
# 8 December 2026, 10.42 in Western Indonesia.
NOW = dt.datetime(2026, 12, 8, 3, 42, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def indonesian() -> object:
    with translation.override("id"), timezone.override("Asia/Jakarta"):
        yield


class Sample(forms.Form):
    nama = forms.CharField(label="Nama lengkap")
    catatan = forms.CharField(label="Catatan", required=False, help_text="Tulis yang Anda lihat.")
    kawin = forms.ChoiceField(label="Status kawin", choices=[("k", "Kawin"), ("t", "Tidak tahu")], widget=forms.RadioSelect)
    setuju = forms.BooleanField(label="Sudah bertemu", help_text="Isian sesuai yang Anda lihat.")
    nik = forms.CharField(label="NIK", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "data-digits": "16"}))

    def clean_nik(self) -> str:
        if self.cleaned_data["nik"]:
            raise forms.ValidationError("NIK harus 16 angka, ini baru 15.")
        return ""


def crispy(form: forms.Form) -> str:
    return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))


@pytest.mark.parametrize(
    ("style", "words"),
    [("panjang", "7 Desember 2026"), ("pendek", "07-12-2026"), ("hari", "Senin 7 Desember"), ("tanpa_tahun", "7 Desember")],
)
def test_tanggal(style: str, words: str) -> None:
    assert ui.tanggal(dt.date(2026, 12, 7), style) == words


def test_tanggal_uses_the_readers_day() -> None:
    assert ui.tanggal(dt.datetime(2026, 12, 7, 18, 30, tzinfo=dt.UTC)) == "8 Desember 2026"
    assert ui.tanggal(None) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (NOW, "10.42"),
        (dt.datetime(2026, 12, 7, 17, 0, tzinfo=dt.UTC), "00.00"),
        (dt.datetime(2026, 12, 7, 16, 59, tzinfo=dt.UTC), "kemarin 23.59"),
        (dt.datetime(2026, 12, 3, 4, 30, tzinfo=dt.UTC), "3 Desember 11.30"),
        (dt.datetime(2025, 12, 3, 4, 30, tzinfo=dt.UTC), "3 Desember 2025 11.30"),
        (None, ""),
    ],
)
def test_waktu(value: dt.datetime | None, words: str) -> None:
    assert ui.waktu(value, NOW) == words
    assert Template("{% load ui %}{% moment value %}").render(Context({"value": value, "now": NOW})) == words


@pytest.mark.parametrize(("value", "decimals", "words"), [(1234, 0, "1.234"), (0, 0, "0"), (1234567.25, 1, "1.234.567,2"), (None, 0, "")])
def test_angka(value: float | None, decimals: int, words: str) -> None:
    assert ui.angka(value, decimals) == words


@pytest.mark.parametrize("state", State)
def test_every_state_has_icon_and_word(state: State) -> None:
    badge = ui.state_badge(state.value)
    assert f"tag-{state.value}" in badge and badge.endswith(f"{state.label}</span>")


def test_state_badge_refuses_other_words() -> None:
    with pytest.raises(ValueError):
        ui.state_badge("siap")


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="(\w+)"', SPRITE))
    templates = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    named = {name for text in templates for name in re.findall(r'{% icon "(\w+)"', text)}
    assert named | set(ui.STATE_ICONS.values()) | set(ui.LEVEL_ICONS.values()) <= drawn


def test_finding_names_level_fixer_and_action() -> None:
    source = '{% load ui %}{% finding found label="Tambah foto" url="/foto/" note="Bawa HP." who=who %}'
    found = {"level": "warning", "message": "Foto KK <belum> ada.", "fixer": "supervisor"}
    page = Template(source).render(Context({"found": found, "who": ""}))
    assert "is-warning" in page and "#warning" in page and "Peringatan: " in page
    assert "Foto KK &lt;belum&gt; ada." in page and "Diperbaiki oleh penyelia. Bawa HP." in page and 'href="/foto/"' in page
    assert "Diperbaiki oleh Anda. Bawa HP." in Template(source).render(Context({"found": found, "who": "Anda"}))
    assert "Diperbaiki" not in Template(source).render(Context({"found": found | {"level": "done"}, "who": ""}))


def test_field_marks_optional_and_ties_hint_and_error_to_the_input() -> None:
    page = crispy(Sample({"nik": "111105470858900", "catatan": ""}))
    assert page.count("(opsional)") == 2 and "*" not in page
    assert 'id="id_catatan_helptext"' in page and 'aria-describedby="id_catatan_helptext"' in page
    assert 'id="id_nik_error"' in page and 'aria-describedby="id_nik_error"' in page and page.count('aria-invalid="true"') >= 2
    assert 'inputmode="numeric"' in page and 'data-digits="16"' in page
    assert page.index('for="id_catatan"') < page.index("id_catatan_helptext") < page.index('name="catatan"')
    assert page.index('for="id_nik"') < page.index("ini baru 15") < page.index('name="nik"')
    assert re.search(r'<fieldset id="id_kawin" tabindex="-1" aria-describedby="id_kawin_error">\s*<legend>Status kawin</legend>', page)
    assert page.count('class="check"') == 3
    assert "style=" not in page


def test_needed_fields_and_filters_are_not_called_optional() -> None:
    needed, filters = Sample(), Sample()
    needed.fields["catatan"].needed = needed.fields["nik"].needed = True
    filters.hide_optional = True
    assert "(opsional)" not in crispy(needed) and "(opsional)" not in crispy(filters)


def test_error_summary_says_the_words_of_the_fields() -> None:
    form = Sample({"nik": "111105470858900"})
    form.add_error(None, "Dua isian tidak cocok.")
    links = ui.error_links(form)
    assert links == [
        {"text": "Nama lengkap belum diisi.", "target": "id_nama"},
        {"text": "Status kawin belum dipilih.", "target": "id_kawin"},
        {"text": "Kotak ini perlu dicentang untuk melanjutkan.", "target": "id_setuju"},
        {"text": "NIK harus 16 angka, ini baru 15.", "target": "id_nik"},
        {"text": "Dua isian tidak cocok.", "target": ""},
    ]
    summary, page = render_to_string("_errors.html", {"form": form}), crispy(form)
    assert "Ada 5 masalah" in summary and 'role="alert"' in summary and 'tabindex="-1"' in summary
    for link in links:
        assert link["text"] in summary and link["text"] in page
        assert not link["target"] or f'id="{link["target"]}"' in page


def test_error_summary_is_there_for_one_error_and_only_then() -> None:
    good = {"nama": "Aisyah", "kawin": "k", "setuju": "on"}
    assert "Ada masalah" in render_to_string("_errors.html", {"form": Sample(good | {"nama": ""})})
    assert "errsum" not in render_to_string("_errors.html", {"form": Sample(good)})
    assert "errsum" not in render_to_string("_errors.html", {"form": Sample()})
    assert "errsum" not in render_to_string("_errors.html")


def test_own_required_sentence_is_kept() -> None:
    form = Sample({})
    form.fields["nama"].error_messages["required"] = "Tulis nama seperti di KTP."
    assert ui.problem_texts(form["nama"]) == ["Tulis nama seperti di KTP."]


def test_formset_errors_point_to_their_rows() -> None:
    management = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1"}
    rows = formset_factory(Sample, extra=0)(management | {"form-0-kawin": "k", "form-0-setuju": "on"})
    assert ui.error_links(None, rows) == [{"text": "Nama lengkap belum diisi.", "target": "id_form-0-nama"}]


@pytest.mark.parametrize(
    ("page", "pages", "numbers"),
    [(1, 1, [1]), (1, 4, [1, 2, 3, 4]), (8, 40, [1, 0, 6, 7, 8, 9, 10, 0, 40]), (40, 40, [1, 0, 38, 39, 40])],
)
def test_page_numbers(page: int, pages: int, numbers: list[int]) -> None:
    assert ui.page_numbers(Paginator(range(pages * 10), 10).page(page)) == numbers


def test_pager_keeps_the_filters_of_the_address() -> None:
    request = RequestFactory().get("/", {"gampong": "paya cut", "jenis": ["8", "24"], "page": "2"})
    page = render_to_string("_pager.html", {"page_obj": Paginator(range(30), 10).page(2), "note": "Catatan Anda."}, request)
    assert "11 sampai 20 dari 30. Catatan Anda." in page
    assert "?gampong=paya+cut&amp;jenis=8&amp;jenis=24&amp;page=3" in page and page.count("aria-current") == 1


def test_masked_value_offers_opening_only_with_an_address() -> None:
    request = RequestFactory().get("/")
    closed = render_to_string("_masked.html", {"label": "NIK", "masked": "1111••••••••9001", "reveal_url": None}, request)
    assert "1111••••••••9001" in closed and "<form" not in closed
    opened = render_to_string("_masked.html", {"label": "NIK", "masked": "1111••••••••9001", "reveal_url": "/buka/7/"}, request)
    assert 'method="post" action="/buka/7/"' in opened and "csrfmiddlewaretoken" in opened and "Tampilkan" in opened


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_need_no_request(name: str) -> None:
    page = engines["django"].get_template(f"{name}.html").render({})
    assert '<html lang="id">' in page and "<h1>" in page and "· Registri PPKS</title>" in page


def test_no_permission_reads_like_no_such_record() -> None:
    request = RequestFactory().get("/catatan/7/")
    assert render_to_string("403.html", {}, request) == render_to_string("404.html", {}, request)


def test_templates_hold_nothing_inline() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|\|safe\b|https?://", text), path
        assert text.count("\n") <= 120, path


def test_styles_refer_only_to_files_that_exist() -> None:
    for path in (ROOT / "static").rglob("*.css"):
        text = path.read_text()
        assert "data:" not in text and "sourceMappingURL" not in text and "@import" not in text, path
        for address in re.findall(r"url\(([^)]+)\)", text):
            assert (path.parent / address.strip("'\"")).is_file(), (path, address)


def test_vendored_bootstrap_is_the_file_that_vendor_md_names() -> None:
    file = ROOT / "static/vendor/bootstrap-5.3.9/bootstrap.css"
    assert hashlib.sha256(file.read_bytes()).hexdigest() in (ROOT / "static/vendor/VENDOR.md").read_text()
