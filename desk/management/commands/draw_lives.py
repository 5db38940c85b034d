"""Draw the life of every kind of case into docs/lives.md."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from desk.lives import document


class Command(BaseCommand):
    help = "Draw the life of every kind of case, from the declared transitions, into docs/lives.md."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "lives.md"
        path.write_text(document())
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)} is drawn.")
