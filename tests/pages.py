"""Pages as a browser without scripts sends them back."""

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class Fields(HTMLParser):
    """What a browser would send of the forms of a page: one dict per form."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        a = dict(attrs)
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and a.get("name") and (a.get("type") not in ("radio", "checkbox", "file") or "checked" in a):
            self.forms[-1].setdefault(a["name"], []).append(a.get("value", ""))
        elif tag == "textarea":
            self.area = a["name"]
            self.forms[-1][self.area] = [""]
        elif tag == "select":
            self.select = a["name"]
        elif tag == "option" and ("selected" in a or self.select not in self.forms[-1]):
            self.forms[-1][self.select] = [a.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1][self.area] = [data.strip("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def form_on(answer: HttpResponse, holding: str) -> dict[str, Any]:
    """The form of a page that has a field of this name, as it would be sent unchanged."""
    reader = Fields()
    reader.feed(answer.content.decode())
    [found] = [form for form in reader.forms if holding in form]
    return dict(found)


def words(answer: HttpResponse) -> str:
    """The text of a page, blanks single."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
