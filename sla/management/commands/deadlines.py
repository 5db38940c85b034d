"""`manage.py deadlines [--policy SLUG] [--explain]`: when is it due, for as many receipts as there are lines."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from domain.ledger import Stretch
from sla.adapter import Terms, terms
from sla.deadlines import Answer, BadLine, answer
from sla.queries import NoPolicy, held_on, published_versions
from sla.strip import draw

ENCODER = json.JSONEncoder(ensure_ascii=False, default=datetime.isoformat)
COLUMNS = [column.name for column in fields(Stretch)]


class Command(BaseCommand):
    help = (
        'Leest regels JSON, zoals {"received": "2026-04-23T15:04:00+02:00", "priority": 2, "kind": "incident"}, '
        "en geeft per regel response_due en resolution_due in UTC (null: in overleg). Een foute regel geeft "
        '{"line": nummer, "error": reden}; de rest gaat door en het commando eindigt dan met code 1.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--policy", metavar="SLUG", help="welke afspraken; anders de standaardafspraken")
        parser.add_argument(
            "--explain", action="store_true", help="ook wat meetelt en wat niet; op een terminal getekend"
        )

    def handle(self, *args: Any, policy: str | None, explain: bool, **options: Any) -> None:
        terms_at = _terms_of(policy)
        shape = (_drawing if self.stdout.isatty() else _explained) if explain else _plain
        bad = False
        for number, line in enumerate(sys.stdin.buffer, start=1):
            if not line.strip():
                continue
            try:
                out = shape(answer(line, terms_at))
            except BadLine as error:
                bad, out = True, _json({"line": number, "error": str(error)})
            self.stdout.write(out)
        if bad:
            sys.exit(1)


def _terms_of(slug: str | None) -> Callable[[datetime], Terms]:
    try:
        versions = published_versions(slug)
    except NoPolicy as error:
        raise CommandError(str(error)) from error
    return lambda received: terms(held_on(versions, received).pk)


def _json(content: dict[str, Any]) -> str:
    return ENCODER.encode(content)


def _due(answer: Answer) -> dict[str, str | None]:
    return {f"{clock}_due": moment.isoformat() if moment else None for clock, moment in answer.due.items()}


def _plain(answer: Answer) -> str:
    return _json(_due(answer))


def _explained(answer: Answer) -> str:
    rows = {clock: ledger and [_row(row) for row in ledger] for clock, ledger in answer.ledgers().items()}
    return _json({**_due(answer), "ledgers": rows})


def _row(stretch: Stretch) -> dict[str, Any]:
    return {name: getattr(stretch, name) for name in COLUMNS}


def _drawing(answer: Answer) -> str:
    return "\n".join(_lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    yield _("P%(priority)d, ontvangen %(received)s") % {
        "priority": answer.priority, "received": _moment(answer.received),
    }  # fmt: skip
    names = {"response": _("Reactie"), "resolution": _("Oplossing")}
    for clock, ledger in answer.ledgers().items():
        yield ""
        yield f"{names[clock]}: {_moment(answer.due[clock])}"
        yield from _strip(ledger, answer.terms.calendars[clock, answer.priority].tz)
    yield ""


def _strip(ledger: tuple[Stretch, ...] | None, tz: str) -> Iterator[str]:
    return draw(ledger, tz) if ledger else iter(())


def _moment(instant: datetime | None) -> str:
    return date_format(localtime(instant), "l j F Y H:i") if instant else _("in overleg")
