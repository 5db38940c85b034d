"""Three quarters in a row in which the promised availability was not met (art. 2.12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from django.db.models import Q

from contractants.models import Service
from domain import quarters
from domain.availability import Availability, measure
from domain.months import Month
from incidents.actions.structural import Found
from incidents.models import Melding
from reports.availability.queries import outages
from sla.queries import AMSTERDAM, contracts_on

Below = dict[Month, Availability]  # the months of a quarter that were below the promise
THOUSANDTH = Decimal("0.001")
MOST = 200


def below_three_quarters(quarter: date, now: datetime) -> list[Found]:
    """For who had a contract for the Dienst in each of the three quarters that end with the one from `quarter`. Only
    months that are over are judged, so a running quarter is below as soon as one of its months was."""
    three = [quarters.preceding(quarters.preceding(quarter)), quarters.preceding(quarter), quarter]
    return [
        Found(contractant, service, _meldingen(contractant, below), _figures(below))
        for service, below in _services(three, now)
        for contractant in sorted(_held(service, below))
    ]


def _services(three: list[date], now: datetime) -> Iterator[tuple[Service, list[Below]]]:
    """The Diensten that were below in each of these quarters."""
    months = [[Month.of(first, AMSTERDAM).shifted(n) for n in range(3)] for first in three]
    span = months[0][0].span(AMSTERDAM)[0], months[-1][-1].span(AMSTERDAM)[1]
    services = {one.pk: one for one in Service.objects.all()}
    for pk, found in outages(list(services), span, now).items():
        if found:
            measured = [
                {month: measure(found, month.span(AMSTERDAM)) for month in one if month.span(AMSTERDAM)[1] <= now}
                for one in months
            ]  # fmt: skip
            below = [{month: one for month, one in each.items() if not one.kept} for each in measured]
            if all(below):
                yield services[pk], below


def _held(service: Service, below: list[Below]) -> set[int]:
    """Contractants with a contract at the end of a month below the promise, in each of the quarters."""
    each = [
        {
            contractant
            for month in one
            for contractant in contracts_on(month.span(AMSTERDAM)[1] - timedelta(seconds=1))
            .filter(service=service).values_list("contractant", flat=True)
        }
        for one in below
    ]  # fmt: skip
    return set.intersection(*each)


def _meldingen(contractant: int, below: list[Below]) -> list[Melding]:
    """Those behind it that are this contractant's own, or nobody's."""
    numbers = {
        stretch.number
        for one in below for found in one.values() for stretch in found.stretches if stretch.counted and stretch.number
    }  # fmt: skip
    own = Melding.objects.filter(Q(contractant=contractant) | Q(contractant=None), number__in=numbers)
    return list(own.order_by("received_at", "id")[:MOST])


def _figures(below: list[Below]) -> dict[str, str]:
    """Rounded down, so that what is below never reads as the promise itself."""
    return {
        str(month): str(found.percent.quantize(THOUSANDTH, ROUND_FLOOR))
        for one in below
        for month, found in one.items()
    }
