"""What is written down about a Problem: the rows of its root-cause record, notes, and where its workaround was used."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models import AbstractMessage
from incidents.models import Melding
from problems.models.problem import Problem


class ProblemMoment(models.Model):
    """One line of the course of what went wrong, `at` UTC."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="moments", verbose_name=_("probleem"))
    at = models.DateTimeField(_("tijdstip"))
    what = models.CharField(_("wat er gebeurde"), max_length=500)

    class Meta:
        verbose_name = _("moment in het verloop")
        verbose_name_plural = _("momenten in het verloop")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.what


class ProblemAction(models.Model):
    """What somebody promised to do about the cause, by which local day."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="actions", verbose_name=_("probleem"))
    what = models.CharField(_("actie"), max_length=500)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("wie"))
    due = models.DateField(_("uiterlijk"), null=True, blank=True)
    done_at = models.DateTimeField(_("gedaan"), null=True, blank=True)

    class Meta:
        verbose_name = _("actie bij een probleem")
        verbose_name_plural = _("acties bij een probleem")
        ordering = (models.F("due").asc(nulls_last=True), "id")

    def __str__(self) -> str:
        return self.what


class ProblemUse(models.Model):
    """The workaround of a Problem solved this Melding."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="uses", verbose_name=_("probleem"))
    melding = models.ForeignKey(Melding, models.PROTECT, related_name="+", verbose_name=_("melding"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("door"))
    at = models.DateTimeField(_("tijdstip"))

    class Meta:
        verbose_name = _("toepassing van een workaround")
        verbose_name_plural = _("toepassingen van een workaround")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.problem_id}: {self.melding_id}"


class ProblemMessage(AbstractMessage):
    """A note of one colleague to the others; a contractant reads the advice alone."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="messages")

    class Meta(AbstractMessage.Meta):
        verbose_name = _("notitie bij een probleem")
        verbose_name_plural = _("notities bij een probleem")

    def __str__(self) -> str:
        return f"{self.problem_id}: {self.verb}"
