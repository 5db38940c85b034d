"""What a worker does for every kind of case. Each task is harmless when it runs twice or late."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from desk import scanning, settling
from desk.audit import chain
from desk.audit.checking import nightly
from desk.audit.pruning import prune, years_before
from desk.locks import only_one
from desk.models import Heartbeat
from desk.notices import deliver
from desk.webhooks import delivering as webhooks

log = logging.getLogger(__name__)
_silent_until = 0.0


def publish(task: Any) -> None:
    """Wake a worker if the broker answers at once; rows in the database are what counts, not the message."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        task.apply_async(ignore_result=True, retry=False)
    except Exception as error:  # whatever a broker raises, the request goes on: beat does it anyway
        _silent_until = time.monotonic() + 15
        log.warning("broker does not answer (%s); the periodic task takes over", type(error).__name__)


def beat(job: str) -> None:
    Heartbeat.objects.update_or_create(job=job, defaults={"at": timezone.now()})


@shared_task
def deliver_notices() -> int:
    sent = deliver(timezone.now())
    beat("deliver_notices")
    return sent


@shared_task
def deliver_webhooks() -> int:
    delivered = webhooks.deliver(timezone.now())
    beat("deliver_webhooks")
    return delivered


@shared_task
def scan_files() -> int:
    """Have looked at what was stored while ClamAV did not answer."""
    looked = scanning.look_at_waiting(timezone.now())
    beat("scan_files")
    return looked


@shared_task
def housekeeping() -> None:
    """Forget expired cache rows, what was in quarantine long enough, and the trail of more than five years ago; what
    people are in is forgotten by rule (privacy.retention)."""
    settling.purge(timezone.now())
    cache.get("cull")
    prune(years_before(timezone.now()), timezone.now())
    beat("housekeeping")


@shared_task
def chain_audit() -> int:
    linked = chain.extend()
    beat("chain_audit")
    return linked


@shared_task(time_limit=3 * 3600, soft_time_limit=3 * 3600 - 60)
def verify_audit() -> None:
    """Once a night, longer than others may take: it reads the whole trail."""
    with only_one("verify audit") as alone:
        if alone:
            nightly(timezone.now())
    beat("verify_audit")
