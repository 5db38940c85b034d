"""Fill the desk with a believable demo, or take it away and make it anew."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from incidents.demo.build import build, clear, is_empty
from incidents.demo.people import sign_ins


class Command(BaseCommand):
    help = "Makes a demo with fictional people: four months of Meldingen up to now."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--if-empty", action="store_true", help="make the demo if the desk is empty")
        what.add_argument(
            "--reset", action="store_true", help="delete people and Meldingen, make the demo anew"
        )
        what.add_argument("--sign-ins", action="store_true", help="print who can sign in to the demo")
        parser.add_argument("--yes-really", action="store_true", help="also on a desk in production")

    def handle(self, **options: Any) -> None:
        if options["sign_ins"]:
            self.stdout.write(sign_ins(), ending="")
            return
        if not (settings.EMBEDDED or options["yes_really"]):
            raise CommandError("This desk is in production. The demo has passwords that everybody knows.")
        if options["reset"]:
            clear()
        elif not is_empty():
            return
        with translation.override("nl"):
            self.stdout.write(f"{build(timezone.now())} Meldingen")
