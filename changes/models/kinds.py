"""The kinds and states of a Change (SLA 10.1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeKind(models.TextChoices):
    """The three kinds of SLA 10.1."""

    REQUEST = "request", _("verzoek van een contractant")
    OWN = "own", _("eigen initiatief")
    STANDARD = "standard", _("standaardwijziging")


class ChangeState(models.TextChoices):
    REQUESTED = "requested", _("aangevraagd")
    ASSESSED = "assessed", _("beoordeeld")
    HONOURED = "honoured", _("gehonoreerd")
    PLANNED = "planned", _("ingepland")
    BUILT = "built", _("gebouwd")
    TESTED = "tested", _("getest")
    ACCEPTED = "accepted", _("geaccepteerd")
    RELEASED = "released", _("doorgevoerd")
    REJECTED = "rejected", _("afgewezen")
    CANCELLED = "cancelled", _("geannuleerd")


UNDECIDED = [ChangeState.REQUESTED, ChangeState.ASSESSED]
COMING = [ChangeState.PLANNED, ChangeState.BUILT, ChangeState.TESTED, ChangeState.ACCEPTED]
OPEN = [*UNDECIDED, ChangeState.HONOURED, *COMING]
# What the contact sees of the trail, in the portal and by webhook.
CONCERNS_CONTRACTANT = frozenset(
    {
        "register",
        "assess",
        "honour",
        "reject",
        "plan",
        "unplan",
        "go_live",
        "cancel",
        "withdraw",
        "agree_date",
    }
)
