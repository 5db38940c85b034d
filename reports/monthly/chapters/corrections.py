"""What turned out otherwise after the report was published; its figures stay as they were."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from reports.monthly import words
from reports.monthly.document import Chapter, Column, Row, Table, Text
from reports.monthly.shape import Correction


def chapter(found: Sequence[Correction]) -> Chapter:
    title = _("Correcties")
    if not found:
        return Chapter("correcties", title, [Text(_("Na publicatie is geen cijfer anders gebleken."))])
    columns = [
        Column(_("Gevonden")),
        Column(_("Cijfer")),
        Column(_("In dit rapport")),
        Column(_("Nu")),
        Column(_("Door")),
    ]
    rows = [
        Row([words.on(one["at"]), one["what"], one["was"], one["becomes"], one["reason"] or words.NONE])
        for one in found
    ]
    told = Text(_("Na publicatie bleken deze cijfers anders. Het rapport zelf verandert niet."))
    return Chapter("correcties", title, [told, Table(_("Correcties na publicatie"), columns, rows)])
