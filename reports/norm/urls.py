"""Addresses of these pages and of this part of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reports.norm import views
from reports.norm.api import NormOfMonth

pages: list[URLPattern | URLResolver] = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/nu/", views.dashboard_now, name="dashboard_now"),
    path("rapportage/norm/", views.norm_page, name="norm"),
    path("rapportage/norm/meldingen/", views.meldingen, name="norm_meldingen"),
]
api: list[URLPattern | URLResolver] = [path("norm/", NormOfMonth.as_view(), name="norm")]
