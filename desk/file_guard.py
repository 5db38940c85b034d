"""Whether a file seems to hold a BSN: in its name, or in the words that can be read of it (SLA 9.4)."""

from __future__ import annotations

from dataclasses import dataclass

from desk import texts
from desk.file_text import NotRead, words_in

MOST_TEXT = 2_000_000  # bytes of a text file


@dataclass(frozen=True)
class Found:
    """`text` is where a BSN seems to stand, empty where none was found. `unread`: nobody could look inside."""

    text: str = ""
    unread: bool = False


def look(name: str, content: bytes, content_type: str) -> Found:
    """What is the matter with a file. A photo or video is looked at by no machine, and its sender promised."""
    if texts.bsn_in(_words_of(name)):
        return Found(_words_of(name))
    try:
        text = _text_of(content, content_type)
    except NotRead:
        return Found(unread=True)
    return Found(text) if texts.bsn_in(text) else Found()


def words(content: bytes, content_type: str) -> str:
    """What can be read of it; empty where nobody can look inside."""
    try:
        return _text_of(content, content_type)
    except NotRead:
        return ""


def _words_of(name: str) -> str:
    """A name as words: in a file name people write `_` for a space."""
    return name.replace("_", " ")


def _text_of(content: bytes, content_type: str) -> str:
    if content.startswith(b"%PDF-") or content_type == "application/pdf":
        return words_in(content, "pdf")
    if content.startswith(b"PK\x03\x04"):
        return words_in(content, "office")
    if content_type.startswith(("text/", "message/")) or content_type in {
        "application/json",
        "application/xml",
    }:
        if len(content) > MOST_TEXT:
            raise NotRead("too large")
        return content.decode("utf-8", "replace")
    return ""
