"""`manage.py erase_again FILE`: after a restore, erase again what was erased since the copy was made."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contractants.models import Contractant
from desk.models import User
from privacy.handover import erasing
from privacy.models import Erasure

FACTS = ("policy", "ended_on", "not_before", "planned_at", "approved_at")


class Command(BaseCommand):
    help = "Wis na het terugzetten van een kopie opnieuw wat sinds die kopie is gewist; --list geeft het bestand daarvoor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, nargs="?", help="wat --list eerder gaf; bewaar het apart van de kopieën"
        )
        parser.add_argument("--list", action="store_true", help="één regel JSON voor alles wat is gewist")

    def handle(self, *, file: Path | None, **options: Any) -> None:
        if options["list"]:
            for one in Erasure.objects.filter(state__in=["done", "found"]).order_by("finished_at"):
                self.stdout.write(json.dumps(_line(one)))
        elif file is None:
            raise CommandError("Noem het bestand, of vraag het met --list.")
        else:
            for line in _read(file):
                self._again(line)

    def _again(self, line: dict[str, Any]) -> None:
        contractant = Contractant.objects.filter(public_id=line["party"]).first()
        if contractant is None:
            self.stdout.write(f"{line['party']}: niet in deze kopie.")
            return
        people = {
            name: User.objects.filter(email=line[name]).first() for name in ("planned_by", "approved_by")
        }
        if None in people.values():
            raise CommandError(
                f"{line['party']}: wie het wissen plande of goedkeurde, ontbreekt in deze kopie."
            )
        facts = {name: line[name] for name in FACTS}
        Erasure.objects.filter(contractant=contractant, state__in=["planned", "approved", "running"]).delete()
        made = Erasure.objects.create(
            party=contractant.public_id,
            contractant=contractant,
            state=Erasure.State.APPROVED,
            **facts,
            **people,
        )
        made.refresh_from_db()
        erasing.erase(made, timezone.now())
        self.stdout.write(f"{line['party']}: {made.get_state_display()}, {made.total} rijen.")


def _line(one: Erasure) -> dict[str, str]:
    facts = {name: getattr(one, name) for name in FACTS}
    people = {
        "planned_by": one.planned_by.email,
        "approved_by": one.approved_by.email if one.approved_by else "",
    }
    return {"party": str(one.party), **{name: str(value) for name, value in facts.items()}, **people}


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise CommandError(f"{file}: {error}") from error
