"""What the pages show of the norm: a line in words, its bar, and where each of its numbers leads."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.bars import LABELS
from incidents.clocks import CLOCKS
from reports.norm.counting import EXCLUDED, Key, NormLine
from reports.norm.sight import Sight

PART_NAMES = {
    "due": gettext_lazy("beoordeeld"), "met": gettext_lazy("op tijd"), "missed": gettext_lazy("te laat"),
    "running": gettext_lazy("loopt nog"), "excluded": gettext_lazy("telt niet mee"), "all": gettext_lazy("alles"),
    "cancelled": gettext_lazy("geannuleerd"), "duplicate": gettext_lazy("dubbel"),
    "without_term": gettext_lazy("opgelost zonder afgesproken datum"),
}  # fmt: skip


def tables(lines: Iterable[NormLine], sight: Sight) -> list[dict[str, Any]]:
    """For each clock its name and its rows."""
    known = list(lines)
    return [
        {"clock": clock, "name": LABELS[clock], "rows": [_row(one, sight) for one in known if one.clock == clock]}
        for clock in CLOCKS
    ]  # fmt: skip


def percent(share: Decimal, places: int = 1) -> str:
    """Rounded down, as it is judged: 89,99 is not 90."""
    return number_format(share.quantize(Decimal(1).scaleb(-places), ROUND_DOWN), places) + " %"


def title(key: Key, part: str) -> str:
    return _("%(clock)s P%(priority)s: %(part)s") % {
        "clock": LABELS[key.clock], "priority": key.priority, "part": PART_NAMES[part],
    }  # fmt: skip


def _row(line: NormLine, sight: Sight) -> dict[str, Any]:
    def number(part: str) -> dict[str, Any]:
        count, place = line.count(part), f"{line.clock}-{line.priority}-{line.promised.normalize():f}-{part}"
        return {
            "count": count,
            "url": sight.address(line.key, part) if count else "",
            "name": PART_NAMES[part],
            "id": place,
        }

    return {
        "priority": line.priority, "mark": float(line.promised),
        "percent": "" if line.percent is None else percent(line.percent), "width": float(line.percent or 0),
        "kept": line.kept, "verdict": _verdict(line),
        **{part: number(part) for part in ("due", "met", "missed", "running")},
        "excluded": [number(part) for part in EXCLUDED if line.count(part)],
    }  # fmt: skip


def _verdict(line: NormLine) -> str:
    if line.kept is None:
        return _("Nog niets te beoordelen")
    words = _("%(promised)s gehaald") if line.kept else _("%(promised)s niet gehaald")
    return words % {"promised": _promised(line)}


def _promised(line: NormLine) -> str:
    return percent(line.promised, 2 if line.promised % 1 else 0)
