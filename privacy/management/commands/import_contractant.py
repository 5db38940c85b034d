"""`manage.py import_contractant FILE`: take in what another desk handed over."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from privacy.handover.archive import Damaged, opened
from privacy.handover.importing import Refused, take_in


class Command(BaseCommand):
    help = "Neem een overgedragen contractant op: alles of niets. Er gaat geen bericht uit en er wordt geen webhook gebeld."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="het zip-bestand dat is overgedragen")
        parser.add_argument(
            "--checksum", default="", help="het controlegetal van de pagina, om mee te vergelijken"
        )

    def handle(self, *, file: Path, checksum: str, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"{file} bestaat niet.")
        try:
            with opened(file) as reader:
                if checksum and checksum != reader.checksum:
                    raise CommandError(f"Het controlegetal is {reader.checksum}, niet {checksum}.")
                contractant = take_in(reader, timezone.now())
                counts = reader.manifest["counts"]
        except (Damaged, Refused) as error:
            raise CommandError(f"{file.name} is niet opgenomen.\n{error}") from error
        self.stdout.write(f"{contractant} is opgenomen: {sum(counts.values())} rijen.")
