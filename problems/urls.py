"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import path, register_converter

from desk.numbers import pattern
from problems.views import desk, melding, portal, trends


class ProblemNumber:
    """The number of a Problem, such as P26-00012."""

    regex = pattern("P")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ProblemNumber, "problem_number")
app_name = "problems"
urlpatterns = [
    path("problemen/", desk.listed, name="problems"),
    path("problemen/nieuw/", desk.new, name="new"),
    path("problemen/kandidaten/", desk.candidates, name="candidates"),
    path("problemen/bekend/", melding.known, name="known"),
    path("problemen/koppelen/", melding.together, name="together"),
    path("problemen/<problem_number:problem>/", desk.problem, name="problem"),
    path("problemen/<problem_number:problem>/do/<slug:verb>/", desk.act, name="problem_act"),
    path("problemen/<problem_number:problem>/toepassen/", melding.apply, name="apply"),
    path("problemen/trends/", trends.trends, name="trends"),
    path("problemen/trends/nu/", trends.now, name="trends_now"),
    path("problemen/trends/meldingen/", trends.meldingen, name="trend_meldingen"),
    path("problemen/trends/besluit/", trends.decide, name="trend_decide"),
    path("portaal/bekende-problemen/", portal.known, name="portal_known"),
    path("portaal/bekende-problemen/lijkt-op/", portal.suggested, name="portal_suggested"),
    path("portaal/bekende-problemen/<problem_number:problem>/", portal.known_one, name="portal_known_one"),
]
