"""What a worker does for Meldingen, at any time and any number of times."""

from celery import shared_task
from django.utils import timezone

from desk.tasks import beat
from incidents.actions.sweep import sweep as sweep_now


@shared_task
def sweep() -> int:
    recorded = sweep_now(timezone.now())
    beat("sweep")
    return recorded
