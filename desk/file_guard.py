"""Whether a file seems to hold a BSN: in its name, or in the words that can be read of it (SLA 9.4)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic

from desk import texts
from desk.file_text import NotRead, words_in

MOST_TEXT = 50_000_000  # bytes of a text file
HEAD = 1024  # a reader of PDF takes what begins within so many bytes for one
SAMPLE = 100_000
# A text has hardly any of these: tabs, line ends and escapes of a terminal it may have.
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
# In a file name people write `_` or `-` for a space; not in what looks like the number of a ticket.
BETWEEN_WORDS = re.compile(r"(?<![^\W_])(?P<ticket>(?:INC|CHG|REQ|RITM|PRB|TASK|PR)-\d+)|[_-]", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """`text` is where a BSN seems to stand, empty where none was found. `unread`: nobody could look inside, or not
    everywhere; `late`: because there was no time left (`within`)."""

    text: str = ""
    unread: bool = False
    late: bool = False


class TooLate(NotRead):
    """There was no time left for it."""


@dataclass
class _Time:
    """What is left of it, in seconds, and what was read so far."""

    left: float
    read: dict[bytes, str | NotRead] = field(default_factory=dict)


_time: ContextVar[_Time | None] = ContextVar("time to look at files", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All files that are looked at within this share so much time; the same one is read once."""
    token = _time.set(_Time(seconds))
    try:
        yield
    finally:
        _time.reset(token)


def look(name: str, content: bytes, content_type: str) -> Found:
    """What is the matter with a file. A photo or video is looked at by no machine, and its sender promised."""
    if texts.bsn_in(words_of(name)):
        return Found(words_of(name))
    try:
        text = _read(content, content_type)
    except NotRead as error:
        return (
            Found(error.text)
            if any(texts.each_bsn(error.text))
            else Found("", True, isinstance(error, TooLate))
        )
    return Found(text) if any(texts.each_bsn(text)) else Found()


def words(content: bytes, content_type: str) -> str:
    """What can be read of it; empty where nobody can look inside."""
    try:
        return _read(content, content_type)
    except NotRead as error:
        return error.text


def words_of(name: str) -> str:
    """The name of a file as words."""
    return BETWEEN_WORDS.sub(lambda found: found["ticket"] or " ", name)


def _read(content: bytes, content_type: str) -> str:
    """Raises `NotRead`, with the text of it that could be read."""
    if (time := _time.get()) is None:
        return _text_of(content, content_type)
    key = hashlib.sha256(content).digest() + _claims_text(content_type).to_bytes()
    if key not in time.read:
        if time.left <= 0:
            raise TooLate("no time left")
        started = monotonic()
        try:
            time.read[key] = _text_of(content, content_type)
        except NotRead as error:
            time.read[key] = error
        time.left -= monotonic() - started
    found = time.read[key]
    if isinstance(found, NotRead):
        raise found
    return found


def _text_of(content: bytes, content_type: str) -> str:
    """By what it is, whatever its name or its sender calls it."""
    if content.startswith(b"%PDF-") or content_type == "application/pdf":
        return words_in(content, "pdf")
    if content.startswith(b"PK\x03\x04"):
        return words_in(content, "office")
    if len(content) > MOST_TEXT:
        raise NotRead("too large")
    text = _plain_text(content, _claims_text(content_type))
    if b"%PDF-" in content[:HEAD]:
        with suppress(NotRead):
            text += "\n" + words_in(content, "pdf")
    return text


def _claims_text(content_type: str) -> bool:
    return content_type.startswith(("text/", "message/")) or content_type in {
        "application/json",
        "application/xml",
    }


def _plain_text(content: bytes, claimed: bool) -> str:
    """Empty for what is no text, unless it is `claimed` to be."""
    for charset in _charsets(content):
        try:
            text = content.decode(charset, "replace" if charset.startswith("utf-16") else "strict")
        except UnicodeDecodeError:
            continue
        if claimed or len(NO_TEXT.findall(text[:SAMPLE])) * 50 <= len(text[:SAMPLE]):
            return text
    return ""


def _charsets(content: bytes) -> list[str]:
    """What it may be written in, the most probable first. Every second byte of a western text in UTF-16 is zero."""
    if content.startswith(BYTE_ORDERS):
        return ["utf-16"]
    zeros = [content[:HEAD][first::2].count(0) * 8 > len(content[:HEAD]) for first in (0, 1)]
    if zeros[0] != zeros[1]:
        return ["utf-16-be" if zeros[0] else "utf-16-le"]
    return ["utf-8", "cp1252", "latin-1"]
