"""What happened, and whom it has to be told: the trail and the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """The trail of a case: what happened, when, by whom. Written in the transaction of the act, never changed.

    `at` is when it happened (UTC), `recorded_at` when the desk wrote it down. `data` holds facts, no free
    text. `once` makes an event unique within its case, so that a sweep that runs twice records it once.
    """

    case_type = models.CharField(_("soort zaak"), max_length=20)
    case_id = models.BigIntegerField(_("zaak"))
    verb = models.CharField(_("handeling"), max_length=40)
    at = models.DateTimeField(_("tijdstip"))
    recorded_at = models.DateTimeField(_("vastgelegd"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("door"),
    )
    source = models.CharField(_("van status"), max_length=40, blank=True)
    target = models.CharField(_("naar status"), max_length=40, blank=True)
    data = models.JSONField(_("gegevens"), default=dict, blank=True)
    once = models.CharField(max_length=60, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("gebeurtenis")
        verbose_name_plural = _("gebeurtenissen")
        ordering = ("at", "id")
        indexes = [models.Index(fields=["case_type", "case_id", "at", "id"], name="event_of_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["case_type", "case_id", "once"],
                condition=models.Q(once__isnull=False),
                name="event_once_per_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_type} {self.case_id}: {self.verb}"

    @property
    def noticed_at(self) -> datetime:
        """When the desk came to know of it: a sweep records what happened before it ran."""
        told = self.data.get("noticed_at")
        return max(self.at, datetime.fromisoformat(told)) if told else self.at


class NoticeQuerySet(models.QuerySet["Notice"]):
    def owed(self) -> NoticeQuerySet:
        return self.filter(sent_at=None, dropped_at=None)

    def due(self, now: datetime) -> NoticeQuerySet:
        """What may go out at `now`. A notice stays behind an earlier one about the same case to the same person
        that failed and is tried again, not behind one that waits for office hours on purpose."""
        failed_before = Notice.objects.owed().filter(
            case_type=models.OuterRef("case_type"), case_id=models.OuterRef("case_id"),
            email=models.OuterRef("email"), pk__lt=models.OuterRef("pk"), attempts__gt=0,
        )  # fmt: skip
        return self.owed().filter(~models.Exists(failed_before), next_try_at__lte=now)

    def behind(self, now: datetime) -> NoticeQuerySet:
        """What should have gone out by `now`."""
        return self.owed().filter(models.Q(next_try_at__lte=now) | models.Q(attempts__gt=0))


class NoticeManager(models.Manager["Notice"]):
    def get_queryset(self) -> NoticeQuerySet:
        return NoticeQuerySet(self.model, using=self._db)

    def owed(self) -> NoticeQuerySet:
        return self.get_queryset().owed()

    def due(self, now: datetime) -> NoticeQuerySet:
        return self.get_queryset().due(now)

    def behind(self, now: datetime) -> NoticeQuerySet:
        return self.get_queryset().behind(now)


class Traced(models.Model):
    """What keeps a trail under its `case_type`: a case, or what was promised."""

    case_type: ClassVar[str]
    other_words: ClassVar[dict[str, Any]] = {}  # of verbs in the trail that are no buttons
    whose: ClassVar[str] = ""  # the path to the id of the contractant whose data it is, if it is somebody's
    # What an address calls its number, where that is not `case_type`.
    in_address: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @classmethod
    def traced(cls) -> list[type[Traced]]:
        """Every kind that is installed."""
        return [model for model in apps.get_models() if issubclass(model, Traced)]

    @classmethod
    def words(cls) -> dict[str, Any]:
        """What the verbs and states in its trail are called on screen."""
        return cls.other_words

    @classmethod
    def titles(cls, ids: Iterable[int]) -> dict[int, str]:
        """What the trail calls those with these ids, in one query."""
        return {row.pk: str(row) for row in cls._base_manager.filter(pk__in=ids)}

    @classmethod
    def hidden_from(cls, user: Any) -> models.QuerySet[Any] | None:
        """Those whose trail this member of staff may not see either; None where there are none."""
        return None

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.filter(case_type=self.case_type, case_id=self.pk)


def without_hidden(rows: models.QuerySet[Any], user: Any, path: str = "") -> models.QuerySet[Any]:
    """Those of `rows` that are about no case that this member of staff may not know of. `path` leads from a row to
    what names the case, such as `event__`; empty where the row itself does."""
    for kind in Traced.traced():
        hidden = kind.hidden_from(user)
        if hidden is not None:
            about = {f"{path}case_type": kind.case_type, f"{path}case_id__in": hidden.values("pk")}
            rows = rows.exclude(**about)
    return rows


class Notice(models.Model):
    """One message to one person, owed since the event that caused it, stamped after it was sent.

    It waits until `next_try_at`: on purpose, for office hours, as long as `attempts` is 0, and else because a try
    failed for the reason in `error`; without `next_try_at` its app holds it. One that will not be sent any more has `dropped_at` and why. A mail that
    was sent and came back has both moments.
    """

    class Dropped(models.TextChoices):
        REJECTED = "rejected", _("de mailbox weigert mail")
        BROKEN = "broken", _("kan niet worden verstuurd")
        GIVEN_UP = "given_up", _("door beheer laten vervallen")
        SUPERSEDED = "superseded", _("achterhaald")
        UNWANTED = "unwanted", _("door de ontvanger uitgezet")
        LEFT = "left", _("de ontvanger heeft geen toegang meer")

    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="notices")
    key = models.CharField(_("soort"), max_length=60)
    email = models.EmailField(_("aan"))
    name = models.CharField(_("naam"), max_length=120, blank=True)
    language = models.CharField(_("taal"), max_length=5, default="nl")
    case_type = models.CharField(max_length=20, blank=True)
    case_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("gemaakt"), db_default=Now(), editable=False)
    next_try_at = models.DateTimeField(_("volgende poging"), db_default=Now(), null=True)
    sent_at = models.DateTimeField(_("verzonden"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    error = models.CharField(_("fout"), max_length=300, blank=True)
    dropped_at = models.DateTimeField(_("vervallen"), null=True, blank=True)
    dropped_because = models.CharField(_("waarom"), max_length=20, choices=Dropped.choices, blank=True)
    subject = models.CharField(_("onderwerp"), max_length=250, blank=True)
    body = models.TextField(_("tekst"), blank=True)

    objects: ClassVar[NoticeManager] = NoticeManager()

    class Meta:
        verbose_name = _("bericht")
        verbose_name_plural = _("berichten")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["event", "key", "email"], name="notice_once_per_event_and_person")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(sent_at=None, dropped_at=None), name="notice_owed"
            ),
            models.Index(fields=["case_type", "case_id"], name="notice_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.subject or self.key} → {self.email}"
