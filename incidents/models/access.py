"""The one gate for reading Meldingen; one that is about a security incident is restricted (SLA 7.3, 7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact
from desk.permissions import SEES_ALL, SEES_RESTRICTED

if TYPE_CHECKING:
    from desk.models import User
    from incidents.models.melding import Melding


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


def closed_to(user: User, rows: models.QuerySet[Melding]) -> models.QuerySet[Melding]:
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


class MeldingQuerySet(models.QuerySet["Melding"]):
    def visible_to(self, user: User) -> MeldingQuerySet:
        """The gate: all for staff and machines, those of the own contractant for a contact, else none; a restricted one
        only for whoever was let in."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        # A set of keys and not a condition, so that counting still reads indexes alone.
        return self._within(user).exclude(pk__in=closed_to(user, self.model._base_manager.all()).values("pk"))

    def counted_for(self, user: User) -> MeldingQuerySet:
        """What figures count: for staff also the restricted ones, of which their lists show no more than the number."""
        return self._within(user) if user.is_active and user.role in SEES_ALL else self.visible_to(user)

    def _within(self, user: User) -> MeldingQuerySet:
        if user.role in SEES_ALL:
            return self
        # One value and not a set, so that an index can deliver the rows of it in order.
        own = Contact.objects.filter(user=user, is_active=True).values("contractant")[:1]
        return self.filter(contractant=own)

    def open(self) -> MeldingQuerySet:
        return self.filter(is_open=True)


class MeldingManager(models.Manager["Melding"]):
    def get_queryset(self) -> MeldingQuerySet:
        """Without the search columns, which no page shows and which can be large."""
        return MeldingQuerySet(self.model, using=self._db).defer("search_all", "search_public")

    def visible_to(self, user: User) -> MeldingQuerySet:
        return self.get_queryset().visible_to(user)

    def counted_for(self, user: User) -> MeldingQuerySet:
        return self.get_queryset().counted_for(user)

    def open(self) -> MeldingQuerySet:
        return self.get_queryset().open()
