"""What is older than five years leaves the trail (art. 7.3), from the front, and the chain goes on to be verified."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from desk.audit.chain import LOCK
from desk.audit.recording import Of, log
from desk.locks import only_one
from desk.models.audit import AuditLink

PRUNED = "prune_audit"
KIND = "audit_chain"
YEARS = 5
READING = "audit verification"  # nothing is pruned meanwhile


def prune(before: datetime, at: datetime) -> int:
    """Remove what happened before `before`, which must be five years ago (the database refuses anything else); the
    newest link stays. Leaves a record that holds the last hash that went. Returns how many records went."""
    with only_one(READING) as unread, only_one(LOCK) as alone, transaction.atomic():
        last = _last_before(before) if unread and alone else None
        if last is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT desk_audit_prune(%s)", [last.sequence])
            (gone,) = cursor.fetchone()
        log(PRUNED, by=None, at=at, obj=Of(KIND, anchor(last.sequence, last.hash)), count=gone)
    return int(gone)


def years_before(now: datetime) -> datetime:
    """Until when is kept at `now`; a leap day counts as the day after it."""
    try:
        return now.replace(year=now.year - YEARS)
    except ValueError:
        return now.replace(year=now.year - YEARS, month=3, day=1)


def anchor(sequence: int, hash: str) -> str:
    """A place in the chain and the hash that stands there, as it is printed and kept outside."""
    return f"{sequence}:{hash}"


def _last_before(before: datetime) -> AuditLink | None:
    """The end of the front part that may go: a later link with an earlier time stays where it is."""
    links = AuditLink.objects.order_by("sequence")
    stays = links.filter(record__at__gte=before).first() or links.last()
    return links.filter(sequence__lt=stays.sequence).last() if stays else None
