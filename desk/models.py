"""What every kind of case shares: people, trail, notices, and the shape of a case."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from desk.permissions import STAFF, Role, may, may_in_admin

if TYPE_CHECKING:
    from datetime import datetime

Upload: TypeAlias = "UploadedFile[Any]"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"role": Role.ADMINISTRATOR, **fields})


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]
    """Somebody, or some machine, that acts. What they may do follows from `role` alone."""

    email = models.EmailField(_("e-mailadres"), unique=True)
    name = models.CharField(_("naam"), max_length=120)
    role = models.CharField(_("rol"), max_length=30, choices=Role.choices, default=Role.SUPPORT)
    language = models.CharField(
        _("taal"), max_length=5, choices=[("nl", "Nederlands"), ("en", "English")], default="nl"
    )
    is_active = models.BooleanField(_("actief"), default=True)
    date_joined = models.DateTimeField(_("sinds"), db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("gebruiker")
        verbose_name_plural = _("gebruikers")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[:1].isupper()] or self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def may(self, verb: str) -> bool:
        return may(self, verb)

    def get_full_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return may_in_admin(self, perm)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """A machine's key to the API: only its hash is stored; the token itself is shown once, when made."""

    class Scope(models.TextChoices):
        MONITORING = "monitoring", _("monitoring: alarmen aanleveren")
        READ = "read", _("lezen")
        AGENT = "agent", _("behandelen")

    name = models.CharField(_("naam"), max_length=80)
    scope = models.CharField(_("bereik"), max_length=20, choices=Scope.choices)
    last_used_on = models.DateField(_("laatst gebruikt"), null=True, blank=True)

    class Meta:
        verbose_name = _("API-sleutel")
        verbose_name_plural = _("API-sleutels")

    def __str__(self) -> str:
        return f"{self.name} ({self.scope})"


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


class Notice(models.Model):
    """One message to one person, owed since the event that caused it, stamped after it was sent."""

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
    subject = models.CharField(_("onderwerp"), max_length=250, blank=True)
    body = models.TextField(_("tekst"), blank=True)

    class Meta:
        verbose_name = _("bericht")
        verbose_name_plural = _("berichten")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["event", "key", "email"], name="notice_once_per_event_and_person")
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(sent_at=None), name="notice_owed"),
            models.Index(fields=["case_type", "case_id"], name="notice_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.email}"


class IdempotentRequest(models.Model):
    """The answer given to a POST with an Idempotency-Key; the same key gets the same answer for a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When a periodic job last finished, so that a silent stand-still shows."""

    job = models.CharField(_("taak"), max_length=60, primary_key=True)
    at = models.DateTimeField(_("laatst afgerond"))

    class Meta:
        verbose_name = _("periodieke taak")
        verbose_name_plural = _("periodieke taken")

    def __str__(self) -> str:
        return f"{self.job}: {self.at:%Y-%m-%d %H:%M:%S}"


class Case(models.Model):
    """What has a number, a state that only the door changes, and a version that tells a stale page."""

    case_type: ClassVar[str]
    other_words: ClassVar[dict[str, Any]] = {}  # of verbs in the trail that are no buttons

    number = models.CharField(_("nummer"), max_length=20, unique=True, editable=False)
    state: Any  # each kind declares its own `FSMField(protected=True)`, with its choices
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @classmethod
    def kinds(cls) -> list[type[Case]]:
        """Every kind of case that is installed."""
        return [model for model in apps.get_models() if issubclass(model, Case)]

    @classmethod
    def words(cls) -> dict[str, Any]:
        """What the verbs and states of this kind of case are called on screen, where its model says so."""
        field: Any = cls._meta.get_field("state")
        labels = {step.name: step.custom.get("label") for step in field.get_all_transitions(cls)}
        return {
            **dict(field.choices),
            **cls.other_words,
            **{name: label for name, label in labels.items() if label},
        }

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Re-read the row. A protected state may be set once on an instance, so forget it first; the mixin
        of django-fsm lifts the protection of the whole class meanwhile, which other threads would see."""
        names = {*fields} if fields is not None else {f.attname for f in self._meta.concrete_fields}
        if "state" in names:
            self.__dict__.pop("state", None)
        super().refresh_from_db(using=using, fields=sorted(names), from_queryset=from_queryset)

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.filter(case_type=self.case_type, case_id=self.pk)

    def project(self, at: datetime, new: Event | None = None) -> None:
        """Bring stored projections in line with the events; called by the door before it saves."""

    def announce(self, event: Event) -> None:
        """Owe the notices that this event causes; called by the door in the same transaction."""

    def notice_context(self, event: Event) -> dict[str, Any]:
        """What the template of a notice about `event` may use beside the case itself."""
        return {}


class AbstractMessage(models.Model):
    """One contribution to the conversation on a case; never changed, never deleted."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("zichtbaar voor de contractant")
        INTERNAL = "internal", _("interne notitie")

    visibility = models.CharField(max_length=10, choices=Visibility.choices)
    channel = models.CharField(max_length=20, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(_("door"), max_length=120, blank=True)
    verb = models.CharField(max_length=40, default="reply")
    body = models.TextField(_("tekst"))
    at = models.DateTimeField(_("tijdstip"))
    # Set by the page that sent it: pressing the button twice, or a retry after a broken line, adds it once.
    client_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("at", "id")

    @property
    def is_internal(self) -> bool:
        return self.visibility == self.Visibility.INTERNAL


def attachment_path(instance: AbstractAttachment, filename: str) -> str:
    """By random id alone: the sender's file name never reaches the disk."""
    return f"attachments/{instance.public_id.hex[:2]}/{instance.public_id.hex}"


class AbstractAttachment(models.Model):
    """A file with a case, kept under a random name; its type is what its content says."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(_("bestand"), upload_to=attachment_path)
    name = models.CharField(_("naam"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("grootte"))
    sha256 = models.CharField(max_length=64)
    visibility = models.CharField(
        max_length=10, choices=AbstractMessage.Visibility.choices, default=AbstractMessage.Visibility.PUBLIC
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("tijdstip"))

    class Meta:
        abstract = True
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_upload(cls, upload: Upload, content_type: str, **fields: Any) -> Self:
        """Describe `upload` (already checked by `desk.attachments.check`); the caller saves it."""
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        upload.seek(0)
        return cls(
            file=upload, name=upload.name, content_type=content_type, size=upload.size,
            sha256=digest.hexdigest(), **fields,
        )  # fmt: skip
