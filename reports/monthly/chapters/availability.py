"""Availability: how much of the month, what counted and what did not, and when it was (SLA 2.3, 2.18, 7.2)."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from reports.monthly import charts, words
from reports.monthly.chapters import conclusion
from reports.monthly.document import Block, Chapter, Column, Figure, Figures, Row, Table, Text
from reports.monthly.shape import Report, Stretch


def chapter(data: Report) -> Chapter:
    return Chapter("beschikbaarheid", _("Beschikbaarheid"), [Text(_told(data)), *_parts(data)])


def _told(data: Report) -> str:
    known = data["availability"]
    given = {
        "percent": words.percent(known["percent"]), "promised": words.promise(known["promised"]),
        "whole": words.minutes(known["whole"]), "counted": words.number(known["counted"]),
        "allowed": words.number(conclusion.allowed(data)),
    }  # fmt: skip
    return (
        _(
            "De beschikbaarheid was %(percent)s, gemeten over alle %(whole)s van de maand; afgesproken is %(promised)s. "
            "Er telden %(counted)s minuten mee als niet beschikbaar; %(allowed)s mochten het er zijn."
        )
        % given
    )


def _parts(data: Report) -> list[Block]:
    stretches = data["availability"]["stretches"]
    if not stretches:
        return [Text(_("Er was geen enkele onderbreking."))]
    found: list[Block] = [Text(text) for text in [_excluded(data)] if text]
    return [*found, Figures([_figure(data)]), _table(stretches)]


def _excluded(data: Report) -> str:
    """By reason, the longest first."""
    amounts: dict[str, float] = defaultdict(float)
    for one in data["availability"]["stretches"]:
        if not one["counted"]:
            amounts[one["reason"] or ""] += one["minutes"]
    if not amounts:
        return ""
    order = sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [", ".join([words.minutes(amount), *_reason(reason)]) for reason, amount in order]
    return _("Niet meegeteld: %(what)s.") % {"what": "; ".join(parts)}


def _reason(slug: str | None) -> list[str]:
    return [words.named(words.REASONS, slug)] if slug else []


def _figure(data: Report) -> Figure:
    stretches = data["availability"]["stretches"]
    return Figure(
        _("Onderbrekingen per dag"), charts.unavailable(data["month"], stretches), _says(data), _days(data)
    )


def _says(data: Report) -> str:
    known = charts.per_day(data["month"], data["availability"]["stretches"])
    sums: dict[str, float] = defaultdict(float)
    for (day, _of), amount in known.items():
        if amount:
            sums[str(day)] += amount
    if not sums:
        return _("Minuten per dag dat de Dienst weg was: geen.")
    worst = max(sums, key=lambda day: sums[day])
    return _("Minuten per dag dat de Dienst weg was. Dat was op %(days)d van de %(all)d dagen, het langst op %(day)s met %(amount)s.") % {
        "days": len(sums), "all": len(words.days(data["month"])), "day": words.day(worst), "amount": words.minutes(sums[worst]),
    }  # fmt: skip


def _days(data: Report) -> Table:
    known = charts.per_day(data["month"], data["availability"]["stretches"])
    yes, no = _("telt mee"), _("telt niet mee")
    rows = [
        Row([words.day(day.isoformat()), words.number(known[day, yes]), words.number(known[day, no])])
        for day in words.days(data["month"]) if known[day, yes] or known[day, no]
    ]  # fmt: skip
    columns = [
        Column(_("Dag")),
        Column(words.top(yes), True),
        Column(words.top(no), True),
    ]
    return Table(_("Minuten per dag dat de Dienst weg was"), columns, rows)


def _table(stretches: list[Stretch]) -> Table:
    columns = [
        Column(_("Van")), Column(_("Tot")), Column(_("Minuten"), True), Column(_("Omvang")), Column(_("Telt mee")),
        Column(_("Reden en bewijs")), Column(_("Zie"), is_case=True),
    ]  # fmt: skip
    return Table(_("Onderbrekingen"), columns, [_row(one) for one in stretches])


def _row(one: Stretch) -> Row:
    reasons = [words.top(text) for text in (*_reason(one["reason"]), one["evidence"]) if text]
    cells = [
        words.at(one["from"]), words.at(one["until"]), words.number(one["minutes"]), words.named(words.EXTENTS, one["extent"]),
        _("ja") if one["counted"] else _("nee"), ". ".join(reasons) or words.NONE,
        one["number"] or words.NONE,
    ]  # fmt: skip
    return Row(cells, "late" if one["counted"] else "")
