"""Onderhoud for calendar programs (RFC 5545), in the time zone of the desk."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from changes.maintenance_notices import impact
from changes.maintenance_queries import for_feed
from changes.models import CalendarFeed, Maintenance, MaintenanceState
from desk.models import User
from desk.permissions import STAFF
from sla.queries import AMSTERDAM

STATUS = {
    MaintenanceState.PLANNED: "TENTATIVE", MaintenanceState.PUSHED_ASIDE: "CANCELLED", MaintenanceState.CANCELLED: "CANCELLED",
}  # fmt: skip


def feed_of(token: str) -> CalendarFeed | None:
    """Whose address this is; None for a guessed one, a revoked one, and one of somebody who left."""
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        return None
    feed = CalendarFeed.objects.select_related("user").filter(pk=int(number), user__is_active=True).first()
    return feed if feed and constant_time_compare(feed.token, token) else None


def calendar(user: User, now: datetime) -> bytes:
    """What `user` may see, as a calendar. UIDs stay; SEQUENCE grows with each change; what fell through is cancelled."""
    made = Calendar()
    made.add("prodid", "-//MDO Desk//Onderhoud//NL")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("Onderhoud MDO"))
    made.add("refresh-interval", vText("PT1H"), parameters={"VALUE": "DURATION"})
    for case in for_feed(user, now):
        made.add_component(_event(case, user))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(case: Maintenance, user: User) -> Event:
    made = Event()
    made.add("uid", str(case.public_id))
    made.add("sequence", case.version - 1)
    made.add("dtstamp", case.changed_at)
    made.add("last-modified", case.changed_at)
    made.add("dtstart", case.starts_at.astimezone(AMSTERDAM))
    made.add("dtend", case.ends_at.astimezone(AMSTERDAM))
    made.add("summary", f"{_('Onderhoud')}: {', '.join(str(one) for one in case.shown_to(user))}")
    made.add("description", "\n\n".join(part for part in _told(case) if part))
    made.add("status", STATUS.get(MaintenanceState(case.state), "CONFIRMED"))
    made.add("transp", "TRANSPARENT")
    page = case.get_absolute_url() if user.role in STAFF else f"/portaal/onderhoud/#{case.number}"
    made.add("url", settings.SITE_URL + page)
    return made


def _told(case: Maintenance) -> list[str]:
    return [f"{case.number} {case.title}", case.description, impact(case.has_impact)]
