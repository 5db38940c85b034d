"""Addresses of sub-processors: those of staff, and the contractant's."""

from django.urls import path, register_converter

from desk.numbers import pattern
from privacy.subprocessors import views


class Number:
    """The number of a sub-processor, such as U26-00002."""

    regex = pattern("U")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "subprocessor_number")
ONE = "<subprocessor_number:subprocessor>/"
urlpatterns = [
    path("privacy/subverwerkers/", views.listed, name="subprocessors"),
    path("privacy/subverwerkers/nieuw/", views.new, name="subprocessor_new"),
    path(f"privacy/subverwerkers/{ONE}", views.one, name="subprocessor"),
    path(f"privacy/subverwerkers/{ONE}do/<slug:verb>/", views.act, name="subprocessor_act"),
    path(f"portaal/subverwerkers/{ONE}", views.portal_one, name="portal_subprocessor"),
    path(f"portaal/subverwerkers/{ONE}<slug:verb>/", views.portal_act, name="portal_subprocessor_act"),
]
