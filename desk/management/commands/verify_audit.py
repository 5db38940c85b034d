"""`manage.py verify_audit`: whether the trail of who did or saw what is still as it was written."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime

from desk.audit import chain, pruning
from desk.audit.verifying import Finding, Walk, findings


def place(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,18}:[0-9a-f]{64}", text):
        raise ArgumentTypeError("geef nummer:hash, zoals deze opdracht die eerder afdrukte")
    return text


class Command(BaseCommand):
    help = (
        "Loopt het hele logboek na en noemt elke regel die is gewijzigd, verwijderd, tussengevoegd of verplaatst. "
        "Eindigt met code 1 als er zo een is. Drukt de nieuwste plaats met zijn hash af, om elders te bewaren."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor", type=place, action="append", default=[], metavar="NUMMER:HASH",
            help="een plaats die elders is bewaard en er nog zo moet staan",
        )  # fmt: skip

    def handle(self, *args: Any, anchor: list[str], **options: Any) -> None:
        chain.extend()
        walk, found = Walk(), 0
        for one in findings(walk, anchor):
            found += 1
            self.stdout.write(_line(one))
        self.stdout.write(f"Nagekeken: {walk.checked} regels. Gevonden: {found}. Nieuwste: {_newest(walk)}")
        if found:
            sys.exit(1)


def _newest(walk: Walk) -> str:
    return pruning.anchor(walk.last.sequence, walk.last.hash) if walk.last else "-"


def _line(one: Finding) -> str:
    when = f"{localtime(one.at):%d-%m-%Y %H:%M:%S}" if one.at else "tijdstip onbekend"
    place = f"{one.sequence or '-'}{f' t/m {one.until}' if one.until else ''}"
    return f"Plaats {place}, regel {one.record or '-'}, {when}: {one.kind.label}"
