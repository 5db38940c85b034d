"""The second step with which staff sign in: an app with codes, a security key, and codes to fall back on.

Contacts come in by a code in their mailbox and have none.
"""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from desk import audit
from desk.guard import Guarded
from desk.models import Event, User
from desk.notices import owe_user

WINDOW = 120  # seconds
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("Deze code klopt niet, of is al gebruikt."),
    }

    def encrypt(self, text: str) -> str:
        return str(_box().encrypt(text.encode()).decode())

    def decrypt(self, encrypted_text: str) -> str:
        return str(_box().decrypt(encrypted_text.encode()).decode())


class AppForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    code = forms.CharField(
        label=_("Code uit de app"),
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class Once:
    """A code works once, for as long as it is right: a minute and a half, with the tolerance for clocks."""

    def clean_code(self) -> str:
        code = str(super().clean_code())  # type: ignore[misc]
        digits = "".join(filter(str.isalnum, code)).lower()
        if not cache.add(f"second-step:{self.user.pk}:{digits}", 1, WINDOW):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(Once, base.AuthenticateForm):  # type: ignore[misc]
    pass


class ConfirmForm(Once, base.ReauthenticateForm):  # type: ignore[misc]
    pass


class AddKeyForm(Guarded, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Naam van de sleutel"), max_length=60, required=False)


def factors(user: User) -> QuerySet[Any]:
    """What `user` can take the second step with; codes to fall back on are none by themselves."""
    rows: QuerySet[Any] = Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS)
    return rows


def is_missing(user: User) -> bool:
    """Whether `user` has to set up a second step before anything else."""
    return settings.STAFF_MFA and user.is_staff and not factors(user).exists()


@transaction.atomic
def reset(user: User) -> None:
    """Forget every second step of `user`."""
    Authenticator.objects.filter(user_id=user.pk).delete()


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def record(signal: Any, user: User, authenticator: Authenticator, **_more: Any) -> None:
    """Write into the trail of `user` that a second step was set up or taken away, and tell them."""
    verb = {authenticator_added: "add_factor", authenticator_removed: "remove_factor"}.get(
        signal, "renew_codes"
    )
    event = Event.objects.create(
        case_type=User.case_type, case_id=user.pk, verb=verb, at=timezone.now(), actor=user,
        data={"factor": authenticator.type},
    )  # fmt: skip
    audit.log(verb, by=user, at=event.at, obj=user, mode=audit.Mode.ACCESS)
    owe_user("second_step_changed", user, event=event)


def _box() -> MultiFernet:
    """Secrets lie in the database under a key that is not there; after changing SECRET_KEY the former one reads on."""
    return MultiFernet(
        [Fernet(_key(secret)) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]
    )


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(
        salted_hmac("second step", "", secret=secret, algorithm="sha256").digest()
    )
