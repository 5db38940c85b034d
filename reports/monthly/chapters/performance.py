"""Performance: from user action to response, beside the limit and the baseline (SLA 7.7)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.monthly import charts, words
from reports.monthly.chapters import conclusion
from reports.monthly.document import Block, Chapter, Column, Figure, Figures, Row, Table, Text
from reports.monthly.shape import Action, ActionDay, Alert, Report

MOST_CHARTS = 6
MOST_ALERTS = 20


def chapter(data: Report) -> Chapter:
    known = data["performance"]
    if not known["actions"]:
        return Chapter(
            "prestaties", _("Prestaties"), [Text(_("Er zijn in deze maand geen metingen ontvangen."))]
        )
    blocks: list[Block] = [Text(_told(data))]
    if figures := _figures(data):
        blocks.append(Figures(figures))
    blocks.append(_table(known["actions"]))
    if known["alerts"]:
        blocks.append(_alerts(known["alerts"]))
    return Chapter("prestaties", _("Prestaties"), blocks)


def _told(data: Report) -> str:
    known = data["performance"]
    measured = sum(one["count"] for one in known["actions"])
    first = _("Van gebruikersactie tot response is %(n)s keer gemeten: %(slow)s.") % {
        "n": words.number(measured), "slow": conclusion.slow(data),
    }  # fmt: skip
    slowest = max(known["actions"], key=lambda one: one["p95"] or 0)
    if slowest["p95"] is None:
        return first
    return first + " " + _("Van de traagste actie (%(action)s) was 95 %% binnen %(p95)s klaar.") % {
        "action": slowest["action"], "p95": words.seconds(slowest["p95"]),
    }  # fmt: skip


def _figures(data: Report) -> list[Figure]:
    """Those that stand out first; every action is in the table."""
    by_action: dict[str, list[ActionDay]] = {}
    for day in data["performance"]["days"]:
        if day["p95"] is not None:
            by_action.setdefault(day["action"], []).append(day)
    order = sorted(
        data["performance"]["actions"],
        key=lambda one: (-one["over_limit"], -(one["p95"] or 0), one["action"]),
    )
    shown = [one for one in order if one["action"] in by_action][:MOST_CHARTS]
    top = max((day["p95"] or 0 for one in shown for day in by_action[one["action"]]), default=0)
    return [_figure(data["month"], one, by_action[one["action"]], top) for one in shown]


def _figure(month: str, action: Action, days: list[ActionDay], top: float) -> Figure:
    title = _("%(action)s: p95 per dag") % {"action": action["action"]}
    return Figure(
        title,
        charts.performance(month, days, action["baseline"], top),
        _says(action, days),
        _days(action, days),
    )


def _says(action: Action, days: list[ActionDay]) -> str:
    worst = max(days, key=lambda one: one["p95"] or 0)
    over = sum((one["p95"] or 0) > charts.LIMIT_SECONDS for one in days)
    beyond = ngettext(
        "Op %(n)d dag lag die boven de grens van 10 seconden.", "Op %(n)d dagen lag die boven de grens van 10 seconden.", over
    ) if over else _("Die bleef elke dag onder de grens van 10 seconden.")  # fmt: skip
    return _("%(action)s: de tijd waarbinnen 95 %% klaar was, per dag; het hoogst op %(day)s met %(p95)s. %(beyond)s") % {
        "action": action["action"], "day": words.day(worst["day"]), "p95": words.seconds(worst["p95"]), "beyond": beyond % {"n": over} if over else beyond,
    }  # fmt: skip


def _days(action: Action, days: list[ActionDay]) -> Table:
    columns = [Column(_("Dag")), Column(_("Metingen"), True), Column(_("p95"), True)]
    rows = [
        Row([words.day(one["day"]), words.number(one["count"]), words.seconds(one["p95"])], _look(one))
        for one in days
    ]
    return Table(_("%(action)s: p95 per dag") % {"action": action["action"]}, columns, rows)


def _look(day: ActionDay) -> str:
    return "late" if (day["p95"] or 0) > charts.LIMIT_SECONDS else ""


def _table(actions: list[Action]) -> Table:
    columns = [
        Column(_("Actie")), *(Column(name, True) for name in (_("Metingen"), "p50", "p95", "p99", _("Langst"), _("> 10 s"), _("> 10 × baseline"), _("Baseline"))),
    ]  # fmt: skip
    return Table(
        _("Tijd van gebruikersactie tot response, per actie"), columns, [_row(one) for one in actions]
    )


def _row(one: Action) -> Row:
    times = [words.seconds(value) for value in (one["p50"], one["p95"], one["p99"], one["max"])]
    over = words.NONE if one["over_baseline"] is None else words.number(one["over_baseline"])
    cells = [
        one["action"],
        words.number(one["count"]),
        *times,
        words.number(one["over_limit"]),
        over,
        words.seconds(one["baseline"]),
    ]
    return Row(cells, "late" if one["over_limit"] or one["over_baseline"] else "")


def _alerts(alerts: list[Alert]) -> Table:
    columns = [
        Column(_("Moment")),
        Column(_("Actie")),
        Column(_("Alert")),
        Column(_("Duur"), True),
        Column(_("Zie"), is_case=True),
    ]
    rows = [
        Row([words.at(one["at"]), one["action"], words.named(words.RULES, one["rule"]), words.seconds(one["seconds"]), one["number"] or words.NONE])
        for one in alerts[:MOST_ALERTS]
    ]  # fmt: skip
    title = (
        _("Alerts")
        if len(rows) == len(alerts)
        else _("De eerste %(n)d van %(all)d alerts") % {"n": len(rows), "all": len(alerts)}
    )
    return Table(title, columns, rows)
