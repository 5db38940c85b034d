"""`manage.py fetch_mail`: what the worker does every twenty seconds, by hand or as a process of its own."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from desk.mail import intake
from incidents.actions import mail


class Command(BaseCommand):
    help = "Fetch new mail from MAIL_IN_URL and deal with it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, help="go on, with this many seconds in between")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            done = intake.run(now=timezone.now, handle=mail.take)
            self.stdout.write(f"{done} dealt with")
            if options["every"] is None:
                return
            time.sleep(options["every"])
