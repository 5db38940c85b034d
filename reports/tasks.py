"""What a worker does for reports, at any time and any number of times."""

from celery import shared_task
from django.utils import timezone

from desk.tasks import beat
from reports.verifying.running import nightly
from reports.whatif import running


@shared_task
def answer_what_ifs() -> int:
    answered = running.work(timezone.now())
    beat("answer_what_ifs")
    return answered


@shared_task(time_limit=3 * 3600, soft_time_limit=3 * 3600 - 60)
def verify_nightly() -> int:
    """Longer than others may take: it reads everything. The lock sees to it that it runs once, however often it is
    delivered meanwhile."""
    outcome = nightly(timezone.now())
    beat("verify_nightly")
    return outcome.found if outcome else 0
