"""Which Melding a new alert belongs to: that of its group, that of the storm, or one of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from desk.models import User
from domain.labels import group_key
from incidents.actions.monitoring.events import MonitoringEvent, as_report
from incidents.actions.register import register
from incidents.models import AlertGroup, AlertRule, AlertSource, Melding
from incidents.models.choices import OPEN

STORM = "storm"
OPEN_GROUP = """
INSERT INTO incidents_alertgroup (source_id, key, is_open, count, opened_at, last_at)
VALUES (%s, %s, true, 1, %s, %s)
ON CONFLICT (source_id, key) WHERE is_open
DO UPDATE SET count = incidents_alertgroup.count + 1, last_at = excluded.last_at
RETURNING *
"""


COLUMNS = {field.attname: field.attname for field in AlertRule._meta.concrete_fields}
IN_USE = AlertRule.objects.filter(is_active=True).order_by("order", "id").values(rule=JSONObject(**COLUMNS))


def lock_source(user: User) -> tuple[AlertSource, list[AlertRule]]:
    """The row of this source, made at its first delivery, locked until the transaction ends. With it the rules that are
    in use, in one query: every delivery asks for both."""
    rows = (
        AlertSource.objects.select_for_update(of=("self",))
        .annotate(rules=ArraySubquery(IN_USE))
        .filter(user=user)
    )
    found = rows.first()
    if found is None:
        AlertSource.objects.bulk_create([AlertSource(user=user)], ignore_conflicts=True)
        found = rows.get()
    return found, [AlertRule(**columns) for columns in found.rules]


class Placing:
    """Finds or makes the Melding of new alerts of one source, whose row is locked."""

    def __init__(
        self, source: AlertSource, at: datetime, received_at: datetime, melding: Callable[[int], Melding]
    ) -> None:
        self.source, self.at, self.received_at, self.melding = source, at, received_at, melding
        self.groups: dict[str, AlertGroup] = {}
        self.noted = False

    def place(self, event: MonitoringEvent, rule: AlertRule, by: User) -> tuple[Melding, bool]:
        """The Melding that the alert of `event` joins, and whether it was made for it."""
        group = self._group(group_key(rule.group_by, event.all_labels), rule.window_minutes)
        if group is not None and group.melding is not None:
            return group.melding, False
        storm = self._group(STORM, self.source.storm_minutes) if self._is_storm() else None
        self._note()
        made = storm is None or storm.melding is None
        melding = storm.melding if storm and storm.melding else self._register(event, rule, by, storm)
        for joined in (group, storm):
            if joined is not None and joined.melding is None:
                joined.melding = melding
                joined.save(update_fields=["melding"])
        return melding, made

    def save(self) -> None:
        if self.noted:
            self.source.save(update_fields=["recent"])

    def _register(
        self, event: MonitoringEvent, rule: AlertRule, by: User, storm: AlertGroup | None
    ) -> Melding:
        report = as_report(
            event,
            priority=rule.priority or 1,
            service=rule.service,
            by=by,
            at=self.at,
            received_at=self.received_at,
        )
        if storm is not None:
            report = replace(report, subject=_("Storm van alarmen van %(source)s") % {"source": by},
                             description=f"{self._about_storm()}\n\n{report.description}")  # fmt: skip
        return register(report, by=by, at=self.at, accept_missing=True)

    def _about_storm(self) -> str:
        return _(
            "Meer dan %(most)d nieuwe incidenten binnen %(minutes)d minuten. Alles wat deze bron nu nog nieuw meldt, staat bij deze melding. Het eerste alarm:"
        ) % {"most": self.source.storm_after, "minutes": self.source.storm_minutes}  # fmt: skip

    def _note(self) -> None:
        """Remember that an Incident was due, also where the storm took it: so a storm lasts as long as it rages."""
        self.source.recent = [*self.source.recent, self.at.isoformat()][-self.source.storm_after :]
        self.noted = True

    def _is_storm(self) -> bool:
        since = self.at - timedelta(minutes=self.source.storm_minutes)
        recent = [
            moment for text in self.source.recent if (moment := parse_datetime(text)) and moment > since
        ]
        return len(recent) >= self.source.storm_after

    def _group(self, key: str, minutes: int) -> AlertGroup | None:
        """The open group of this key with one alert more, its Melding locked where it is still worked on."""
        if not key:
            return None
        if key in self.groups:
            AlertGroup.objects.filter(pk=self.groups[key].pk).update(count=F("count") + 1)
            return self.groups[key]
        mine = AlertGroup.objects.filter(source=self.source.user_id, key=key[:500], is_open=True)
        mine.filter(last_at__lt=self.at - timedelta(minutes=minutes)).update(is_open=False)
        group = self._open(key[:500])
        if group.melding_id is not None:
            group.melding = self.melding(group.melding_id)
        if group.melding is not None and group.melding.state not in OPEN:
            mine.update(is_open=False)
            group = self._open(key[:500])
        self.groups[key] = group
        return group

    def _open(self, key: str) -> AlertGroup:
        return AlertGroup.objects.raw(OPEN_GROUP, [self.source.user_id, key, self.at, self.at])[0]
