"""What every template may say about the portal itself."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """`organisation` and `receiver`, as they are called in sentences; `demo`: every page says that its data is invented."""
    return {"organisation": settings.ORGANISATION, "receiver": settings.RECEIVER, "demo": settings.DEMO}
