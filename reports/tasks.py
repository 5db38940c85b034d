"""What a worker does for reports, at any time and any number of times; one task for each part that needs one."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from desk.tasks import beat
from reports.performance import judging, scraping, storing


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
