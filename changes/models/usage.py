"""Which Release of a Dienst a contractant uses (art. 5.2, SLA 11)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models.release import Release
from contractants.models import Contractant, Service
from desk.models import User


class ReleaseUseQuerySet(models.QuerySet["ReleaseUse"]):
    def visible_to(self, user: User) -> ReleaseUseQuerySet:
        """All for staff and machines, those of its own contractant for a contact."""
        contractants: Any = Contractant.objects.all()
        return (
            self.filter(contractant__in=contractants.visible_to(user))
            if user.is_authenticated
            else self.none()
        )


class ReleaseUse(models.Model):
    """A contractant has a Release in production, from the local day `since` until the next row. Rows are added and never
    changed, so that they are the history."""

    contractant = models.ForeignKey(
        Contractant, models.PROTECT, related_name="release_uses", verbose_name=_("contractant")
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("dienst"))
    release = models.ForeignKey(Release, models.PROTECT, related_name="uses", verbose_name=_("release"))
    since = models.DateField(_("in gebruik sinds"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("vastgelegd door"),
    )
    recorded_at = models.DateTimeField(_("vastgelegd op"))

    objects: ClassVar[models.Manager[ReleaseUse]] = ReleaseUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release in gebruik")
        verbose_name_plural = _("releases in gebruik")
        ordering = ("-since", "-id")
        indexes = [
            models.Index(fields=["contractant", "service", "-since", "-id"], name="use_of_contractant"),
        ]

    def __str__(self) -> str:
        return f"{self.contractant}: {self.release.title}"
