"""Addresses of these pages and of this part of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter

from desk.numbers import pattern
from reports.monthly import portal, views
from reports.monthly.api import API, Backups


class Number:
    """The number of a report, such as V26-00003."""

    regex = pattern("V")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FileKind(Number):
    """As what a report is downloaded."""

    regex = "pdf|csv|json"


register_converter(Number, "report_number")
register_converter(FileKind, "report_file")
ONE = "<report_number:report>/"
FILE = f"{ONE}rapport.<report_file:file>"
pages: list[URLPattern | URLResolver] = [
    path("rapportage/", views.listed, name="reports"),
    path("rapportage/maken/", views.make, name="make"),
    path(f"rapportage/{ONE}", views.report, name="report"),
    path(f"rapportage/{ONE}do/<slug:verb>/", views.act, name="report_act"),
    path(f"rapportage/{FILE}", views.download, name="download"),
    path("portaal/rapporten/", portal.listed, name="portal"),
    path(f"portaal/rapporten/{ONE}", portal.report, name="portal_report"),
    path(f"portaal/rapporten/{FILE}", portal.download, name="portal_download"),
]
api: list[URLPattern | URLResolver] = [
    *API.urls(),
    path("monitoring/backups/", Backups.as_view(), name="backups"),
]
