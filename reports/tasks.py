"""What a worker does for reports, at any time and any number of times."""

from celery import shared_task
from django.utils import timezone

from desk.tasks import beat
from reports.whatif import running


@shared_task
def answer_what_ifs() -> int:
    answered = running.work(timezone.now())
    beat("answer_what_ifs")
    return answered
