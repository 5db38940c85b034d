"""Moments, business time and promises as pages say them; moments are aware, and shown in the time of the desk."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.targets import Target
from sla.strip import hours_and_minutes

TZ = "Europe/Amsterdam"
AMSTERDAM = ZoneInfo(TZ)
NO_HOURS = 100 * 3600  # from here on, minutes say nothing


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
