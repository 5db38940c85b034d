"""Asking what would have been late; and in words what is supposed to be otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from contractants.models import Contractant, Service
from desk.door import NotAllowed
from desk.models import User
from desk.tasks import publish
from domain.errors import WrongInput
from domain.months import Month, Span
from reports.models import WhatIf
from reports.whatif.alteration import Alteration
from sla.models import CalendarVersion, Policy, PolicyVersion, Target
from sla.queries import AMSTERDAM
from sla.wording import level


def ask(
    alteration: Alteration, *, period: str, policy: Policy, by: User, at: datetime, service: Service | None = None,
    contractant: Contractant | None = None,
) -> WhatIf:  # fmt: skip
    """Have it answered by a worker, within seconds also without a broker. `period` is "2026-05" or "2026-Q2". Raises
    `NotAllowed`, and `WrongInput` for a period that is none."""
    from reports.tasks import answer_what_ifs

    if not by.may("report.what_if"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    starts_at, ends_at = span(period)
    run = WhatIf.objects.create(
        asked_by=by, asked_at=at, period=period, starts_at=starts_at, ends_at=ends_at, policy=policy, service=service,
        contractant=contractant, alteration=alteration.stored(), told=list(told(alteration)),
    )  # fmt: skip
    transaction.on_commit(lambda: publish(answer_what_ifs))
    return run


def span(period: str) -> Span:
    year, quarter, which = period.partition("-Q")
    if not quarter:
        return Month.parse(period).span(AMSTERDAM)
    if not (which in {"1", "2", "3", "4"} and year.isdecimal()):
        raise WrongInput("bad_period", "{period!r} is no month and no quarter", period=period)
    first = Month(int(year), 3 * int(which) - 2)
    return first.span(AMSTERDAM)[0], first.shifted(2).span(AMSTERDAM)[1]


def told(alteration: Alteration) -> Iterator[str]:
    """Each change in a phrase of its own."""
    if alteration.version:
        version = PolicyVersion.objects.select_related("policy").get(pk=alteration.version)
        said = _("volgens %(version)s (concept)") if version.is_draft else _("volgens %(version)s")
        yield said % {"version": version}
    if alteration.calendar:
        yield _("kalender: %(calendar)s") % {
            "calendar": CalendarVersion.objects.select_related("calendar").get(pk=alteration.calendar)
        }
    if alteration.closed:
        yield _("gesloten op %(days)s") % {"days": _days(alteration.closed)}
    if alteration.opened:
        yield _("open op %(days)s") % {"days": _days(alteration.opened)}
    for (clock, priority), (amount, unit) in sorted(alteration.targets.items()):
        yield f"{Target.Clock(clock).label} P{priority}: {number_format(amount)} {Target.Unit(unit).label}"
    for (impact, urgency), priority in alteration.matrix.items():
        yield _("impact %(impact)s, urgentie %(urgency)s: P%(priority)d") % {
            "impact": level(impact), "urgency": level(urgency), "priority": priority,
        }  # fmt: skip


def _days(days: Iterable[date]) -> str:
    return ", ".join(date_format(day, "j F Y") for day in sorted(days))
