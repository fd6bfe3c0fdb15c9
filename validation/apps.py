"""The validation as an application of Django."""

from django.apps import AppConfig


class ValidationConfig(AppConfig):
    name = "validation"
    label = "validation"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Pemeriksaan"
