"""Addresses of pairs that may be one person."""

from django.urls import path

from validation import views

urlpatterns = [
    path("ganda/", views.pair_list, name="pair_list"),
    path("ganda/<uuid:public_id>/", views.pair, name="pair"),
    path("ganda/<uuid:public_id>/putuskan/", views.decide, name="pair_decide"),
]
