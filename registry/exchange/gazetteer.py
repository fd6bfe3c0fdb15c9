"""Names and codes of areas as people write them -> the area. Read once per file, in two queries."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.enums import AreaLevel
from registry.fieldtypes import Unreadable
from registry.models import Area, AreaAlias

_TITLES = re.compile(r"^(gampong|gampoeng|gp|desa|ds|kelurahan|kel|kecamatan|kec|kabupaten|kab|kota|provinsi|prov)\b[\s.:]*")


def spelled(text: Any) -> str:
    """Letters and digits of a name without "Gampong", "Kec." and the like, so that spellings can be compared."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold().strip()
    bare = _TITLES.sub("", folded) or folded
    return re.sub(r"[\W_]+", "", bare)


class Gazetteer:
    """`codes`: every way to write a code -> areas; `names`: (level, spelling) -> areas."""

    def __init__(self, areas: Iterable[Area], aliases: Iterable[AreaAlias]) -> None:
        self.areas = {area.code: area for area in areas}
        self.codes: dict[str, set[str]] = defaultdict(set)
        self.names: dict[tuple[str, str], set[str]] = defaultdict(set)
        for code, area in self.areas.items():
            for written in {code.replace(".", ""), area.bps_code} - {""}:
                self.codes[written].add(code)
            # "Kota Juang" is a name of its own: it is known with and without what looks like a title.
            for written in {spelled(area.name), re.sub(r"[\W_]+", "", area.name.casefold())}:
                self.names[area.level, written].add(code)
        for alias in aliases:
            if alias.area_id in self.areas:
                self.names[self.areas[alias.area_id].level, spelled(alias.alias)].add(alias.area_id)

    @classmethod
    def load(cls) -> "Gazetteer":
        return cls(Area.objects.all(), AreaAlias.objects.all())

    def label(self, code: str | None) -> str:
        """Paya Cut, Kec. Peusangan."""
        area = self.areas.get(code or "")
        if area is None:
            return code or ""
        above = self.areas.get(area.parent_id or "")
        return f"{area.name}, Kec. {above.name}" if above and above.level == AreaLevel.DISTRICT else area.name

    def find(self, text: str, level: AreaLevel, inside: str = "") -> set[str]:
        """Codes of the areas of a level that a text names, by code or by name, within the area `inside`."""
        written = re.sub(r"[\s.]+", "", text)
        found = self.codes.get(written, set()) if written.isdecimal() else self._named(text, level)
        return {code for code in found if self.areas[code].level == level and f"{code}.".startswith(f"{inside}." if inside else "")}

    def _named(self, text: str, level: AreaLevel) -> set[str]:
        whole = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
        return self.names.get((level, whole)) or self.names.get((level, spelled(text)), set())

    def kecamatan(self, text: str) -> str:
        """Code of the kecamatan. Raises Unreadable."""
        found = self.find(text, AreaLevel.DISTRICT)
        if len(found) != 1:
            raise Unreadable(_("Kecamatan ini tidak ada dalam daftar wilayah. Periksa ejaannya atau tulis kodenya."))
        return next(iter(found))

    def gampong(self, text: str, kecamatan: str = "") -> str:
        """Code of the gampong, within the kecamatan when its code is known. Raises Unreadable."""
        found = self.find(text, AreaLevel.VILLAGE, kecamatan)
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Unreadable(_("Ada beberapa gampong dengan nama ini. Tulis kecamatannya, atau tulis kode gampongnya."))
        if kecamatan and self.find(text, AreaLevel.VILLAGE):
            raise Unreadable(_("Gampong ini tidak ada di kecamatan yang tertulis. Periksa keduanya."))
        raise Unreadable(_("Gampong ini tidak ada dalam daftar wilayah. Periksa ejaannya atau tulis kodenya."))
