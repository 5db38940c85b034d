"""The way in. `/healthz` is answered by mdo_desk.health before any of these."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

handler500 = "mdo_desk.health.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("beheer/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("taal/", include("django.conf.urls.i18n")),
]
if find_spec("mdo_desk.api"):
    urlpatterns.append(path("api/", include("mdo_desk.api")))
if find_spec("incidents.urls"):
    urlpatterns.append(path("", include("incidents.urls")))
