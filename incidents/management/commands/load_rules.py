"""`manage.py load_rules`: store the rules for alarms that ship with the desk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from incidents.shipped import load_rules


class Command(BaseCommand):
    help = "Slaat de meegeleverde regels voor alarmen op, als er nog geen zijn."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_rules()} regels opgeslagen")
