"""The strip that explains a deadline: a row a day, on an axis of hours, with what counted and what did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from domain.clock import Clock
from domain.ledger import Stretch, by_local_day
from incidents.times import AMSTERDAM, TZ, to_go
from sla.strip import hours_and_minutes, reason

USUAL_HOURS = (7, 18)
MOST_DAYS, FIRST_DAYS, LAST_DAYS = 20, 4, 10


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
