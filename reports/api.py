"""Addresses of this app in the API, those of its parts together."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from reports.availability import urls as availability
from reports.monthly import urls as monthly
from reports.norm import urls as norm
from reports.performance import urls as performance

urlpatterns: list[URLPattern | URLResolver] = [
    *availability.api,
    *performance.api,
    *norm.api,
    *monthly.api,
]
