"""What is said about a Change, and who agreed with it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models.change import Change
from desk.models import AbstractMessage, User
from desk.permissions import SEES_ALL, Role


class ChangeApproval(models.Model):
    """One role's agreement with one assessment; never changed, never deleted."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="approvals", verbose_name=_("wijziging"))
    assessment = models.PositiveSmallIntegerField(_("beoordeling"))
    role = models.CharField(_("als"), max_length=30, choices=Role.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("door")
    )
    at = models.DateTimeField(_("tijdstip"))

    class Meta:
        verbose_name = _("goedkeuring")
        verbose_name_plural = _("goedkeuringen")
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(fields=["change", "assessment", "role"], name="one_approval_of_a_role")
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.role}"


class OfChangeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> OfChangeQuerySet:
        """What hangs on a visible Change; internal parts for staff and machines only."""
        rows = self.filter(change__in=Change.objects.all().visible_to(user))
        if user.is_active and getattr(user, "role", None) in SEES_ALL:
            return rows
        return rows.filter(visibility=AbstractMessage.Visibility.PUBLIC)


class ChangeMessage(AbstractMessage):
    """The conversation between contact and staff, and the words that came with a step."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="messages")

    objects: ClassVar[models.Manager[ChangeMessage]] = OfChangeQuerySet.as_manager()

    class Meta(AbstractMessage.Meta):
        verbose_name = _("bijdrage aan een wijziging")
        verbose_name_plural = _("bijdragen aan wijzigingen")

    def __str__(self) -> str:
        return f"{self.change_id}: {self.verb}"
