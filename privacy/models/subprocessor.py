"""A sub-processor, who was told of it, and who objected (VWO 7.1, 7.2; AVG art. 28(2) and (4))."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from contractants.models import Contact, Contractant, Service
from desk.models import Case, Event, Notice, User
from desk.permissions import STAFF, Role, allows, may
from sla.models import Contract


class SubprocessorState(models.TextChoices):
    PROPOSED = "proposed", _("voorgesteld")
    ANNOUNCED = "announced", _("aangekondigd")
    ACTIVE = "active", _("in gebruik")
    ENDED = "ended", _("beëindigd")
    WITHDRAWN = "withdrawn", _("ingetrokken")


IN_REGISTER = [SubprocessorState.ANNOUNCED, SubprocessorState.ACTIVE]


class Place(models.TextChoices):
    EEA = "eea", _("binnen de EER")
    ADEQUATE = "adequate", _("buiten de EER, met adequaatheidsbesluit")
    CLAUSES = "clauses", _("buiten de EER, met modelcontractbepalingen")


def objects_to(case: Any, user: Any) -> bool:
    """A hoofdcontactpersoon of a contractant that is concerned."""
    return may(user, "subprocessor.object") and (
        user is None or Contact.objects.filter(user=user, role=Contact.Role.MAIN, is_active=True, contractant__in=case.concerned()).exists()
    )  # fmt: skip


handles = allows("subprocessor.handle")


class SubprocessorQuerySet(models.QuerySet["Subprocessor"]):
    def visible_to(self, user: User) -> SubprocessorQuerySet:
        """All for staff; for a contact what is used, or announced, for a Dienst of the own contractant."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in STAFF:
            return self
        if user.role != Role.CONTACT:
            return self.none()
        own = Contact.objects.filter(user=user, is_active=True).values("contractant")
        used = Contract.objects.filter(contractant__in=own).values("service")
        here = self.filter(Q(services=None) | Q(services__in=used), state__in=IN_REGISTER)
        return here.distinct() if own.exists() else self.none()


