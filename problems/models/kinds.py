"""What a Problem can be, and where it came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProblemState(models.TextChoices):
    IDENTIFIED = "identified", _("onderkend")
    ANALYSED = "analysed", _("geanalyseerd")
    WORKAROUND_KNOWN = "workaround_known", _("workaround bekend")
    KNOWN_ERROR = "known_error", _("known error")
    SOLUTION_PLANNED = "solution_planned", _("oplossing gepland")
    SOLVED = "solved", _("opgelost")
    CLOSED = "closed", _("gesloten")


class Origin(models.TextChoices):
    INCIDENT = "incident", _("incident met een workaround")
    TREND = "trend", _("trendanalyse")
    HAND = "hand", _("eigen waarneming")


class Likelihood(models.TextChoices):
    LIKELY = "likely", _("vaak: binnen een week weer")
    POSSIBLE = "possible", _("soms: binnen een kwartaal weer")
    UNLIKELY = "unlikely", _("zelden: later of nooit meer")


class Impact(models.TextChoices):
    LARGE = "large", _("groot: meer contractanten of bedrijfskritiek")
    MEDIUM = "medium", _("gemiddeld: één contractant")
    SMALL = "small", _("klein: enkele gebruikers")


class Risk(models.IntegerChoices):
    VERY_HIGH = 1, _("zeer hoog")
    HIGH = 2, _("hoog")
    MEDIUM = 3, _("gemiddeld")
    LOW = 4, _("laag")


class SolutionKind(models.TextChoices):
    CHANGE = "change", _("wijziging")
    MAINTENANCE = "maintenance", _("onderhoud")
