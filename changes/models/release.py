"""The Release: what is brought to production together, with its notes and documents (SLA 11)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from contractants.models import Contact, Service
from desk.models import AbstractAttachment, AbstractMessage, Case, Event, User
from desk.permissions import SEES_ALL, allows
from domain import releases
from sla.models import Contract


class ReleaseKind(models.TextChoices):
    PATCH = "patch", _("patch")
    UPDATE = "update", _("update")
    RELEASE = "release", _("release")


class ReleaseState(models.TextChoices):
    PLANNED = "planned", _("gepland")
    FROZEN = "frozen", _("bevroren")
    RELEASED = "released", _("vrijgegeven")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    END_OF_LIFE = "end_of_life", _("einde ondersteuning")


AHEAD = [ReleaseState.PLANNED, ReleaseState.FROZEN]
OUT = [ReleaseState.RELEASED, ReleaseState.END_OF_LIFE]


def is_ready(release: Any) -> bool:
    """All that goes out is accepted and told in words for contractants, and there is something to tell."""
    parts = list(release.changes.all())
    told = all(change.state == "accepted" and change.release_note for change in parts)
    return told and bool(parts or release.introduction)


def is_not_required(release: Any) -> bool:
    return not release.cve_reason


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, user: User) -> ReleaseQuerySet:
        """All for staff; for a contact those of each Dienst that its contractant has a contract for, unless that ended before."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        own = Contact.objects.filter(user=user, is_active=True).values("contractant")[:1]
        lasting = models.Q(ends_on=None) | models.Q(ends_on__gte=models.OuterRef("planned_on"))
        return self.filter(
            models.Exists(
                Contract.objects.filter(lasting, contractant=own, service=models.OuterRef("service"))
            )
        )

    def next_for(self, service: Service | None) -> Release | None:
        """The first that still takes Changes."""
        return self.filter(service=service, state=ReleaseState.PLANNED).order_by("planned_on", "id").first()


