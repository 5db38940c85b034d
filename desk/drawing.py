"""Charts as SVG, drawn on the server from a Vega-Lite specification: for a page in its own colours, or for paper."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert
from django.conf import settings
from django.core.cache import cache as store
from django.utils.formats import get_format
from django.utils.safestring import SafeString, mark_safe

Spec = dict[str, Any]
KEPT_SECONDS = 30 * 24 * 3600
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
# The page's own colours: they follow light and dark, and whoever chooses otherwise.
INK, QUIET, GRID, EDGE, LINE, ROOM, ALARM = (
    "var(--ink)", "var(--ink-3)", "var(--line)", "var(--line-2)", "var(--accent)", "var(--accent-soft)", "var(--late)",
)  # fmt: skip
CONFIG: Spec = {
    "background": None, "font": "Source Sans 3", "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET, "labelFontSize": 11, "gridColor": GRID, "domainColor": GRID, "tickColor": GRID,
        "title": None,
    },
}  # fmt: skip
OUTER = re.compile(r'<svg [^>]*?width="(\d+)" height="(\d+)"[^>]*>')
NAMES = re.compile(r' (?:aria-\w+|role)="[^"]*"')
VARIABLE = re.compile(r"var\(--([\w-]+)\)")
TOKEN = re.compile(r"--([\w-]+): (?:light-dark\((#\w+), #\w+\)|var\(--([\w-]+)\))")
PAPER_FONT = "Libertinus Serif"


def draw(specs: Sequence[Spec]) -> list[SafeString]:
    """For a page, each made once for the same figures. Without names for a screen reader: the page has its own."""
    return [mark_safe(OUTER.sub(_of_page, svg, count=1)) for svg in _drawn(specs)]  # noqa: S308 - vl-convert escapes the texts in it


def printed(specs: Sequence[Spec]) -> list[str]:
    """For a document, in the light colours and the letter of paper."""
    ink = _paper()
    return [
        VARIABLE.sub(lambda found: ink[found[1]], svg).replace(CONFIG["font"], PAPER_FONT)
        for svg in _drawn(specs)
    ]


def numbers() -> str:
    """The expression that writes a number at an axis in the current language."""
    return f"replace(format(datum.value, '~r'), '.', {json.dumps(get_format('DECIMAL_SEPARATOR'))})"


def _of_page(outer: re.Match[str]) -> str:
    return f'<svg class="chart" viewBox="0 0 {outer[1]} {outer[2]}" aria-hidden="true" focusable="false">'


def _drawn(specs: Sequence[Spec]) -> list[str]:
    texts = [json.dumps(spec, sort_keys=True) for spec in specs]
    keys = ["chart-" + hashlib.sha256(text.encode()).hexdigest() for text in texts]
    kept = store.get_many(keys)
    new = {
        key: NAMES.sub("", vl_convert.vegalite_to_svg(text))
        for key, text in zip(keys, texts, strict=True)
        if key not in kept
    }
    if new:
        store.set_many(new, KEPT_SECONDS)
    return [(kept | new)[key] for key in keys]


@cache
def _paper() -> dict[str, str]:
    """The light half of the design tokens."""
    text = (Path(settings.BASE_DIR) / "static/desk/tokens.css").read_text()
    found = {name: (colour, other) for name, colour, other in TOKEN.findall(text)}
    return {
        name: colour or found[other][0] for name, (colour, other) in found.items() if colour or other in found
    }
