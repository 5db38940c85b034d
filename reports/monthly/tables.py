"""The figures of a report to reckon with: as JSON, over which its hash is taken, and as CSV (SLA 13)."""

from __future__ import annotations

import csv as sheets
import io
import json
from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

from django.utils import translation
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from reports.monthly import words
from reports.monthly.labels import FIGURES, SECTIONS, VALUES, subject
from reports.monthly.shape import Moment, Percent, Promise, Report, Trend

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for one
Line = tuple[str, str, str, str]


def as_json(data: Report) -> bytes:
    """The same bytes for the same figures: keys sorted, nothing between them, UTF-8."""
    return json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def csv(data: Report, language: str) -> bytes:
    """Every figure of the report, one a line, as a Dutch spreadsheet opens it: `;` between, UTF-8 with a mark.

    Headings and decimal mark are those of `language`; moments are in Dutch local time.
    """
    made = io.StringIO(newline="")
    sheet = sheets.writer(made, delimiter=";")
    with translation.override(language):
        sheet.writerow([_("Onderdeel"), _("Waarvan"), _("Cijfer"), _("Waarde")])
        for name, kind in get_type_hints(Report, include_extras=True).items():
            sheet.writerows(_lines((str(SECTIONS[name]), ""), name, data[name], kind))  # type: ignore[literal-required]
    return (BOM + made.getvalue()).encode()


def _lines(place: tuple[str, str], name: str, value: Any, kind: Any) -> Iterator[Line]:
    """Those of one value, whatever it holds, in the order of its shape."""
    if kind is Trend:
        yield from _trend(place, value)
    elif is_typeddict(kind):
        for inner, hint in get_type_hints(kind, include_extras=True).items():
            if inner in value:
                owned = f"{kind.__name__}.{inner}"
                yield from _lines(place, owned if owned in FIGURES else inner, value[inner], hint)
    elif get_origin(kind) is list:
        (of,) = get_args(kind)
        for one in value:
            held = (place[0], safe(subject(one, of, place[1]))) if is_typeddict(of) else place
            yield from _lines(held, name, one, of)
    elif get_origin(kind) is dict:
        for key, one in value.items():
            yield (*place, f"{FIGURES[name]}: {words.named(words.KEYS, key)}", _written(one, int))
    else:
        yield (*place, str(FIGURES[name]), _named(name, value, kind))


def _trend(place: tuple[str, str], trend: Trend) -> Iterator[Line]:
    for month, incidents, available in zip(
        *(trend[name] for name in ("months", "incidents", "availability")), strict=True
    ):
        yield place[0], month, str(FIGURES["incidents"]), _written(incidents, int)
        yield place[0], month, str(FIGURES["percent"]), _written(available, Percent)
    for signal in trend["signals"]:
        yield (*place, str(FIGURES["signals"]), safe(signal))


def _named(name: str, value: Any, kind: Any) -> str:
    if kind is Promise:
        return words.promised_thing(value)
    return words.named(VALUES[name], value) if name in VALUES and value else _written(value, kind)


def _written(value: Any, kind: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, int | float) or Percent in (kind, *get_args(kind)):
        return str(value).replace(".", get_format("DECIMAL_SEPARATOR"))
    if Moment in (kind, *get_args(kind)):
        return f"{words.local(value):%Y-%m-%d %H:%M:%S}"
    return safe(value)


def safe(text: str) -> str:
    """What somebody wrote stays text in a spreadsheet."""
    return f"'{text}" if text.startswith(FORMULA) else text
