"""Addresses of the desk's pages; those of the contractants are in `urls_contractant`."""

from django.urls import include, path, register_converter

from incidents.views import staff


class Number:
    """The number of a Melding, such as M26-00864."""

    regex = "M[0-9]{2}-[0-9]{5,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "number")
app_name = "incidents"
urlpatterns = [
    path("", staff.home, name="home"),
    path("meldingen/", staff.worklist, name="worklist"),
    path("meldingen/nieuw/", staff.melding_new, name="melding_new"),
    path("meldingen/banner/", staff.banner, name="banner"),
    path("meldingen/<number:number>/", staff.melding, name="melding"),
    path("meldingen/<number:number>/do/<slug:verb>/", staff.act, name="act"),
    path("zoeken/", staff.search, name="search"),
    path("", include("incidents.urls_contractant")),
]
