"""Addresses of the pages of this app, those of its parts together."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from reports.availability import urls as availability
from reports.monthly import urls as monthly
from reports.norm import urls as norm
from reports.performance import urls as performance
from reports.verifying import urls as verifying
from reports.whatif import urls as whatif

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    *norm.pages,
    *availability.pages,
    *performance.pages,
    *monthly.pages,
    *whatif.pages,
    *verifying.pages,
]
