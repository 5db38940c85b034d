"""Who may read a Melding that is restricted: it is about a security incident (SLA 7.3, 7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact
from desk.permissions import SEES_ALL, SEES_RESTRICTED

if TYPE_CHECKING:
    from desk.models import User


class MeldingAccess(models.Model):
    """Somebody who was let in, by whom (None: by the desk itself) and when. Taking it back removes the row; the trail keeps both."""

    melding = models.ForeignKey("incidents.Melding", models.CASCADE, related_name="accesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("wie")
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("gegeven door")
    )
    at = models.DateTimeField(_("sinds"))

    class Meta:
        verbose_name = _("toegang tot een melding")
        verbose_name_plural = _("toegang tot meldingen")
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["melding", "user"], name="let_in_once")]

    def __str__(self) -> str:
        return f"{self.melding_id}: {self.user}"


def closed_to(user: User, rows: Any) -> Any:
    """Those of `rows` that are restricted and that `user` was not let in to. At a contractant the contact who reported
    it and the hoofdcontactpersoon keep theirs."""
    restricted = rows.filter(restricted_at__isnull=False)
    if user.role in SEES_RESTRICTED:
        return restricted.none()
    named = MeldingAccess.objects.filter(melding=OuterRef("pk"), user=user)
    if user.role in SEES_ALL:
        return restricted.filter(~Exists(named))
    own = Contact.objects.filter(user=user, is_active=True)
    main = own.filter(role=Contact.Role.MAIN, contractant=OuterRef("contractant"))
    reporter = own.filter(pk=OuterRef("contact"))
    return restricted.filter(~Exists(main), ~Exists(reporter))
