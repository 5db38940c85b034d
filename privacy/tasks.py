"""What a worker does for privacy and security, at any time and any number of times."""

from celery import shared_task
from django.utils import timezone

from desk.sweep import sweep
from desk.tasks import beat
from privacy.breach.actions import settle
from privacy.models import SecurityIncident


@shared_task
def sweep_breaches() -> int:
    """Where every controller was told, and where the 24 hours run out (SLA 9.1)."""
    now = timezone.now()
    recorded = settle(now) + sweep(SecurityIncident, now)
    beat("sweep_breaches")
    return recorded
