"""A way of looking at the worklist that somebody keeps."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desk.models import User


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: User) -> SavedFilterQuerySet:
        """One's own, and what colleagues share."""
        return self.filter(Q(owner=user) | Q(is_shared=True, owner__is_active=True))


class SavedFilter(models.Model):
    """A view of the worklist with what narrows it, under a name; `narrowed` maps a field to a stored value."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters", verbose_name=_("van")
    )
    name = models.CharField(_("naam"), max_length=40)
    is_shared = models.BooleanField(_("gedeeld"), default=False)
    view = models.CharField(_("weergave"), max_length=20)
    sort = models.CharField(_("volgorde"), max_length=10)
    narrowed = models.JSONField(_("keuze"), default=dict)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("bewaarde keuze")
        verbose_name_plural = _("bewaarde keuzes")
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_filter_per_name")]

    def __str__(self) -> str:
        return self.name
