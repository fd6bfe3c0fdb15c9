"""What every template may say about the portal itself."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """`organisation`, `organisation_long`, `receiver` and `demo` (True: every page says DATA CONTOH)."""
    return {
        "organisation": settings.ORGANISATION,
        "organisation_long": settings.ORGANISATION_LONG,
        "receiver": settings.RECEIVER,
        "demo": settings.DEMO,
    }
