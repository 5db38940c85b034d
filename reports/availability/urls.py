"""Addresses of these pages and of this part of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reports.availability import api as shapes
from reports.availability import pages as views

pages: list[URLPattern | URLResolver] = [
    path("rapportage/beschikbaarheid/", views.availability, name="availability"),
    path("rapportage/beschikbaarheid/vastleggen/", views.new, name="unavailability_new"),
    path("rapportage/beschikbaarheid/<uuid:series>/", views.unavailability, name="unavailability"),
]
api: list[URLPattern | URLResolver] = [
    path("availability/", shapes.OfMonth.as_view(), name="availability"),
    path("unavailabilities/", shapes.Unavailabilities.as_view(), name="unavailabilities"),
    path("unavailabilities/<uuid:series>/", shapes.OneUnavailability.as_view(), name="unavailability"),
    path(
        "unavailabilities/<uuid:series>/correct/", shapes.Correction.as_view(), name="unavailability_correct"
    ),
]
