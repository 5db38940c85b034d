"""What a worker does for reports, at any time and any number of times."""

from celery import shared_task
from django.utils import timezone

from desk.tasks import beat
from reports.monthly import correcting
from reports.monthly.actions import make_drafts


@shared_task
def make_reports() -> int:
    """From the first Werkdag of the month on, the reports of the month before (SLA 13)."""
    made = make_drafts(timezone.now())
    beat("make_reports")
    return made


@shared_task
def find_corrections() -> int:
    """Each published report once a night: what would be said otherwise now."""
    found = correcting.look(timezone.now())
    beat("find_corrections")
    return found
