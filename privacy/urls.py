"""Addresses of privacy and security, under /privacy/ for staff."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "privacy"
urlpatterns: list[URLPattern | URLResolver] = []
