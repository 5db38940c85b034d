"""The names of addresses that the shells link to, pointing nowhere; and an admin with one model, open to all staff."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class PeopleAdmin(ModelAdmin):  # type: ignore[type-arg]
    list_display = ("email", "name", "role", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "role", "language", "is_active")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


site = AdminSite()
site.register(get_user_model(), PeopleAdmin)
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
    path("beheer/", site.urls),
    path("account/", include("desk.urls_sign_in")),
    path("taal/", include("django.conf.urls.i18n")),
]
