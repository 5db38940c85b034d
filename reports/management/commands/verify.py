"""`manage.py verify`: whether every clock, projection and stored figure still follows from the events."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.verifying.checking import Difference, Scope
from reports.verifying.running import look, mend
from sla.queries import AMSTERDAM


class Command(BaseCommand):
    help = (
        "Rekent alle klokken, projecties en bewaarde cijfers na vanuit het verloop en meldt elk verschil. "
        "Eindigt met code 1 als er verschillen zijn. Verandert niets, behalve met --fix-projections."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=date.fromisoformat, metavar="DATUM", help="alleen wat sindsdien is ontvangen"
        )
        parser.add_argument("--number", default="", metavar="M26-00001", help="alleen de zaak met dit nummer")
        parser.add_argument(
            "--json", action="store_true", help="een regel JSON per verschil, en een met de aantallen"
        )
        parser.add_argument(
            "--fix-projections", action="store_true", help="maak afwijkende projecties van meldingen opnieuw"
        )

    def handle(
        self, *args: Any, since: date | None, number: str, json: bool, fix_projections: bool, **options: Any
    ) -> None:
        now, found, mended = timezone.now(), 0, 0
        scope = Scope(now, datetime.combine(since, time(), AMSTERDAM) if since else None, number)
        for one in look(scope):
            found += 1
            mended += fix_projections and mend(one, now)
            self.stdout.write(_json(one.as_json()) if json else _line(one))
        if number and not scope.checked:
            raise CommandError(f"Geen zaak met nummer {number}{f' van na {since}' if since else ''}.")
        self._conclude(scope, found, mended, json)
        if found > mended:
            sys.exit(1)

    def _conclude(self, scope: Scope, found: int, mended: int, as_json: bool) -> None:
        if as_json:
            counted = {"checked": dict(scope.checked), "busy": dict(scope.busy)}
            self.stdout.write(_json({**counted, "differences": found, "mended": mended}))
            return
        busy = f"Niet nagekeken, want in gebruik: {_counted(scope.busy)}. " if scope.busy else ""
        looked = f"Nagekeken: {_counted(scope.checked) or 'niets'}. {busy}"
        self.stdout.write(f"{looked}Verschillen: {found}, hersteld: {mended}.")


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted((+kinds).items()))


def _line(one: Difference) -> str:
    return f"{one.number} {one.field}: opgeslagen {one.stored or '-'}, uit het verloop {one.rebuilt or '-'}"


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)
