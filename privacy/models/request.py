"""The request of a data subject: the desk does not answer it, it passes it to the controller (VWO 8.1)."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from contractants.models import Contact, Contractant
from desk.models import PASSED, Event, Limit, TimedCase, User
from desk.permissions import Role, may


class Right(models.TextChoices):
    """AVG art. 15 to 21."""

    ACCESS = "access", _("inzage")
    RECTIFICATION = "rectification", _("rectificatie")
    ERASURE = "erasure", _("verwijdering")
    RESTRICTION = "restriction", _("beperking")
    PORTABILITY = "portability", _("overdracht")
    OBJECTION = "objection", _("bezwaar")


class RequestChannel(models.TextChoices):
    PHONE = "phone", _("telefoon")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("brief")
    OTHER = "other", _("anders")


class RequestState(models.TextChoices):
    RECEIVED = "received", _("ontvangen")
    PASSED_ON = "passed_on", _("doorgestuurd")
    INSTRUCTED = "instructed", _("opdracht ontvangen")
    CARRIED_OUT = "carried_out", _("uitgevoerd")
    CLOSED = "closed", _("gesloten")


class Step(models.TextChoices):
    PASS_ON = "pass_on", _("doorsturen")
    CARRY_OUT = "carry_out", _("opdracht uitvoeren")


TIMED = {RequestState.RECEIVED: Step.PASS_ON, RequestState.INSTRUCTED: Step.CARRY_OUT}
# Who sees all of them; anybody else of the staff sees those that they registered themselves.
WATCHES = frozenset({Role.PRIVACY_OFFICER})


def handles(request: Any, user: Any) -> bool:
    return may(user, "request.handle")


def instructs(request: Any, user: Any) -> bool:
    """A hoofdcontactpersoon of the controller; or the privacy officer, for what came in writing."""
    return may(user, "request.handle") or (may(user, "request.instruct") and request.is_of(user))


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def visible_to(self, user: User) -> DataRequestQuerySet:
        """The gate: all for the privacy officer, one's own entries for other staff; for a hoofdcontactpersoon those of the
        own contractant once they were passed on."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in WATCHES:
            return self
        if user.role == Role.CONTACT:
            main = Contact.objects.filter(user=user, role=Contact.Role.MAIN, is_active=True)
            return self.filter(contractant__in=main.values("contractant")).exclude(passed_on_at=None)
        return self.filter(registered_by=user)


class DataRequest(TimedCase):
    """What somebody asked about their own data, and what the controller made of it.

    `reference` is what the controller knows this person by; `person` a name, only where there is no other way, and taken
    away by retention. `due_at` (UTC) is until when the desk has to do `due_step`.
    """

    case_type = "data_request"
    whose = "contractant_id"
    kept_apart = True
    other_words = {"register": _("Vastleggen"), **PASSED}

    state = FSMField(_("status"), max_length=14, choices=RequestState.choices, default=RequestState.RECEIVED, protected=True)  # fmt: skip
    contractant = models.ForeignKey(
        Contractant,
        models.PROTECT,
        related_name="data_requests",
        verbose_name=_("verwerkingsverantwoordelijke"),
    )
    right = models.CharField(_("soort verzoek"), max_length=14, choices=Right.choices)
    channel = models.CharField(_("binnengekomen per"), max_length=10, choices=RequestChannel.choices)
    reference = models.CharField(_("kenmerk van de betrokkene"), max_length=80, blank=True)
    person = models.CharField(_("naam van de betrokkene"), max_length=120, blank=True)
    received_at = models.DateTimeField(_("ontvangen"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("geregistreerd door")
    )
    passed_on_at = models.DateTimeField(_("doorgestuurd op"), null=True, blank=True)
    instruction = models.TextField(_("opdracht van de verwerkingsverantwoordelijke"), blank=True)
    result = models.TextField(_("wat is gedaan"), blank=True)
    carried_out_at = models.DateTimeField(_("uitgevoerd op"), null=True, blank=True)
    ended_at = models.DateTimeField(_("gesloten op"), null=True, blank=True)
    due_step = models.CharField(_("wacht op"), max_length=10, choices=Step.choices, blank=True)
    due_at = models.DateTimeField(_("uiterlijk"), null=True, blank=True)

    objects: ClassVar[DataRequestQuerySet] = DataRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("verzoek van een betrokkene")
        verbose_name_plural = _("verzoeken van betrokkenen")
        ordering = ("-received_at", "-id")
        indexes = [
            models.Index(
                fields=["sweep_at"], condition=Q(sweep_at__isnull=False), name="data_request_to_sweep"
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("privacy:request", args=[self.number])

    @property
    def subject(self) -> str:
        return f"{self.get_right_display()}: {self.contractant}".capitalize()

    def is_of(self, user: User) -> bool:
        """Whether `user` is a hoofdcontactpersoon of the controller."""
        return Contact.objects.filter(
            user=user, contractant=self.contractant_id, role=Contact.Role.MAIN, is_active=True
        ).exists()

    def is_late(self, now: Any) -> bool:
        return self.due_at is not None and bool(self.due_at < now)

    @property
    def party(self) -> UUID | None:
        return self.contractant.public_id

    @property
    def for_party_alone(self) -> bool:
        return True

    @classmethod
    def hidden_from(cls, user: User) -> models.QuerySet[DataRequest]:
        return cls.objects.exclude(pk__in=cls.objects.visible_to(user).values("pk"))

    def project(self, at: Any, new: Event | None = None) -> None:
        from privacy.requests.terms import retime

        retime(self)
        super().project(at, new)

    def limit(self) -> Limit | None:
        from privacy.requests.terms import limit

        return limit(self)

    def announce(self, event: Event) -> None:
        from privacy.requests.notices import announce

        announce(self, event)

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from privacy.requests.notices import NOTICES

        return {**NOTICES}

    @classmethod
    def for_notices(cls) -> models.QuerySet[DataRequest]:
        return cls.objects.select_related("contractant")

    def notice_context(self, event: Event) -> dict[str, Any]:
        from privacy.requests.notices import context

        return context(self, event)

    # -- Its life

    @transition(
        "state", RequestState.RECEIVED, RequestState.PASSED_ON, permission=handles,
        custom={"label": _("Doorsturen"), "style": "go", "order": 1, "form": "none",
                "help": _("De hoofdcontactpersonen van de verwerkingsverantwoordelijke krijgen bericht en lezen het in het portaal.")},
    )  # fmt: skip
    def pass_on(self) -> None: ...

    @transition(
        "state", RequestState.PASSED_ON, RequestState.INSTRUCTED, permission=instructs,
        custom={"label": _("Opdracht geven"), "style": "go", "order": 1, "form": "instruction"},
    )  # fmt: skip
    def instruct(self) -> None: ...

    @transition(
        "state", RequestState.INSTRUCTED, RequestState.CARRIED_OUT, permission=handles,
        custom={"label": _("Uitgevoerd"), "style": "go", "order": 1, "form": "result"},
    )  # fmt: skip
    def carry_out(self) -> None: ...

    @transition(
        "state", [RequestState.PASSED_ON, RequestState.CARRIED_OUT], RequestState.CLOSED, permission=handles,
        custom={"label": _("Sluiten"), "order": 2, "form": "none"},
    )  # fmt: skip
    def close(self) -> None: ...
