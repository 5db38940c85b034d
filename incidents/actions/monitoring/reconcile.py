"""Asking Alertmanager what fires now: what it could not deliver is brought in, what is gone has recovered.

What fired and ended while nothing could reach us is in no answer: Alertmanager forgets it. It comes to light only
when its group notifies again before that (see `Delivery`), or in Prometheus itself.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import urllib3

from desk.arriving import way_in
from desk.models import Quarantined, User
from desk.quarantine import masked_tree
from incidents.actions.monitoring.alertmanager import moment, read_alert
from incidents.actions.monitoring.delivery import active_rules, rule_for
from incidents.actions.monitoring.events import RESOLVE, MonitoringEvent
from incidents.actions.monitoring.keeping import UNREACHABLE, take
from incidents.models import Alert, AlertSource, Via

log = logging.getLogger(__name__)
ALERTS = "/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true"
STATUS = "/api/v2/status"
TIMEOUT = urllib3.Timeout(connect=3, read=10, total=15)
MOST_BYTES = 50_000_000
# For so long after its start an Alertmanager may not have heard yet what still fires.
WARMING_UP = timedelta(minutes=5)


class NoAnswer(Exception):
    """An Alertmanager that is not there, or does not answer as it should."""


@dataclass(frozen=True)
class Answer:
    """What all Alertmanagers of a source said together; `complete` when all answered and none had just started."""

    alerts: dict[str, dict[str, Any]]
    complete: bool
    error: str = ""


def reconcile(at: datetime) -> int:
    """Ask every source that names its Alertmanager; `at` is a moment before asking. Returns how many alarms changed.

    A source that fails is asked again at the next run, and holds up no other.
    """
    sources = AlertSource.objects.exclude(alertmanagers="").select_related("user")
    return sum(_attempt(source, at) for source in sources)


def _attempt(source: AlertSource, at: datetime) -> int:
    try:
        return _reconcile_one(source, at)
    except UNREACHABLE as error:  # busy: next minute again
        log.warning("reconciling with %s stopped: %s", source, type(error).__name__)
    except Exception:
        log.exception("reconciling with %s failed", source)
    return 0


def _reconcile_one(source: AlertSource, at: datetime) -> int:
    answer = ask(source.alertmanagers.split(), at)
    with way_in(Quarantined.Source.MONITORING, at):
        return _bring_in(source, replace(answer, alerts=masked_tree(answer.alerts, "alerts")), at)


def _bring_in(source: AlertSource, answer: Answer, at: datetime) -> int:
    told = {"asked_at": at, "error": answer.error[:300], **({} if answer.error else {"answered_at": at})}
    AlertSource.objects.filter(pk=source.pk).update(**told)
    events = [*_unknown(source, answer), *(_gone(source.user, answer, at) if answer.complete else ())]
    for event in events:
        take([event], raw=json.dumps(answer.alerts.get(event.dedup_key, {"gone": event.dedup_key})), by=source.user,
             at=at, via=Via.RECONCILE, key=event.dedup_key)  # fmt: skip
    return len(events)


def ask(addresses: Iterable[str], at: datetime) -> Answer:
    """The alerts of all these Alertmanagers, by fingerprint."""
    alerts: dict[str, dict[str, Any]] = {}
    complete, errors = True, []
    for address in addresses:
        try:
            found = _get(address.rstrip("/") + ALERTS)
            alerts |= {one["fingerprint"]: one for one in found}
            complete = complete and _has_settled(_get(address.rstrip("/") + STATUS), at)
        except (NoAnswer, TypeError, KeyError) as error:
            complete = False
            errors.append(f"{address.rpartition('@')[2]}: {error or type(error).__name__}")
    return Answer(alerts, complete, "; ".join(errors))


def _get(url: str) -> Any:
    try:
        return json.loads(fetch(url))
    except ValueError as error:
        raise NoAnswer(type(error).__name__) from error


def fetch(url: str) -> bytes:
    """What is at this address; raises `NoAnswer`."""
    try:
        if urllib3.util.parse_url(url).auth:
            raise NoAnswer("password in the address")
        with urllib3.PoolManager() as pool:
            answer = pool.request(
                "GET", url, timeout=TIMEOUT, retries=False, redirect=False, preload_content=False
            )
            body = answer.read(MOST_BYTES + 1, decode_content=True)
            answer.release_conn()
        if answer.status != 200 or len(body) > MOST_BYTES:
            raise NoAnswer(f"status {answer.status}, {len(body)} bytes")
        return body
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise NoAnswer(type(error).__name__) from error


def _has_settled(status: Any, at: datetime) -> bool:
    started = moment(status["uptime"])
    return started is not None and at - started > WARMING_UP


def _unknown(source: AlertSource, answer: Answer) -> list[MonitoringEvent]:
    """What fires, goes to our receiver, and was not delivered. Heartbeats come by the webhook alone: it is what
    they test."""
    firing = {
        key: one
        for key, one in answer.alerts.items()
        if one.get("status", {}).get("state") == "active" and _is_ours(one, source.receiver)
    }
    known = Alert.objects.filter(source=source.user, dedup_key__in=firing, is_open=True, recovered_at=None)
    new = firing.keys() - set(known.values_list("dedup_key", flat=True))
    rules, events = active_rules(), [event for key in sorted(new) if (event := _read(firing[key]))]
    return [event for event in events if rule_for(event, source.user, rules).makes_melding]


def _is_ours(alert: dict[str, Any], receiver: str) -> bool:
    return not receiver or receiver in {one.get("name") for one in alert.get("receivers", [])}


def _read(alert: dict[str, Any]) -> MonitoringEvent | None:
    try:
        return read_alert({**alert, "status": "firing", "endsAt": None})
    except ValueError:
        return None


def _gone(user: User, answer: Answer, at: datetime) -> list[MonitoringEvent]:
    """What Alertmanager no longer knows of. Not what came in while we asked, nor what came by another way."""
    open_ = Alert.objects.filter(source=user, is_open=True, recovered_at=None, last_seen_at__lt=at)
    ours = open_.filter(via__in=[Via.ALERTMANAGER, Via.RECONCILE]).exclude(dedup_key__in=answer.alerts)
    return [MonitoringEvent(RESOLVE, key) for key in ours.values_list("dedup_key", flat=True)]
