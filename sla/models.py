"""What was promised: versioned calendars and policies. A version in use is never edited (SLA 6)."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact, Contractant, Service
from desk.models import Traced
from desk.permissions import Role

VERSIONED = {"new_version": _("Nieuwe versie"), "change": _("Wijzigen")}
RANGES = {"int8range": BigIntegerRangeField, "daterange": DateRangeField}


class Calendar(Traced):
    """A named set of opening hours, such as Kantoortijden (SLA 2.14) or the cover of P1 (SLA 4.2)."""

    case_type = "calendar"
    other_words = VERSIONED | {
        "propose_holidays": _("Feestdagen voorstellen"), "review_day": _("Dag beoordelen"),
        "freeze": _("Vaststellen"),
    }  # fmt: skip

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("naam"), max_length=120)

    class Meta:
        verbose_name = _("kalender")
        verbose_name_plural = _("kalenders")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """Weekly hours plus reviewed closed and special days; frozen before a policy may use it.

    `weekly` maps the weekday ("0" = Monday) to a list of ["HH:MM", "HH:MM"] in the local time of `tz`.
    `shipped` is the digest of the shipped data that it was made from, empty for a version of the desk's own.
    """

    calendar = models.ForeignKey(
        Calendar, models.PROTECT, related_name="versions", verbose_name=_("kalender")
    )
    number = models.PositiveIntegerField(_("versie"))
    tz = models.CharField(_("tijdzone"), max_length=60, default="Europe/Amsterdam")
    weekly = models.JSONField(_("weekrooster"))
    note = models.CharField(_("toelichting"), max_length=250, blank=True)
    shipped = models.CharField(max_length=64, blank=True, editable=False)
    frozen_at = models.DateTimeField(_("vastgesteld"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("kalenderversie")
        verbose_name_plural = _("kalenderversies")
        ordering = ("calendar__slug", "-number")
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="one_calendar_version")]

    def __str__(self) -> str:
        return gettext("%(calendar)s, versie %(number)d") % {"calendar": self.calendar, "number": self.number}

    @property
    def is_draft(self) -> bool:
        return self.frozen_at is None

    @property
    def case(self) -> tuple[str, int]:
        """Whose trail it is part of."""
        return Calendar.case_type, self.calendar_id


class CalendarDay(models.Model):
    """A day unlike its weekday: closed, or with other windows. Only an accepted one counts (SLA 2.8)."""

    class Kind(models.TextChoices):
        CLOSED = "closed", _("gesloten")
        SPECIAL = "special", _("andere tijden")

    class Origin(models.TextChoices):
        NATIONAL = "national", _("nationale feestdag")
        CAO = "cao", _("CAO Zorgverzekeraars")
        ANNOUNCED = "announced", _("aangekondigde sluiting")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("voorgesteld")
        ACCEPTED = "accepted", _("akkoord")
        REJECTED = "rejected", _("afgewezen")

    version = models.ForeignKey(
        CalendarVersion, models.CASCADE, related_name="days", verbose_name=_("versie")
    )
    date = models.DateField(_("datum"))
    name = models.CharField(_("naam"), max_length=80)
    kind = models.CharField(_("soort"), max_length=10, choices=Kind.choices, default=Kind.CLOSED)
    windows = models.JSONField(_("tijden"), default=list, blank=True)
    origin = models.CharField(_("herkomst"), max_length=20, choices=Origin.choices)
    status = models.CharField(
        _("beoordeling"), max_length=10, choices=Status.choices, default=Status.PROPOSED
    )

    class Meta:
        verbose_name = _("bijzondere dag")
        verbose_name_plural = _("bijzondere dagen")
        ordering = ("date",)
        constraints = [models.UniqueConstraint(fields=["version", "date"], name="one_meaning_per_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Policy(Traced):
    """The service level agreement of a supplier. The default one times what no contract covers."""

    case_type = "policy"
    other_words = VERSIONED | {"publish": _("Publiceren"), "make_default": _("Standaard maken")}

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("naam"), max_length=120)
    supplier = models.CharField(_("leverancier"), max_length=120)
    is_default = models.BooleanField(_("standaard"), default=False)

    class Meta:
        verbose_name = _("afspraken (SLA)")
        verbose_name_plural = _("afspraken (SLA)")
        ordering = ("slug",)
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_policy"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """All figures of an SLA as they hold from `starts_on`; published, it does not change any more.

    `matrix` maps impact to urgency to priority (SLA 9.2); `warnings` are percentages of the budget;
    `phone_lines` is a list of {label, number, hours} for a P1 that has to be phoned in. `shipped` is the
    digest of the shipped data that it was made from, empty for a version of the desk's own.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions", verbose_name=_("afspraken"))
    number = models.PositiveIntegerField(_("versie"))
    label = models.CharField(_("aanduiding"), max_length=60)
    starts_on = models.DateField(_("geldt vanaf"))
    matrix = models.JSONField(_("prioriteitenmatrix"))
    question_priority = models.PositiveSmallIntegerField(_("prioriteit van een vraag"), default=4)
    change_priority = models.PositiveSmallIntegerField(_("prioriteit van een wijziging"), default=4)
    pauses_for_contractant = models.BooleanField(_("wachten op contractant pauzeert de klok"), default=False)
    starts_at_registration = models.BooleanField(
        _("klok loopt vanaf registratie in plaats van ontvangst"), default=False
    )
    warnings = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("waarschuwingen bij (%)"))
    phone_lines = models.JSONField(_("telefoonnummers"), default=list, blank=True)
    shipped = models.CharField(max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("gepubliceerd"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("versie van afspraken")
        verbose_name_plural = _("versies van afspraken")
        ordering = ("policy__slug", "-number")
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="one_policy_version")]

    def __str__(self) -> str:
        return f"{self.policy}, {self.label}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def case(self) -> tuple[str, int]:
        """Whose trail it is part of."""
        return Policy.case_type, self.policy_id


