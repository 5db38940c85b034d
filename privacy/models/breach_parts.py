"""What belongs to a security incident: who may read it, its assessments, whom it concerns, letters and follow-ups."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact, Contractant
from desk.models import AbstractMessage, Notice, User
from desk.permissions import Role
from privacy.models.breach import LETTER, SecurityIncident
from privacy.models.breach_choices import BreachRisk, Told


class BreachAccess(models.Model):
    """Somebody who was let in, by whom (None: by the desk itself) and when; the trail keeps it after it was taken back."""

    incident = models.ForeignKey(SecurityIncident, models.PROTECT, related_name="accesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("toegang tot een beveiligingsincident")
        verbose_name_plural = _("toegang tot beveiligingsincidenten")
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["incident", "user"], name="let_in_to_breach_once")]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.user}"


class Assessment(models.Model):
    """The answers of one moment, and what followed from them; it never changes. `answers` are slugs and numbers."""

    incident = models.ForeignKey(SecurityIncident, models.PROTECT, related_name="assessments")
    edition = models.PositiveSmallIntegerField(_("versie"))
    answers = models.JSONField(_("antwoorden"))
    recipients = models.TextField(_("bij wie de gegevens kwamen"), blank=True)
    explanation = models.TextField(_("toelichting"), blank=True)
    is_breach = models.BooleanField(_("datalek"))
    risk = models.CharField(_("risico"), max_length=4, choices=BreachRisk.choices)
    reasons = models.JSONField(_("redenen"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("door")
    )
    at = models.DateTimeField(_("tijdstip"))

    class Meta:
        verbose_name = _("toetsing")
        verbose_name_plural = _("toetsingen")
        ordering = ("edition",)
        constraints = [
            models.UniqueConstraint(fields=["incident", "edition"], name="one_assessment_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.edition}"


class Affected(models.Model):
    """A controller whom it concerns; told by letter or by telephone. `authority` and `subjects`: what it decided itself."""

    incident = models.ForeignKey(SecurityIncident, models.PROTECT, related_name="affected")
    contractant = models.ForeignKey(
        Contractant, models.PROTECT, related_name="+", verbose_name=_("contractant")
    )
    phoned_at = models.DateTimeField(_("gebeld op"), null=True, blank=True)
    phoned_person = models.CharField(_("gesproken met"), max_length=120, blank=True)
    phoned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gebeld door")
    )  # fmt: skip
    authority = models.CharField(
        _("Autoriteit Persoonsgegevens"), max_length=3, choices=Told.choices, blank=True
    )
    authority_at = models.DateTimeField(_("gemeld aan de AP op"), null=True, blank=True)
    subjects = models.CharField(_("betrokkenen"), max_length=3, choices=Told.choices, blank=True)
    subjects_at = models.DateTimeField(_("gemeld aan betrokkenen op"), null=True, blank=True)

    class Meta:
        verbose_name = _("betrokken verwerkingsverantwoordelijke")
        verbose_name_plural = _("betrokken verwerkingsverantwoordelijken")
        ordering = ("contractant__name",)
        constraints = [models.UniqueConstraint(fields=["incident", "contractant"], name="concerned_once")]

    def __str__(self) -> str:
        return str(self.contractant)

    def told_at(self) -> datetime | None:
        """By whichever came first: a letter that the mail server took, or a call."""
        sent = [at for letter in self.letters.all() for at in letter.sent_moments()]
        return min([*sent, *([self.phoned_at] if self.phoned_at else [])], default=None)


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: User) -> LetterQuerySet:
        """The gate: staff who may see the incident; of a contractant its hoofdcontactpersoon, once it was sent."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role != Role.CONTACT:
            return self.filter(affected__incident__in=SecurityIncident.objects.visible_to(user))
        main = Contact.objects.filter(user=user, is_active=True, role=Contact.Role.MAIN)
        return self.filter(approved_at__isnull=False, affected__contractant__in=main.values("contractant"))


