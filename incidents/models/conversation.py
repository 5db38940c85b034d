"""The conversation on a Melding, its files, its relations, and what was asked of chain parties."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models import AbstractAttachment, AbstractMessage, User
from desk.permissions import SEES_ALL
from incidents.models.melding import Melding


class OfMeldingQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> OfMeldingQuerySet:
        """What hangs on a visible Melding; internal parts for staff and machines only."""
        rows = self.filter(melding__in=Melding.objects.visible_to(user))
        if user.is_active and getattr(user, "role", None) in SEES_ALL:
            return rows
        return rows.filter(visibility=AbstractMessage.Visibility.PUBLIC)


class Message(AbstractMessage):
    """A public answer or an internal note. `origin` remembers the Melding that it was merged from."""

    melding = models.ForeignKey(Melding, models.PROTECT, related_name="messages")
    origin = models.ForeignKey(Melding, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager[Message]] = OfMeldingQuerySet.as_manager()

    class Meta(AbstractMessage.Meta):
        verbose_name = _("bijdrage")
        verbose_name_plural = _("bijdragen")
        indexes = [models.Index(fields=["melding", "at", "id"], name="message_of_melding")]

    def __str__(self) -> str:
        return f"{self.melding_id}: {self.verb}"


class Attachment(AbstractAttachment):
    """A photo, video, PDF or text with a Melding."""

    whose = "melding__contractant_id"
    in_address = ("public_id",)

    melding = models.ForeignKey(Melding, models.PROTECT, related_name="attachments")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="attachments")
    origin = models.ForeignKey(Melding, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager[Attachment]] = OfMeldingQuerySet.as_manager()

    class Meta(AbstractAttachment.Meta):
        verbose_name = _("bijlage")
        verbose_name_plural = _("bijlagen")


class Relation(models.Model):
    """`melding` is the child, duplicate or follow-up of `other`."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", _("dubbel van")
        CHILD = "child", _("onderdeel van")
        FOLLOW_UP = "follow_up", _("vervolg op")
        SPLIT = "split", _("afgesplitst van")

    melding = models.ForeignKey(Melding, models.PROTECT, related_name="relations")
    other = models.ForeignKey(Melding, models.PROTECT, related_name="related_by")
    kind = models.CharField(_("relatie"), max_length=12, choices=Kind.choices)

    class Meta:
        verbose_name = _("relatie")
        verbose_name_plural = _("relaties")
        constraints = [
            models.UniqueConstraint(fields=["melding", "other", "kind"], name="one_relation_of_a_kind"),
            models.CheckConstraint(
                condition=~models.Q(melding=models.F("other")), name="not_related_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.melding} {self.get_kind_display()} {self.other}"


class ChainRequest(models.Model):
    """What was asked of a chain party, and when: the desk keeps directing the chain (SLA 4.2, 9.1)."""

    melding = models.ForeignKey(Melding, models.PROTECT, related_name="chain_requests")
    party = models.CharField(_("ketenpartij"), max_length=120)
    reference = models.CharField(_("hun kenmerk"), max_length=80, blank=True)
    question = models.TextField(_("wat is gevraagd"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("gevraagd op"))
    ended_at = models.DateTimeField(_("afgerond op"), null=True, blank=True)

    class Meta:
        verbose_name = _("ketenvraag")
        verbose_name_plural = _("ketenvragen")
        ordering = ("asked_at",)

    def __str__(self) -> str:
        return f"{self.party}: {self.question[:40]}"
