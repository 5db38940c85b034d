"""What a worker does for Changes, at any time and any number of times."""

from celery import shared_task
from django.utils import timezone

from changes.models import Change
from desk.sweep import sweep as sweep_now
from desk.tasks import beat


@shared_task
def sweep() -> int:
    """Where the first reaction runs out (SLA 10.3)."""
    recorded = sweep_now(Change, timezone.now())
    beat("sweep_changes")
    return recorded