class Target(models.Model):
    """How soon, for one clock and priority (SLA 9.3). No amount: by agreement with the contact."""

    class Clock(models.TextChoices):
        RESPONSE = "response", _("reactie")
        RESOLUTION = "resolution", _("oplossing")

    class Unit(models.TextChoices):
        HOURS = "hours", _("uur")
        WORKING_DAYS = "working_days", _("werkdagen")
        AGREEMENT = "agreement", _("in overleg")

    version = models.ForeignKey(
        PolicyVersion, models.CASCADE, related_name="targets", verbose_name=_("versie")
    )
    clock = models.CharField(_("klok"), max_length=20, choices=Clock.choices)
    priority = models.PositiveSmallIntegerField(_("prioriteit"))
    amount = models.DecimalField(_("hoeveelheid"), max_digits=7, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("eenheid"), max_length=20, choices=Unit.choices)
    calendar = models.ForeignKey(
        CalendarVersion, models.PROTECT, related_name="+", verbose_name=_("kalender")
    )
    norm = models.DecimalField(_("norm (%)"), max_digits=5, decimal_places=2, default=Decimal(90))

    class Meta:
        verbose_name = _("streeftijd")
        verbose_name_plural = _("streeftijden")
        ordering = ("clock", "priority")
        constraints = [
            models.UniqueConstraint(fields=["version", "clock", "priority"], name="one_target_per_clock"),
            models.CheckConstraint(
                condition=models.Q(unit="agreement", amount=None)
                | models.Q(~models.Q(unit="agreement"), amount__gt=0),
                name="an_amount_unless_by_agreement",
            ),
            models.CheckConstraint(condition=models.Q(priority__range=(1, 4)), name="target_priority_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_display()} P{self.priority}"


class Echelon(models.Model):
    """A step of the escalation ladder and its counterpart at the contractant (SLA 4.4).

    `percent` is the part of a clock's budget after which the clock itself calls this echelon: the first one
    is warned, the others get an escalation. `unacknowledged_minutes` of cover after a P1 was registered and
    nobody picked it up do the same. Empty: never by itself.
    """

    version = models.ForeignKey(
        PolicyVersion, models.CASCADE, related_name="echelons", verbose_name=_("versie")
    )
    level = models.PositiveSmallIntegerField(_("echelon"))
    role = models.CharField(_("rol"), max_length=30, choices=Role.choices)
    counterpart = models.CharField(_("tegenhanger"), max_length=80)
    counterpart_role = models.CharField(
        _("rol van de tegenhanger"), max_length=30, choices=Contact.Role.choices, default=Contact.Role.MAIN
    )
    percent = models.PositiveSmallIntegerField(_("vanzelf bij (% van de termijn)"), null=True, blank=True)
    unacknowledged_minutes = models.PositiveSmallIntegerField(
        _("vanzelf bij een niet opgepakte P1 (minuten)"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("echelon")
        verbose_name_plural = _("echelons")
        ordering = ("level",)
        constraints = [models.UniqueConstraint(fields=["version", "level"], name="one_role_per_echelon")]

    def __str__(self) -> str:
        return f"{self.level}. {self.get_role_display()}"


def closed_range(function: str, first: str, last: str) -> models.Func:
    """The range from column `first` to column `last`, both included; no `last` is no end."""
    return models.Func(first, last, models.Value("[]"), function=function, output_field=RANGES[function]())


class Contract(models.Model):
    """Which SLA holds for a contractant's use of a Dienst, from when until when (both days included)."""

    contractant = models.ForeignKey(
        Contractant, models.PROTECT, related_name="contracts", verbose_name=_("contractant")
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="contracts", verbose_name=_("dienst"))
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="contracts", verbose_name=_("afspraken"))
    starts_on = models.DateField(_("van"))
    ends_on = models.DateField(_("tot en met"), null=True, blank=True)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracten")
        ordering = ("contractant", "service", "-starts_on")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_start",
            ),
            # An id as a range of one: equality in a GiST index without an extension.
            ExclusionConstraint(
                name="one_contract_at_a_time",
                expressions=[
                    (closed_range("int8range", "contractant", "contractant"), RangeOperators.OVERLAPS),
                    (closed_range("int8range", "service", "service"), RangeOperators.OVERLAPS),
                    (closed_range("daterange", "starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Er is al een contract voor deze contractant en dienst in deze periode."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contractant} · {self.service}"

    def clean(self) -> None:
        """Said here and by field, because the database cannot compare the period of one that ends too soon."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("Een contract eindigt niet voor het begint.")})
