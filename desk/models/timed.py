"""The shape of a case with which something has to be done in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models.case import Case
from desk.models.trail import Event, Notice
from domain.hours import Calendar
from domain.targets import used_at

PASSED = {"warn": _("Waarschuwing"), "breach": _("Termijn verstreken")}  # verbs that only a sweep records


@dataclass(frozen=True)
class Limit:
    """What has to be done from `start` until `due` (UTC), in the business time of `calendar`.

    At each of `percents` of that time it is said once that it runs out. `key` tells it from any other limit of the same
    case; `facts` name it in the trail.
    """

    key: str
    facts: Mapping[str, str]
    start: datetime
    due: datetime
    calendar: Calendar
    percents: tuple[int, ...]

    def once(self, percent: int) -> str:
        return f"{self.key}-{percent}"

    def moments(self) -> list[tuple[datetime, int]]:
        """When each part of the time is used, earliest first."""
        return sorted((used_at(one, self.start, self.due, self.calendar), one) for one in self.percents)


class TimedCase(Case):
    """A case of which `desk.sweep` says that time runs out. `sweep_at` (UTC) is when its next threshold is reached."""

    sweep_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def limit(self) -> Limit | None:
        """What has to be done in time now; None where nothing waits."""
        raise NotImplementedError

    def ahead(self, limit: Limit | None) -> list[tuple[datetime, int]]:
        """The thresholds of `limit` that were not recorded yet, earliest first."""
        if limit is None:
            return []
        recorded = self.events().filter(once__isnull=False) if self.pk else Event.objects.none()
        known = set(recorded.values_list("once", flat=True))
        return [(at, percent) for at, percent in limit.moments() if limit.once(percent) not in known]

    def project(self, at: datetime, new: Event | None = None) -> None:
        super().project(at, new)
        self.sweep_at = next((moment for moment, _percent in self.ahead(self.limit())), None)

    def told_from(self, event: Event) -> datetime | None:
        """When news of `event` may go out: that time runs out when somebody is there to act on it; else at once, None."""
        limit = self.limit() if event.verb in PASSED else None
        if limit is None:
            return None
        return limit.calendar.effective(datetime.fromisoformat(event.data["noticed_at"]))

    def may_tell(self, notice: Notice) -> bool:
        """Not that time runs out for what was done meanwhile."""
        if notice.event is not None and notice.event.verb in PASSED and not self._still_runs(notice.event):
            return False
        return super().may_tell(notice)

    def _still_runs(self, event: Event) -> bool:
        """As it stands in the database."""
        limit = type(self)._base_manager.get(pk=self.pk).limit()
        return limit is not None and event.once == limit.once(event.data["percent"])
