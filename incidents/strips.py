"""From a clock to what a page draws: a bar for a list, a card, and the strip that explains its deadline.

Nothing here reads the database; moments are aware, and shown in the time of the desk.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from domain.clock import Clock
from domain.hours import Calendar
from domain.ledger import Stretch, by_local_day
from domain.targets import Target
from incidents.models import Melding
from sla.adapter import Terms, terms
from sla.strip import hours_and_minutes, reason

TZ = "Europe/Amsterdam"
AMSTERDAM = ZoneInfo(TZ)
LABELS = {"response": gettext_lazy("Reactie"), "resolution": gettext_lazy("Oplossing")}
USUAL_HOURS = (7, 18)
MOST_DAYS, FIRST_DAYS, LAST_DAYS = 20, 4, 10
WARN_AT = 75  # percent, where the policy warns at nothing before 100
NO_HOURS = 100 * 3600  # from here on, minutes say nothing


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


def amount(seconds: int | None) -> str:
    """Business time as hours and minutes, whole hours where it is much."""
    seconds = seconds or 0
    return (
        hours_and_minutes(seconds) if seconds < NO_HOURS else _("%(hours)d uur") % {"hours": seconds // 3600}
    )


def to_go(remaining: int | None) -> str:
    """What is left, to the minute that is going on: used and left add up to what is allowed."""
    return amount(max(0, -(-(remaining or 0) // 60) * 60))


def moment(at: datetime, now: datetime) -> str:
    """As short as is clear: "10:52" today, "di 09:52" within a week, else "28 apr 09:52"."""
    local, today = at.astimezone(AMSTERDAM), now.astimezone(AMSTERDAM).date()
    away = abs((local.date() - today).days)
    return date_format(local, "H:i" if not away else "D H:i" if away < 7 else "j b H:i")


def full(at: datetime) -> str:
    """ "di 28 april 16:34" in the time of the desk."""
    return date_format(at.astimezone(AMSTERDAM), "D j F H:i")


def promised(target: Target | None) -> str:
    """What the target allows: "4 uur", "2 werkdagen", "in overleg"."""
    if target is None:
        return _("in overleg")
    if target.unit == "working_days":
        return ngettext("%(n)d werkdag", "%(n)d werkdagen", target.amount) % {"n": target.amount}
    hours, rest = divmod(target.amount, 3600)
    return _("%(hours)s uur") % {"hours": hours_and_minutes(target.amount) if rest else hours}


def card(name: str, clock: Clock, *, warns: int = WARN_AT, judged: bool = True) -> dict[str, Any]:
    """One clock for `components/clock_card.html`, with its strip. `judged`: it counts for the norm."""
    drawn = bar(of_clock(name, clock, warns), clock.until)
    if clock.stopped_at and not judged:
        drawn |= {"state": "untimed", "headline": _("gestopt")}
    verdict = full(clock.due) if clock.due and not clock.late else drawn["headline"]
    return {**drawn, "verdict": verdict, "sub": _sentence(clock, judged), "strip": strip(clock)}


def _sentence(clock: Clock, judged: bool) -> str:
    if clock.stopped_at:
        return _stopped_sentence(clock, judged)
    parts = [_basis(clock)]
    if clock.state == "paused":
        parts.append(_("De klok staat stil."))
        if clock.remaining is not None:
            parts.append(_("Er is nog %(left)s over.") % {"left": to_go(clock.remaining)})
    elif clock.state == "untimed":
        parts.append(_("Spreek met de melder een datum af."))
    elif clock.late and clock.due:
        parts.append(_("Uiterlijk was %(due)s.") % {"due": full(clock.due)})
    else:
        parts.append(_("Nog %(left)s te gaan.") % {"left": to_go(clock.remaining)})
    return " ".join(parts)


def _basis(clock: Clock) -> str:
    """What it is measured by and from when it counts: "2 werkdagen, ontvangen do 23 april 15:04."."""
    start = full(clock.started)
    if clock.terms.agreed and clock.terms.agreed_at:
        return _("Afgesproken op %(at)s.") % {"at": full(clock.terms.agreed_at)}
    text = _("%(promise)s, ontvangen %(start)s") % {
        "promise": promised(clock.terms.target).capitalize(),
        "start": start,
    }
    if clock.effective and clock.effective != clock.started:
        text += _(", telt vanaf %(effective)s") % {"effective": full(clock.effective)}
    return f"{text}."


def _stopped_sentence(clock: Clock, judged: bool) -> str:
    if not judged:
        return _("Telt niet mee voor de norm.")
    if clock.last_due is None:
        return _("In %(time)s; er gold geen termijn.") % {"time": amount(clock.elapsed)}
    text = _("In %(time)s van %(budget)s.") % {"time": amount(clock.elapsed), "budget": amount(clock.budget)}
    return text if clock.met else f"{text} " + _("Uiterlijk was %(due)s.") % {"due": full(clock.last_due)}


# --- The strip: a row a day, on an axis of hours


@dataclass
class Row:
    """A day, or several days alike, between receipt and deadline."""

    first: date
    last: date
    blocks: list[dict[str, Any]] = field(default_factory=list)
    caption: str = ""
    minutes: int = 0

    def label(self) -> str:
        if self.first == self.last:
            return date_format(self.first, "D j b")
        if (self.last - self.first).days < 6:
            return f"{date_format(self.first, 'D')} – {date_format(self.last, 'D')}"
        return f"{date_format(self.first, 'j b')} – {date_format(self.last, 'j b')}"


@dataclass(frozen=True)
class Axis:
    """The hours of the day that are drawn, in thousandths of the row."""

    first: int
    last: int

    def x(self, hour: float) -> float:
        return round(
            1000 * (min(max(hour, self.first), self.last) - self.first) / (self.last - self.first), 1
        )

    def ticks(self) -> list[tuple[float, str]]:
        step = 2 if self.last - self.first <= 12 else 4
        return [(self.x(hour), f"{hour:02}") for hour in range(self.first, self.last, step)]


def strip(clock: Clock) -> dict[str, Any] | None:
    """The explanation for `components/strip.html`: what counted on which day, what did not and why, the sum.

    The minutes of the days add up to the total exactly. None where nothing can be counted.
    """
    if clock.terms.calendar is None:
        return None
    pieces = [*clock.ledger, *_rest(clock)]
    axis = _axis([piece for piece in pieces if _counts(piece)])
    rows = _folded(_alike(_rows(by_local_day(pieces, TZ), axis)))
    due = clock.last_due.astimezone(AMSTERDAM) if clock.last_due else None
    kinds = {"counted", "off", *(block["kind"] for row in rows for block in row.blocks)}
    return {
        "caption": _("Wat er per dag meetelde"),
        "hours": axis.ticks(), "kinds": kinds, "days": [_day(row, due, axis) for row in rows],
        "sum_label": _sum_label(clock), "sum_total": hours_and_minutes(60 * sum(row.minutes for row in rows)),
    }  # fmt: skip


def _rest(clock: Clock) -> list[Stretch]:
    """What will count until the deadline, as "rest". With what has counted it is the budget, to the second."""
    ahead = [
        replace(piece, counted=False, reason="rest" if piece.counted else piece.reason)
        for piece in clock.ahead
    ]
    rest = [place for place, piece in enumerate(ahead) if piece.reason == "rest"]
    if rest and clock.remaining is not None:
        first, lost = ahead[rest[0]], clock.remaining - sum(ahead[place].seconds for place in rest)
        begun = clock.elapsed_time % timedelta(seconds=1) if first.start == clock.until else timedelta()
        ahead[rest[0]] = replace(first, start=first.start - begun, seconds=first.seconds + lost)
    return ahead


def _counts(piece: Stretch) -> bool:
    return piece.counted or piece.reason in {"rest", "paused"}


def _axis(counting: Sequence[Stretch]) -> Axis:
    """The usual hours, wider where something counted outside them."""
    hours = [span for piece in counting for span in _spans(piece)]
    first = min([USUAL_HOURS[0], *(int(start) for start, _end in hours)])
    last = max([USUAL_HOURS[1], *(-int(-end // 1) for _start, end in hours)])
    return Axis(first, last)


def _spans(piece: Stretch) -> Iterator[tuple[float, float]]:
    """From and to which hour of the clock on each local day that `piece` touches."""
    for parts in by_local_day([piece], TZ).values():
        yield from (_hours(part) for part in parts)


def _hours(part: Stretch) -> tuple[float, float]:
    """The hours of a stretch that lies within one local day; its end can be 24."""
    start, end = part.start.astimezone(AMSTERDAM), part.end.astimezone(AMSTERDAM)
    return _hour(start), _hour(end) if end.date() == start.date() else 24


def _hour(local: datetime) -> float:
    return local.hour + local.minute / 60 + local.second / 3600


def _rows(days: dict[date, tuple[Stretch, ...]], axis: Axis) -> Iterator[Row]:
    """A row a day; minutes are rounded on the running total, so that they add up."""
    before = 0
    for day, pieces in sorted(days.items()):
        after = before + sum(piece.seconds for piece in pieces if piece.counted or piece.reason == "rest")
        shown = [piece for piece in pieces if piece.reason != "outside_hours"]
        blocks = [_block(piece, axis) for piece in shown] if any(map(_counts, pieces)) else []
        row = Row(day, day, blocks, minutes=after // 60 - before // 60)
        row.caption = "" if blocks else _why_nothing(pieces)
        before = after
        yield row


def _why_nothing(pieces: Iterable[Stretch]) -> str:
    """The name of the day where it has one, else the weightiest reason."""
    longest = max(
        pieces, key=lambda piece: (bool(piece.label), piece.reason != "outside_hours", piece.seconds)
    )
    return longest.label or reason(longest.reason)


def _block(piece: Stretch, axis: Axis) -> dict[str, Any]:
    start, end = _hours(piece)
    kind = "counted" if piece.counted else {"rest": "rest", "paused": "hold"}.get(piece.reason, "off")
    text = _("%(start)s tot %(end)s") % {"start": _clock_time(start), "end": _clock_time(end)}
    if kind == "off":
        text = f"{text}, {piece.label or reason(piece.reason)}"
    return {"x": axis.x(start), "width": round(axis.x(end) - axis.x(start), 1), "kind": kind, "text": text}


def _clock_time(hour: float) -> str:
    return hours_and_minutes(round(hour * 3600)).zfill(5)


def _alike(rows: Iterable[Row]) -> Iterator[Row]:
    """Days in a row on which nothing counted for the same reason become one."""
    for (caption, _lone), some in groupby(
        rows, key=lambda row: (row.caption, row.first if row.blocks else None)
    ):
        first, *others = some
        yield Row(first.first, others[-1].last, caption=caption) if others else first


def _folded(rows: Iterable[Row]) -> list[Row]:
    """At most `MOST_DAYS` rows: of a long time the middle is one row with its sum."""
    drawn = list(rows)
    if len(drawn) <= MOST_DAYS:
        return drawn
    middle = drawn[FIRST_DAYS:-LAST_DAYS]
    days = (middle[-1].last - middle[0].first + timedelta(days=1)).days
    caption = _("%(days)d dagen") % {"days": days}
    whole = Row(middle[0].first, middle[-1].last, caption=caption, minutes=sum(row.minutes for row in middle))
    return [*drawn[:FIRST_DAYS], whole, *drawn[-LAST_DAYS:]]


def _day(row: Row, due: datetime | None, axis: Axis) -> dict[str, Any]:
    on_day = due is not None and row.first == due.date() == row.last
    return {
        "label": row.label(), "blocks": row.blocks, "caption": "" if on_day else row.caption,
        "total": hours_and_minutes(row.minutes * 60), "due_x": axis.x(_hour(due)) if due and on_day else None,
    }  # fmt: skip


def _sum_label(clock: Clock) -> str:
    counted = hours_and_minutes(clock.elapsed)
    if clock.stopped_at:
        return _("Geteld tot de klok stopte")
    if clock.remaining is None:
        return _("Geteld tot nu, zonder termijn")
    if clock.late:
        over = hours_and_minutes(max(-clock.remaining, 0))
        return _("Geteld tot nu, %(over)s te laat") % {"over": over}
    if clock.state == "paused":
        return _("Geteld tot de pauze, nog %(left)s") % {"left": to_go(clock.remaining)}
    return _("Geteld tot nu %(counted)s, nog %(left)s") % {"counted": counted, "left": to_go(clock.remaining)}
