"""Back-ups and the recovery test, as recorded (SLA 7.5, 7.6)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reports.monthly import words
from reports.monthly.document import Block, Chapter, Column, Row, Table, Text
from reports.monthly.shape import Backups, Continuity, RecoveryTest, Report


def chapter(data: Report) -> Chapter:
    known = data["continuity"]
    targets = _("Bij een calamiteit mag hoogstens %(rpo)s aan gegevens verloren gaan (RPO) en is de Dienst binnen %(rto)s hersteld (RTO).") % {
        "rpo": words.hours(known["rpo_target"]), "rto": words.hours(known["rto_target"]),
    }  # fmt: skip
    return Chapter("continuiteit", _("Back-ups en herstel"), [Text(targets), _backups(known), _tests(known)])


def _backups(known: Continuity) -> Block:
    if not known["backups"]:
        return Text(_("Er zijn over deze maand geen back-ups vastgelegd."))
    columns = [
        Column(_("Back-up")),
        *(Column(name, True) for name in (_("Verwacht"), _("Gemaakt"), _("Mislukt"))),
    ]
    return Table(_("Back-ups in deze maand"), columns, [_backup(one) for one in known["backups"]])


def _backup(one: Backups) -> Row:
    cells = [
        words.top(words.named(words.BACKUPS, one["kind"])),
        *(words.number(n) for n in (one["expected"], one["made"], one["failed"])),
    ]
    return Row(cells, "late" if one["failed"] or one["made"] < one["expected"] else "")


def _tests(known: Continuity) -> Block:
    if not known["recovery_tests"]:
        return Text(
            _("In de afgelopen twaalf maanden is geen hersteltest gedaan; SLA 7.6 vraagt er elk jaar een.")
        )
    columns = [
        Column(_("Hersteltest")),
        Column(_("Uitkomst")),
        Column(_("Samen met")),
        Column("RPO", True),
        Column("RTO", True),
    ]
    title = _("Hersteltesten in de twaalf maanden tot en met deze maand")
    return Table(title, columns, [_test(one, known) for one in known["recovery_tests"]])


def _test(one: RecoveryTest, known: Continuity) -> Row:
    cells = [
        words.on(one["on"]), words.named(words.OUTCOMES, one["outcome"]), one["with"] or words.NONE,
        words.hours(one["rpo_hours"]), words.hours(one["rto_hours"]),
    ]  # fmt: skip
    late = (
        one["outcome"] == "failed"
        or (one["rpo_hours"] or 0) > known["rpo_target"]
        or (one["rto_hours"] or 0) > known["rto_target"]
    )
    return Row(cells, "late" if late else "")
