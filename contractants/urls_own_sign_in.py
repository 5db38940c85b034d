"""The addresses of signing in by the contractant's own identity provider, by the names that allauth knows."""

import logging
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from requests import RequestException

from contractants.own_sign_in import OpenIDConnect, provider_of, refusal
from desk import rates

log = logging.getLogger(__name__)
MOST = 300  # from one address in an hour: each asks the provider something, and a hospital has one address
UNREADABLE = (
    RequestException,
    KeyError,
    TypeError,
    ValueError,
)  # what a provider that is away or wrong leads to


def _view(kind: Any) -> Any:
    @never_cache
    def view(request: HttpRequest, provider_id: UUID) -> HttpResponseBase:
        address = get_adapter().get_client_ip(request)
        if not rates.within("own_sign_in", timezone.now(), {address: MOST}):
            return render(request, "429.html", status=429)
        if provider_of(provider_id) is None:
            raise Http404
        try:
            answer: HttpResponseBase = kind.adapter_view(OpenIDConnect(request, str(provider_id)))(request)
        except UNREADABLE as error:
            log.warning("own sign-in of %s failed: %s", provider_id, type(error).__name__)
            answer = refusal(request)
        return answer

    return view


urlpatterns = [
    path("<uuid:provider_id>/", _view(OAuth2LoginView), name="openid_connect_login"),
    path("<uuid:provider_id>/terug/", _view(OAuth2CallbackView), name="openid_connect_callback"),
]