class Subprocessor(Case):
    """Another processor that works for the desk's supplier. `services` are the Diensten that it works for; none: all.

    `objections_until` (UTC) is the end of the time in which contractants may object.
    """

    case_type = "subprocessor"
    other_words: ClassVar = {"register": _("Vastleggen")}

    state = FSMField(_("status"), max_length=10, choices=SubprocessorState.choices, default=SubprocessorState.PROPOSED, protected=True)  # fmt: skip
    name = models.CharField(_("naam"), max_length=120)
    task = models.CharField(_("wat doet die voor ons"), max_length=200)
    data = models.CharField(_("welke gegevens"), max_length=300)
    country = models.CharField(_("land"), max_length=80)
    place = models.CharField(_("doorgifte"), max_length=10, choices=Place.choices, default=Place.EEA)
    agreement = models.CharField(_("verwerkersovereenkomst"), max_length=200)
    services = models.ManyToManyField(
        Service, blank=True, related_name="+", verbose_name=_("voor de Diensten")
    )
    announced_at = models.DateTimeField(_("aangekondigd op"), null=True, blank=True)
    objections_until = models.DateTimeField(_("bezwaar mogelijk tot"), null=True, blank=True)
    active_since = models.DateTimeField(_("in gebruik sinds"), null=True, blank=True)
    ended_at = models.DateTimeField(_("beëindigd op"), null=True, blank=True)

    objects: ClassVar[SubprocessorQuerySet] = SubprocessorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("subverwerker")
        verbose_name_plural = _("subverwerkers")
        ordering = ("name", "id")

    def get_absolute_url(self) -> str:
        return reverse("privacy:subprocessor", args=[self.number])

    @property
    def subject(self) -> str:
        return self.name

    def takes_objections(self, at: datetime) -> bool:
        open_ = self.state == SubprocessorState.ANNOUNCED and self.objections_until is not None
        return bool(open_ and at < self.objections_until)  # type: ignore[operator]

    def concerned(self) -> models.QuerySet[Contractant]:
        """The contractants whose data it would process."""
        rows = Contractant.objects.filter(is_active=True)
        services = self.services.all()
        return rows.filter(contracts__service__in=services).distinct() if services.exists() else rows

    def announce(self, event: Event) -> None:
        from privacy.subprocessors.notices import announce

        announce(self, event)

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from privacy.subprocessors.notices import NOTICES

        return {**NOTICES}

    def notice_context(self, event: Event) -> dict[str, Any]:
        from privacy.subprocessors.notices import context

        return context(self, event)

    # -- Its life

    @transition(
        "state", SubprocessorState.PROPOSED, SubprocessorState.ANNOUNCED, permission=handles,
        custom={"label": _("Aankondigen"), "style": "go", "order": 1, "form": "none",
                "help": _("Alle hoofdcontactpersonen van de betrokken contractanten krijgen bericht. Daarna loopt de termijn voor bezwaar.")},
    )  # fmt: skip
    def make_known(self) -> None: ...

    @transition(
        "state", SubprocessorState.ANNOUNCED, None, permission=objects_to,
        custom={"label": _("Bezwaar maken"), "order": 1, "form": "objection"},
    )  # fmt: skip
    def object_to(self) -> None: ...

    @transition(
        "state", SubprocessorState.ANNOUNCED, SubprocessorState.ACTIVE, permission=handles,
        custom={"label": _("In gebruik nemen"), "style": "go", "order": 1, "form": "none"},
    )  # fmt: skip
    def activate(self) -> None: ...

    @transition(
        "state", SubprocessorState.ANNOUNCED, None, permission=handles,
        custom={"label": _("Bezwaar beantwoorden"), "order": 2, "form": "answer"},
    )  # fmt: skip
    def answer(self) -> None: ...

    @transition(
        "state", SubprocessorState.ANNOUNCED, None, permission=handles,
        custom={"label": _("Bezwaar per brief vastleggen"), "order": 3, "form": "letter"},
    )  # fmt: skip
    def record_objection(self) -> None: ...

    @transition(
        "state", [SubprocessorState.PROPOSED, SubprocessorState.ANNOUNCED], SubprocessorState.WITHDRAWN, permission=handles,
        custom={"label": _("Intrekken"), "order": 4, "form": "none"},
    )  # fmt: skip
    def withdraw(self) -> None: ...

    @transition(
        "state", SubprocessorState.ACTIVE, SubprocessorState.ENDED, permission=handles,
        custom={"label": _("Beëindigen"), "order": 1, "form": "none"},
    )  # fmt: skip
    def end(self) -> None: ...


class Announced(models.Model):
    """Who was told of it. Whether that arrived is in `notice`."""

    subprocessor = models.ForeignKey(Subprocessor, models.PROTECT, related_name="announced")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("aankondiging van een subverwerker")
        verbose_name_plural = _("aankondigingen van subverwerkers")
        ordering = ("contact__contractant__name", "pk")

    def __str__(self) -> str:
        return f"{self.subprocessor}: {self.contact}"


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: User) -> ObjectionQuerySet:
        """All for staff, those of the own contractant for a contact."""
        rows = self.filter(subprocessor__in=Subprocessor.objects.visible_to(user).values("pk"))
        if user.role in STAFF:
            return rows
        return rows.filter(
            contractant__in=Contact.objects.filter(user=user, is_active=True).values("contractant")
        )

    def unanswered(self) -> ObjectionQuerySet:
        return self.filter(answered_at=None)


class Objection(models.Model):
    """That of one contractant, with its reasons, and what was answered."""

    subprocessor = models.ForeignKey(Subprocessor, models.PROTECT, related_name="objections")
    contractant = models.ForeignKey(
        Contractant, models.PROTECT, related_name="+", verbose_name=_("contractant")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("door"))
    by_letter = models.BooleanField(_("per brief"), default=False)
    received_at = models.DateTimeField(_("ontvangen"))
    reason = models.TextField(_("bezwaar"))
    honoured = models.BooleanField(_("gehonoreerd"), null=True)
    answer = models.TextField(_("antwoord"), blank=True)
    answered_at = models.DateTimeField(_("beantwoord op"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[ObjectionQuerySet] = ObjectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("bezwaar tegen een subverwerker")
        verbose_name_plural = _("bezwaren tegen subverwerkers")
        ordering = ("received_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["subprocessor", "contractant"], name="one_objection_a_contractant"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contractant}"
