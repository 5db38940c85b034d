"""The norm per priority: how many were in time, response and resolution apart (SLA 9.3)."""

from __future__ import annotations

from decimal import Decimal
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.monthly import charts, words
from reports.monthly.document import Block, Cases, Chapter, Column, Figure, Figures, Row, Table, Text
from reports.monthly.shape import NormLine, Report


def chapter(data: Report) -> Chapter:
    lines = data["norm"]
    judged = [line for line in lines if line["due"]]
    blocks: list[Block] = [Text(text) for text in _told(judged)]
    if judged:
        blocks.append(
            Figures(
                [Figure(_("Op tijd, per prioriteit"), charts.norm(judged), _says(judged), _shares(judged))]
            )
        )
    blocks.append(_table(lines))
    return Chapter(
        "norm",
        _("Reactie- en oplostijden"),
        [*blocks, *(_late(line) for line in lines if line["missed_numbers"])],
    )


def _told(judged: list[NormLine]) -> list[str]:
    if not judged:
        return [_("Er waren geen incidenten waarvan de reactie- of oplostijd in deze maand afliep.")]
    good = sum(line["kept"] is True for line in judged)
    first = ngettext(
        "%(good)d van de %(all)d norm is gehaald.", "%(good)d van de %(all)d normen zijn gehaald.", len(judged)
    ) % {"good": good, "all": len(judged)}  # fmt: skip
    return [" ".join([first, *(_short(line) for line in judged if line["kept"] is False)])]


def _short(line: NormLine) -> str:
    """How far from the norm, in Incidents: a percentage of few of them says little."""
    needed = ceil(line["due"] * Decimal(line["promised"]) / 100) - line["met"]
    return ngettext(
        "%(what)s bleef op %(percent)s: met %(n)d incident meer op tijd was de norm gehaald.",
        "%(what)s bleef op %(percent)s: met %(n)d incidenten meer op tijd was de norm gehaald.", needed,
    ) % {"what": _name(line), "percent": words.percent(line["percent"]), "n": needed}  # fmt: skip


def _says(judged: list[NormLine]) -> str:
    parts = [
        _("%(what)s %(percent)s van %(due)d") % {"what": words.clock_of(line["clock"], line["priority"]),
                                                 "percent": words.percent(line["percent"]), "due": line["due"]}
        for line in judged
    ]  # fmt: skip
    missed = [words.clock_of(line["clock"], line["priority"]) for line in judged if line["kept"] is False]
    below = (
        _("Onder de norm: %(what)s.") % {"what": words.listed(missed)}
        if missed
        else _("Geen ervan ligt onder de norm.")
    )
    return _("Het deel dat op tijd was, naast de norm: %(parts)s. %(below)s") % {
        "parts": "; ".join(parts),
        "below": below,
    }


def _shares(judged: list[NormLine]) -> Table:
    columns = [Column(_("Afspraak")), Column(_("Op tijd"), True), Column(_("Norm"), True)]
    rows = [
        Row([_name(line), words.percent(line["percent"]), words.promise(line["promised"])]) for line in judged
    ]
    return Table(_("Het deel dat op tijd was"), columns, rows)


def _table(lines: list[NormLine]) -> Table:
    columns = [
        Column(_("Afspraak")), Column(_("Getoetst"), True), Column(_("Op tijd"), True), Column(_("Te laat"), True),
        Column(_("Gehaald"), True), Column(_("Norm"), True), Column(_("Oordeel")), Column(_("Niet getoetst")),
    ]  # fmt: skip
    return Table(_("Incidenten op tijd, per prioriteit"), columns, [_row(line) for line in lines])


def _row(line: NormLine) -> Row:
    cells = [
        _name(line), words.number(line["due"]), words.number(line["met"]), words.number(line["missed"]),
        words.percent(line["percent"]), words.promise(line["promised"]), words.kept(line["kept"]), _excluded(line),
    ]  # fmt: skip
    return Row(cells, words.look(line["kept"]))


def _excluded(line: NormLine) -> str:
    found = [
        f"{words.number(n)} {words.named(words.NOT_JUDGED, reason)}"
        for reason, n in sorted(line["excluded"].items())
        if n
    ]
    return ", ".join(found) or words.NONE


def _late(line: NormLine) -> Cases:
    numbers = line["missed_numbers"]
    more = len(numbers) - words.MOST_NAMED
    rest = (
        ngettext("en nog %(n)d, zie de CSV", "en nog %(n)d, zie de CSV", more) % {"n": more}
        if more > 0
        else ""
    )
    return Cases(
        _("Te laat, %(what)s") % {"what": words.clock_of(line["clock"], line["priority"])},
        numbers[: words.MOST_NAMED],
        rest,
    )


def _name(line: NormLine) -> str:
    return words.top(words.clock_of(line["clock"], line["priority"]))
