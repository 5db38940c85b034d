"""Addresses at which calendar programs read Onderhoud."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """One person's address for a calendar program. It shows what that person may see, as long as they may; the
    address is derived from `salt`, so it stands nowhere."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="maintenance_feed", verbose_name=_("van")
    )
    salt = models.CharField(max_length=64, default=secrets.token_hex, editable=False)
    created_at = models.DateTimeField(_("gemaakt op"))

    class Meta:
        verbose_name = _("agenda-adres")
        verbose_name_plural = _("agenda-adressen")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def token(self) -> str:
        """What stands in the address; another `salt` makes it another one."""
        return f"{self.pk}-{salted_hmac('changes.feed', self.salt, algorithm='sha256').hexdigest()[:40]}"
