"""What a worker does for privacy and security, at any time and any number of times."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from desk.sweep import sweep
from desk.tasks import beat
from privacy.breach.actions import settle
from privacy.handover import erasing, making
from privacy.models import DataRequest, SecurityIncident
from privacy.retention.running import nightly


@shared_task
def sweep_breaches() -> int:
    """Where every controller was told, and where the 24 hours run out (SLA 9.1)."""
    now = timezone.now()
    recorded = settle(now) + sweep(SecurityIncident, now)
    beat("sweep_breaches")
    return recorded


@shared_task(time_limit=3 * 3600, soft_time_limit=3 * 3600 - 60)
def retain() -> int:
    """Erase and anonymise what is due, once a night; what is cut off goes on at the next call."""
    outcome = nightly(timezone.now())
    beat("retain")
    return sum(outcome.done.values()) if outcome else 0


@shared_task
def sweep_requests() -> int:
    """Where the time to pass a request on, or to carry it out, runs out (VWO 8.1)."""
    recorded = sweep(DataRequest, timezone.now())
    beat("sweep_requests")
    return recorded


@shared_task(time_limit=6 * 3600, soft_time_limit=6 * 3600 - 60)
def make_handovers() -> int:
    """What was asked for (art. 10.9). The lock sees to it that it runs once, however often it is delivered."""
    made = making.work(timezone.now())
    beat("make_handovers")
    return made


@shared_task(time_limit=6 * 3600, soft_time_limit=6 * 3600 - 60)
def erase_contractants() -> int:
    """What two persons agreed on (VWO 4.3), and what a worker that died left halfway."""
    done = erasing.work(timezone.now())
    beat("erase_contractants")
    return done
