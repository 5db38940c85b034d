"""Recognising a citizen service number (BSN) in text before it is stored: no patient data in a Melding (SLA 9.4)."""

import re

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
SEPARATOR = r"[ .\-\u00a0\u2009\u2010\u2011\u2013\u202f]"

# As people write it: in one piece, or grouped with one separator throughout. Not glued to a word, a ticket
# or order number, an amount, a longer row of digits or a country code, as in +31 612345678.
WRITTEN = re.compile(
    rf"""(?<![\w#]) (?<!\w[-_]) (?<![0-9][.,/:]) (?<!\+[0-9]{{2}}[ ]) (?<!00[0-9]{{2}}[ ]) (?<!\(0\)) (?<!\(0\)[ ])
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

# After its name any grouping will do, and a leading zero may be missing.
LABELLED = re.compile(
    rf"(?<![^\W_]) (?:bsn|burgerservicenummer|burger[ ]service[ ]nummer|sofi-?nummer) [^0-9\n]{{0,20}}?"
    rf"(?P<number> [0-9] (?:{SEPARATOR}?[0-9]){{7,8}} ) (?! \w | {SEPARATOR}?[0-9] )",
    re.VERBOSE | re.IGNORECASE,
)


def find_bsn(text: str) -> list[tuple[int, int]]:
    """Where `text` seems to hold a BSN: (start, end) of each, in order.

    Nine digits that pass the eleven test and are not all zero; eight where the text calls it a BSN. One in
    eleven other numbers of nine digits passes that test too, so this is a reason to ask, not a proof.
    """
    spans = {match.span() for match in WRITTEN.finditer(text)}
    spans |= {match.span("number") for match in LABELLED.finditer(text)}
    return sorted(span for span in spans if _passes(text[slice(*span)]))


def _passes(written: str) -> bool:
    digits = [int(character) for character in written if character.isdigit()]
    padded = [0] * (len(WEIGHTS) - len(digits)) + digits
    return any(digits) and sum(w * d for w, d in zip(WEIGHTS, padded, strict=True)) % 11 == 0
