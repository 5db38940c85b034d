"""What one delivery of alarms changes. Each alarm is judged by itself: a delivery mixes firing and recovered ones.

Rows are locked in one order: the source, its alerts, Meldingen by id. Senders promise no order, so moments of the
sender are compared, not arrivals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import F

from desk import door
from desk.models import User
from incidents.actions.monitoring import watchdogs
from incidents.actions.monitoring.events import RESOLVE, TRIGGER, MonitoringEvent
from incidents.actions.monitoring.placing import Placing, lock_source
from incidents.models import Alert, AlertRule, Melding, Relation, State
from incidents.models.choices import OPEN
from incidents.models.monitoring import firing_among

SOLVING = ("resolve", "close", "accept")
# Identical alarms that arrive at once meet here, whatever else fails to keep them apart.
OPEN_ALERTS = """
INSERT INTO incidents_alert
    (source_id, dedup_key, is_open, count, first_seen_at, last_seen_at, summary, labels, via)
SELECT %s, key, true, 1, %s, %s, '', '{}', %s FROM unnest(%s::text[]) AS key
ON CONFLICT (source_id, dedup_key) WHERE is_open
DO UPDATE SET count = incidents_alert.count + 1, last_seen_at = excluded.last_seen_at
RETURNING *
"""
CHANGED = ["melding_id", "summary", "labels", "priority", "started_at", "ended_at", "recovered_at"]
# Most of what arrives is a repeat, which asks no more than this of its Melding; the rest comes when it is needed.
LOOKED_AT = ("number", "state", "duplicate_of", "priority", "resolution_state")
# No rule at all says anything: then the gravest, so that nothing is overlooked.
FALLBACK = AlertRule(priority=1)


def active_rules() -> list[AlertRule]:
    return list(AlertRule.objects.filter(is_active=True))


def rule_for(event: MonitoringEvent, source: User, rules: Iterable[AlertRule]) -> AlertRule:
    labels = event.all_labels
    return next((rule for rule in rules if rule.matches(source.pk, labels)), FALLBACK)


def _told(alert: Alert) -> list[object]:
    return [getattr(alert, name) for name in CHANGED]


class Delivery:
    """One delivery under way, within a transaction; afterwards `meldingen`, `alerts` and `outcome` say what came of it."""

    def __init__(self, by: User, at: datetime, via: str, received_at: datetime) -> None:
        self.by, self.at, self.via, self.received_at = by, at, via, received_at
        self.outcome: Counter[str] = Counter()
        self.alerts: list[Alert] = []
        self.meldingen: list[Melding] = []
        self.locked: dict[int, Melding] = {}
        self.asked: dict[int, int] = {}  # Melding -> the gravest priority that an alarm newly asks for
        self.stirred: set[int] = set()  # Meldingen of which an alert began or ended

    def add(self, other: Delivery) -> None:
        self.outcome += other.outcome
        self.alerts += other.alerts
        self.meldingen += [melding for melding in other.meldingen if melding not in self.meldingen]

    def take(self, events: Sequence[MonitoringEvent], truncated: int = 0) -> None:
        """`truncated`: how many alarms of these Meldingen the sender left out."""
        source, rules = lock_source(self.by)
        ruled = {event.dedup_key: (event, rule_for(event, self.by, rules)) for event in events}
        self.placing = Placing(source, self.at, self.received_at, self._melding)
        known = self._known([key for key, (event, _rule) in ruled.items() if event.action != TRIGGER])
        begun = {key: pair for key, pair in ruled.items() if self._begins(*pair, known)}
        found = known | {alert.dedup_key: alert for alert in self._open(sorted(begun))}
        self.before = {alert.pk: _told(alert) for alert in found.values()}
        self._lock(alert.melding_id for alert in found.values() if alert.melding_id)
        for key, alert in sorted(found.items()):
            event, rule = ruled[key]
            self._judge(event, rule, self._trigger(event, rule, alert) if key in begun else alert)
        self._settle()
        self.placing.save()
        if truncated > 0 and self.meldingen:
            self.outcome["truncated"] = truncated
            self._record_truncation(self.meldingen[0], truncated)

    def _known(self, keys: list[str]) -> dict[str, Alert]:
        if not keys:
            return {}
        rows = Alert.objects.filter(source=self.by, is_open=True, dedup_key__in=keys)
        return {alert.dedup_key: alert for alert in rows}

    def _begins(self, event: MonitoringEvent, rule: AlertRule, known: dict[str, Alert]) -> bool:
        """Whether this alarm opens an alert, or adds to an open one; the rest ends one, or is only counted."""
        if event.action != TRIGGER and (event.dedup_key in known or not self._was_missed(event)):
            self.outcome["unknown"] += event.dedup_key not in known
            return False
        if rule.watchdog is not None and event.action == TRIGGER:
            self.outcome["heartbeat"] += watchdogs.beat(rule.watchdog, by=self.by, at=self.at)
        elif not rule.makes_melding:
            self.outcome["ignored"] += 1
        return rule.makes_melding

    def _was_missed(self, event: MonitoringEvent) -> bool:
        """It ended and we never heard that it began: it happened while nothing could reach us."""
        if event.action != RESOLVE or event.started_at is None or event.ended_at is None:
            return False
        rows = Alert.objects.filter(source=self.by, dedup_key=event.dedup_key)
        return not rows.filter(last_seen_at__gte=event.started_at).exists()

    def _open(self, keys: list[str]) -> list[Alert]:
        if not keys:
            return []
        return list(Alert.objects.raw(OPEN_ALERTS, [self.by.pk, self.at, self.at, self.via, keys]))

    def _lock(self, ids: Iterable[int]) -> None:
        wanted = set(ids) - self.locked.keys()
        rows = Melding.objects.only(*LOOKED_AT).select_for_update().filter(pk__in=wanted).order_by("pk")
        self.locked |= {row.pk: row for row in rows} if wanted else {}

    def _melding(self, pk: int) -> Melding:
        """This Melding, or the one that it turned out to be a duplicate of; locked."""
        self._lock([pk])
        melding = self.locked[pk]
        return self._melding(melding.duplicate_of_id) if melding.duplicate_of_id else melding

    # --- One alarm

    def _trigger(self, event: MonitoringEvent, rule: AlertRule, alert: Alert) -> Alert:
        """The alert that goes on: a new one where the earlier one is over."""
        melding = self._melding(alert.melding_id) if alert.melding_id else None
        if melding is None:
            self.outcome["new"] += 1
            self._place(event, rule, alert)
        elif self._is_stale(event, alert):
            self.outcome["stale"] += 1
        elif self._is_over(event, rule, alert, melding):
            self.outcome["again"] += 1
            return self._follow_up(event, rule, alert, melding)
        elif alert.recovered_at is not None:
            self.outcome["flap"] += 1
            alert.recovered_at = alert.ended_at = None
            alert.started_at = event.started_at
            self.stirred.add(melding.pk)
        else:
            self.outcome["repeat"] += 1
        return alert

    def _is_stale(self, event: MonitoringEvent, alert: Alert) -> bool:
        """It tells of a spell that has ended already."""
        if alert.recovered_at is None or event.started_at is None or alert.ended_at is None:
            return False
        return event.started_at <= alert.ended_at

    def _is_over(self, event: MonitoringEvent, rule: AlertRule, alert: Alert, melding: Melding) -> bool:
        patience = timedelta(minutes=rule.flap_minutes)
        if melding.state not in OPEN:
            return not self._just_solved(event, melding, patience)
        if alert.recovered_at is None:
            return False
        pair = (event.started_at, alert.ended_at)
        began, ended = pair if None not in pair else (self.at, alert.recovered_at)
        return began - ended > patience  # type: ignore[operator]

    def _just_solved(self, event: MonitoringEvent, melding: Melding, patience: timedelta) -> bool:
        """The sender does not know yet what an agent solved a moment ago: no new disturbance."""
        if event.started_at is None:
            return False
        solved = melding.events().filter(verb__in=SOLVING).last()
        return solved is not None and event.started_at <= solved.at and self.at - solved.at <= patience

    def _follow_up(self, event: MonitoringEvent, rule: AlertRule, alert: Alert, earlier: Melding) -> Alert:
        """The earlier alert is closed, without the count of this delivery; a new one begins, elsewhere."""
        Alert.objects.filter(pk=alert.pk).update(is_open=False, count=F("count") - 1)
        (fresh,) = self._open([alert.dedup_key])
        melding = self._place(event, rule, fresh)
        if melding.pk != earlier.pk:
            Relation.objects.get_or_create(melding=melding, other=earlier, kind=Relation.Kind.FOLLOW_UP)
        return fresh

    def _place(self, event: MonitoringEvent, rule: AlertRule, alert: Alert) -> Melding:
        melding, made = self.placing.place(event, rule, self.by)
        self.locked[melding.pk] = melding
        alert.melding, alert.started_at = melding, event.started_at
        alert.summary, alert.labels = event.subject, event.all_labels
        if not made:
            self.stirred.add(melding.pk)
        return melding

    def _judge(self, event: MonitoringEvent, rule: AlertRule, alert: Alert) -> None:
        """What the alarm asks of its Melding, and the end of the alert where it tells of one."""
        melding = self._melding(alert.melding_id) if alert.melding_id else None
        self.alerts.append(alert)
        if melding is None:
            return
        alert.melding = melding
        if melding not in self.meldingen:
            self.meldingen.append(melding)
        if event.action == RESOLVE:
            self._recover(event, alert, melding)
        elif event.action == TRIGGER:
            if rule.priority is not None and rule.priority < (alert.priority or 5):
                alert.priority = rule.priority
                self.asked[melding.pk] = min(self.asked.get(melding.pk, 4), rule.priority)
        else:
            door.record(melding, "acknowledge", by=self.by, at=self.at, data={"alert": alert.pk})

    def _recover(self, event: MonitoringEvent, alert: Alert, melding: Melding) -> None:
        ended_before = event.ended_at and alert.started_at and event.ended_at < alert.started_at
        if alert.recovered_at is not None or ended_before:
            self.outcome["stale"] += 1
            return
        self.outcome["recovered"] += 1
        alert.recovered_at, alert.ended_at = self.at, event.ended_at
        self.stirred.add(melding.pk)

    # --- The Meldingen, once for all alarms of the delivery

    def _settle(self) -> None:
        changed = [alert for alert in self.alerts if self.before.get(alert.pk) != _told(alert)]
        if changed:
            Alert.objects.bulk_update(changed, CHANGED)
        firing = firing_among(self.stirred) if self.stirred else set()
        for pk in sorted(self.stirred):
            self._available(self.locked[pk], again=pk not in firing)
        for pk, priority in sorted(self.asked.items()):
            self._raise(self.locked[pk], priority)

    def _available(self, melding: Melding, *, again: bool) -> None:
        """All has recovered, which stops the resolution clock (SLA 2.21), or some of it fires again. An agent closes."""
        stopped = melding.resolution_state == "stopped"
        if again and melding.state in [*OPEN, State.RESOLVED] and not (stopped and melding.state in OPEN):
            self._record(melding, "available_again")
        if not again and stopped and melding.state in OPEN:
            self._record(melding, "unavailable_again")

    def _record_truncation(self, melding: Melding, left_out: int) -> None:
        """Once for each number, not at each repeat."""
        if not melding.events().filter(verb="alarms_left_out", data__left_out=left_out).exists():
            door.record(melding, "alarms_left_out", by=None, at=self.at, data={"left_out": left_out})

    def _record(self, melding: Melding, verb: str) -> None:
        with door.change(melding, verb, by=None, at=self.at) as change:
            change.data["via"] = str(self.via)

    def _raise(self, melding: Melding, priority: int) -> None:
        if priority >= melding.priority or melding.state not in OPEN:
            return
        with door.change(melding, "set_priority", by=None, at=self.at) as change:
            change.data |= {"priority": priority, "before": change.case.priority, "via": str(self.via)}
            change.case.priority = priority
