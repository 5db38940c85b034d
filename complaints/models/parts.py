"""The conversation about a complaint, its klachtrapporten, and their files."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from desk.models import AbstractAttachment, AbstractMessage, User
from desk.permissions import SEES_ALL


class OfComplaintQuerySet(models.QuerySet["ComplaintAttachment"]):
    def visible_to(self, user: User) -> OfComplaintQuerySet:
        """What hangs on a visible complaint; internal parts for staff and machines only."""
        rows = self.filter(complaint__in=Complaint.objects.visible_to(user))
        if user.is_active and getattr(user, "role", None) in SEES_ALL:
            return rows
        return rows.filter(visibility=AbstractMessage.Visibility.PUBLIC)

    def sent_in(self) -> OfComplaintQuerySet:
        """All but the klachtrapporten, which have an address of their own."""
        return self.filter(report=None)


class ComplaintMessage(AbstractMessage):
    """What was said to the contact or by them, or a note for colleagues."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="messages")

    class Meta(AbstractMessage.Meta):
        verbose_name = _("bijdrage aan een klacht")
        verbose_name_plural = _("bijdragen aan klachten")
        indexes = [models.Index(fields=["complaint", "at", "id"], name="message_of_complaint")]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.verb}"


class ComplaintReport(models.Model):
    """A klachtrapport as it was sent (SLA 5). It never changes; one that is refused is followed by the next."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="reports")
    edition = models.PositiveSmallIntegerField(_("versie"))
    complained = models.TextField(_("wat de klacht was"))
    found = models.TextField(_("wat wij vonden"))
    done = models.TextField(_("wat wij deden"))
    prevention = models.TextField(_("hoe wij herhaling voorkomen"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("door")
    )
    at = models.DateTimeField(_("verstuurd op"))

    class Meta:
        verbose_name = _("klachtrapport")
        verbose_name_plural = _("klachtrapporten")
        ordering = ("edition",)
        constraints = [models.UniqueConstraint(fields=["complaint", "edition"], name="one_report_an_edition")]

    def __str__(self) -> str:
        return f"{self.complaint} {self.edition}"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What each part is called, and its text."""
        return [
            (str(self._meta.get_field(name).verbose_name), getattr(self, name))  # type: ignore[union-attr]
            for name in ("complained", "found", "done", "prevention")
        ]


class ComplaintAttachment(AbstractAttachment):
    """A photo, video, PDF or text with a complaint or with a `message` about it; or the file of a klachtrapport."""

    whose = "complaint__contractant_id"
    in_address = ("complaint_file",)

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="attachments")
    message = models.ForeignKey(
        ComplaintMessage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("bijdrage"),
    )
    report = models.OneToOneField(
        ComplaintReport, models.PROTECT, null=True, blank=True, related_name="attachment",
        verbose_name=_("klachtrapport"),
    )  # fmt: skip

    objects: ClassVar[models.Manager[ComplaintAttachment]] = OfComplaintQuerySet.as_manager()

    class Meta(AbstractAttachment.Meta):
        verbose_name = _("bijlage bij een klacht")
        verbose_name_plural = _("bijlagen bij klachten")
