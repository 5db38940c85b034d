"""Looking at everything, on request and each night; a night's outcome is kept and what is new is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from desk.locks import only_one
from desk.models import User
from desk.notices import owe_user
from desk.permissions import Role
from incidents.actions.sweep import PROJECTION, rebuild
from incidents.models import Melding
from reports.models import Verification
from reports.verifying import cases, meldingen, published, trends
from reports.verifying.checking import Check, Difference, Scope
from sla.queries import AMSTERDAM

CHECKS: tuple[Check, ...] = (
    meldingen.differences, cases.differences, trends.differences, published.differences,
)  # fmt: skip
SHOWN = 200
KEPT = timedelta(days=90)
AT_NIGHT = time(2)


def look(scope: Scope) -> Iterator[Difference]:
    """Everything that does not follow from the events, as it is found. Changes nothing."""
    for check in CHECKS:
        yield from check(scope)


def mend(found: Difference, now: datetime) -> bool:
    """Make the projection anew that differs, if that is what it is; returns whether it was."""
    if found.kind != meldingen.KIND or found.field not in PROJECTION:
        return False
    rebuild(Melding.objects.only("pk").get(number=found.number).pk, now)
    return True


def nightly(now: datetime) -> Verification | None:
    """The first time that it is asked after two o'clock at night; None where that was done, or is being done."""
    local = now.astimezone(AMSTERDAM)
    night = datetime.combine(local.date(), AT_NIGHT, AMSTERDAM)
    with only_one("verify") as alone:
        if not alone or local < night or Verification.objects.filter(started_at__gte=night).exists():
            return None
        return verify(now)


def verify(now: datetime) -> Verification:
    """Look at everything and keep the outcome; administrators hear of differences that were not there last time."""
    scope, shown, number, digest = Scope(now), list[dict[str, str]](), 0, hashlib.sha256()
    for one in look(scope):
        number += 1
        digest.update(one.identity.encode())
        if number <= SHOWN:
            shown.append(one.as_json())
    with transaction.atomic():
        before = Verification.objects.first()
        outcome = Verification.objects.create(
            started_at=now, finished_at=max(now, timezone.now()), checked=dict(scope.checked),
            busy=dict(scope.busy), found=number, differences=shown,
            digest=digest.hexdigest() if number else "",
        )  # fmt: skip
        if number and (before is None or before.digest != outcome.digest):
            _tell(outcome)
    Verification.objects.filter(started_at__lt=now - KEPT).delete()
    return outcome


def _tell(outcome: Verification) -> None:
    for administrator in User.objects.filter(role=Role.ADMINISTRATOR, is_active=True):
        owe_user("verification_differs", administrator, data={"number": outcome.found})
