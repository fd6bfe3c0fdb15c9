"""Django's admin, for superusers: reference data and member records. What the doors write, and who may sign in, has no page here."""

from django.contrib import admin
from django.http import HttpRequest

from registry.models import Area, AreaAlias, Worker

admin.site.site_header = "Registri PPKS"
admin.site.site_title = "Registri PPKS"


class SuperuserAdmin(admin.ModelAdmin):
    """Read and edit for superusers only; nothing is deleted here, because records stand on it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_module_permission(request)

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class AliasInline(admin.TabularInline):
    model = AreaAlias
    extra = 0


@admin.register(Area)
class AreaAdmin(SuperuserAdmin):
    list_display = ("code", "name", "level", "bps_code")
    list_filter = ("level",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)
    inlines = (AliasInline,)


@admin.register(Worker)
class WorkerAdmin(SuperuserAdmin):
    """Looking only: changes go through the directory's own pages, where they leave a trace."""

    list_display = ("name", "gampong", "sk_until", "is_active")
    search_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
