"""What somebody wrote anew, without the mail that they answer. When in doubt the text stays."""

from __future__ import annotations

import re
from dataclasses import dataclass

# "Op di 16 jun 2026 om 10:00 schreef Noor <noor@...>:", also over several lines, as Gmail, Apple Mail,
# Thunderbird and telephones write it in Dutch and English. All have a date, and end in a colon.
ATTRIBUTION = re.compile(
    r"(?:op|on)\b.*\d.*\b(?:schreef|heeft|wrote)\b.*:|.{1,120}\b(?:schreef|wrote) (?:op|on|at)\b.*\d.*:",
    re.IGNORECASE,
)
ATTRIBUTION_STARTS = re.compile(r"(?:op|on)\b.*\d|.{1,120}\b(?:schreef|wrote) (?:op|on|at)\b", re.IGNORECASE)
SEPARATOR = re.compile(
    r"[-_ ]{2,}\s*(?:oorspronkelijke? bericht|origineel bericht|original (?:message|appointment))\s*[-_ ]{2,}",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"(?:[-_ ]{2,}\s*)?(?:doorgestuurd bericht|begin doorgestuurd bericht|forwarded message|begin forwarded message)"
    r"\s*(?::|[-_ ]{2,})",
    re.IGNORECASE,
)
FORWARDING = re.compile(r"\s*(?:fwd?|doorst|doorgest|tr|wg)\s*:", re.IGNORECASE)
HEADER_FIRST = re.compile(r"\*?(?:van|from)\s?:\*?\s*\S", re.IGNORECASE)
HEADER_NEXT = re.compile(
    r"\*?(?:verzonden|datum|aan|cc|onderwerp|beantwoorden|urgentie|sent|date|to|subject|reply-to|importance)\s?:",
    re.IGNORECASE,
)
RULE = re.compile(r"[_\-=]{10,}")
DEVICE = re.compile(
    r"(?:verstuurd|verzonden) (?:vanaf|met|via|vanuit) .{1,60}|sent from .{1,60}|outlook voor (?:ios|android).{0,60}"
    r"|(?:get|download) outlook for .{1,60}|stuur vanaf .{1,60}",
    re.IGNORECASE,
)
SIGNATURE_LINES = 15


@dataclass(frozen=True)
class Quote:
    """Where the answered mail begins: lines [start, end) introduce it. Does it hold what is marked with ">"?"""

    start: int
    end: int
    marked: bool


def new_text(text: str, subject: str = "") -> str:
    """`text` without quoted mail and signature. Keeps all of a forwarded mail, of one whose answers stand between
    the quoted lines, and of one that would have nothing left."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if FORWARDING.match(subject):
        return text.strip()
    return "\n".join(_without_signature(_without_quote(lines)) or lines).strip()


def _without_quote(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if FORWARDED.match(line.strip("> *")):
            return lines
        if quote := _quote_at(lines, place):
            return _answer(lines, quote)
    return lines


def _answer(lines: list[str], quote: Quote) -> list[str]:
    above, below = lines[: quote.start], lines[quote.end :]
    if not quote.marked:
        return above if _said(above) else lines
    marked = [place for place, line in enumerate(below) if line.startswith(">")]
    after = below[marked[-1] + 1 :] if marked else []
    between = [line for line in below[: len(below) - len(after)] if line.strip() and not line.startswith(">")]
    if marked and (between or (_said(above) and _said(_without_signature(after)))):
        return lines
    return above if _said(above) else after if _said(after) else lines


def _said(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _quote_at(lines: list[str], place: int) -> Quote | None:
    line = lines[place].strip()
    if not line:
        return None
    if line.startswith(">"):  # Apple Mail marks the introduction as well
        return _attribution_at(lines, place)
    if SEPARATOR.fullmatch(line):
        return Quote(place, place + 1, marked=False)
    if _is_header_block(lines, place):
        start = place - 1 if place and RULE.fullmatch(lines[place - 1].strip()) else place
        return Quote(start, place + 1, marked=False)
    return _attribution_at(lines, place)


def _is_header_block(lines: list[str], place: int) -> bool:
    if not HEADER_FIRST.match(lines[place].strip()):
        return False
    following = [line.strip() for line in lines[place + 1 : place + 7]]
    return sum(bool(HEADER_NEXT.match(line)) for line in following) >= 2


def _attribution_at(lines: list[str], place: int) -> Quote | None:
    """Wrapped at will, so joined with up to three lines that follow it."""
    if not ATTRIBUTION_STARTS.match(lines[place][:300].strip("> ")):
        return None
    for end in range(place + 1, min(place + 4, len(lines)) + 1):
        joined = " ".join(line.strip("> \ufeff") for line in lines[place:end]).strip()
        if len(joined) < 400 and joined.endswith(":"):
            return Quote(place, end, marked=True) if ATTRIBUTION.fullmatch(joined) else None
    return None


def _without_signature(lines: list[str]) -> list[str]:
    """Without what follows "-- " (RFC 3676), or the line that a telephone adds."""
    kept = lines
    marks = [place for place, line in enumerate(lines) if line in {"-- ", "--\u00a0"}]
    if marks and _said(lines[: marks[-1]]) and len(lines) - marks[-1] <= SIGNATURE_LINES:
        kept = lines[: marks[-1]]
    while kept and (not kept[-1].strip() or DEVICE.fullmatch(kept[-1].strip())):
        kept = kept[:-1]
    return kept
