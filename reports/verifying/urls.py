"""Addresses of these pages and of this part of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reports.verifying import views

pages: list[URLPattern | URLResolver] = [
    path("rapportage/controle/", views.verifications, name="verifications"),
]
api: list[URLPattern | URLResolver] = []
