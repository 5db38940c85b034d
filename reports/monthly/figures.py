"""The figures of a service level report, made from what was recorded (SLA 13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import translation

from contractants.models import Contractant, Service
from domain.availability import OF_A_CONTRACTANT, Availability, Outage, Span, measure
from domain.months import Month
from incidents.clocks import CLOCKS
from incidents.models import Melding
from reports.availability import queries as availability
from reports.monthly import meldingen, parts
from reports.monthly.continuity import continuity
from reports.monthly.frame import Frame, moment, number
from reports.monthly.shape import VERSION, Report, checked
from reports.norm.counting import NormLine, norm, rows_of
from reports.performance import figures as performance
from sla.queries import AMSTERDAM, contracts_on, held_on, published_versions

TREND = 12  # months


@translation.override("nl")
def build(month: Month, service: Service, contractant: Contractant | None, now: datetime) -> Report:
    """The report of `month` as of `now`: over all contractants, or over one.

    The same events give the same figures whenever it is built after the month, and in whatever language somebody reads;
    words of the desk's own in it are Dutch. A fixed number of queries, however many
    Meldingen there are. Raises `WrongInput` for a month that has not begun, `sla.queries.NoPolicy` on a desk without.
    """
    frame = Frame(month, service, contractant, now)
    lines = norm(frame.meldingen(), month, now)
    missed = [_missed(frame, line) for line in lines]
    away = _Away(frame)
    data: dict[str, Any] = {
        "version": VERSION, "month": str(month), "from": moment(frame.start), "until": moment(frame.until),
        "made_at": moment(now), "scope": _scope(frame), "availability": away.of_this_month(),
        "performance": _performance(frame),
        "norm": [_line(line, late) for line, late in zip(lines, missed, strict=True)],
        "counts": meldingen.counts(frame),
        "incidents": meldingen.incidents(frame, _by_clock(lines, missed)),
        "causes": parts.causes(frame), "releases": parts.releases(frame), "maintenance": parts.maintenance(frame),
        "trend": _trend(frame, away), "structural": parts.structural(frame), "continuity": continuity(frame),
        "complaints": parts.complaints(frame),
    }  # fmt: skip
    return checked({**data, "conclusion": _conclusion(data)})


def _scope(frame: Frame) -> dict[str, Any]:
    return {
        "contractant": str(frame.contractant.public_id) if frame.contractant else None,
        "contractant_name": str(frame.contractant) if frame.contractant else None,
        "service": frame.service.slug, "service_name": str(frame.service), "supplier": _supplier(frame),
    }  # fmt: skip


def _supplier(frame: Frame) -> str:
    """By the contract that held for the Dienst at the end, else that of the default policy."""
    contracts = frame.own(contracts_on(frame.until - timedelta(seconds=1)).filter(service=frame.service))
    held = contracts.select_related("policy").order_by("id").first()
    policy = held.policy if held else held_on(published_versions(), frame.until).policy
    return str(policy.supplier)


class _Away:
    """All that took the Dienst away in the months of the trend, read once (SLA 7.2)."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.first = frame.month.shifted(1 - TREND)
        span = self.first.span(AMSTERDAM)[0], frame.until
        self.outages = availability.outages([frame.service.pk], span, frame.now)[frame.service.pk]
        whose = {one.number for one in self.outages if one.number}
        ours = Q(contractant=frame.contractant) | Q(
            contractant=None
        )  # what the monitoring saw is nobody's own
        own = Melding.objects.filter(ours, number__in=whose) if frame.contractant else Melding.objects.none()
        self.own = set(own.values_list("number", flat=True))

    def of(self, span: Span) -> Availability:
        return measure(self.outages, span)

    def of_this_month(self) -> dict[str, Any]:
        found = self.of(self.frame.span)
        return {
            "whole": number(found.whole), "counted": number(found.counted), "excluded": number(found.excluded),
            "percent": percent(found.percent), "promised": percent(found.promised), "kept": found.kept,
            "stretches": [self._stretch(one) for one in found.stretches],
        }  # fmt: skip

    def _stretch(self, one: Outage) -> dict[str, Any]:
        """What tells of another contractant's Melding, or may tell of another contractant, is not told."""
        hidden = self.frame.contractant is not None and one.number not in self.own and _tells_of_one(one)
        return {
            "from": moment(one.start), "until": moment(one.end), "minutes": number(one.minutes),
            "extent": str(one.extent), "counted": one.counted, "reason": str(one.reason) if one.reason else None,
            "evidence": "" if hidden else one.evidence, "number": None if hidden else one.number,
        }  # fmt: skip


