"""Agreeing on a baseline or a limit: always a new version, from a day that has not passed (SLA 7.7)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from desk.door import Invalid, NotAllowed
from desk.models import Event, User
from reports.models import Baseline, PerformanceLimit
from sla.queries import AMSTERDAM

A = TypeVar("A", Baseline, PerformanceLimit)
VERB = "performance.agree"


@transaction.atomic
def agree(given: A, *, by: User, at: datetime) -> A:
    """Keep this new version, with its trail. What was measured before stays judged as it was.

    Raises `NotAllowed`, or `Invalid` for one that is kept already, that begins in the past or that was agreed in the future.
    """
    if not by.may(VERB):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    errors = objections(given.starts_on, given.agreed_on, at)
    if given.pk is not None:
        errors[""] = _("Een afspraak verandert niet: leg een nieuwe vast.")
    if errors:
        raise Invalid(errors)
    given.made_by, given.made_at = by, at
    given.save(force_insert=True)
    facts = {"seconds": given.seconds, "starts_on": str(given.starts_on), "agreed_on": str(given.agreed_on)}
    Event.objects.create(
        case_type=given.case_type, case_id=given.pk, verb="agree", at=at, actor=by, data=facts
    )
    return given


def objections(starts_on: date | None, agreed_on: date | None, at: datetime) -> dict[str, str]:
    """What is wrong with the days of an agreement that is made at `at`."""
    today = at.astimezone(AMSTERDAM).date()
    errors = {}
    if starts_on is not None and starts_on < today:
        errors["starts_on"] = _("Wat gemeten is, is al beoordeeld: kies vandaag of een latere dag.")
    if agreed_on is not None and agreed_on > today:
        errors["agreed_on"] = _("Deze dag ligt in de toekomst.")
    return errors
