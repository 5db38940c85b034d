"""The stage: it plays all scenes side by side, in the order of time, and stops at now.

A scene is a generator. It yields the instant that it waits for, and acts when it is resumed, so numbers,
trails and notices come out in the order in which they would have come about. A scene whose next instant lies
in the future stays as it is: that is an open Melding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from heapq import heappop, heappush
from random import Random
from zoneinfo import ZoneInfo

from desk.models import Notice, TimedCase
from desk.notices import bounced, render
from desk.sweep import sweep as sweep_cases
from domain.hours import Calendar
from incidents.actions.release import release
from incidents.actions.sweep import sweep
from incidents.demo.people import Cast
from sla.adapter import calendar
from sla.models import CalendarVersion

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Scene = Iterator[datetime]
WITH_TEXT = timedelta(days=21)  # the texts of older notices are left out, for they take long to make


@dataclass
class Stage:
    """`office` and `cover` are the shipped calendars, to find instants at which somebody is at work."""

    cast: Cast
    now: datetime
    office: Calendar = field(default_factory=lambda: shipped("office-hours"))
    cover: Calendar = field(default_factory=lambda: shipped("p1-cover"))
    waiting: list[tuple[datetime, int, Scene]] = field(default_factory=list)

    def chance(self, name: object) -> Random:
        """Chance for one scene: the same all day, whatever the others do."""
        return Random(f"{self.now.astimezone(AMSTERDAM).date()} {name}")  # noqa: S311 - no secret

    def enter(self, *scenes: Scene) -> None:
        for scene in scenes:
            self._wait(scene, len(self.waiting))

    def play(self) -> None:
        while self.waiting:
            at, order, scene = heappop(self.waiting)
            sweep(at)
            release(at)
            self._wait(scene, order)
            if self.now - at < WITH_TEXT:
                self.mark_sent(at)
        sweep(self.now)
        release(self.now)
        self.mark_sent(self.now)
        self.lose_one()

    def ends_of_days(self, days: int) -> Scene:
        """At the end of each of the last Werkdagen: of which cases beside the Meldingen time ran out."""
        for ago in range(days, -1, -1):
            yield (at := self.workdays_ago(ago, "23:59"))
            for kind in TimedCase.kinds():
                sweep_cases(kind, at)

    def mark_sent(self, at: datetime) -> None:
        """What was owed in the past counts as sent then; nobody is mailed about it now."""
        for notice in Notice.objects.owed().filter(next_try_at__isnull=False).select_related("event"):
            sent_at = notice.event.at if notice.event else at
            if self.now - sent_at < WITH_TEXT:
                render(notice)
            notice.created_at, notice.sent_at, notice.attempts = sent_at, sent_at + timedelta(seconds=4), 1
            notice.save()

    def lose_one(self) -> None:
        """The newest answer to somebody came back: their mailbox is full, so that has to be seen and phoned."""
        lost = Notice.objects.filter(key="melding_replied").order_by("sent_at").last()
        if lost is not None:
            bounced(lost.message_id, "552 5.2.2 mailbox full", self.now)
            self.mark_sent(self.now)

    def _wait(self, scene: Scene, order: int) -> None:
        at = next(scene, None)
        if at is not None and at <= self.now:
            heappush(self.waiting, (at, order, scene))

    def ago(self, **amount: float) -> datetime:
        """So much office time before now."""
        return self.office.add(self.now, -round(timedelta(**amount).total_seconds()))

    def workdays_ago(self, days: int, clock: str) -> datetime:
        """Local `clock` time ("HH:MM") on the given number of Werkdagen before today, never in the future."""
        midnight = datetime.combine(self.now.astimezone(AMSTERDAM).date(), time(), AMSTERDAM)
        day = self.office.add_working_days(midnight, -days).astimezone(AMSTERDAM).date()
        return min(datetime.combine(day, time.fromisoformat(clock), AMSTERDAM), self.now)


def shipped(slug: str) -> Calendar:
    newest = CalendarVersion.objects.filter(calendar__slug=slug, frozen_at__isnull=False).latest("number")
    return calendar(newest.pk)