def _tells_of_one(one: Outage) -> bool:
    """Of a Melding, or by its reason of a contractant: which one, nobody recorded."""
    return (one.number or "").startswith("M") or one.reason in OF_A_CONTRACTANT


def _performance(frame: Frame) -> dict[str, Any]:
    """From user action to response, in seconds (SLA 7.7)."""
    given = frame.service, frame.month, frame.now
    return {
        "actions": [
            {
                "action": one.action, "count": one.count, **_seconds(one, "p50", "p95", "p99", "max", "baseline"),
                "over_limit": one.over_limit,
                "over_baseline": None if one.baseline is None else one.over_baseline,
            }
            for one in performance.of_month(*given)
        ],
        "days": [
            {"day": one.day.isoformat(), "action": one.action, "count": one.count, **_seconds(one, "p95")}
            for one in performance.days_of_month(*given)
        ],
        "alerts": [
            {
                "at": moment(one.at), "action": one.action, "rule": one.rule, **_seconds(one, "seconds"),
                "number": None if frame.contractant else one.number,
            }
            for one in performance.alerts_of_month(*given)
        ],
    }  # fmt: skip


def _seconds(one: object, *names: str) -> dict[str, float | None]:
    values = {name: getattr(one, name) for name in names}
    return {name: None if value is None else number(value, 3) for name, value in values.items()}


def _missed(frame: Frame, line: NormLine) -> list[str]:
    """The list behind the number, by the same condition."""
    if not line.missed:
        return []
    rows = rows_of(frame.meldingen(), line.key, "missed", frame.month, frame.now)
    return sorted(rows.values_list("number", flat=True))


def _by_clock(lines: list[NormLine], missed: list[list[str]]) -> dict[str, set[str]]:
    late: dict[str, set[str]] = {clock: set() for clock in CLOCKS}
    for line, numbers in zip(lines, missed, strict=True):
        late[line.clock].update(numbers)
    return late


def _line(line: NormLine, missed: list[str]) -> dict[str, Any]:
    return {
        "clock": line.clock, "priority": line.priority, "due": line.due, "met": line.met, "missed": line.missed,
        "excluded": dict(line.excluded), "percent": None if line.percent is None else percent(line.percent),
        "promised": percent(line.promised), "kept": line.kept, "missed_numbers": missed,
    }  # fmt: skip


def _trend(frame: Frame, away: _Away) -> dict[str, Any]:
    """This month and the eleven before it; nothing for those before the first Melding of the Dienst."""
    months = [frame.month.shifted(n) for n in range(1 - TREND, 1)]
    amounts = meldingen.received_by_month(frame, away.first.span(AMSTERDAM)[0])
    oldest = meldingen.first_received(frame)
    known = frame.month if oldest is None else min(frame.month, Month.of(oldest, AMSTERDAM))
    spans = [one.span(AMSTERDAM) for one in months[:-1]] + [frame.span]
    return {
        "months": [str(one) for one in months],
        "incidents": [amounts.get(str(one), 0) if one >= known else None for one in months],
        "availability": [
            percent(away.of(span).percent) if one >= known else None for one, span in zip(months, spans, strict=True)
        ],
        "signals": parts.signals(frame),
    }  # fmt: skip


def _conclusion(data: dict[str, Any]) -> dict[str, list[str]]:
    """What was promised, by whether it was kept. Performance is kept in a month without an alert (SLA 7.7)."""
    verdicts: dict[str, bool | None] = {"availability": data["availability"]["kept"]}
    for line in data["norm"]:
        name, kept = f"norm_{line['clock']}_p{line['priority']}", line["kept"]
        known = verdicts.get(name)
        verdicts[name] = kept if known is None else known and kept is not False
    measured = data["performance"]
    verdicts["performance"] = not measured["alerts"] if measured["actions"] or measured["alerts"] else None
    parts_of: dict[bool | None, str] = {True: "kept", False: "broken", None: "nothing_due"}
    return {
        name: [slug for slug, kept in verdicts.items() if kept is verdict]
        for verdict, name in parts_of.items()
    }


def percent(value: Decimal) -> str:
    """With two decimals, rounded down, so that nothing shows as kept that is not."""
    return str(value.quantize(Decimal("0.01"), "ROUND_DOWN"))
