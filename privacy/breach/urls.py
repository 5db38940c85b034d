"""Addresses of security incidents: those of staff, the register, and the contractant's letters."""

from django.urls import path, register_converter

from desk.numbers import pattern
from privacy.breach.views import desk, register


class Number:
    """The number of a security incident, such as B26-00002."""

    regex = pattern("B")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "breach_number")
ONE = "privacy/incidenten/<breach_number:security_incident>/"
urlpatterns = [
    path("privacy/incidenten/", desk.listed, name="breaches"),
    path("privacy/incidenten/nieuw/", desk.new, name="breach_new"),
    path("privacy/incidenten/bij-melding/", desk.beside, name="breach_beside"),
    path("privacy/incidenten/register/", register.register, name="breach_register"),
    path("privacy/incidenten/register.csv", register.register_csv, name="breach_register_csv"),
    path(ONE, desk.breach, name="breach"),
    path(f"{ONE}do/<slug:verb>/", desk.act, name="breach_act"),
    path(f"{ONE}brief/<int:letter>/", desk.letter, name="breach_letter"),
    path("portaal/beveiliging/", register.portal, name="portal_breaches"),
]
