"""How fast complaints are dealt with: the supplier's own target times, for the contract gives none (SLA 5)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Step(models.TextChoices):
    """What is timed: taking it up, answering it with a solution, and reporting on the solution that was accepted."""

    ACKNOWLEDGE = "acknowledge", _("in behandeling nemen")
    ANSWER = "answer", _("oplossing voorstellen")
    REPORT = "report", _("klachtrapport sturen")


SHIPPED = {Step.ACKNOWLEDGE: 2, Step.ANSWER: 10, Step.REPORT: 5}


class ComplaintTarget(models.Model):
    """So many Werkdagen for one step, on Kantoortijden. Without a row the shipped figure holds."""

    step = models.CharField(_("stap"), max_length=12, choices=Step.choices, unique=True)
    working_days = models.PositiveSmallIntegerField(
        _("werkdagen"), validators=[MinValueValidator(1), MaxValueValidator(250)]
    )

    class Meta:
        verbose_name = _("streeftijd voor klachten")
        verbose_name_plural = _("streeftijden voor klachten")
        constraints = [
            models.CheckConstraint(condition=models.Q(working_days__gte=1), name="complaint_target_in_days")
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.working_days}"

    @classmethod
    def days(cls, step: str) -> int:
        row = cls.objects.filter(step=step).first()
        return row.working_days if row else SHIPPED[Step(step)]
