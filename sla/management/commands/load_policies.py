"""`manage.py load_policies`: store the calendars and policies that ship with the desk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sla.actions import load_shipped


class Command(BaseCommand):
    help = "Slaat de meegeleverde kalenders en afspraken op. Nogmaals uitvoeren verandert niets."

    def handle(self, *args: Any, **options: Any) -> None:
        for version in load_shipped(at=timezone.now()):
            state = "concept, door een beheerder te publiceren" if version.is_draft else "in gebruik"
            self.stdout.write(f"{version}: {state}")
