"""A report as a PDF that everybody can read (PDF/UA-1), of the same words and plots as its page (SLA 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from desk import drawing, typesetting
from reports.monthly import chapters, words
from reports.monthly.document import Block, Chapter, Entry, Figures, Table
from reports.monthly.shape import Facts, Report

TEMPLATE = Path(__file__).parent / "data" / "report.typ"
LONGEST_WORD = 22  # in a cell of a table
WIDE = 24  # letters, from which a column shares what room the others leave


def pdf(data: Report, language: str, facts: Facts) -> bytes:
    """In `language`, `nl` or `en`; the same bytes for the same figures and facts."""
    at = datetime.fromisoformat(facts["published_at"] or data["made_at"])
    with translation.override(language):
        found = chapters.of(data, facts["corrections"] if facts["state"] == "published" else None)
        drawn = drawing.printed([one.spec for one in _figures(found)])
        return typesetting.pdf(TEMPLATE, _content(data, language, facts, found), at, drawn)


def _figures(found: Sequence[Chapter]) -> list[Any]:
    blocks = [block for one in found for block in one.blocks]
    return [figure for block in blocks if isinstance(block, Figures) for figure in block.items]


def _content(data: Report, language: str, facts: Facts, found: Sequence[Chapter]) -> dict[str, Any]:
    scope, places = data["scope"], count()
    title = _("Servicelevelrapport %(month)s") % {"month": words.month(data["month"])}
    whom = scope["contractant_name"] or _("alle contractanten")
    return {
        "lang": language, "title": title, "number": facts["number"], "author": scope["supplier"],
        "subtitle": f"{scope['service_name']} – {whom}", "state": words.named(words.STATES, facts["state"]),
        "draft": "" if facts["state"] == "published" else _("Concept: dit rapport is nog niet gepubliceerd."),
        "facts": [{"label": label, "value": value} for label, value in _facts(data, facts)],
        "chapters": [{"title": one.title, "blocks": [_block(block, places) for block in one.blocks]} for one in found],
        "appendix": {"title": _("Cijfers bij de grafieken"), "tables": [_table(one.table) for one in _figures(found)]},
    }  # fmt: skip


def _facts(data: Report, facts: Facts) -> list[tuple[str, str]]:
    state = words.named(words.STATES, facts["state"])
    if facts["published_at"]:
        state = _("%(state)s op %(day)s") % {"state": state, "day": words.on(facts["published_at"])}
    found = [
        (_("Leverancier"), data["scope"]["supplier"]), (_("Rapport"), f"{facts['number']}, {state}"),
        (_("Cijfers van"), words.moment(data["made_at"])),
    ]  # fmt: skip
    if facts["hash"]:
        found.append((_("SHA-256 van de JSON"), facts["hash"]))
    return found


def _block(block: Block, places: count[int]) -> dict[str, Any]:
    """As plain data; `kind` tells the template how to set it, and a figure goes by its place among the pictures."""
    if isinstance(block, Figures):
        titles = [typesetting.printable(one.title, LONGEST_WORD) for one in block.items]
        shown = [
            {"title": title, "says": one.says, "picture": next(places)}
            for title, one in zip(titles, block.items, strict=True)
        ]
        return {"kind": block.kind, "items": shown}
    if isinstance(block, Table):
        return _table(block)
    plain: dict[str, Any] = {"kind": block.kind, **asdict(block)}
    if isinstance(block, Entry):
        plain["links"] = [{"name": one.name, "url": settings.SITE_URL + one.path} for one in block.links]
    return plain


def _table(block: Table) -> dict[str, Any]:
    """With the width of each column: as wide as it needs, or a share of the rest."""
    longest = [
        max(len(row.cells[n]) for row in block.rows) if block.rows else 0 for n in range(len(block.columns))
    ]
    widths = [min(length, 90) if length > WIDE else 0 for length in longest]
    return {
        "kind": block.kind, "caption": block.caption, "widths": widths,
        "columns": [{"label": one.label, "figure": one.is_figure} for one in block.columns],
        "rows": [{"cells": typesetting.printable(list(row.cells), LONGEST_WORD), "look": row.look} for row in block.rows],
    }  # fmt: skip
