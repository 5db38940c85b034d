"""Addresses of these pages and of this part of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reports.whatif import views

pages: list[URLPattern | URLResolver] = [
    path("rapportage/wat-als/", views.asked, name="what_ifs"),
    path("rapportage/wat-als/<int:run>/", views.one, name="what_if"),
]
api: list[URLPattern | URLResolver] = []
