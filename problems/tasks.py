"""What a worker does for Problems, at any time and any number of times."""

from celery import shared_task
from django.utils import timezone

from desk.tasks import beat
from problems.trends.actions import store


@shared_task
def store_trends() -> int:
    """On the first of the month, within the hour that it begins: the month that closed (SLA 12.1)."""
    found = len(store(timezone.now()))
    beat("store_trends")
    return found
