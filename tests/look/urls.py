"""The names of addresses that the shells link to, pointing nowhere."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.contrib import admin


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


pages = [
    path("", nothing, name="worklist"),
    path("nieuw/", nothing, name="melding_new"),
    path("zoeken/", nothing, name="search"),
    path("portaal/", nothing, name="portal"),
    path("portaal/nieuw/", nothing, name="portal_new"),
    path("melden/", nothing, name="report"),
]
urlpatterns = [
    path("", include((pages, "incidents"))),
    path("beheer/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("taal/", include("django.conf.urls.i18n")),
]
