"""The addresses of allauth.mfa that the desk uses; those who set something up are staff."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.base import views
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

View = Callable[..., HttpResponseBase]


def staff(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **named)

    return never_cache(login_required(guarded))


urlpatterns = [
    path("", staff(views.index), name="mfa_index"),
    path("aanmelden/", views.authenticate, name="mfa_authenticate"),
    path("bevestigen/", staff(views.reauthenticate), name="mfa_reauthenticate"),
    path("bevestigen/sleutel/", staff(keys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("app/", staff(totp.activate_totp), name="mfa_activate_totp"),
    path("app/uitzetten/", staff(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("sleutels/", staff(RedirectView.as_view(pattern_name="mfa_index")), name="mfa_list_webauthn"),
    path("sleutels/toevoegen/", staff(keys.add_webauthn), name="mfa_add_webauthn"),
    path("sleutels/<int:pk>/weghalen/", staff(keys.remove_webauthn), name="mfa_remove_webauthn"),
    path("herstelcodes/", staff(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("herstelcodes/maken/", staff(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(
        "herstelcodes/downloaden/", staff(codes.download_recovery_codes), name="mfa_download_recovery_codes"
    ),
]
