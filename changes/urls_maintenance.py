"""Addresses of the pages about Onderhoud."""

from django.urls import path, register_converter

from changes.views import maintenance, maintenance_public
from desk.numbers import pattern


class MaintenanceNumber:
    """The number of Onderhoud, such as O26-00012."""

    regex = pattern("O")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MaintenanceNumber, "maintenance_number")
ONE = "onderhoud/<maintenance_number:maintenance>/"
urlpatterns = [
    path("onderhoud/", maintenance.maintenances, name="maintenances"),
    path("onderhoud/nieuw/", maintenance.new, name="maintenance_new"),
    path("onderhoud/controle/", maintenance.check, name="maintenance_check"),
    path("onderhoud/voorstellen/", maintenance.propose, name="maintenance_propose"),
    path("onderhoud/regels/", maintenance.maintenance_rules, name="maintenance_rules"),
    path("onderhoud/updates/", maintenance.updates, name="maintenance_updates"),
    path("onderhoud/agenda/", maintenance_public.feed, name="maintenance_feed"),
    path(ONE, maintenance.maintenance, name="maintenance"),
    path(f"{ONE}do/<slug:verb>/", maintenance.act, name="maintenance_act"),
    path("portaal/onderhoud/", maintenance_public.portal, name="portal_maintenance"),
    path("portaal/onderhoud/agenda/", maintenance_public.portal_feed, name="portal_maintenance_feed"),
    path("agenda/<str:token>.ics", maintenance_public.ics, name="maintenance_ics"),
]
