"""What came in, what stood out and why, how it goes over the months, and what came of it (SLA 13; art. 2.12)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.monthly import charts, words
from reports.monthly.document import Block, Chapter, Column, Entry, Figure, Figures, Listing, Row, Table, Text
from reports.monthly.shape import Cause, Incident, Report

MOST_SHOWN = 50


def chapter(data: Report) -> Chapter:
    blocks: list[Block] = [Text(_received(data)), Text(_by_priority(data))]
    blocks.append(_table(data["incidents"]) if data["incidents"] else Text(_("Geen enkel incident viel op: geen prioriteit 1, geen groot incident, niets te laat.")))  # fmt: skip
    return Chapter("incidenten", _("Incidenten en oorzaken"), [*blocks, *_causes(data["causes"])])


def _received(data: Report) -> str:
    received = data["counts"]["received"]
    kinds = [
        ngettext("%(n)s incident", "%(n)s incidenten", received["incident"]) % {"n": words.number(received["incident"])},
        ngettext("%(n)s vraag", "%(n)s vragen", received["question"]) % {"n": words.number(received["question"])},
        ngettext("%(n)s wijziging", "%(n)s wijzigingen", received["change"]) % {"n": words.number(received["change"])},
    ]  # fmt: skip
    return _("Ontvangen: %(kinds)s. Afgesloten: %(closed)s. Aan het eind van de maand open: %(open)s.") % {
        "kinds": words.listed(kinds), "closed": words.number(data["counts"]["closed"]), "open": words.number(data["counts"]["open_at_end"]),
    }  # fmt: skip


def _by_priority(data: Report) -> str:
    known = data["counts"]["by_priority"].items()
    parts = [f"P{priority}: {words.number(n)}" for priority, n in sorted(known)]
    return _("Incidenten per prioriteit: %(parts)s.") % {"parts": ", ".join(parts)} if parts else ""


def _table(incidents: list[Incident]) -> Table:
    columns = [
        Column(_("Nummer"), is_case=True), Column(_("Onderwerp")), Column(_("Prioriteit")), Column(_("Ontvangen")),
        Column(_("Opgelost")), Column(_("Reactie")), Column(_("Oplossing")), Column(_("Heropend"), True),
    ]  # fmt: skip
    rows = [_row(one) for one in incidents[:MOST_SHOWN]]
    title = _("Wat opviel: prioriteit 1, groot of te laat")
    if len(rows) < len(incidents):
        title = _("Wat opviel: de eerste %(n)d van %(all)d incidenten, zie de CSV voor alle") % {
            "n": len(rows),
            "all": len(incidents),
        }
    return Table(title, columns, rows)


def _row(one: Incident) -> Row:
    priority = f"P{one['priority']}"
    cells = [
        one["number"], one["subject"], _("%(priority)s, groot") % {"priority": priority} if one.get("major") else priority,
        words.at(one["received_at"]), words.at(one["resolved_at"]), words.met(one["response_met"]), words.met(one["resolution_met"]),
        words.duration(one["reopened_seconds"]),
    ]  # fmt: skip
    return Row(cells, "late" if False in (one["response_met"], one["resolution_met"]) else "")


def _causes(causes: list[Cause]) -> list[Block]:
    if not causes:
        return []
    told = Text(_("De oorzaken van incidenten met prioriteit 1 en van grote incidenten:"))
    return [told, *(_cause(one) for one in causes)]


def _cause(one: Cause) -> Entry:
    facts = [
        (_("Oorzaak"), one["cause"].splitlines()), (_("Droeg bij"), one["factors"]), (_("Maatregelen"), one["actions"]),
        (_("Meldingen"), [", ".join(one["meldingen"])] if one["meldingen"] else []),
    ]  # fmt: skip
    return Entry(one["number"], one["title"], facts=[(label, lines) for label, lines in facts if any(lines)])


def trend(data: Report) -> Chapter:
    known = data["trend"]
    blocks: list[Block] = []
    if known["months"]:
        blocks.append(Figures([_received_figure(data), _lost_figure(data)]))
    blocks.append(Listing(_("Signalen van de trendanalyse"), known["signals"]) if known["signals"] else Text(_("De trendanalyse gaf geen signalen.")))  # fmt: skip
    return Chapter("trend", _("Trend"), blocks)


def _received_figure(data: Report) -> Figure:
    known = data["trend"]
    columns = [Column(_("Maand")), Column(_("Incidenten"), True)]
    rows = [Row([words.month(month), words.NONE if n is None else words.number(n)]) for month, n in zip(known["months"], known["incidents"], strict=True)]  # fmt: skip
    counted = [n for n in known["incidents"] if n is not None]
    says = _("Incidenten per maand, van %(first)s tot en met %(last)s: minstens %(least)d, hoogstens %(most)d, en in de laatste maand %(now)s.") % {
        "first": words.month(known["months"][0]), "last": words.month(known["months"][-1]), "least": min(counted, default=0),
        "most": max(counted, default=0), "now": words.NONE if known["incidents"][-1] is None else known["incidents"][-1],
    }  # fmt: skip
    return Figure(
        _("Incidenten per maand"),
        charts.incidents(known),
        says,
        Table(_("Incidenten per maand"), columns, rows),
    )


def _lost_figure(data: Report) -> Figure:
    known, promised = data["trend"], data["availability"]["promised"]
    room = words.promise(f"{100 - float(promised):.2f}")
    below = [
        month
        for month, one in zip(known["months"], known["availability"], strict=True)
        if one and float(one) < float(promised)
    ]
    told = (
        _("Te veel in %(months)s.") % {"months": words.listed([words.month(one) for one in below])} if below
        else _("Geen enkele maand kwam daar boven.")
    )  # fmt: skip
    says = _(
        "Het deel van elke maand dat de Dienst niet beschikbaar was, in procenten; %(room)s mag. %(told)s"
    ) % {"room": room, "told": told}
    columns = [Column(_("Maand")), Column(_("Beschikbaarheid"), True)]
    rows = [
        Row([words.month(month), words.percent(one)], "late" if month in below else "")
        for month, one in zip(known["months"], known["availability"], strict=True)
    ]
    title = _("Niet beschikbaar, in %% van de maand (%(room)s mag)") % {"room": room}
    return Figure(
        title, charts.lost(known, promised), says, Table(_("Beschikbaarheid per maand"), columns, rows)
    )


def structural(data: Report) -> Chapter:
    """Service levels that are structurally not met, which give a right to a talk."""
    columns = [Column(_("Nummer"), is_case=True), Column(_("Grond")), Column(_("Kwartaal"))]
    rows = [
        Row([one["number"], words.named(words.GROUNDS, one["ground"]), one["quarter"]])
        for one in data["structural"]
    ]
    title = _("Structurele tekortkomingen")
    table = Table(_("Structureel niet gehaald (art. 2.12)"), columns, rows)
    return Chapter(
        "structureel",
        title,
        [table if rows else Text(_("Er is geen structurele tekortkoming vastgesteld (art. 2.12)."))],
    )


def complaints(data: Report) -> Chapter:
    known = data["complaints"]
    told = _("Ontvangen: %(received)s. Afgehandeld: %(closed)s. Open: %(open)s.") % {
        "received": words.number(known["received"]), "closed": words.number(known["closed"]), "open": words.number(known["open"]),
    }  # fmt: skip
    return Chapter("klachten", _("Klachten"), [Text(told)])
