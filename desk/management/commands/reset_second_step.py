"""`manage.py reset_second_step`: for the administrator who lost theirs, when there is no other to do it in Beheer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from desk import access
from desk.models import User


class Command(BaseCommand):
    help = "Wist de tweede stap van een medewerker, die er bij het aanmelden een nieuwe instelt, en beëindigt diens sessies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None or not user.is_staff:
            raise CommandError(f"geen medewerker met het adres {email}")
        access.reset_factors(user, by=None, at=timezone.now())
        self.stdout.write(f"De tweede stap van {user} is gewist.")
