"""Areas (wilayah): province > regency > kecamatan > gampong, by Kemendagri code; the BPS code stands beside it."""

from typing import Self

from django.db import models

from registry.enums import AreaLevel


class AreaQuerySet(models.QuerySet["Area"]):
    def gampong(self) -> Self:
        return self.filter(level=AreaLevel.VILLAGE).order_by("name")

    def kecamatan(self) -> Self:
        return self.filter(level=AreaLevel.DISTRICT).order_by("name")

    def without_worker(self) -> Self:
        """Gampong where no active worker (PSM) lives."""
        return self.gampong().exclude(workers__is_active=True)

    def under(self, codes: tuple[str, ...]) -> Self:
        """Areas that are, or lie in, one of `codes`."""
        return self.filter(within("", codes))


class Area(models.Model):
    code = models.CharField(max_length=13, primary_key=True)
    level = models.CharField(max_length=10, choices=AreaLevel.choices)
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    bps_code = models.CharField(max_length=10, blank=True)
    postal_code = models.CharField(max_length=5, blank=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def bare_name(self) -> str:
        """What to say after the word "Gampong": some names begin with that word themselves."""
        return self.name.removeprefix("Gampong ")

    @property
    def kecamatan_code(self) -> str:
        return self.code[:8]


class AreaAlias(models.Model):
    """Another spelling of an area's name, for import."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="aliases")
    alias = models.CharField(max_length=100)
    source = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "alias"], name="area_alias_once")]

    def __str__(self) -> str:
        return self.alias


def within(area: str, codes: tuple[str, ...]) -> models.Q:
    """Condition: the area at the end of the path `area` (a foreign key; "" for the table of areas) is, or lies in, one of `codes`.

    No code at all matches nothing. The code is the key of an area, so the foreign key alone is compared, without a join.
    """
    code = f"{area}__code" if area else "code"
    condition = models.Q(pk__in=[])
    for wanted in codes:
        condition |= models.Q(**{code: wanted}) | models.Q(**{f"{code}__startswith": f"{wanted}."})
    return condition
