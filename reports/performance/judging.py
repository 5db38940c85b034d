"""Slow actions that become a Melding, by rule (SLA 7.7, 4.2).

A rule that holds is an alarm, delivered as a monitoring system would: by the same way, with a key for the Dienst, the action and
the rule, so that twice is once. It recovers when an action was measured again, so long after its last slow one as the rule says;
silence recovers nothing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from contractants.models import Service
from desk.locks import only_one
from desk.tokens import machine
from domain.stretches import too_often
from incidents.actions.monitoring import RESOLVE, TRIGGER, take_event
from incidents.api.monitoring import read_event
from reports.models import Histogram, PerformanceAlert, PerformanceRule, SlowAction
from reports.performance.reading import AHEAD

log = logging.getLogger(__name__)
# What comes in later than this after it happened shows in the figures, and alarms nobody any more.
LATE = timedelta(hours=1)
SOURCE = "Prestatiebewaking"


def judge(now: datetime) -> int:
    """Begin, continue and end alarms; returns how many rules and actions changed. One that fails holds up no other."""
    with only_one("performance") as mine:
        return sum(_attempt(key, slow, now) for key, slow in _watched(now)) if mine else 0


Key = tuple[PerformanceRule, Service, str]


def _watched(now: datetime) -> Iterator[tuple[Key, list[SlowAction]]]:
    """Each rule with each action that was slow of late, or of which an alarm is open."""
    open_ = PerformanceAlert.objects.filter(ended_at=None)
    open_.exclude(rule__is_active=True).update(ended_at=now)
    for rule in PerformanceRule.objects.filter(is_active=True):
        slow = {place: list(rows) for place, rows in _slow(rule, now)}
        waiting = {(one.service, one.action) for one in open_.filter(rule=rule).select_related("service")}
        for service, action in sorted(slow.keys() | waiting, key=lambda place: (place[0].pk, place[1])):
            yield (rule, service, action), slow.get((service, action), [])


def _slow(rule: PerformanceRule, now: datetime) -> Iterator[tuple[tuple[Service, str], Iterable[SlowAction]]]:
    since = now - LATE - timedelta(minutes=rule.minutes)
    rows = SlowAction.objects.filter(at__gt=since, at__lte=now + AHEAD, **{f"over_{rule.alert}": True})
    if rule.service_id is not None:
        rows = rows.filter(service=rule.service_id)
    ours = (
        one
        for one in rows.select_related("service").order_by("service_id", "action", "at")
        if _is_of(rule, one.action)
    )
    return groupby(ours, lambda one: (one.service, one.action))


def _is_of(rule: PerformanceRule, action: str) -> bool:
    return not rule.actions or fnmatchcase(action.lower(), rule.actions.lower())


def _attempt(key: Key, slow: list[SlowAction], now: datetime) -> bool:
    try:
        with transaction.atomic():
            return _judge(*key, slow, now)
    except Exception:
        log.exception("whether an action is too slow could not be judged")
        return False


def _judge(
    rule: PerformanceRule, service: Service, action: str, slow: list[SlowAction], now: datetime
) -> bool:
    key = f"performance/{service.slug}/{action}/{rule.pk}"
    newest = PerformanceAlert.objects.filter(key=key).order_by("-began_at").first()
    fresh = [one for one in slow if newest is None or one.at > newest.last_at]
    if newest is not None and newest.ended_at is None:
        return _goes_on(newest, fresh, now) if fresh else _ends(newest, rule, now)
    stretch = too_often(((one.at, one.count) for one in fresh), rule.count, timedelta(minutes=rule.minutes))
    if stretch is None:
        return False
    alert = PerformanceAlert(
        key=key, rule=rule, alert=rule.alert, service=service, action=action, began_at=stretch[0], count=0, seconds=0
    )  # fmt: skip
    return _goes_on(alert, [one for one in fresh if one.at >= stretch[0]], now)


def _goes_on(alert: PerformanceAlert, slow: list[SlowAction], now: datetime) -> bool:
    alert.last_at = slow[-1].at
    alert.count += sum(one.count for one in slow)
    alert.seconds = max(alert.seconds, *(one.seconds for one in slow))
    _deliver(alert, TRIGGER, now)
    return True


def _ends(alert: PerformanceAlert, rule: PerformanceRule, now: datetime) -> bool:
    calm = alert.last_at + timedelta(minutes=rule.quiet_minutes)
    measured = Histogram.objects.filter(service=alert.service, action=alert.action, last_at__gte=calm)
    if now < calm or not measured.exists():
        return False
    alert.ended_at = now
    _deliver(alert, RESOLVE, now)
    return True


def _deliver(alert: PerformanceAlert, action: str, now: datetime) -> None:
    raw = json.dumps({"event_action": action, "dedup_key": alert.key, "payload": _payload(alert)})
    (event,) = read_event(raw.encode(), now).events
    _row, melding = take_event(event, raw=raw, by=machine(SOURCE), at=now)
    alert.melding = melding or alert.melding
    alert.save()


def _payload(alert: PerformanceAlert) -> dict[str, Any]:
    """`cluster` and `cause` let the shipped rules take all slow actions of a Dienst for one Incident."""
    assert alert.rule is not None
    slug = alert.service.slug
    return {
        "summary": _summary(alert), "source": SOURCE, "component": slug, "severity": alert.rule.severity,
        "timestamp": alert.began_at.isoformat(),
        "custom_details": {
            "cluster": slug, "cause": "performance", "alert": alert.alert, "action": alert.action, "rule": alert.rule.name,
            "count": alert.count, "seconds": round(alert.seconds, 3), "first": alert.began_at.isoformat(),
            "last": alert.last_at.isoformat(),
        },
    }  # fmt: skip


def _summary(alert: PerformanceAlert) -> str:
    texts = {
        PerformanceRule.Alert.LIMIT: _(
            "Trage actie %(action)s: %(count)d keer boven de grens, tot %(seconds)s seconden"
        ),
        PerformanceRule.Alert.BASELINE: _(
            "Trage actie %(action)s: %(count)d keer ver boven de baseline, tot %(seconds)s seconden"
        ),
    }
    told = {"action": alert.action, "count": alert.count, "seconds": number_format(alert.seconds, 1)}
    return texts[PerformanceRule.Alert(alert.alert)] % told