class Release(Case):
    """A patch, update or release of a Dienst. `planned_on` is a local day; `supported_until` the last day of support of
    its main version, known once it is out."""

    case_type = "release"
    other_words = {"register": _("Inplannen")}

    state = FSMField(
        _("status"), max_length=12, choices=ReleaseState.choices, default=ReleaseState.PLANNED, protected=True
    )  # fmt: skip
    kind = models.CharField(_("soort"), max_length=10, choices=ReleaseKind.choices)
    service = models.ForeignKey(Service, models.PROTECT, related_name="releases", verbose_name=_("dienst"))
    name = models.CharField(_("versie"), max_length=20)
    planned_on = models.DateField(_("gepland op"))
    introduction = models.TextField(_("inleiding bij de releasenotes"), blank=True)
    cve_reason = models.TextField(_("waarom verplicht"), blank=True)
    released_at = models.DateTimeField(_("vrijgegeven op"), null=True, blank=True)
    supported_until = models.DateField(_("ondersteund tot en met"), null=True, blank=True)

    objects: ClassVar[models.Manager[Release]] = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ("planned_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "name"], condition=~models.Q(state="withdrawn"), name="one_release_of_a_version"
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["service", "planned_on"], name="release_of_service")]

    def get_absolute_url(self) -> str:
        return reverse("changes:release", args=[self.number])

    @property
    def title(self) -> str:
        return f"{self.service} {self.name}"

    @property
    def subject(self) -> str:
        return self.title

    @property
    def main_version(self) -> int:
        return releases.main_version(self.name)

    @property
    def is_out(self) -> bool:
        return self.state in OUT

    @property
    def is_compulsory(self) -> bool:
        """Because of a CVE (SLA 11); nothing that is withdrawn is."""
        return bool(self.cve_reason) and self.state != ReleaseState.WITHDRAWN

    @property
    def tells_compulsory(self) -> bool:
        """Whether contractants may read so: a vulnerability is not told of before there is something against it."""
        return self.is_compulsory and self.is_out

    @property
    def mail_list(self) -> str:
        return f"service-{self.service_id}"

    def announce(self, event: Event) -> None:
        from changes.notices import announce_release

        announce_release(self, event)

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from changes.notices import OF_RELEASE

        return {**OF_RELEASE}

    @classmethod
    def for_notices(cls) -> models.QuerySet[Release]:
        return cls.objects.select_related("service").prefetch_related("changes")

    def notice_context(self, event: Event) -> dict[str, Any]:
        from changes.notices import context_of_release

        return context_of_release(self, event)

    @transition(
        "state", ReleaseState.PLANNED, ReleaseState.FROZEN, permission=allows("release.plan"),
        custom={"label": _("Bevriezen"), "order": 1, "form": "none", "help": _("Er komen geen wijzigingen meer bij.")},
    )  # fmt: skip
    def freeze(self) -> None: ...

    @transition(
        "state", ReleaseState.FROZEN, ReleaseState.RELEASED, permission=allows("release.publish"), conditions=[is_ready],
        custom={
            "label": _("Vrijgeven"), "style": "go", "order": 1, "form": "none",
            "help": _("De contactpersonen van iedere contractant met deze dienst krijgen bericht."),
            "unmet": _("Nog niet alle wijzigingen zijn geaccepteerd en beschreven."),
        },
    )  # fmt: skip
    def publish(self) -> None: ...

    @transition(
        "state", ReleaseState.FROZEN, ReleaseState.PLANNED, permission=allows("release.plan"),
        custom={"label": _("Ontdooien"), "order": 2, "form": "none"},
    )  # fmt: skip
    def thaw(self) -> None: ...

    @transition(
        "state", AHEAD, None, permission=allows("release.plan"),
        custom={"label": _("Verzetten"), "order": 3, "form": "reschedule"},
    )  # fmt: skip
    def reschedule(self) -> None: ...

    @transition(
        "state", AHEAD, None, permission=allows("release.describe"),
        custom={"label": _("Inleiding schrijven"), "order": 4, "form": "introduction"},
    )  # fmt: skip
    def introduce(self) -> None: ...

    @transition(
        "state", [*AHEAD, ReleaseState.RELEASED], None, permission=allows("release.describe"),
        custom={"label": _("Document toevoegen"), "order": 5, "form": "documents"},
    )  # fmt: skip
    def attach(self) -> None: ...

    @transition(
        "state", [*AHEAD, ReleaseState.RELEASED], None, permission=allows("release.publish"),
        conditions=[is_not_required], custom={"label": _("Verplicht stellen"), "order": 6, "form": "cve"},
    )  # fmt: skip
    def require(self) -> None: ...

    @transition(
        "state", ReleaseState.RELEASED, ReleaseState.END_OF_LIFE, permission=allows("release.publish"),
        custom={"label": _("Ondersteuning beëindigen"), "order": 7, "form": "none"},
    )  # fmt: skip
    def end_support(self) -> None: ...

    @transition(
        "state", [*AHEAD, ReleaseState.RELEASED], ReleaseState.WITHDRAWN, permission=allows("release.publish"),
        custom={"label": _("Intrekken"), "style": "alarm", "order": 8, "form": "reason"},
    )  # fmt: skip
    def withdraw(self) -> None: ...

    @transition("state", "*", None, permission=allows("release.note"))
    def note(self) -> None: ...


class OfReleaseQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> OfReleaseQuerySet:
        """What hangs on a visible Release; for a contact what is meant for contractants, once it is out."""
        rows = self.filter(release__in=Release.objects.all().visible_to(user))
        if user.is_active and getattr(user, "role", None) in SEES_ALL:
            return rows
        return rows.filter(visibility=AbstractMessage.Visibility.PUBLIC, release__state__in=OUT)


class ReleaseMessage(AbstractMessage):
    """Why it was moved, withdrawn or made compulsory, and what colleagues noted."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="messages")

    objects: ClassVar[models.Manager[ReleaseMessage]] = OfReleaseQuerySet.as_manager()

    class Meta(AbstractMessage.Meta):
        verbose_name = _("bijdrage aan een release")
        verbose_name_plural = _("bijdragen aan releases")

    def __str__(self) -> str:
        return f"{self.release_id}: {self.verb}"


class ReleaseDocument(AbstractAttachment):
    """Documentation of a Release (SLA 11, 13)."""

    in_address = ("document",)

    release = models.ForeignKey(Release, models.PROTECT, related_name="documents")

    objects: ClassVar[models.Manager[ReleaseDocument]] = OfReleaseQuerySet.as_manager()

    class Meta(AbstractAttachment.Meta):
        verbose_name = _("releasedocument")
        verbose_name_plural = _("releasedocumenten")
