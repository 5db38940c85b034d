"""What the page of a month shows: its strip, and each stretch with where it comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format

from domain.availability import Availability, Outage
from domain.months import Month
from reports.models import Extent, Reason
from sla.queries import AMSTERDAM

THOUSANDTH, TENTH = Decimal("0.001"), Decimal("0.1")
WIDE = 1000  # the strip, in thousandths
SEEN = 6  # the narrowest that one still sees


def percent(found: Availability) -> str:
    """To the thousandth and rounded down, so that what is below the promise never reads as the promise itself."""
    return number_format(found.percent.quantize(THOUSANDTH, ROUND_FLOOR))


def room(found: Availability, month: Month) -> dict[str, Any]:
    """How many minutes may still count in the whole month, running or not; `over` where it is too many already."""
    start, end = month.span(AMSTERDAM)
    left = replace(found, start=start, end=end).room
    return {"over": left < 0, "minutes": number_format(abs(left).quantize(TENTH, ROUND_FLOOR))}


def strip(found: Availability, month: Month) -> dict[str, Any]:
    """For `reports/_month_strip.html`: x and width in thousandths of the month."""
    start, end = month.span(AMSTERDAM)
    whole = (end - start).total_seconds()

    def place(moment: datetime) -> float:
        return round(WIDE * (moment - start).total_seconds() / whole, 1)

    blocks = [
        {"x": min(place(one.start), WIDE - SEEN), "width": max(place(one.end) - place(one.start), SEEN),
         "kind": "counted" if one.counted else "excluded", "one": one}
        for one in sorted(found.stretches, key=lambda one: one.counted)
    ]  # fmt: skip
    days = [month.first.replace(day=day) for day in range(1, month.last.day + 1, 7)]
    ticks = [(place(datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM)), day) for day in days]
    return {"blocks": blocks, "ticks": ticks, "passed": place(found.end)}


def rows(found: Availability, service: str, shown: int) -> list[dict[str, Any]]:
    """The first so many stretches, each with what it belongs to and where it is judged."""
    return [
        {
            "one": one, "extent": Extent(one.extent).label, "reason": Reason(one.reason).label if one.reason else "",
            "source_url": case_url(one.number), "judge_url": _judge_url(one, service),
        }
        for one in found.stretches[:shown]
    ]  # fmt: skip


def case_url(number: str | None) -> str:
    """Of the Melding or Onderhoud with this number."""
    if not number:
        return ""
    return reverse("changes:maintenance" if number.startswith("O") else "incidents:melding", args=[number])


def _judge_url(one: Outage, service: str) -> str:
    """What was recorded is corrected; what follows from a trail gets a row of its own."""
    if one.key:
        return reverse("reports:unavailability", args=[one.key])
    about = "maintenance" if (one.number or "").startswith("O") else "melding"
    given = {
        about: one.number or "",
        "dienst": service,
        "van": one.start.isoformat(),
        "tot": one.end.isoformat(),
    }
    return f"{reverse('reports:unavailability_new')}?{urlencode(given)}"
