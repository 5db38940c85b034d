"""Addresses of privacy and security."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from privacy import views

app_name = "privacy"
urlpatterns: list[URLPattern | URLResolver] = [
    path("privacy/", views.index, name="index"),
    path("", include("privacy.breach.urls")),
    path("", include("privacy.handover.urls")),
    path("", include("privacy.logbook.urls")),
    path("", include("privacy.retention.urls")),
    path("", include("privacy.requests.urls")),
    path("", include("privacy.subprocessors.urls")),
    path("", include("privacy.registers.urls")),
]
