"""Reading what Alertmanager says, in its webhook (version 4, and Grafana's version 1) and in its API (v2).

Nothing that it may add is an error. Moments are its own; `0001-01-01` means that there is none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from desk import texts
from incidents.actions.monitoring.events import RESOLVE, TRIGGER, MonitoringEvent

COMPONENT = ("component", "service", "job")
SOURCE = ("instance", "host", "cluster")
BEFORE_ALL = 1970


@dataclass
class Reading:
    """A webhook: the alarms in it, and why others could not be read."""

    events: list[MonitoringEvent] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    key: str = ""
    truncated: int = 0


def read_webhook(body: Any) -> Reading:
    """Each alert by itself: a group that fires may hold alerts that have recovered. Raises ValueError where there are no alerts."""
    if not isinstance(body, dict) or not isinstance(body.get("alerts"), list):
        raise ValueError("no list of alerts")
    found = Reading(key=_text(body.get("groupKey")), truncated=_count(body.get("truncatedAlerts")))
    for place, given in enumerate(body["alerts"]):
        try:
            found.events.append(read_alert(given, group=found.key))
        except ValueError as error:
            found.unread.append(f"alerts.{place}: {error}")
    return found


def read_alert(given: Any, group: str = "") -> MonitoringEvent:
    """One alert. Raises ValueError when it has no labels to know it by."""
    if not isinstance(given, dict) or not isinstance(given.get("labels"), dict):
        raise ValueError("no labels")
    labels = _texts(given["labels"])
    notes = _texts(given.get("annotations"))
    name = " ".join(filter(None, (labels.get("alertname", ""), _first(labels, SOURCE))))
    key = _text(given.get("fingerprint"))
    if not (key or labels):
        raise ValueError("no labels")
    said = {name: given[name] for name in ("generatorURL", "values", "silenceURL") if given.get(name)}
    return MonitoringEvent(
        action=RESOLVE if given.get("status") == "resolved" else TRIGGER,
        dedup_key=key[:255] or _fingerprint(labels),
        summary=notes.get("summary") or notes.get("title") or name or notes.get("description", "") or key,
        source=_first(labels, SOURCE), severity=labels.get("severity", ""), component=_first(labels, COMPONENT),
        started_at=moment(given.get("startsAt")), ended_at=moment(given.get("endsAt")),
        details={"labels": labels, "annotations": notes, **said},
        labels={**labels, **({"groupKey": group} if group else {})},
    )  # fmt: skip


def moment(value: Any) -> datetime | None:
    """A moment of the sender, in any precision; None for none, and for what is no moment."""
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
        if found is None or found.utcoffset() is None or not BEFORE_ALL < found.year < 9999:
            return None
    except (ValueError, OverflowError):
        return None
    return found


def _fingerprint(labels: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16]


def _first(labels: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((labels[name] for name in names if labels.get(name)), "")


def _texts(given: Any) -> dict[str, str]:
    pairs = given.items() if isinstance(given, dict) else ()
    return {_text(name): _text(value) for name, value in pairs}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return texts.storable(value if isinstance(value, str) else json.dumps(value))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
