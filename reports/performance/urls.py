"""Addresses of these pages and of this part of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reports.performance import views
from reports.performance.api import Measurements, Performance

pages: list[URLPattern | URLResolver] = [
    path("rapportage/prestaties/", views.performance, name="performance"),
]
api: list[URLPattern | URLResolver] = [
    path("monitoring/measurements/", Measurements.as_view(), name="measurements"),
    path("performance/", Performance.as_view(), name="performance"),
]
