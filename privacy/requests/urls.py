"""Addresses of requests of data subjects: those of staff, and the controller's."""

from django.urls import path, register_converter

from desk.numbers import pattern
from privacy.requests import views


class Number:
    """The number of a request, such as G26-00002."""

    regex = pattern("G")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "data_request_number")
ONE = "<data_request_number:data_request>/"
urlpatterns = [
    path("privacy/verzoeken/", views.listed, name="requests"),
    path("privacy/verzoeken/nieuw/", views.new, name="request_new"),
    path(f"privacy/verzoeken/{ONE}", views.one, name="request"),
    path(f"privacy/verzoeken/{ONE}do/<slug:verb>/", views.act, name="request_act"),
    path(f"portaal/verzoeken/{ONE}", views.portal_one, name="portal_request"),
    path(f"portaal/verzoeken/{ONE}<slug:verb>/", views.portal_act, name="portal_request_act"),
]
