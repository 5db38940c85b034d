"""The nightly verification: its outcome is kept, its hash goes to the log, and a finding is told at once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime

from desk.audit import chain
from desk.audit.pruning import anchor
from desk.audit.verifying import Finding, Walk, findings
from desk.models import User
from desk.models.audit import AuditCheck
from desk.notices import owe_user
from desk.permissions import Role

log = logging.getLogger(__name__)
SHOWN = 200
KEPT = timedelta(days=90)
AT_NIGHT = 3  # o'clock in Amsterdam
TOLD = (Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)


def nightly(now: datetime) -> AuditCheck | None:
    """The first time that it is asked after three o'clock at night; None where that was done."""
    night = localtime(now).replace(hour=AT_NIGHT, minute=0, second=0, microsecond=0)
    if localtime(now) < night or AuditCheck.objects.filter(at__gte=night).exists():
        return None
    return check(now)


def check(now: datetime, anchors: Iterable[str] = ()) -> AuditCheck:
    """Verify everything and keep the outcome; whoever guards the trail hears of findings each time."""
    chain.extend()
    walk, shown, number = Walk(), list[Finding](), 0
    for one in findings(walk, anchors):
        number += 1
        if number <= SHOWN:
            shown.append(one)
    sequence, hash = (walk.last.sequence, walk.last.hash) if walk.last else (0, "")
    with transaction.atomic():
        outcome = AuditCheck.objects.create(
            at=now, checked=walk.checked, sequence=sequence, hash=hash, found=number,
            findings=[one.as_json() for one in shown],
        )  # fmt: skip
        if number:
            _tell(number)
    AuditCheck.objects.filter(at__lt=now - KEPT).delete()
    log.info("audit trail: %d checked, %d found, newest %s", walk.checked, number, anchor(sequence, hash))
    return outcome


def _tell(number: int) -> None:
    for guard in User.objects.filter(role__in=TOLD, is_active=True):
        owe_user("audit_tampered", guard, data={"number": number})
