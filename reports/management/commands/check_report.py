"""Whether a published report, or a file of its JSON, is what was published."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.models import ServiceLevelReport
from reports.monthly.sealing import digest, now_as, seals


class Command(BaseCommand):
    help = "Vergelijk een gepubliceerd rapport met zijn SHA-256: dat in de database, of een bestand (rapport.json)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="zoals V26-00003")
        parser.add_argument(
            "--file", type=Path, help="de JSON zoals die is gedownload, anders opgemaakt mag ook"
        )

    def handle(self, *, number: str, file: Path | None, **options: Any) -> None:
        report = ServiceLevelReport.objects.filter(number=number).first()
        if report is None or not report.is_published:
            raise CommandError(f"{number} is geen gepubliceerd rapport.")
        seal = seals([report.pk]).get(report.pk, "")
        found = now_as(report, seal) if file is None else digest(_read(file))
        if found != seal:
            raise CommandError(
                f"{number} is niet wat is gepubliceerd: {found}, gepubliceerd is {seal or 'onbekend'}."
            )
        self.stdout.write(f"{number} is wat op {report.published_at:%Y-%m-%d} is gepubliceerd: {found}")


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{file}: {error}") from error
