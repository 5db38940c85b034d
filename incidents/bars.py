"""A clock as a bar: in a list from its stored projection, on a page from the clock itself. Reads no database."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.clock import Clock
from domain.hours import Calendar
from domain.targets import Target
from incidents.models import Melding
from incidents.times import amount, moment, to_go
from sla.adapter import Terms, terms

LABELS = {"response": gettext_lazy("Reactie"), "resolution": gettext_lazy("Oplossing")}
WARN_AT = 75  # percent, where the policy warns at nothing before 100


@dataclass(frozen=True)
class Dial:
    """What a bar shows of one clock, taken from the clock itself or from its projection in a list."""

    name: str
    state: str
    elapsed: int
    budget: int | None
    remaining: int | None
    due: datetime | None
    met: bool | None
    calendar: Calendar | None
    in_days: bool
    warn_at: int

    @property
    def percent(self) -> float:
        if not self.budget:
            return 100 if self.met is False else 0
        used = self.elapsed if self.remaining is None else self.budget - self.remaining
        return round(min(100, max(0, 100 * used / self.budget)), 1)


def of_row(melding: Melding, name: str, now: datetime) -> Dial:
    """The dial of a Melding in a list, from its stored projection and no other row."""
    held = terms(melding.policy_version_id)
    target, calendar = held.targets[name, melding.priority], held.calendars[name, melding.priority]
    state, due = getattr(melding, f"{name}_state"), getattr(melding, f"{name}_due")
    budget, elapsed = getattr(melding, f"{name}_budget"), getattr(melding, f"{name}_elapsed")
    remaining = None if budget is None else budget - elapsed
    if state == "running" and due is not None:
        remaining = calendar.between(now, due)
    return Dial(name, state, elapsed, budget, remaining, due, getattr(melding, f"{name}_met"), calendar,
                _in_days(target), warn_at(held))  # fmt: skip


def of_clock(name: str, clock: Clock, warns: int = WARN_AT) -> Dial:
    return Dial(name, clock.state, clock.elapsed, clock.budget, clock.remaining, clock.due, clock.met,
                clock.terms.calendar, _in_days(clock.terms.target), warns)  # fmt: skip


def warn_at(held: Terms) -> int:
    """The last percentage at which the policy warns before time is up."""
    return max((percent for percent in held.warnings if percent < 100), default=WARN_AT)


def bars(melding: Melding, now: datetime) -> list[dict[str, Any]]:
    """Both clocks of a Melding for `components/clock_bar.html`."""
    return [bar(of_row(melding, name, now), now) for name in LABELS]


def bar(dial: Dial, now: datetime) -> dict[str, Any]:
    """One clock for `components/clock_bar.html`: its state in words, its use in percent, its moment."""
    state, headline, sub = _reading(dial, now)
    return {
        "label": LABELS[dial.name],
        "state": state,
        "percent": dial.percent,
        "headline": headline,
        "sub": sub,
    }


def _reading(dial: Dial, now: datetime) -> tuple[str, str, str]:
    if dial.state == "stopped":
        return _verdict(dial)
    if dial.state == "paused":
        sub = _("nog %(left)s") % {"left": to_go(dial.remaining)} if dial.remaining is not None else ""
        return "paused", _("gepauzeerd"), sub
    if dial.due is None:
        return "untimed", _("geen termijn"), _("in overleg")
    if now > dial.due:
        return "late", _late(dial), moment(dial.due, now)
    state = "warn" if dial.percent >= dial.warn_at else "running"
    return state, _("nog %(left)s") % {"left": left(dial, now)}, moment(dial.due, now)


def _verdict(dial: Dial) -> tuple[str, str, str]:
    taken = _("in %(time)s") % {"time": amount(dial.elapsed)}
    if dial.met is None:
        return "untimed", _("gestopt") if dial.budget else _("geen termijn"), taken
    return ("met", _("gehaald"), taken) if dial.met else ("missed", _("niet gehaald"), taken)


def _late(dial: Dial) -> str:
    over = -(dial.remaining or 0)
    return _("%(over)s te laat") % {"over": amount(over)} if over >= 60 else _("te laat")


def left(dial: Dial, now: datetime) -> str:
    """What is left of a running clock: "6:28", or in Werkdagen "1 wd 6:58", "4 wd"."""
    days, rest = _days_left(dial, now) if dial.in_days else (0, dial.remaining or 0)
    if not days:
        return to_go(dial.remaining)
    if days >= 3 or rest < 60:
        return _("%(days)d wd") % {"days": days}
    return _("%(days)d wd %(rest)s") % {"days": days, "rest": to_go(rest)}


def _days_left(dial: Dial, now: datetime) -> tuple[int, int]:
    assert dial.calendar is not None
    assert dial.due is not None
    calendar, due = dial.calendar, dial.due
    days = bisect_right(range((due - now).days + 2), due, key=lambda n: calendar.add_working_days(now, n)) - 1
    return max(days, 0), calendar.between(calendar.add_working_days(now, max(days, 0)), due)


def _in_days(target: Target | None) -> bool:
    return target is None or target.unit == "working_days"
