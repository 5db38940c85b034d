"""The parts of a report for its page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from desk import drawing
from desk.permissions import SEES_ALL
from reports.monthly import chapters
from reports.monthly.document import Chapter, Column, Figures, Row

register = template.Library()

# Where staff reads a case, and a contractant its own, by the letter of its number.
STAFF = {
    "M": "incidents:melding", "S": "incidents:failure", "P": "problems:problem", "R": "changes:release", "O": "changes:maintenance",
}  # fmt: skip
CONTRACTANT = {"M": "incidents:portal_melding"}
NUMBER = re.compile(r"[A-Z][0-9]{2}-[0-9]{5,12}", re.ASCII)


@register.simple_tag
def report_chapters(data: Any, corrections: Any = None) -> list[Chapter]:
    return chapters.of(data, corrections)


@register.simple_tag
def charts(block: Figures) -> list[tuple[Any, SafeString]]:
    """Each figure with its drawing."""
    return list(zip(block.items, drawing.draw([one.spec for one in block.items]), strict=True))


@register.filter
def cells(row: Row, columns: Sequence[Column]) -> list[tuple[Column, str]]:
    return list(zip(columns, row.cells, strict=True))


@register.simple_tag(takes_context=True)
def cases(context: dict[str, Any], numbers: str | Sequence[str]) -> SafeString:
    """Numbers of cases, each a link where this reader has a page of it."""
    found = [numbers] if isinstance(numbers, str) else numbers
    pages = STAFF if getattr(context.get("user"), "role", None) in SEES_ALL else CONTRACTANT
    return format_html_join(", ", "{}", ((_case(one, pages),) for one in found))


def _case(number: str, pages: dict[str, str]) -> SafeString | str:
    page = pages.get(number[:1]) if NUMBER.fullmatch(number) else None
    return (
        number
        if page is None
        else format_html('<a class="number" href="{}">{}</a>', reverse(page, args=[number]), number)
    )
