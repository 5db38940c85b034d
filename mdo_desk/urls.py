"""The way in. `/healthz` is answered by mdo_desk.health before any of these."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from desk.rights import page as rights
from desk.sign_in import set_language

# The desk's own way in, with its limits, and its own way to another password.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = RedirectView.as_view(pattern_name="account_change_password")  # type: ignore[assignment, method-assign]
handler500 = "mdo_desk.health.server_error"


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Django's admin forwards any id to the page of its object, and so would name cases that the reader may not see."""
    raise Http404


urlpatterns: list[URLPattern | URLResolver] = [
    path("beheer/r/<path:rest>", nothing),
    path("beheer/", admin.site.urls),
    path("account/", include("desk.urls_sign_in")),
    path("wie-mag-wat/", rights, name="rights"),
    path("taal/setlang/", set_language, name="set_language"),
    path("api/", include("mdo_desk.api")),
    path("", include("contractants.urls")),
    path("", include("problems.urls")),
    path("", include("changes.urls")),
    path("", include("complaints.urls")),
    path("", include("reports.urls")),
    path("", include("privacy.urls")),
    path("", include("incidents.urls")),
]
