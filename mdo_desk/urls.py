"""The way in. `/healthz` is answered by mdo_desk.health before any of these."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from desk.sign_in import set_language

# The desk's own way in, with its limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
handler500 = "mdo_desk.health.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("beheer/", admin.site.urls),
    path("account/", include("desk.urls_sign_in")),
    path("taal/setlang/", set_language, name="set_language"),
    path("api/", include("mdo_desk.api")),
    path("", include("problems.urls")),
    path("", include("changes.urls")),
    path("", include("complaints.urls")),
    path("", include("incidents.urls")),
]
