"""Drawing up the reports of a month that is over: by hand, and by itself on the first Werkdag (SLA 13)."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contractants.models import Contractant, Service
from desk.door import Invalid, NotAllowed, record
from desk.locks import only_one
from desk.models import User
from desk.numbers import next_number
from desk.permissions import may
from domain.months import Month
from incidents.duty import hours_now
from reports.models import ReportState, ServiceLevelReport
from reports.monthly.actions.life import built
from reports.monthly.figures import build
from sla.models import Contract
from sla.queries import AMSTERDAM, NoPolicy

log = logging.getLogger(__name__)
FRESH = timedelta(minutes=1)
FIRST = Month(2000, 1)
AT_ONCE = 150  # seconds that one run goes on; the next one does the rest
BACK = 3  # months that are looked at: what failed for a whole month is made all the same
Whose = tuple[Service, Contractant | None]


def make(
    month: Month, service: Service, contractant: Contractant | None, *, by: User | None, at: datetime
) -> ServiceLevelReport:
    """The draft of that month, or the report that there is already. Raises `NotAllowed`, or `Invalid` for a month that
    is not over, or before `FIRST`."""
    if not may(by, "report.make"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    if month < FIRST:
        raise Invalid({"month": _("Er zijn rapporten over maanden vanaf januari 2000.")})
    if month.span(AMSTERDAM)[1] > at:
        raise Invalid({"month": _("Deze maand is nog niet voorbij.")})
    there = ServiceLevelReport.objects.filter(month=month.first, service=service, contractant=contractant)
    try:
        return there.first() or _make(month, service, contractant, by, at)
    except IntegrityError:  # somebody else was first
        return there.get()


@transaction.atomic
def _make(
    month: Month, service: Service, contractant: Contractant | None, by: User | None, at: datetime
) -> ServiceLevelReport:
    report = ServiceLevelReport.objects.create(
        number=next_number("V", "report_number", at), month=month.first, service=service, contractant=contractant,
        data=build(month, service, contractant, at), made_at=at,
    )  # fmt: skip
    record(report, "make", by=by, at=at, source="", data={"month": str(month), "version": report.version})
    return report


def refresh(report: ServiceLevelReport, at: datetime) -> None:
    """A draft shows what is so now: its figures are made anew where they are not from this minute."""
    if report.state != ReportState.DRAFT or at - report.made_at < FRESH:
        return
    data = built(report, at)
    draft = ServiceLevelReport.objects.filter(pk=report.pk, state=ReportState.DRAFT)
    if draft.update(data=data, made_at=at):
        report.data, report.made_at = data, at


def make_drafts(at: datetime) -> int:
    """From the first Werkdag of a month on, those of the months before that are not there yet: for each Dienst over all
    and for each contractant that had a contract. Of the last months, newest first, but of none before the first report.
    Returns how many were made. One that cannot be made holds up no other.
    """
    with only_one("reports") as mine:
        return _make_drafts(at) if mine and _has_opened(at) else 0


def _has_opened(at: datetime) -> bool:
    """Whether the Supportafdeling has been at work this month (SLA 2.14, 2.35)."""
    try:
        office = hours_now(at).office
    except NoPolicy:
        return False
    return office.effective(Month.of(at, AMSTERDAM).span(AMSTERDAM)[0]) <= at


def _make_drafts(at: datetime) -> int:
    ends, made = time.monotonic() + AT_ONCE, 0
    for month, service, contractant in _wanting(Month.of(at, AMSTERDAM).shifted(-1)):
        if time.monotonic() > ends:
            break
        made += _made(month, service, contractant, at)
    return made


def _wanting(last: Month) -> Iterator[tuple[Month, Service, Contractant | None]]:
    months = [last.shifted(-n) for n in range(BACK)]
    rows = ServiceLevelReport.objects.order_by("month")
    oldest = rows.values_list("month", flat=True).first()
    there = set(rows.filter(month__gte=months[-1].first).values_list("month", "service_id", "contractant_id"))
    for month in months:
        if month == last or (oldest and month.first >= oldest):
            for service, contractant in whose(month):
                if (month.first, service.pk, contractant and contractant.pk) not in there:
                    yield month, service, contractant


def _made(month: Month, service: Service, contractant: Contractant | None, at: datetime) -> int:
    try:
        make(month, service, contractant, by=None, at=at)
    except Exception:
        log.exception("the report of %s about %s could not be made", month, service)
        return 0
    return 1


def whose(month: Month) -> Iterator[Whose]:
    """Every report that `month` should have."""
    held = Contract.objects.filter(starts_on__lte=month.last).exclude(ends_on__lt=month.first)
    pairs = {(one.service, one.contractant) for one in held.select_related("service", "contractant")}
    services = {*Service.objects.filter(is_active=True), *(service for service, _contractant in pairs)}
    for service in sorted(services, key=str):
        yield service, None
        yield from sorted((pair for pair in pairs if pair[0] == service), key=lambda pair: str(pair[1]))
