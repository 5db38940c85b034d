"""Recognising a citizen service number (BSN) in text before it is stored: no patient data in a Melding (SLA 9.4)."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
SEPARATOR = r"[ .\-\u00a0\u2009\u2010\u2011\u2013\u202f]"

# As people write it: in one piece, or grouped with one separator throughout. Not glued to a word, a ticket
# or order number, an amount, or a longer row of digits.
WRITTEN = re.compile(
    rf"""(?<![\w#]) (?<!\w[-_]) (?<![0-9][.,/:])
    (?: [0-9]{{9}}
      | (?<![0-9]{SEPARATOR})
        (?: [0-9]{{3}} (?P<a>{SEPARATOR}) [0-9]{{3}} (?P=a) [0-9]{{3}}
          | [0-9]{{4}} (?P<b>{SEPARATOR}) [0-9]{{2}} (?P=b) [0-9]{{3}}
          | [0-9]{{2}} (?P<c>{SEPARATOR}) [0-9]{{2}} (?P=c) [0-9]{{2}} (?P=c) [0-9]{{3}} )
        (?! {SEPARATOR} [0-9] )
    )
    (?! \w | [-.,/:][0-9] )""",
    re.VERBOSE,
)
# What is said of it right before or after makes it another number: a telephone, an order, an amount, a size.
OTHER_BEFORE = re.compile(
    r"""(?: (?: \+ | \b00 ) [0-9]{1,3} [ .-]? (?: \(0\) [ ]? )? | \(0\) [ ]? | (?: € | \$ | £ | \bEUR ) [ ]?
    | \b (?: tel | telefoon | mobiel | fax | kvk | agb | uzi | iban | btw | vat | big | order | bestel | ticket | factuur | offerte
        | klant | debiteur | artikel | serie | serial | contract | referentie | ref | kenmerk | transactie | incident
        | change | case | sessie | session | request | proces | process | pid | build | versie | version )
      [ -]? (?: nummer | number | nr | no | id | code )? [.]? (?: \s is | \s was )? [ :=.\#-]{0,4} ) $""",
    re.VERBOSE | re.IGNORECASE,
)
OTHER_AFTER = re.compile(
    r" ?(?:bytes?|[kMG]i?B|ms|µs|ns|sec|seconden|euro|records?|regels|rijen|rows|%)(?!\w)"
)

# After its name any grouping will do, over lines and cells as well, and a leading zero may be missing.
ANY_SEPARATOR = rf"(?:{SEPARATOR}|[\t\n])"
LABELLED = re.compile(
    rf"(?<![^\W_]) (?:bsn|burgerservicenummer|burger[ ]service[ ]nummer|sofi-?nummer) [^0-9]{{0,20}}?"
    rf"(?P<number> [0-9] (?:{ANY_SEPARATOR}?[0-9]){{7,8}} ) (?! \w | {SEPARATOR}?[0-9] )",
    re.VERBOSE | re.IGNORECASE,
)
# What calls a value a BSN where there is no sentence: the name of a field or a column.
NAME = re.compile(r"bsn|burger[ _-]?service[ _-]?(?:nummer|nr)|sofi[ _-]?(?:nummer|nr)", re.IGNORECASE)
# What may stand for another character, or for none: an entity of HTML, a digit of another script, what does not show.
ODD = re.compile(
    r"&(?:nbsp|thinsp|shy|zwnj|zwj|#[0-9]{1,5}|#x[0-9a-f]{1,4});|(?![0-9])\d|[^\w\s\x00-\x7f]", re.IGNORECASE
)
NAMED_ENTITIES = {"nbsp": "\u00a0", "thinsp": "\u2009"}
# A long text is read in pieces, each with so much around it that nothing is cut.
PIECE, AROUND = 100_000, 1_000


def find_bsn(text: str) -> list[tuple[int, int]]:
    """Where `text` seems to hold a BSN: (start, end) of each, in order.

    Nine digits that pass the eleven test and are not all zero; eight where the text calls it a BSN. Digits of any
    script count, and what does not show between them does not. One in eleven other numbers of nine digits passes that
    test too, so this is a reason to ask, not a proof.
    """
    return [span for at in range(0, len(text), PIECE) for span in _piece(text, at)]


def is_name(text: str) -> bool:
    """Whether a field of that name holds a BSN."""
    return bool(NAME.search(text))


def digits_of(written: str) -> str:
    """The nine digits of a BSN, however it was written."""
    return "".join(filter(str.isdigit, _plain(written)[0])).zfill(len(WEIGHTS))


def _piece(text: str, at: int) -> list[tuple[int, int]]:
    """What begins in the piece at `at`."""
    start = max(0, at - AROUND)
    found = _find_in(text[start : at + PIECE + AROUND])
    return [(one + start, end + start) for one, end in found if at <= one + start < at + PIECE]


def _find_in(text: str) -> list[tuple[int, int]]:
    if text.isascii() and "&" not in text:
        return _find(text)
    plain, places = _plain(text)
    return [(places.of(start)[0], places.of(end - 1)[1]) for start, end in _find(plain)]


def _find(text: str) -> list[tuple[int, int]]:
    written = (match for match in WRITTEN.finditer(text) if _passes(match[0]) and not _is_other(text, match))
    labelled = (match.span("number") for match in LABELLED.finditer(text) if _passes(match["number"]))
    return sorted({match.span() for match in written} | set(labelled))


def _is_other(text: str, match: re.Match[str]) -> bool:
    if match["c"] == "." and int(match[0][-3:]) <= 255:  # the address of a machine
        return True
    before = text[max(0, match.start() - 40) : match.start()]
    return bool(OTHER_BEFORE.search(before) or OTHER_AFTER.match(text, match.end()))


def _passes(written: str) -> bool:
    digits = [int(character) for character in written if character.isdigit()]
    padded = [0] * (len(WEIGHTS) - len(digits)) + digits
    return any(digits) and sum(w * d for w, d in zip(WEIGHTS, padded, strict=True)) % 11 == 0


class _Places:
    """Where each character of a plain text stood: runs that stayed as they were, and what stands for something else."""

    def __init__(self) -> None:
        self.plain: list[int] = []
        self.runs: list[tuple[int, int]] = []  # its place, and the length of what one character stands for

    def of(self, at: int) -> tuple[int, int]:
        """(start, end) of the character at `at` of the plain text."""
        run = bisect_right(self.plain, at) - 1
        start, length = self.runs[run]
        return start + at - self.plain[run], start + at - self.plain[run] + length

    def add(self, at: int, start: int, length: int) -> None:
        self.plain.append(at)
        self.runs.append((start, length))


def _plain(text: str) -> tuple[str, _Places]:
    """`text` with plain digits and without what does not show; and for each character where it stood."""
    kept: list[str] = []
    places, length, at = _Places(), 0, 0
    for odd in ODD.finditer(text):
        shown = _shown(_meant(odd[0]))
        if shown == odd[0]:
            continue
        if run := text[at : odd.start()]:
            places.add(length, at, 1)
        if shown:
            places.add(length + len(run), odd.start(), len(odd[0]))
        kept += [run, shown]
        length, at = length + len(run) + len(shown), odd.end()
    places.add(length, at, 1)
    return "".join([*kept, text[at:]]), places


def _meant(odd: str) -> str:
    if len(odd) == 1:
        return odd
    name = odd[1:-1].lower()
    if not name.startswith("#"):
        return NAMED_ENTITIES.get(name, "\u200b")
    return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))


def _shown(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.category(character) == "Cf":
        return ""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
