"""The wiring as an application of Django: it refuses to start on packages with known holes."""

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured

from ipsm_portal.versions import packages_too_old


class PortalConfig(AppConfig):
    name = "ipsm_portal"
    label = "ipsm_portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        too_old = packages_too_old()
        if too_old:
            raise ImproperlyConfigured(f"{'; '.join(too_old)}. Run `python3 scripts/dev.py setup`.")
