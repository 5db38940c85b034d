"""Who answers when: shifts of the Beschikbaarheidsdienst and the Supportafdeling (SLA 2.4, 4.1, 4.2)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models import Traced
from desk.permissions import STAFF
from sla.models import closed_range

STAFF_ONLY = {"is_active": True, "role__in": sorted(STAFF)}


class ShiftQuerySet(models.QuerySet["Shift"]):
    def at(self, moment: datetime) -> ShiftQuerySet:
        """Those that hold at `moment`; a shift ends just before `ends_at`."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment, person__is_active=True)

    def between(self, first: datetime, last: datetime) -> ShiftQuerySet:
        return self.filter(starts_at__lt=last, ends_at__gt=first)


class Shift(Traced):
    """One person answers from `starts_at` until `ends_at` (UTC); nobody has two at once."""

    case_type = "shift"
    other_words = {
        "plan": _("Inplannen"), "hand_to": _("Laten overnemen"), "swap": _("Ruilen"), "drop": _("Van het rooster halen"),
    }  # fmt: skip

    class Duty(models.TextChoices):
        ON_CALL = "on_call", _("Beschikbaarheidsdienst")
        SUPPORT = "support", _("Supportafdeling")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="shifts", verbose_name=_("wie"),
        limit_choices_to=STAFF_ONLY,
    )  # fmt: skip
    duty = models.CharField(_("soort dienst"), max_length=10, choices=Duty.choices, default=Duty.ON_CALL)
    starts_at = models.DateTimeField(_("van"))
    ends_at = models.DateTimeField(_("tot"))
    note = models.CharField(_("toelichting"), max_length=120, blank=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("ingeroosterde dienst")
        verbose_name_plural = _("rooster van diensten")
        ordering = ("starts_at", "id")
        indexes = [models.Index(fields=["starts_at"], name="shift_by_start")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="shift_ends_after_start",
                violation_error_message=_("Een dienst eindigt na het begin."),
            ),
            ExclusionConstraint(
                name="one_shift_at_a_time",
                expressions=[
                    (closed_range("int8range", "person", "person"), RangeOperators.OVERLAPS),
                    (
                        models.Func(
                            "starts_at",
                            "ends_at",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Deze collega heeft dan al een dienst."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_duty_display()}"


class DutyTurn(models.Model):
    """A line of the week pattern from which shifts of the Beschikbaarheidsdienst are proposed.

    The pattern repeats after its highest `week`; a line for one weekday (0 = Monday) goes before one for all.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("maandag")
        TUESDAY = 1, _("dinsdag")
        WEDNESDAY = 2, _("woensdag")
        THURSDAY = 3, _("donderdag")
        FRIDAY = 4, _("vrijdag")
        SATURDAY = 5, _("zaterdag")
        SUNDAY = 6, _("zondag")

    week = models.PositiveSmallIntegerField(_("week van het patroon"), default=1)
    weekday = models.PositiveSmallIntegerField(_("dag"), choices=Weekday.choices, null=True, blank=True,
                                               help_text=_("Leeg: alle dagen van die week."))  # fmt: skip
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("wie"),
        limit_choices_to=STAFF_ONLY,
    )  # fmt: skip

    class Meta:
        verbose_name = _("regel van het weekpatroon")
        verbose_name_plural = _("weekpatroon van de Beschikbaarheidsdienst")
        ordering = ("week", "weekday")
        constraints = [
            models.UniqueConstraint(
                fields=["week", "weekday"], name="one_person_per_turn", nulls_distinct=False
            ),
            models.CheckConstraint(condition=models.Q(week__range=(1, 52)), name="pattern_of_52_weeks"),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.get_weekday_display() if self.weekday is not None else ''} {self.person}"
