"""The shape of every kind of case: number, state, conversation, files."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models.scanning import UnscannedFile
from desk.models.trail import Event, Notice, Traced

if TYPE_CHECKING:
    from datetime import datetime

    from desk.mail.enclosures import Post
    from desk.models.people import User

Upload: TypeAlias = "UploadedFile[Any]"


class Case(Traced):
    """What has a number, a state that only the door changes, and a version that tells a stale page."""

    # The verbs that whoever's case it is may hear of by a webhook.
    told_to_party: ClassVar[frozenset[str]] = frozenset()
    takes_mail: ClassVar[bool] = False  # its `take_mail` adds an answer by mail to one of its notices
    kept_apart: ClassVar[bool] = False  # not all staff see one, so what answers it never becomes a Melding

    number = models.CharField(_("nummer"), max_length=20, unique=True, editable=False)
    state: Any  # each kind declares its own `FSMField(protected=True)`, with its choices
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @classmethod
    def kinds(cls) -> list[type[Self]]:
        """Every kind of case like this that is installed."""
        return [model for model in apps.get_models() if issubclass(model, cls)]

    @classmethod
    def words(cls) -> dict[str, Any]:
        """What the verbs and states of this kind of case are called on screen, where its model says so."""
        field: Any = cls._meta.get_field("state")
        labels = {step.name: step.custom.get("label") for step in field.get_all_transitions(cls)}
        return {
            **dict(field.choices),
            "reply": _("Antwoorden"),
            "note": _("Notitie maken"),
            "redact": _("Tekst weghalen"),
            "reveal_bsn": _("Inzien in quarantaine"),
            "release_bsn": _("Terugzetten uit quarantaine"),
            "destroy_bsn": _("Vernietigen in quarantaine"),
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

    @classmethod
    def titles(cls, ids: Iterable[int]) -> dict[int, str]:
        return dict(cls._base_manager.filter(pk__in=ids).values_list("pk", "number"))

    @classmethod
    def verbs(cls) -> list[str]:
        """Every verb that its trail can hold."""
        field: Any = cls._meta.get_field("state")
        return list(
            dict.fromkeys([*cls.other_words, *(step.name for step in field.get_all_transitions(cls))])
        )

    @property
    def party(self) -> uuid.UUID | None:
        """The public id of the contractant whose case it is."""
        return None

    @property
    def for_party_alone(self) -> bool:
        """Whether a webhook tells nobody of it but the contractant whose case it is."""
        return False

    def take_mail(self, by: User, post: Post, at: datetime) -> bool:
        """Add what `by` wrote and enclosed by mail; returns whether it was for them to add, and possible."""
        return False

    def outline(self) -> dict[str, Any]:
        """What a webhook tells of it: nothing that people wrote, nothing about a person."""
        return {"number": self.number, "state": str(self.state), "version": self.version}

    @classmethod
    def part_of(cls) -> tuple[type[Case], ...]:
        """The kinds of case of which this kind is a part, so that words taken out of those leave it too."""
        return ()

    @classmethod
    def elsewhere(cls, pk: int) -> list[models.QuerySet[Any]]:
        """Rows with words of the case with this id that do not refer to it."""
        return []

    @classmethod
    def reindex(cls, ids: list[int], at: datetime) -> None:
        """Bring what follows from the words of these cases in line with them, as they are now: what is searched, and
        seals."""

    def project(self, at: datetime, new: Event | None = None) -> None:
        """Bring stored projections in line with the events; called by the door before it saves."""

    def announce(self, event: Event) -> None:
        """Owe the notices that this event causes; called by the door in the same transaction."""

    @property
    def is_discreet(self) -> bool:
        """Whether its mails say no more than its number and where to read it."""
        return False

    @property
    def always_tells(self) -> bool:
        """Whether its notices go out whatever somebody prefers not to hear."""
        return False

    def may_tell(self, notice: Notice) -> bool:
        """Whether a notice that was owed may still be sent; asked just before it is."""
        return True

    @property
    def mail_list(self) -> str:
        """What its notices have in common for somebody who sorts mail: the first part of their List-Id."""
        return "desk"

    def could_not_tell(self, notice: Notice, at: datetime) -> None:
        """See to it that somebody is told otherwise: the mailbox of `notice` rejects it."""

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        """Which of its events owe which notices to whom, to show it: verb to keys and recipients."""
        return {}

    @classmethod
    def for_notices(cls) -> models.QuerySet[Any]:
        """The cases of this kind, with what writing notices about them needs."""
        return cls._default_manager.all()

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

    whose: ClassVar[str] = ""  # as of `Traced`
    in_address: ClassVar[tuple[str, ...]] = ()

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(_("bestand"), upload_to=attachment_path)
    name = models.CharField(_("naam"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("grootte"))
    sha256 = models.CharField(max_length=64)
    unread = models.BooleanField(_("niet gelezen op BSN"), default=False)
    visibility = models.CharField(
        max_length=10, choices=AbstractMessage.Visibility.choices, default=AbstractMessage.Visibility.PUBLIC
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("tijdstip"))
    erased_at = models.DateTimeField(_("verwijderd op"), null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **fields: Any) -> None:
        """A file that the virus scanner has not seen is set apart in the same transaction."""
        unseen = getattr(getattr(self.file, "_file", None), "scanned", True) is False
        super().save(*args, **fields)
        if unseen:
            UnscannedFile.objects.get_or_create(path=self.file.name)

    def erase(self, at: datetime, name: str) -> None:
        """Take the file from the disk and what it was called from the row; that there was one stays.

        The disk goes first: whoever is cut off in between finds the row again and does it once more.
        """
        if self.file.name:
            self.file.storage.delete(self.file.name)
        self.file, self.name, self.size, self.sha256, self.erased_at = "", name, 0, "", at
        self.save(update_fields=["file", "name", "size", "sha256", "erased_at"])

    @classmethod
    def from_upload(cls, upload: Upload, content_type: str, **fields: Any) -> Self:
        """Describe `upload` (already checked by `desk.attachments.check`); the caller saves it."""
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        upload.seek(0)
        return cls(
            file=upload, name=upload.name, content_type=content_type, size=upload.size,
            sha256=digest.hexdigest(), unread=getattr(getattr(upload, "looked_at", None), "unread", False), **fields,
        )  # fmt: skip

    @classmethod
    def keep(cls, uploads: list[Upload], types: list[str], **fields: Any) -> list[Self]:
        """Store uploads that `desk.attachments.check` gave `types`; within the caller's transaction."""
        kept = [cls.from_upload(upload, kind, **fields) for upload, kind in zip(uploads, types, strict=True)]
        for one in kept:
            one.save()
        return kept
