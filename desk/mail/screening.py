"""A mail without the BSN that seem to stand in it (SLA 9.4): what is kept of it, and dealt with, is that. The mail as it
came goes into quarantine whole, sealed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from email import message_from_bytes
from email.header import Header
from email.message import Message
from email.utils import formataddr, getaddresses
from html import unescape
from itertools import islice

from django import db
from django.utils.translation import gettext as _

from desk import file_guard, quarantine, texts
from desk.arriving import under_way
from desk.kept_files import swap
from desk.mail import headers, markup
from desk.mail.headers import Mime
from desk.mail.letter import Unreadable, content_of, filename_of, head, is_file
from desk.models import InboundMail

log = logging.getLogger(__name__)
Words = Callable[[str, str], str]  # a text and its place -> what is kept of it
File = Callable[[str, bytes, str], "tuple[str, bytes] | None"]  # name, content, type -> what stands in for it
PEOPLE = frozenset({"from", "to", "cc", "reply-to", "sender"})
# Of people, not of the protocol: that is full of numbers which mean nothing.
SAID = PEOPLE | {"subject", "comments", "keywords", "thread-topic", "content-description"}
KEPT_OF_HEAD = ("From", "Date", "Message-ID", "In-Reply-To", "References", "Subject")
TEXTUAL = frozenset({"text", "message", "multipart"})
# More numbers in a text make it a list, and a list is held back as a file; more in a mail, all but its head.
MOST_IN_TEXT, MOST_IN_ALL, LONGEST_TEXT = 100, 500, 2_000_000


class TooMuch(Exception):
    """A text with so many numbers, or so long with one in it, that marks in it would help nobody."""


def without_bsn(raw: bytes) -> bytes:
    """What may be kept of a mail, `raw` itself where nothing is wrong with it. Takes its time, so before the transaction:
    within `way_in(later=True)`. Raises `Unreadable` where it cannot be followed, and what the database raises."""
    try:
        return _followed(raw, _masked, _stand_in, SAID)
    except db.Error:
        raise
    except Exception as error:  # the library has corners of its own, and so have those who send
        raise Unreadable(type(error).__name__) from error


def head_without_bsn(raw: bytes) -> bytes:
    """What is kept of one that cannot be followed."""
    quarantine.taken_out().clear()
    return _head_only(raw, quarantine.masked, frozenset(map(str.lower, KEPT_OF_HEAD)))


def nothing_of_it() -> bytes:
    """What stands in for a mail that nobody could look at."""
    return _made(Message(), _("Dit bericht is in zijn geheel afgeschermd: het kon niet worden nagekeken."))


def store(row: InboundMail, raw: bytes, kept: bytes) -> None:
    """Store `kept` in the place of `raw`, and seal that. Within the `way_in` of `without_bsn` and the caller's
    transaction; the caller saves `row`."""
    going = under_way.get()
    assert going is not None, "nothing is coming in"
    if kept == raw:
        going.later = False
        return
    now = swap(str(row.file.name), kept)
    row.refresh_from_db(fields=["file", "size", "sha256"])
    quarantine.hold_whole(raw, "mail", content_type=row.content_type, path=now)


def _masked(text: str, place: str) -> str:
    found = list(islice(texts.each_bsn(text), MOST_IN_TEXT + 1))
    if not found:
        return text
    if len(found) > MOST_IN_TEXT or len(text) > LONGEST_TEXT or len(quarantine.taken_out()) > MOST_IN_ALL:
        raise TooMuch
    return quarantine.masked(text, place)


def _stand_in(name: str, content: bytes, content_type: str) -> tuple[str, bytes] | None:
    found = file_guard.look(name, content, content_type)
    if not (found.text or found.late):
        return None
    return quarantine.placeholder(quarantine.hold_file(name, content, content_type, "files"))


# --- Any mail


def rewritten(raw: bytes, words: Words, file: File, *, said: frozenset[str] | None = SAID) -> bytes:
    """A mail with its texts as `words` makes them and its files as `file` says, else `raw` itself. `said` are the header
    lines that are looked at, None for all. What cannot be followed is reduced to its head where `words` finds something."""
    try:
        return _followed(raw, words, file, said)
    except db.Error:
        raise
    except Exception as error:
        text = headers.decode(raw, "utf-8")
        log.warning("a mail cannot be followed: %s", type(error).__name__)
        return raw if words(text, "mail") == text else _head_only(raw, words, said)


def _followed(raw: bytes, words: Words, file: File, said: frozenset[str] | None) -> bytes:
    message = message_from_bytes(raw)
    parts = list(message.walk())
    # What a report says of a delivery, it says in lines as those of a head.
    reports = {id(inside) for part in parts if _is_report(part) for inside in part.get_payload()}
    changed = [_rewrite(part, words, file, None if id(part) in reports else said) for part in parts]
    return message.as_bytes() if any(changed) else raw


def _is_report(part: Mime) -> bool:
    return (
        part.is_multipart()
        and part.get_content_maintype() == "message"
        and part.get_content_subtype() != "rfc822"
    )


def _rewrite(part: Mime, words: Words, file: File, said: frozenset[str] | None) -> bool:
    changed = _rewrite_head(part, words, said)
    if part.is_multipart():
        return _rewrite_around(part, words) or changed
    if is_file(part) or part.get_content_maintype() not in TEXTUAL:
        return _rewrite_file(part, file) or changed
    try:
        return _rewrite_text(part, words) or changed
    except TooMuch:
        return _rewrite_file(part, _list_of_numbers)


def _rewrite_around(part: Mime, words: Words) -> bool:
    """Before the first part and after the last, where mail programs say nothing and show nothing."""
    changed = False
    for name in ("preamble", "epilogue"):
        text = headers.decode((getattr(part, name) or "").encode("utf-8", "surrogateescape"), "utf-8")
        if words(text, "text") != text:
            setattr(part, name, "")
            changed = True
    return changed


def _rewrite_text(part: Mime, words: Words) -> bool:
    kind = part.get_content_type()
    text = _text_of(part, words)
    shown = markup.text_of(text) if kind == "text/html" else text
    kept = words(shown, "text")
    if kept == shown and not (kind == "text/html" and _hides_something(text, words)):
        return False
    _fill(part, kept.encode(), kind if kind.startswith("text/") and kind != "text/html" else "text/plain")
    return True


def _text_of(part: Mime, words: Words) -> str:
    """By the charset that it claims, or by what it is where that shows what the other does not."""
    content = content_of(part)
    text = texts.storable(headers.decode(content, part.get_content_charset() or ""))
    other = texts.storable(file_guard.words(content, "text/plain"))
    return other if other != text and words(other, "text") != other else text


def _hides_something(html: str, words: Words) -> bool:
    """In an address, a comment, or so far down that it is not shown."""
    hidden = [unescape(html)]
    for start in range(markup.LONGEST - 1000, len(html), markup.LONGEST - 1000):
        hidden.append(markup.text_of(html[start : start + markup.LONGEST]))
    return any(words(text, "text") != text for text in hidden)


def _rewrite_file(part: Mime, file: File) -> bool:
    stand_in = file(filename_of(part), content_of(part), part.get_content_type())
    if stand_in is not None:
        _fill(part, stand_in[1])
        del part["Content-Disposition"]
        part.add_header("Content-Disposition", "attachment", filename=stand_in[0])
    return stand_in is not None


def _list_of_numbers(name: str, content: bytes, content_type: str) -> tuple[str, bytes]:
    return quarantine.placeholder(quarantine.hold_file(name, content, content_type, "text"))


def _fill(part: Mime, text: bytes, kind: str = "text/plain") -> None:
    for name in ("Content-Type", "Content-Transfer-Encoding"):
        del part[name]
    part["Content-Type"] = kind
    part.set_payload(text.decode(), "utf-8")


def _head_only(raw: bytes, words: Words, said: frozenset[str] | None) -> bytes:
    message, found = Message(), {name.lower(): value for name, value in reversed([*head(raw).raw_items()])}
    for name in KEPT_OF_HEAD:
        if name.lower() in found:
            message[name] = found[name.lower()]
    _rewrite_head(message, words, said)
    return _made(message, _("Van dit bericht is alleen de kop bewaard: de rest is afgeschermd."))


def _made(message: Mime, text: str) -> bytes:
    _fill(message, text.encode())
    return message.as_bytes()


# --- The lines of a head


def _rewrite_head(part: Mime, words: Words, said: frozenset[str] | None) -> bool:
    changed = False
    for name in {name.lower() for name in part if _looked_at(name.lower(), said)}:
        rewrite = _people if said is not None and name in PEOPLE else _line
        before = [value for header, value in part.raw_items() if header.lower() == name]
        after = [rewrite(str(value), name, words) for value in before]
        if any(line is not None for line in after):
            changed = True
            del part[name]
            for value, line in zip(before, after, strict=True):
                part[name.title()] = value if line is None else line
    return changed


def _looked_at(name: str, said: frozenset[str] | None) -> bool:
    """Never what holds the parts of a mail together."""
    if said is not None:
        return name in said
    return name == "content-description" or not name.startswith(("content-", "mime-"))


def _line(value: str, name: str, words: Words) -> str | None:
    """What is kept of a line, None where that is all of it."""
    line = " ".join(headers.readable(value).split())
    kept, rest = words(line, name), value[headers.LONGEST - 100 :] if len(value) > headers.LONGEST else ""
    return None if kept == line and words(rest, name) == rest else _encoded(kept)


def _people(value: str, name: str, words: Words) -> str | None:
    """The same of one that names people: their names are looked at, and their addresses stay, to answer to."""
    found = [
        (" ".join(headers.readable(shown).split()), address)
        for shown, address in getaddresses([value[: headers.LONGEST]])
        if address.isascii() and headers.is_address(address)
    ]
    kept = [(words(shown, name), address) for shown, address in found]
    if kept == found:
        rest = value
        for _shown, address in found:
            rest = rest.replace(address, " ")
        if _line(rest, name, words) is None:
            return None
    return ", ".join(formataddr(one, "utf-8") for one in kept) or _line(value, name, words)


def _encoded(line: str) -> str:
    return Header(line, "us-ascii" if line.isascii() else "utf-8").encode()
