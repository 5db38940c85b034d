"""What stands beside a Change or a Release, for `components/facts.html`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from changes.models import Change, Release

Facts = list[dict[str, Any]]


def of_change(change: Change, now: datetime, *, internal: bool) -> Facts:
    release = change.release
    told = [
        (_("Soort"), change.get_kind_display(), ""),
        (_("Dienst"), change.service, ""),
        (_("Aangevraagd door"), change.contact, ""),
        *([(_("Contractant"), change.contractant, "")] if internal else []),
        (_("Ontvangen"), _moment(change.requested_at), ""),
        *_times(change, now),
        (_("Release"), release.title if release else "", release.get_absolute_url() if release and internal else ""),
        *(_sources(change) if internal else []),
    ]  # fmt: skip
    return [{"label": label, "value": value, "url": url} for label, value, url in told if value]


def _times(change: Change, now: datetime) -> list[tuple[str, Any, str]]:
    """Reaction within the time of priority 4, and a date by agreement (SLA 10.3)."""
    if change.contact is None:
        return []
    reaction = _moment(change.responded_at) if change.responded_at else _("nog niet")
    if change.is_late(now):
        reaction = _("%(reaction)s (te laat)") % {"reaction": reaction}
    open_end = _("in overleg") if change.is_open else ""
    agreed = _day(change.agreed_on) if change.agreed_on else open_end
    return [
        (_("Reactie uiterlijk"), _moment(change.response_due) if change.response_due else _("in overleg"), ""),
        (_("Eerste reactie"), reaction, ""),
        (_("Klaar op"), agreed, ""),
        (_("Afgerond"), _moment(change.ended_at) if change.ended_at else "", ""),
    ]  # fmt: skip


def _sources(change: Change) -> list[tuple[str, Any, str]]:
    melding, problem = change.melding, change.problem
    return [
        (_("Uit melding"), melding, melding.get_absolute_url() if melding else ""),
        (_("Uit probleem"), problem, problem.get_absolute_url() if problem else ""),
        (_("Uit een incident"), _("ja, dus in de eerstvolgende release") if change.from_incident else "", ""),
        (_("Standaardwijziging"), change.standard, ""),
    ]


def of_release(release: Release) -> Facts:
    told = [
        (_("Dienst"), release.service),
        (_("Versie"), release.name),
        (_("Soort"), release.get_kind_display()),
        (_("Gepland op"), _day(release.planned_on)),
        (_("Vrijgegeven"), _moment(release.released_at) if release.released_at else ""),
        (_("Ondersteund tot en met"), _day(release.supported_until) if release.supported_until else ""),
    ]
    return [{"label": label, "value": value} for label, value in told if value]


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "D j F Y H:i")


def _day(day: Any) -> str:
    return date_format(day, "D j F Y")
