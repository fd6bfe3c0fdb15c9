"""The map of addresses. What belongs to a room is in that room's urls.py."""

from allauth.account.decorators import secure_admin_login
from allauth.account.views import LoginView, LogoutView
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

admin.site.login = secure_admin_login(admin.site.login)  # allauth's throttle guards the admin's door as well

urlpatterns = [
    path("masuk/", LoginView.as_view(), name="account_login"),
    path("keluar/", LogoutView.as_view(), name="account_logout"),
    path("bahasa/", set_language, name="set_language"),
    path("pengelola/", admin.site.urls),
    path("", include("validation.urls")),
    path("", include("registry.urls")),
]
