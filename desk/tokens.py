"""Tokens of the API: making them, recognising them, and what each scope opens."""

from __future__ import annotations

from datetime import date, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from desk.models import ApiToken, User
from desk.permissions import SEES_ALL, Role

if TYPE_CHECKING:
    from rest_framework.views import APIView

SCHEMES = {"token", "bearer"}
LIFETIME = timedelta(days=365)


def make(name: str, scope: str, *, user: User | None = None, lifetime: timedelta = LIFETIME) -> str:
    """A new token, which only this answer ever shows. Without `user` it acts as the machine called `name`."""
    row: Any = ApiToken.objects
    _stored, secret = row.create(user=user or machine(name), name=name, scope=scope, expiry=lifetime)
    return str(secret)


def row_of(secret: str) -> ApiToken:
    """What is stored of a token that was just made."""
    row: ApiToken = ApiToken.objects.get(digest=hash_token(secret))
    return row


def machine(name: str) -> User:
    """The machine called `name`: a later token of that name is a new key to the same source of alerts."""
    email = f"{slugify(name) or 'machine'}@machine.invalid"
    found, _made = User.objects.get_or_create(email=email, defaults={"name": name, "role": Role.MACHINE})
    return found


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]
    """`Authorization: Token ...` or `Bearer ...`: one query, and one write a day to note that it is used."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        found: tuple[User, ApiToken] = self.authenticate_credentials(secret.strip().encode())
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        secret, now = token.decode(), timezone.now()
        rows = ApiToken.objects.filter(token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH])
        for row in rows.select_related("user") if secret.isascii() and secret.isalnum() else ():
            fresh = row.expiry is None or row.expiry > now
            if fresh and row.user.is_active and compare_digest(hash_token(secret), row.digest):
                _note_use(row, now.date())
                return row.user, row
        raise AuthenticationFailed(_("Deze sleutel is onbekend, verlopen of ingetrokken."))


class InScope(BasePermission):
    """What the scope of a token opens; a signed-in person may do what their role may.

    A view with `monitoring = True` is for tokens alone: the token says which source it is.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        for_monitoring = getattr(view, "monitoring", False)
        if not request.user.is_authenticated:
            return False
        if not isinstance(request.auth, ApiToken):
            return not for_monitoring
        scope = request.auth.scope
        if for_monitoring:
            return scope in {ApiToken.Scope.MONITORING, ApiToken.Scope.AGENT}
        return scope == ApiToken.Scope.AGENT or (
            scope == ApiToken.Scope.READ and request.method in SAFE_METHODS
        )


class OfTheDesk(BasePermission):
    """Staff and machines: what contractants do not see of a Melding."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and request.user.role in SEES_ALL


def _note_use(row: ApiToken, today: date) -> None:
    if row.last_used_on != today:
        ApiToken.objects.filter(pk=row.pk).update(last_used_on=today)
