"""`manage.py verify`: whether every clock, projection and stored figure still follows from the events."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand
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
        self._conclude(scope, found, mended, json)
        if found > mended:
            sys.exit(1)

    def _conclude(self, scope: Scope, found: int, mended: int, as_json: bool) -> None:
        if as_json:
            self.stdout.write(_json({"checked": dict(scope.checked), "differences": found, "mended": mended}))
            return
        looked = ", ".join(f"{number} {kind}" for kind, number in sorted(scope.checked.items()))
        self.stdout.write(f"Nagekeken: {looked or 'niets'}. Verschillen: {found}, hersteld: {mended}.")


def _line(one: Difference) -> str:
    return f"{one.number} {one.field}: opgeslagen {one.stored or '-'}, uit het verloop {one.rebuilt or '-'}"


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)
