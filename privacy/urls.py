"""Addresses of privacy and security."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "privacy"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("privacy.breach.urls")),
]
