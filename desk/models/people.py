"""Who acts: people with one role each, and the keys of machines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from desk.models.trail import Traced
from desk.permissions import STAFF, Role, may, may_in_admin


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"role": Role.ADMINISTRATOR, **fields})


class User(Traced, AbstractBaseUser):  # type: ignore[django-manager-missing]
    """Somebody, or some machine, that acts. What they may do follows from `role` alone."""

    case_type = "user"
    whose = "contact__contractant_id"
    other_words: ClassVar = {
        "mail_again": _("Mailbox werkt weer"), "add_factor": _("Tweede stap ingesteld"),
        "remove_factor": _("Tweede stap uitgezet"), "renew_codes": _("Herstelcodes gemaakt"),
        "reset_factors": _("Tweede stap door beheer gewist"), "end_sessions": _("Sessies beëindigd"),
        "change_access": _("Rol of toegang gewijzigd"),
    }  # fmt: skip

    email = models.EmailField(_("e-mailadres"), unique=True)
    name = models.CharField(_("naam"), max_length=120)
    role = models.CharField(_("rol"), max_length=30, choices=Role.choices, default=Role.SUPPORT)
    language = models.CharField(
        _("taal"), max_length=5, choices=[("nl", "Nederlands"), ("en", "English")], default="nl"
    )
    is_active = models.BooleanField(_("actief"), default=True)
    mail_rejected_at = models.DateTimeField(_("mailbox weigert sinds"), null=True, blank=True, editable=False)
    mail_rejected_because = models.CharField(_("reden"), max_length=300, blank=True, editable=False)
    date_joined = models.DateTimeField(_("sinds"), db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("gebruiker")
        verbose_name_plural = _("gebruikers")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[:1].isupper()] or self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def may(self, verb: str) -> bool:
        return may(self, verb)

    def get_full_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return may_in_admin(self, perm)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """A machine's key to the API: only its hash is stored; the token itself is shown once, when made."""

    class Scope(models.TextChoices):
        MONITORING = "monitoring", _("monitoring: alarmen aanleveren")
        READ = "read", _("lezen")
        AGENT = "agent", _("behandelen")

    name = models.CharField(_("naam"), max_length=80)
    scope = models.CharField(_("bereik"), max_length=20, choices=Scope.choices)
    last_used_on = models.DateField(_("laatst gebruikt"), null=True, blank=True)

    class Meta:
        verbose_name = _("API-sleutel")
        verbose_name_plural = _("API-sleutels")

    def __str__(self) -> str:
        return f"{self.name} ({self.scope})"
