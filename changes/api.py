"""This app in the API."""

from django.urls import URLPattern, URLResolver

from changes.api_change import CHANGES, ChangeList
from changes.api_maintenance import MAINTENANCE, MaintenanceList
from changes.api_release import RELEASES, ReleaseList

urlpatterns: list[URLPattern | URLResolver] = [
    *CHANGES.urls(ChangeList), *RELEASES.urls(ReleaseList), *MAINTENANCE.urls(MaintenanceList)
]  # fmt: skip
