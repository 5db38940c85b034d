"""Make an API token on the command line."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from desk import tokens
from desk.models import ApiToken, User


class Command(BaseCommand):
    help = "Make an API token and print it. It is shown only now; the desk keeps a hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="what the token is for, as people will see it")
        parser.add_argument("--scope", required=True, choices=ApiToken.Scope.values)
        parser.add_argument(
            "--user", help="e-mail address of whom it acts for; default: a machine by that name"
        )
        parser.add_argument("--days", type=int, default=365, help="how long it is valid (365)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= 3650 or not options["name"].strip():
            raise CommandError("--days is 1 to 3650, and --name may not be empty")
        lifetime = timedelta(days=options["days"])
        secret = tokens.make(options["name"], options["scope"], user=self._user(options), lifetime=lifetime)
        self.stdout.write(secret)

    def _user(self, options: dict[str, Any]) -> User | None:
        if options["user"] is None:
            return None
        user = User.objects.filter(email__iexact=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"no active user {options['user']}")
        return user
