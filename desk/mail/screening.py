"""A mail without the BSN that seem to stand in it (SLA 9.4): what is kept of it, and dealt with, is that. The mail as it
came goes into quarantine whole, sealed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from email import message_from_bytes
from email.header import Header
from email.message import EmailMessage

from django.utils.translation import gettext as _

from desk import file_guard, quarantine
from desk.kept_files import swap
from desk.mail import headers
from desk.mail.headers import Mime
from desk.mail.letter import TEXTS, content_of, filename_of, head, is_file
from desk.mail.markup import text_of
from desk.models import InboundMail, Quarantined

log = logging.getLogger(__name__)
Words = Callable[[str, str], str]  # a text and its place -> what is kept of it
File = Callable[[str, bytes, str], "tuple[str, bytes] | None"]  # name, content, type -> what stands in for it
# Of people, not of the protocol: that is full of numbers which mean nothing.
SAID = frozenset(
    {"subject", "from", "to", "cc", "reply-to", "sender", "comments", "keywords", "thread-topic"}
)
MOST_FILES = 20


def screen(row: InboundMail, raw: bytes, at: datetime) -> bytes:
    """Seal `raw` and store in its place what may be kept, where that is something else; returns what is stored now.
    Within the caller's transaction and `desk.arriving.way_in`; the caller saves `row`."""
    kept = rewritten(raw, quarantine.masked, _stand_in)
    if kept == raw:
        return raw
    whole = quarantine.hold(raw, Quarantined.Kind.MAIL, "mail", content_type=row.content_type)
    swap(str(row.file.name), kept)
    row.refresh_from_db(fields=["file", "size", "sha256"])
    whole.path = str(row.file.name)
    whole.save(update_fields=["path"])
    parts = Quarantined.objects.filter(
        pk__in=[one.pk for one in quarantine.taken_out() if one.pk != whole.pk]
    )
    parts.filter(part_of=None).update(part_of=whole)
    return kept


def rewritten(raw: bytes, words: Words, file: File, *, said: frozenset[str] | None = SAID) -> bytes:
    """A mail with its texts as `words` makes them and its files as `file` says, else `raw` itself. `said` are the header
    lines that are looked at, None for all. What cannot be followed is reduced to its head."""
    try:
        message = message_from_bytes(raw)
        changed = [_rewrite(part, words, file, said, place) for place, part in enumerate(message.walk())]
        return message.as_bytes() if any(changed) else raw
    except Exception as error:  # the library has corners of its own, and so have those who send
        log.warning("a mail is reduced to its head: %s", type(error).__name__)
        return _reduced(raw, words)


def _rewrite(part: Mime, words: Words, file: File, said: frozenset[str] | None, place: int) -> bool:
    changed = _rewrite_headers(part, words, said)
    if part.is_multipart():
        return changed
    if is_file(part):
        return _rewrite_file(part, file, place) or changed
    return (part.get_content_type() in TEXTS and _rewrite_text(part, words)) or changed


def _rewrite_headers(part: Mime, words: Words, said: frozenset[str] | None) -> bool:
    changed = False
    for name in {name.lower() for name in part if _looked_at(name.lower(), said)}:
        before = headers.every(part, name)
        after = [words(line, name) for line in before]
        if after != before:
            changed = True
            del part[name]
            for line in after:
                part[name.title()] = Header(line, "utf-8").encode()
    return changed


def _looked_at(name: str, said: frozenset[str] | None) -> bool:
    """Never what holds the parts of a mail together."""
    return name in said if said is not None else not name.startswith(("content-", "mime-"))


def _rewrite_text(part: Mime, words: Words) -> bool:
    text = headers.decode(content_of(part), part.get_content_charset() or "")
    said = text_of(text) if part.get_content_type() == "text/html" else text
    kept = words(said, "text")
    if kept != said:
        _fill(part, kept.encode())
    return kept != said


def _rewrite_file(part: Mime, file: File, place: int) -> bool:
    name = filename_of(part)
    stand_in = file(name, content_of(part), part.get_content_type()) if place < MOST_FILES * 3 else None
    if stand_in is not None:
        _fill(part, stand_in[1])
        del part["Content-Disposition"]
        part.add_header("Content-Disposition", "attachment", filename=stand_in[0])
    return stand_in is not None


def _fill(part: Mime, text: bytes) -> None:
    for name in ("Content-Type", "Content-Transfer-Encoding"):
        del part[name]
    part["Content-Type"] = "text/plain"
    part.set_payload(text.decode(), "utf-8")


def _stand_in(name: str, content: bytes, content_type: str) -> tuple[str, bytes] | None:
    if not file_guard.look(name, content, content_type).text:
        return None
    return quarantine.placeholder(quarantine.hold_file(name, content, content_type, "files"))


def _reduced(raw: bytes, words: Words) -> bytes:
    text = headers.decode(raw, "utf-8")
    if words(text, "mail") == text:
        return raw
    message = EmailMessage()
    for name, line in _lines(head(raw), words):
        message[name] = line
    message.set_content(_("Van dit bericht is alleen de kop bewaard: er lijkt een BSN in te staan."))
    return message.as_bytes()


def _lines(found: Mime, words: Words) -> Iterator[tuple[str, str]]:
    for name in ("From", "Date", "Message-ID", "In-Reply-To", "References", "Subject"):
        if line := headers.first(found, name):
            yield name, words(line, name.lower())
