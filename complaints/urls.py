"""Addresses of complaints: those of staff, and the contractant's."""

from django.urls import path, register_converter

from complaints.views import desk, files, portal
from desk.numbers import pattern


class Number:
    """The number of a complaint, such as K26-00002."""

    regex = pattern("K")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "complaint_number")
ONE = "<complaint_number:complaint>/"
app_name = "complaints"
urlpatterns = [
    path("klachten/", desk.listed, name="complaints"),
    path("klachten/nieuw/", desk.new, name="new"),
    path("klachten/bijlagen/<uuid:complaint_file>/", files.sent, name="file"),
    path("klachten/bij-melding/", desk.beside, name="beside"),
    path(f"klachten/{ONE}", desk.complaint, name="complaint"),
    path(f"klachten/{ONE}do/<slug:verb>/", desk.act, name="complaint_act"),
    path(f"klachten/{ONE}rapport/<int:edition>/", files.report, name="report"),
    path("portaal/klachten/", portal.listed, name="portal"),
    path("portaal/klachten/nieuw/", portal.new, name="portal_new"),
    path(f"portaal/klachten/{ONE}", portal.complaint, name="portal_complaint"),
    path(f"portaal/klachten/{ONE}<slug:verb>/", portal.act, name="portal_complaint_act"),
]
