"""What a worker does for reports, at any time and any number of times; one task for each part that needs one."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from desk.tasks import beat
from reports.monthly import correcting
from reports.monthly.actions import make_drafts
from reports.performance import judging, scraping, storing
from reports.verifying.running import nightly
from reports.whatif import running


@shared_task
def scrape_measurements() -> int:
    found = scraping.scrape(timezone.now())
    beat("scrape_measurements")
    return found


@shared_task
def judge_performance() -> int:
    """Slow actions that become a Melding, or that recovered (SLA 7.7)."""
    changed = judging.judge(timezone.now())
    beat("judge_performance")
    return changed


@shared_task
def forget_measurements() -> None:
    storing.forget(timezone.now())
    beat("forget_measurements")


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
