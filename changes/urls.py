"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import include, path, register_converter

from changes.views import change, portal, release, usage
from desk.numbers import pattern


class ChangeNumber:
    """The number of a Change, such as W26-00012."""

    regex = pattern("W")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ReleaseNumber(ChangeNumber):
    """The number of a Release, such as R26-00003."""

    regex = pattern("R")


register_converter(ChangeNumber, "change_number")
register_converter(ReleaseNumber, "release_number")
app_name = "changes"
urlpatterns = [
    path("", include("changes.urls_maintenance")),
    path("wijzigingen/", change.changes, name="changes"),
    path("wijzigingen/nieuw/", change.new, name="new"),
    path("wijzigingen/ernaast/", change.beside, name="beside"),
    path("wijzigingen/<change_number:change>/", change.change, name="change"),
    path("wijzigingen/<change_number:change>/do/<slug:verb>/", change.change_act, name="change_act"),
    path("releases/", release.releases, name="releases"),
    path("releases/nieuw/", release.new, name="release_new"),
    path("releases/gebruik/", usage.behind, name="usage"),
    path("releases/gebruik/<uuid:contractant>/", usage.of_contractant, name="usage_of"),
    path("releases/documenten/<uuid:document>/", release.document, name="document"),
    path("releases/<release_number:release>/", release.release, name="release"),
    path("releases/<release_number:release>/do/<slug:verb>/", release.release_act, name="release_act"),
    path("portaal/wijzigingen/", portal.changes, name="portal_changes"),
    path("portaal/wijzigingen/nieuw/", portal.new, name="portal_change_new"),
    path("portaal/wijzigingen/<change_number:change>/", portal.change, name="portal_change"),
    path("portaal/wijzigingen/<change_number:change>/do/<slug:verb>/", portal.change_act, name="portal_change_act"),
    path("portaal/releases/", portal.releases, name="portal_releases"),
    path("portaal/releases/<release_number:release>/", portal.release, name="portal_release"),
]  # fmt: skip
