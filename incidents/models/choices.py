"""What the fields of a Melding choose from: its kind (SLA 2.17), channel (SLA 4), impact, urgency and state."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What it is about: a Vraag (SLA 2.34), an Incident (SLA 2.11) or a Wijziging (SLA 2.36)."""

    QUESTION = "question", _("vraag")
    INCIDENT = "incident", _("incident")
    CHANGE = "change", _("wijziging")


class Channel(models.TextChoices):
    PHONE = "phone", _("telefoon")
    EMAIL = "email", _("e-mail")
    WEB = "web", _("webformulier")
    PORTAL = "portal", _("portaal")
    MONITORING = "monitoring", _("monitoring")
    SUPPLIER = "supplier", _("leverancier zelf")
    API = "api", _("koppeling (API)")


class Level(models.TextChoices):
    """Impact (SLA 9.2)."""

    LARGE = "large", _("groot: meerdere afdelingen, bedrijfskritiek")
    MEDIUM = "medium", _("gemiddeld: één afdeling, meerdere gebruikers")
    SMALL = "small", _("klein: enkele gebruikers")


class Urgency(models.TextChoices):
    HIGH = "high", _("hoog: er kan niet gewerkt worden")
    MEDIUM = "medium", _("gemiddeld: tijdelijk niet werken is acceptabel")
    LOW = "low", _("laag: er is mogelijk een workaround")


class State(models.TextChoices):
    RECEIVED = "received", _("ontvangen")
    IN_PROGRESS = "in_progress", _("in behandeling")
    WAITING_CONTRACTANT = "waiting_contractant", _("wacht op contractant")
    WAITING_CHAIN = "waiting_chain", _("wacht op keten")
    RESOLVED = "resolved", _("opgelost")
    REOPENED = "reopened", _("heropend")
    CLOSED = "closed", _("gesloten")
    CANCELLED = "cancelled", _("geannuleerd")
    DUPLICATE = "duplicate", _("dubbel")


WORKING = [State.IN_PROGRESS, State.REOPENED]
WAITING = [State.WAITING_CONTRACTANT, State.WAITING_CHAIN]
OPEN = [State.RECEIVED, *WORKING, *WAITING]
ENDED = [State.CLOSED, State.CANCELLED, State.DUPLICATE]
