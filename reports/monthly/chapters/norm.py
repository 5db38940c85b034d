"""The norm per priority: how many were in time, response and resolution apart (SLA 9.3)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.monthly import charts, words
from reports.monthly.document import Block, Cases, Chapter, Column, Figure, Figures, Row, Table, Text
from reports.monthly.shape import NormLine, Report

Named = tuple[str, NormLine]


def chapter(data: Report) -> Chapter:
    lines = _named(data["norm"])
    judged = [(name, line) for name, line in lines if line["due"]]
    blocks: list[Block] = [Text(_told(judged))]
    if judged:
        blocks.append(Figures([_figure(judged)]))
    late = [_late(name, line) for name, line in lines if line["missed_numbers"]]
    return Chapter("norm", _("Reactie- en oplostijden"), [*blocks, _table(lines), *late])


def _named(lines: list[NormLine]) -> list[Named]:
    """Policies with another norm for the same thing have a line of their own."""
    known = Counter((line["clock"], line["priority"]) for line in lines)
    return [(_name(line, apart=known[line["clock"], line["priority"]] > 1), line) for line in lines]


def _name(line: NormLine, apart: bool) -> str:
    name = words.top(words.clock_of(line["clock"], line["priority"]))
    given = {"what": name, "norm": words.promise(line["promised"])}
    return _("%(what)s (norm %(norm)s)") % given if apart else name


def _told(judged: list[Named]) -> str:
    if not judged:
        return _("Er waren geen incidenten waarvan de reactie- of oplostijd in deze maand afliep.")
    good = sum(line["kept"] is True for _name, line in judged)
    first = ngettext(
        "%(good)d van de %(all)d norm is gehaald.", "%(good)d van de %(all)d normen zijn gehaald.", len(judged)
    ) % {"good": good, "all": len(judged)}  # fmt: skip
    return " ".join([first, *(_short(name, line) for name, line in judged if line["kept"] is False)])


def _short(name: str, line: NormLine) -> str:
    """How far from the norm, in Incidents: a percentage of few of them says little."""
    needed = ceil(line["due"] * Decimal(line["promised"]) / 100) - line["met"]
    return ngettext(
        "%(what)s bleef op %(percent)s: met %(n)d incident meer op tijd was de norm gehaald.",
        "%(what)s bleef op %(percent)s: met %(n)d incidenten meer op tijd was de norm gehaald.", needed,
    ) % {"what": name, "percent": words.percent(line["percent"]), "n": needed}  # fmt: skip


def _figure(judged: list[Named]) -> Figure:
    return Figure(
        _("Op tijd, in procenten; de streep is de norm"), charts.norm(judged), _says(judged), _shares(judged)
    )


def _says(judged: list[Named]) -> str:
    said = _("%(what)s %(percent)s van %(due)d")
    parts = [
        said % {"what": name, "percent": words.percent(line["percent"]), "due": line["due"]}
        for name, line in judged
    ]
    missed = [name for name, line in judged if line["kept"] is False]
    below = _("Onder de norm: %(what)s.") % {"what": words.listed(missed)}
    given = {"parts": "; ".join(parts), "below": below if missed else _("Geen ervan ligt onder de norm.")}
    return _("Het deel dat op tijd was, naast de norm: %(parts)s. %(below)s") % given


def _shares(judged: list[Named]) -> Table:
    columns = [Column(_("Termijn")), Column(_("Op tijd"), True), Column(_("Norm"), True)]
    rows = [
        Row([name, words.percent(line["percent"]), words.promise(line["promised"])]) for name, line in judged
    ]
    return Table(_("Het deel dat op tijd was"), columns, rows)


def _table(lines: list[Named]) -> Table:
    columns = [
        Column(_("Termijn")), Column(_("Getoetst"), True), Column(_("Op tijd"), True), Column(_("Te laat"), True),
        Column(_("Gehaald"), True), Column(_("Norm"), True), Column(_("Oordeel")), Column(_("Niet getoetst")),
    ]  # fmt: skip
    return Table(_("Incidenten op tijd, per prioriteit"), columns, [_row(name, line) for name, line in lines])


def _row(name: str, line: NormLine) -> Row:
    cells = [
        name, words.number(line["due"]), words.number(line["met"]), words.number(line["missed"]),
        words.percent(line["percent"]), words.promise(line["promised"]), words.kept(line["kept"]), _excluded(line),
    ]  # fmt: skip
    return Row(cells, words.look(line["kept"]))


def _excluded(line: NormLine) -> str:
    found = sorted((reason, n) for reason, n in line["excluded"].items() if n)
    said = [f"{words.number(n)} {words.named(words.NOT_JUDGED, reason)}" for reason, n in found]
    return ", ".join(said) or words.NONE


def _late(name: str, line: NormLine) -> Cases:
    """So many as can be read; the CSV has them all."""
    numbers = line["missed_numbers"]
    more = len(numbers) - words.MOST_NAMED
    rest = ngettext("en nog %(n)d, zie de CSV", "en nog %(n)d, zie de CSV", more) % {"n": more}
    return Cases(
        _("Te laat: %(what)s") % {"what": name}, numbers[: words.MOST_NAMED], rest if more > 0 else ""
    )