class Letter(models.Model):
    """What a controller is told (AVG 33(3)): written by one, approved by another, then it never changes."""

    affected = models.ForeignKey(
        Affected, models.PROTECT, related_name="letters", verbose_name=_("contractant")
    )
    edition = models.PositiveSmallIntegerField(_("versie"))
    subject = models.CharField(_("onderwerp"), max_length=200)
    body = models.TextField(_("brief"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("door")
    )
    written_at = models.DateTimeField(_("geschreven"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("goedgekeurd door"),
    )
    approved_at = models.DateTimeField(_("goedgekeurd"), null=True)

    whose: ClassVar[str] = "affected__contractant_id"
    in_address: ClassVar[tuple[str, ...]] = ("letter",)
    objects: ClassVar[LetterQuerySet] = LetterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("brief over een beveiligingsincident")
        verbose_name_plural = _("brieven over beveiligingsincidenten")
        ordering = ("edition",)
        constraints = [
            models.UniqueConstraint(fields=["affected", "edition"], name="one_letter_an_edition"),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("author")),
                name="four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.affected.contractant} ({self.edition})"

    def notices(self) -> models.QuerySet[Any]:
        """The proof: to whom it went, when, or why not."""
        return Notice.objects.get_queryset().filter(
            case_type=SecurityIncident.case_type,
            case_id=self.affected.incident_id,
            key=LETTER,
            data__letter=self.pk,
        )

    def sent_moments(self) -> list[datetime]:
        """A mail that came back afterwards told nobody."""
        return list(
            self.notices().filter(sent_at__isnull=False, dropped_at=None).values_list("sent_at", flat=True)
        )


class FollowUp(models.Model):
    """Something to do, by whom and before when; done, or handed over to a Problem or Change by its number."""

    incident = models.ForeignKey(SecurityIncident, models.PROTECT, related_name="follow_ups")
    what = models.CharField(_("actie"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("wie")
    )
    due_on = models.DateField(_("uiterlijk"))
    done_at = models.DateTimeField(_("afgerond op"), null=True, blank=True)
    handed_to = models.CharField(_("overgedragen aan"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("actie na een beveiligingsincident")
        verbose_name_plural = _("acties na een beveiligingsincident")
        ordering = ("due_on", "id")

    def __str__(self) -> str:
        return self.what


class BreachMessage(AbstractMessage):
    """A note for whoever may read the incident."""

    incident = models.ForeignKey(SecurityIncident, models.PROTECT, related_name="messages")

    class Meta(AbstractMessage.Meta):
        verbose_name = _("notitie bij een beveiligingsincident")
        verbose_name_plural = _("notities bij beveiligingsincidenten")

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.verb}"


# Percent of the 24 hours, and who is told then; from 100 on it is late.
SHIPPED_RUNGS = {
    50: [Role.PRIVACY_OFFICER],
    75: [Role.PRIVACY_OFFICER, Role.SERVICE_LEVEL_MANAGER],
    100: [Role.PRIVACY_OFFICER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT],
}


class BreachRung(models.Model):
    """One rung of the ladder of the 24 hours. Without any row the shipped ones hold."""

    percent = models.PositiveSmallIntegerField(
        _("percentage"), validators=[MinValueValidator(1), MaxValueValidator(300)]
    )
    role = models.CharField(
        _("wie"), max_length=30,
        choices=[(role.value, role.label) for role in (Role.PRIVACY_OFFICER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT)],
    )  # fmt: skip

    class Meta:
        verbose_name = _("trede van de 24 uur")
        verbose_name_plural = _("treden van de 24 uur")
        ordering = ("percent", "role")
        constraints = [models.UniqueConstraint(fields=["percent", "role"], name="one_breach_rung")]

    def __str__(self) -> str:
        return f"{self.percent} %: {self.get_role_display()}"

    @classmethod
    def ladder(cls) -> dict[int, list[str]]:
        rows = list(cls.objects.all())
        found: dict[int, list[str]] = {}
        for row in rows:
            found.setdefault(row.percent, []).append(row.role)
        return found or {percent: [str(role) for role in roles] for percent, roles in SHIPPED_RUNGS.items()}
