"""A message as a person reads it: who wrote, what is new in it, which files came with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

from desk import texts
from desk.attachments import safe_name
from desk.mail import headers
from desk.mail.headers import Mime
from desk.mail.markup import text_of
from desk.mail.quoting import new_text

DEEPEST, MOST_PARTS = 40, 500
HEAD_MAX = 1_000_000  # bytes
TEXTS = frozenset({"text/plain", "text/html"})
# Of the protocol, not of the sender: signatures, reports about delivery, alternatives of the words.
NOT_FILES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
     "application/pgp-encrypted", "message/delivery-status", "message/disposition-notification",
     "message/global-delivery-status", "text/rfc822-headers", "text/calendar", "text/enriched", "text/watch-html"}
)  # fmt: skip


class Unreadable(Exception):
    """No mail program could have meant this."""


@dataclass(frozen=True)
class Enclosed:
    """A file in a mail. `inline`: it belongs to the layout, such as a logo below a signature."""

    name: str
    content: bytes
    inline: bool


@dataclass(frozen=True)
class Letter:
    """What a message says. `sender` is what it claims, in lower case, and empty where it names nobody;
    `references` holds the Message-IDs that it answers, the newest last; `text` is what is new in it."""

    message: Mime
    raw: bytes
    message_id: str
    sender: str
    sender_name: str
    subject: str
    references: str
    text: str
    files: list[Enclosed]


def read(raw: bytes) -> Letter:
    """Read any message. Raises `Unreadable` where its structure cannot be followed."""
    try:
        message = message_from_bytes(raw)
        parts = list(_leaves(message))
        text = texts.storable("\n".join(_words(message)))
    except (RecursionError, MemoryError) as error:
        raise Unreadable(type(error).__name__) from error
    except Exception as error:  # the parser of the standard library has corners of its own
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    name, sender = headers.address(message)
    subject = headers.first(message, "Subject")
    answered = headers.every(message, "References") + headers.every(message, "In-Reply-To")
    return Letter(
        message, raw, headers.first(message, "Message-ID"), sender, name, subject, " ".join(answered),
        new_text(text, subject), [_enclosed(part) for part in parts if is_file(part)],
    )  # fmt: skip


def head(raw: bytes) -> Mime:
    """The header lines alone, for a message that is too large or cannot be followed."""
    return BytesHeaderParser().parsebytes(raw[:HEAD_MAX])


# --- The words


def _words(part: Mime, depth: int = 0) -> Iterator[str]:
    """The text of a message, part after part; of alternatives the first that says something."""
    if depth > DEEPEST or is_file(part):
        return
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        said = ("\n".join(_words(child, depth + 1)) for child in _children(part))
        yield next((text for text in said if text.strip()), "")
    elif part.get_content_maintype() == "multipart" and part.is_multipart():
        for child in _children(part):
            yield from _words(child, depth + 1)
    elif kind in TEXTS:
        text = headers.decode(content_of(part), part.get_content_charset() or "")
        yield text_of(text) if kind == "text/html" else text


def _children(part: Mime) -> list[Mime]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


# --- The files


def _leaves(message: Mime) -> Iterator[Mime]:
    """Every part that holds something. What is in an enclosed message stays in there."""
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise Unreadable(f"more than {MOST_PARTS} parts")
        if part.get_content_maintype() == "multipart":
            waiting += reversed(_children(part))
        else:
            yield part


def is_file(part: Mime) -> bool:
    kind = part.get_content_type()
    if part.get_content_maintype() == "multipart" or kind in NOT_FILES:
        return False
    return kind not in TEXTS or part.get_content_disposition() == "attachment" or bool(_filename(part))


def _enclosed(part: Mime) -> Enclosed:
    inline = part.get_content_disposition() != "attachment" and "Content-ID" in part
    return Enclosed(filename_of(part), content_of(part), inline)


def filename_of(part: Mime) -> str:
    return safe_name(_filename(part) or _name_by_kind(part))


def _filename(part: Mime) -> str:
    try:
        return headers.readable(part.get_filename() or "")
    except Exception:  # a parameter that RFC 2231 does not know
        return "bijlage"


def _name_by_kind(part: Mime) -> str:
    if part.get_content_maintype() == "message":
        return "bericht.eml"
    return "bijlage." + part.get_content_subtype()[:20]


def content_of(part: Mime) -> bytes:
    try:
        if part.is_multipart():
            return part.as_bytes()
        decoded = part.get_payload(decode=True)
    except Exception:  # whatever was broken in it is still in the original
        return b""
    return decoded if isinstance(decoded, bytes) else b""
