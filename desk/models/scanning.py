"""Stored files that nobody may have yet."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class UnscannedFile(models.Model):
    """A file, by its path, that was stored while the virus scanner did not answer; or, with `found`, in which it
    found something afterwards. A path without a row may go out."""

    path = models.CharField(_("bestand"), max_length=200, unique=True)
    at = models.DateTimeField(_("opgeslagen"), db_default=Now(), editable=False)
    tried_at = models.DateTimeField(_("laatst geprobeerd"), null=True, blank=True)
    found = models.CharField(_("gevonden"), max_length=100, blank=True)
    found_at = models.DateTimeField(_("gevonden op"), null=True, blank=True)

    class Meta:
        verbose_name = _("bestand in controle")
        verbose_name_plural = _("bestanden in controle")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.path
