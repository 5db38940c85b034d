"""Delivering what is owed to webhooks: at least once, each endpoint in its own order, none holding up another."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from desk.locks import only_one
from desk.models import User, WebhookDelivery, WebhookEndpoint
from desk.notices import owe_user
from desk.permissions import Role
from desk.webhooks import signing
from desk.webhooks.sending import Answer, post

log = logging.getLogger(__name__)
# After the first attempt; together a little over three days.
BACK_OFF = [
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
]  # fmt: skip
AT_ONCE = 16  # endpoints
RUN = 120  # seconds in which a run takes up new work
BATCH = 50  # messages to one endpoint in a run
LOOK = 1  # seconds between looks for new work while others are slow
GONE = 410

Post = Callable[[str, bytes, dict[str, str]], Answer]
Running = dict["Future[Answer]", WebhookDelivery]


def deliver(now: datetime) -> int:
    """Send what is due at `now` and what becomes due meanwhile; returns how many messages were delivered.

    One run at a time: another call returns at once. A run that dies leaves its messages owed, and they go out
    again under the same id.
    """
    with only_one("webhooks") as alone:
        return _run(now) if alone else 0


def _run(now: datetime) -> int:
    started, delivered = time.monotonic(), 0
    turns: dict[int, int] = {}
    running: Running = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        while True:
            passed = time.monotonic() - started
            at = now + timedelta(seconds=passed)
            if passed < RUN:
                for delivery in _next(at, running, turns):
                    turns[delivery.endpoint_id] = turns.get(delivery.endpoint_id, 0) + 1
                    headers = signing.headers(delivery, at)
                    running[pool.submit(post, delivery.endpoint.url, delivery.body.encode(), headers)] = (
                        delivery
                    )
            if not running:
                return delivered
            done, _slow = wait(running, timeout=LOOK, return_when=FIRST_COMPLETED)
            for future in done:
                delivered += settle(running.pop(future), future.result(), at)


def _next(at: datetime, running: Running, turns: dict[int, int]) -> list[WebhookDelivery]:
    """The oldest due message of each endpoint that is not being served, as many as there is room for."""
    busy = {delivery.endpoint_id for delivery in running.values()}
    busy |= {endpoint for endpoint, turn in turns.items() if turn >= BATCH}
    due = WebhookDelivery.objects.due(at).exclude(endpoint_id__in=busy)
    firsts = due.order_by("endpoint_id", "id").distinct("endpoint_id").select_related("endpoint")
    return list(firsts[: AT_ONCE - len(running)])


def settle(delivery: WebhookDelivery, answer: Answer, at: datetime) -> bool:
    """Write down what came of one attempt; returns whether it was delivered."""
    delivery.attempts += 1
    delivery.status, delivery.answer, delivery.error = answer.status, answer.text, answer.error
    if answer.status is not None and 200 <= answer.status < 300:
        delivery.delivered_at = at
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(last_success_at=at)
    elif answer.status == GONE:
        delivery.failed_at = at
        disable(delivery.endpoint, "gone", at)
    elif delivery.attempts > len(BACK_OFF):
        delivery.failed_at = at
        _give_up(delivery, at)
    else:
        delivery.next_try_at = at + BACK_OFF[delivery.attempts - 1]
    delivery.save()
    return delivery.delivered_at is not None


def _give_up(delivery: WebhookDelivery, at: datetime) -> None:
    """An endpoint to which nothing came through in all these days is no longer tried."""
    endpoint = WebhookEndpoint.objects.get(pk=delivery.endpoint_id)
    if endpoint.last_success_at is None or endpoint.last_success_at < delivery.created_at:
        disable(endpoint, "failing", at)


def disable(endpoint: WebhookEndpoint, reason: str, at: datetime) -> None:
    """Send nothing more to it until an administrator sets it to active, and tell the administrators once."""
    log.warning("webhook %s disabled: %s", endpoint.pk, reason)
    if not WebhookEndpoint.objects.filter(pk=endpoint.pk, active=True).update(
        active=False, disabled_reason=reason
    ):
        return
    for administrator in User.objects.filter(role=Role.ADMINISTRATOR, is_active=True):
        owe_user("webhook_disabled", administrator, data={"endpoint": endpoint.name, "reason": reason})
