"""Addresses of the API, version 1, with its description and its own 404."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from mdo_desk.answers import answer


@csrf_exempt  # it does nothing, and a machine that mistook an address is told so
def unknown(request: HttpRequest) -> HttpResponse:
    return answer(request, 404, _("Dit adres bestaat niet. Adressen eindigen op een schuine streep."))


# Swagger's page styles itself inline; it holds no data of the desk before somebody asks for it.
docs = csp_replace({"style-src": [SELF, "'unsafe-inline'"], "img-src": [SELF, "data:"]})(
    SpectacularSwaggerSplitView.as_view(url_name="api:schema")
)

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("v1/", include("incidents.api.urls")),
    path("v1/", include("problems.api")),
    path("v1/", include("changes.api")),
    path("v1/", include("complaints.api")),
    path("v1/", include("reports.api")),
    path("v1/", include("privacy.api")),
    path("v1/", include("contractants.api")),
    path("v1/", include("sla.api")),
    re_path("", unknown),
]
