"""What the header lines of a message say, however they were written."""

from __future__ import annotations

import codecs
import re
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from desk.texts import storable

Mime: TypeAlias = "Message[Any, Any]"

LONGEST = 20_000  # characters of one header line that are looked at
ENCODED = re.compile(r"(?:=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=(?:\s+(?==\?))?)+")
# As senders name them, and what they mean by it.
MEANT = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
}
NOT_FOR_MAIL = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


def first(message: Mime, name: str) -> str:
    """The first header of that name as one line of text; empty without it."""
    return next(iter(every(message, name)), "")


def every(message: Mime, name: str) -> list[str]:
    wanted = name.lower()
    return [
        " ".join(readable(value).split()) for header, value in message.raw_items() if header.lower() == wanted
    ]


def readable(value: object) -> str:
    """Text of a raw header: 8-bit characters and encoded words (RFC 2047) decoded, or left as they are."""
    raw = str(value)[:LONGEST].encode("utf-8", "surrogateescape")
    return storable(ENCODED.sub(_decoded, decode(raw, "utf-8")))


def _decoded(words: re.Match[str]) -> str:
    try:
        found = decode_header(re.sub(r"\s+(?==\?)", " ", words[0]))
    except Exception:  # an encoded word that is broken is shown as it came
        return words[0]
    return "".join(
        decode(part, charset or "") if isinstance(part, bytes) else part for part, charset in found
    )


def decode(raw: bytes, charset: str) -> str:
    """`raw` as text, by the charset that it claims if that works, else by what it most probably is."""
    for name in (_known(charset), "utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1")


def _known(charset: str) -> str:
    claimed = MEANT.get(charset.strip().lower(), charset.strip())
    try:
        return "utf-8" if codecs.lookup(claimed).name in NOT_FOR_MAIL else claimed
    except (LookupError, ValueError):
        return "utf-8"


def address(message: Mime, name: str = "From") -> tuple[str, str]:
    """The name and the address (in lower case) of the first usable one; the address is empty without one."""
    raw = next((str(value) for header, value in message.raw_items() if header.lower() == name.lower()), "")
    for shown, found in getaddresses([raw[:LONGEST]]):
        if is_address(found):
            return " ".join(readable(shown).split()), found.lower()
    return "", ""


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
