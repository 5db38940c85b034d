"""How a notice stands, in words for staff."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from desk.models import Notice


def told(notice: Notice, now: datetime) -> str:
    """Whether it went, and if not, why and what happens next."""
    at, why = notice.next_try_at, notice.error
    if notice.sent_at and notice.dropped_at:
        return _("verzonden %(at)s, teruggekomen: %(why)s") % {"at": _moment(notice.sent_at), "why": why}
    if notice.sent_at:
        return " ".join([_("verzonden %(at)s") % {"at": _moment(notice.sent_at)}, why]).strip()
    if notice.dropped_at:
        reason = notice.get_dropped_because_display()
        return _("niet verzonden: %(why)s") % {"why": f"{reason}. {why}" if why else reason}
    if notice.attempts and at:
        return _("nog niet gelukt: %(why)s. Volgende poging %(at)s") % {"why": why, "at": _moment(at)}
    if at is None:
        return _("wacht tot er iemand aanwezig is")
    if at > now:
        return _("wacht tot %(at)s") % {"at": _moment(at)}
    return _("wordt verzonden")


def failed(notice: Notice) -> bool:
    """Whether it did not arrive, and somebody may have to phone."""
    return notice.dropped_because in {Notice.Dropped.REJECTED, Notice.Dropped.BROKEN}


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "D j F H:i")
