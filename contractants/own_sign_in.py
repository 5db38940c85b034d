"""Signing in by the contractant's own identity provider (OpenID Connect, with allauth.socialaccount).

allauth speaks the protocol: state, PKCE, the exchange of the code and the claims of the token. Here is decided whom it
lets in, and nothing of it is stored: who the provider vouches for is looked up among the contacts at each sign-in.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from requests import Session

from contractants.models import Contact, IdentityProvider
from desk import outward

PROVIDER = "openid_connect"


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[Any]:
        """The identity provider of the contractant that the address names."""
        found = provider_of(provider)
        return [_app(found)] if found else []

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in a contact of that contractant, or nobody; allauth's own register of accounts is not used."""
        contact = _vouched_for(sociallogin)
        if contact is None or sociallogin.state.get("process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(refusal(request))
        if request.user.is_authenticated:
            get_adapter(request).logout(request)
        raise ImmediateHttpResponse(
            perform_login(request, contact.user, redirect_url=sociallogin.get_redirect_url(request))
        )

    def get_requests_session(self) -> Session:
        made = outward.session()
        made.request = partial(made.request, timeout=settings.SOCIALACCOUNT_REQUESTS_TIMEOUT)  # type: ignore[method-assign]
        return made

    def on_authentication_error(self, request: HttpRequest, *_what: Any, **_more: Any) -> None:
        raise ImmediateHttpResponse(refusal(request))


class OpenIDConnect(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, if it is who we asked (OpenID Connect Discovery 4.3)."""
        told: dict[str, Any] = super().openid_config
        asked = provider_of(self.provider_id)
        if asked is None or str(told["issuer"]).rstrip("/") != asked.issuer.rstrip("/"):
            raise ValueError("the provider calls itself otherwise")
        return told

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """Verify the signature too, although the token came over a connection of our own."""
        self.did_fetch_access_token = False
        claims: dict[str, Any] = super()._decode_id_token(app, id_token)
        return claims

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """From the configured address of the desk: a Host header is anybody's."""
        return _address("openid_connect_callback", self.provider_id)


def provider_of(public_id: Any) -> IdentityProvider | None:
    """That of the contractant with this public id, if it is in use."""
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        return None
    rows = IdentityProvider.objects.select_related("contractant")
    found = rows.filter(contractant__public_id=wanted, contractant__is_active=True, is_active=True).first()
    return found if found and found.secret and _is_safe(found.issuer) else None


def link(provider: IdentityProvider) -> str:
    """Where people of the contractant begin."""
    return _address("openid_connect_login", provider.contractant.public_id)


def _address(name: str, public_id: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[public_id])}"


def refusal(request: HttpRequest) -> HttpResponse:
    """One answer for every reason: who asks learns nothing about who is registered."""
    return render(request, "account/own_sign_in_refused.html", status=403)


def _app(provider: IdentityProvider) -> Any:
    return SocialApp(
        provider=PROVIDER, provider_id=str(provider.contractant.public_id), name=str(provider.contractant),
        client_id=provider.client_id, secret=provider.secret,
        settings={"server_url": provider.issuer, "fetch_userinfo": False, "oauth_pkce_enabled": True},
    )  # fmt: skip


def _vouched_for(sociallogin: Any) -> Contact | None:
    claims = sociallogin.account.extra_data.get("id_token") or {}
    provider = provider_of(sociallogin.account.provider)
    email = claims.get("email")
    if provider is None or claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    rows = Contact.objects.select_related("user", "contractant").filter(is_active=True, user__is_active=True)
    return rows.filter(contractant=provider.contractant, user__email__iexact=email).first()


def _is_safe(issuer: str) -> bool:
    return settings.EMBEDDED or urlsplit(issuer).scheme == "https"
