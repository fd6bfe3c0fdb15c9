"""What every page shares: icons, state badges, dates and numbers as a reader says them, findings, error lists, pages of a list.

Markup of the components is in static/README.md.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet, CheckboxInput, Field, RadioSelect, Select
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.enums import Fixer, Level, State

register = template.Library()

STATE_ICONS = {
    State.DRAF: "pen",
    State.DIAJUKAN: "plane",
    State.DIKEMBALIKAN: "turn",
    State.DISETUJUI: "done",
    State.TERKIRIM: "envelope",
    State.DITOLAK: "ring",
    State.NONAKTIF: "bar",
}
LEVEL_ICONS = {Level.ERROR.value: "error", Level.WARNING.value: "warning", Level.INFO.value: "info", "done": "done"}
LEVEL_LABELS = {level.value: level.label for level in Level} | {"done": gettext_lazy("Selesai")}
# As the words stand inside a sentence: "Diperbaiki oleh penyelia."
FIXER_NAMES = {
    Fixer.WORKER.value: gettext_lazy("petugas"),
    Fixer.SUPERVISOR.value: gettext_lazy("penyelia"),
    Fixer.DISDUKCAPIL.value: gettext_lazy("Disdukcapil"),
    Fixer.ADMIN.value: gettext_lazy("admin Dinas Sosial"),
}
DATE_STYLES = {"panjang": "j F Y", "pendek": "d-m-Y", "hari": "l j F", "tanpa_tahun": "j F"}
EDGE_PAGES = 2


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """One icon of the sprite. Always stands beside a word, so it is hidden from screen readers."""
    classes = f"ic {extra}".strip()
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("img/icons.svg"), name)


@register.simple_tag
def state_badge(state: State | str) -> SafeString:
    """Icon and word of a case's state. Raises ValueError for anything that is not one of the seven states."""
    known = State(state)
    return format_html('<span class="tag tag-{}">{}{}</span>', known.value, icon(STATE_ICONS[known]), known.label)


@register.filter
def tanggal(value: dt.date | dt.datetime | None, style: str = "panjang") -> str:
    """A date as people say it: "17 Desember 2026". Styles: panjang, pendek (17-12-2026), hari (Kamis 17 Desember), tanpa_tahun."""
    if not value:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return format_date(value, DATE_STYLES[style])


@register.filter
def waktu(value: dt.datetime | None, now: dt.datetime | str | None = None) -> str:
    """A moment as people say it: "10.42" today, "kemarin 16.20", "3 Desember 11.30", with the year when it is another one.

    `now` is the page's moment; a page that does not give one gets the clock.
    """
    if not value:
        return ""
    moment = timezone.localtime(value)
    today = timezone.localtime(now if isinstance(now, dt.datetime) else timezone.now()).date()
    clock = format_date(moment, "H.i")
    if moment.date() == today:
        return clock
    if moment.date() == today - dt.timedelta(days=1):
        return _("kemarin %(time)s") % {"time": clock}
    return f"{format_date(moment, 'j F' if moment.year == today.year else 'j F Y')} {clock}"


@register.simple_tag(takes_context=True)
def moment(context: Context, value: dt.datetime | None) -> str:
    """As `waktu`, with the `now` of the page when its view gave one."""
    return waktu(value, context.get("now"))


@register.filter
def angka(value: int | float | Decimal | None, decimals: int = 0) -> str:
    """A number with the reader's separators: 1.234 in Indonesian. Nothing for None."""
    if value is None or value == "":
        return ""
    return number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)


def _part(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


@register.inclusion_tag("_finding.html")
def finding(found: Any, label: str = "", url: str = "", note: str = "", who: str = "") -> dict[str, Any]:
    """One finding as a row of a list.

    `found` is an object or a mapping with level (error, warning, info, or "done"), message, and fixer (may be empty).
    `who` replaces the name of the fixer ("Anda"); `note` is what to bring; `label` and `url` make the button.
    """
    level = str(_part(found, "level"))
    fixer = str(_part(found, "fixer") or "")
    name = who or FIXER_NAMES.get(fixer, "")
    return {
        "level": level,
        "level_label": LEVEL_LABELS[level],
        "icon_name": LEVEL_ICONS[level],
        "message": _part(found, "message"),
        "fixer_line": _("Diperbaiki oleh %(who)s.") % {"who": name} if name and level != "done" else "",
        "note": note,
        "label": label,
        "url": url,
    }


@register.filter
def problem_texts(field: BoundField) -> list[str]:
    """What is wrong with one field. Django's own "this field is required" becomes a sentence that names the field."""
    common = str(Field.default_error_messages["required"])
    if common not in (texts := list(field.errors)):
        return texts
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        missing = _("Kotak ini perlu dicentang untuk melanjutkan.")
    elif isinstance(widget, Select | RadioSelect):
        missing = _("%(label)s belum dipilih.") % {"label": field.label}
    else:
        missing = _("%(label)s belum diisi.") % {"label": field.label}
    return [missing if text == common else text for text in texts]


def _form_problems(form: BaseForm) -> Iterable[dict[str, str]]:
    if not form.is_bound:
        return
    for name, errors in form.errors.items():
        shown = name in form.fields and not form[name].is_hidden
        for text in problem_texts(form[name]) if shown else errors:
            yield {"text": text, "target": form[name].auto_id if shown else ""}


@register.simple_tag
def error_links(form: BaseForm | str | None = None, formset: BaseFormSet | str | None = None) -> list[dict[str, str]]:
    """Everything that is wrong on a page: [{text, target}], target being the id of the field or "" for the whole form."""
    problems = list(_form_problems(form)) if isinstance(form, BaseForm) else []
    if isinstance(formset, BaseFormSet) and formset.is_bound:
        problems += [{"text": error, "target": ""} for error in formset.non_form_errors()]
        problems += [problem for member in formset for problem in _form_problems(member)]
    return problems


@register.simple_tag
def page_numbers(page: Page) -> list[int]:
    """Numbers for a pager, 0 where numbers are left out: 1 … 7 8 9 … 40."""
    last = page.paginator.num_pages
    wanted = [n for n in range(1, last + 1) if n in (1, last) or abs(n - page.number) <= EDGE_PAGES]
    numbers: list[int] = []
    for number in wanted:
        if numbers and number - numbers[-1] > 1:
            numbers.append(0)
        numbers.append(number)
    return numbers


@register.simple_tag(takes_context=True)
def page_url(context: Context, number: int, param: str = "") -> str:
    """Address of one page of a list: the query that stands in the address, with only the page changed."""
    query = context["request"].GET.copy()
    query[param or "page"] = number
    return f"?{query.urlencode()}"
