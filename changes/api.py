"""This app in the API."""

from django.urls import URLPattern, URLResolver

from changes.api_change import CHANGES, ChangeList
from changes.api_maintenance import MAINTENANCE, MaintenanceList
from changes.api_release import RELEASES, ReleaseList
from changes.api_usage import urlpatterns as usage

urlpatterns: list[URLPattern | URLResolver] = [
    *CHANGES.urls(ChangeList), *RELEASES.urls(ReleaseList), *MAINTENANCE.urls(MaintenanceList), *usage,
]  # fmt: skip
