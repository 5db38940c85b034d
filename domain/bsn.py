"""Recognising a citizen service number (BSN) in text before it is stored: no patient data in a Melding (SLA 9.4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

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
ENTITY = re.compile(r"&(?:nbsp|thinsp|shy|zwnj|zwj|#[0-9]{1,5}|#x[0-9a-f]{1,4});", re.IGNORECASE)
NAMED_ENTITIES = {"nbsp": "\u00a0", "thinsp": "\u2009"}


def find_bsn(text: str) -> list[tuple[int, int]]:
    """Where `text` seems to hold a BSN: (start, end) of each, in order.

    Nine digits that pass the eleven test and are not all zero; eight where the text calls it a BSN. Digits of any
    script count, and what does not show between them does not. One in eleven other numbers of nine digits passes that
    test too, so this is a reason to ask, not a proof.
    """
    if text.isascii() and "&" not in text:
        return _find(text)
    plain, places = _plain(text)
    return [(places[start][0], places[end - 1][1]) for start, end in _find(plain)]


def digits_of(written: str) -> str:
    """The nine digits of a BSN, however it was written."""
    plain, _places = _plain(written)
    return "".join(filter(str.isdigit, plain)).zfill(len(WEIGHTS))


def _find(text: str) -> list[tuple[int, int]]:
    spans = {match.span() for match in WRITTEN.finditer(text) if not _is_other(text, *match.span())}
    spans |= {match.span("number") for match in LABELLED.finditer(text)}
    return sorted(span for span in spans if _passes(text[slice(*span)]))


def _is_other(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start]
    return bool(OTHER_BEFORE.search(before) or OTHER_AFTER.match(text, end))


def _passes(written: str) -> bool:
    digits = [int(character) for character in written if character.isdigit()]
    padded = [0] * (len(WEIGHTS) - len(digits)) + digits
    return any(digits) and sum(w * d for w, d in zip(WEIGHTS, padded, strict=True)) % 11 == 0


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`text` with plain digits and without what does not show; and for each character where it stood."""
    shown = [(plain, place) for character, place in _characters(text) if (plain := _shown(character))]
    return "".join(character for character, _place in shown), [place for _character, place in shown]


def _characters(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each character and its place; an entity of HTML is the one that it stands for."""
    at = 0
    for entity in ENTITY.finditer(text):
        yield from ((text[place], (place, place + 1)) for place in range(at, entity.start()))
        yield _meant(entity[0][1:-1].lower()), entity.span()
        at = entity.end()
    yield from ((text[place], (place, place + 1)) for place in range(at, len(text)))


def _meant(name: str) -> str:
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
