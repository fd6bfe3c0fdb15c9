"""The registry as an application of Django."""

from django.apps import AppConfig
from django.core import checks


class RegistryConfig(AppConfig):
    name = "registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Registri"

    def ready(self) -> None:
        from registry.checks import keys_fit_the_database  # models exist only now

        checks.register(keys_fit_the_database, "keys")
