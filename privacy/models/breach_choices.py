"""What a security incident is called in each of its aspects."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Aspect(models.TextChoices):
    CONFIDENTIALITY = "confidentiality", _("vertrouwelijkheid")
    INTEGRITY = "integrity", _("integriteit")
    AVAILABILITY = "availability", _("beschikbaarheid")


class BreachState(models.TextChoices):
    SUSPECTED = "suspected", _("vermoed")
    ASSESSING = "assessing", _("in beoordeling")
    NO_BREACH = "no_breach", _("geen datalek")
    BREACH = "breach", _("datalek vastgesteld")
    INFORMING = "informing", _("informeren")
    FOLLOW_UP = "follow_up", _("opvolging")
    CLOSED = "closed", _("gesloten")


# The 24 hours run, if anybody has to be told.
TELLING = [
    BreachState.SUSPECTED,
    BreachState.ASSESSING,
    BreachState.NO_BREACH,
    BreachState.BREACH,
    BreachState.INFORMING,
]


class BreachRisk(models.TextChoices):
    NONE = "none", _("risico onwaarschijnlijk")
    RISK = "risk", _("risico")
    HIGH = "high", _("hoog risico")


class YesNo(models.TextChoices):
    YES = "yes", _("ja")
    NO = "no", _("nee")
    UNKNOWN = "unknown", _("nog niet bekend")


class Category(models.TextChoices):
    CONTACT = "contact", _("naam en contactgegevens")
    BSN = "bsn", _("burgerservicenummer (BSN)")
    HEALTH = "health", _("gegevens over gezondheid")
    ACCOUNT = "account", _("inloggegevens")
    STAFF = "staff", _("gegevens van medewerkers van de contractant")
    OTHER = "other", _("andere persoonsgegevens")


class Consequence(models.TextChoices):
    NUISANCE = "nuisance", _("ongemak of ongewenste benadering")
    IDENTITY = "identity", _("identiteitsfraude")
    DISCRIMINATION = "discrimination", _("schaamte, stigma of discriminatie")
    FINANCIAL = "financial", _("financiële schade")
    CARE = "care", _("schade in de zorg, zoals een verkeerde of late behandeling")


REASONS = {
    "no_personal_data": _("Er zijn geen persoonsgegevens bij betrokken."),
    "nothing_lost": _("Vertrouwelijkheid, integriteit en beschikbaarheid zijn niet aangetast."),
    "personal_unknown": _("Of er persoonsgegevens bij zijn, is nog niet bekend: tot dat duidelijk is, geldt van wel."),
    "persons_unknown": _("Het aantal betrokkenen is nog niet bekend."),
    "unintelligible": _("De gegevens zijn onbegrijpelijk voor wie ze heeft, bijvoorbeeld door versleuteling."),
    "trusted": _("Alleen bekende, vertrouwde ontvangers kregen de gegevens, en die hebben ze gewist."),
    "restored": _("De gegevens zijn tijdig en volledig hersteld; niemand heeft ze ingezien."),
    "grave_consequences": _("Er zijn ernstige gevolgen te verwachten voor de betrokkenen."),
    "health_disclosed": _("Gegevens over gezondheid zijn onbevoegden onder ogen gekomen of kunnen dat zijn."),
    "bsn_disclosed": _("BSN’s zijn onbevoegden onder ogen gekomen of kunnen dat zijn."),
    "health_altered": _("Gegevens over gezondheid kloppen niet meer; daarop kan worden behandeld."),
    "many_persons": _("Het gaat om gevoelige gegevens van duizend of meer personen."),
    "ordinary": _("Er zijn persoonsgegevens aangetast, en niets neemt het risico weg."),
}  # fmt: skip


class Told(models.TextChoices):
    """What a controller decided about telling the authority or the persons concerned."""

    UNKNOWN = "", _("nog niet bekend")
    YES = "yes", _("gemeld")
    NO = "no", _("niet nodig gevonden")
