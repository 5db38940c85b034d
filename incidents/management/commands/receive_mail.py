"""`manage.py receive_mail < message`: for a mail server that pipes what it receives."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from desk.mail import intake
from incidents.actions import mail


class Command(BaseCommand):
    help = (
        "Take in one message from standard input. Exit 0 once it is stored; 75 asks to offer it again later."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mailbox", default="pipe", help="which address it came in by")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read()
        try:
            row = intake.keep(raw, mailbox=options["mailbox"], at=timezone.now())
        except Exception as error:  # whatever it is, the mail server has to keep the message
            self.stderr.write(f"not stored: {type(error).__name__}: {error}")
            sys.exit(os.EX_TEMPFAIL)
        try:
            intake.process(row, at=timezone.now(), handle=mail.take)
        except Exception as error:  # it is stored, and the worker deals with it
            self.stderr.write(f"stored, to be dealt with later: {type(error).__name__}")
