"""Signing in: a code by mail for everybody, a password too for staff. Nobody registers themselves.

What a visitor is told never depends on whether an address is known.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_backends
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import i18n
from django.views.decorators.http import require_POST

from desk import sessions
from desk.models import User
from desk.notices import owe, owe_user, wake

# What allauth wants to mail -> the notice that says it; it mails nothing else.
NOTICES = {
    "account/email/login_code": "sign_in_code",
    "account/email/password_reset_key": "password_reset",
}
MESSAGES = {
    "account/messages/password_changed.txt": _("Uw wachtwoord is gewijzigd."),
    "account/messages/password_set.txt": _("Uw wachtwoord is ingesteld."),
    "account/messages/logged_out.txt": _("U bent afgemeld."),
    "mfa/messages/totp_activated.txt": _("De app is ingesteld als tweede stap."),
    "mfa/messages/totp_deactivated.txt": _("De app is uitgezet als tweede stap."),
    "mfa/messages/webauthn_added.txt": _("De sleutel is toegevoegd."),
    "mfa/messages/webauthn_removed.txt": _("De sleutel is weggehaald."),
    "mfa/messages/recovery_codes_generated.txt": _("Er zijn herstelcodes gemaakt."),
}


def admitted(user: User) -> bool:
    """Whether this person may sign in at all: the backends know."""
    return any(backend.user_can_authenticate(user) for backend in get_backends())  # type: ignore[attr-defined]


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe it like any other notice. Who may not sign in is sent nothing; neither the screen nor the time that it
        takes tells."""
        key = NOTICES.get(template_prefix)
        user = User.objects.filter(email__iexact=email).first()
        data = {"code": context.get("code"), "link": context.get("password_reset_url")}
        if key and user and admitted(user) and (key != "password_reset" or user.is_staff):
            owe_user(key, user, data=data)
        else:
            _work_for_nothing(email, data)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From the configured address of the desk: a Host header is anybody's."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE_URL}{path.replace('UID-KEY', key)}"

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        refusal: HttpResponse | None = super().pre_login(request, user, **details)
        asked = (
            details.get("email") or user.email
        ).casefold()  # a code goes to an address, and that may change
        if refusal is None and (not admitted(user) or asked != user.email.casefold()):
            refusal = self.respond_user_inactive(request, user)
        return refusal

    def is_reauthentication_required(self, app: str) -> bool:
        """Who signed in a moment ago is not asked again who they are."""
        return not sessions.is_fresh(self.request.session, timezone.now())

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **details)
        return _in_language(response, user.language)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *details: Any, **more: Any
    ) -> None:
        if text := MESSAGES.get(message_template):
            messages.add_message(request, level, text)


def _work_for_nothing(email: str, data: dict[str, Any]) -> None:
    """What owing a notice costs, leaving nothing behind."""
    with transaction.atomic():
        owe("sign_in_code", email=email, data=data)
        transaction.set_rollback(True)
    transaction.on_commit(wake)


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Show pages in another language from now on; whoever is signed in gets their mail in it as well."""
    chosen = request.POST.get("language")
    if isinstance(request.user, User) and chosen in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return i18n.set_language(request)


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE
    )
    return response
