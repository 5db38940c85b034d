"""The mailbox that the desk reads, by IMAP. What was taken is marked as read, or moved, once it is stored."""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import mktime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

log = logging.getLogger(__name__)
TIMEOUT = 30  # seconds for one answer of the server
PORTS = {"imap+ssl": 993, "imap+tls": 143, "imap": 143}
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True)
class Box:
    """A folder on an IMAP server. With `done` all that is in it is new, and moves there once it is stored; without,
    what is new is what nobody has read."""

    kind: str
    host: str
    port: int
    user: str
    password: str
    folder: str
    done: str

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"


@dataclass(frozen=True)
class Found:
    """A message on the server: whole, or only its head where it is too large. `done` tells the server."""

    raw: bytes
    arrived: datetime | None
    whole: bool
    done: Callable[[], None]


def box(url: str) -> Box:
    """Read `imap+ssl://user:password@host:port/INBOX?done=Verwerkt`. Raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or not parts.username:
        raise ValueError("MAIL_IN_URL must be imap+ssl://user:password@host/INBOX")
    return Box(
        parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], unquote(parts.username),
        unquote(parts.password or ""), unquote(parts.path.strip("/")) or "INBOX",
        parse_qs(parts.query).get("done", [""])[0],
    )  # fmt: skip


def fetch(box: Box, take: Callable[[Found], None], *, go_on: Callable[[], bool]) -> None:
    """Hand each new message to `take`, oldest first, while `go_on` says so. One that the server cannot hand over
    is passed by. Raises OSError or imaplib's errors when there is no connection; the next run goes on."""
    mailbox = _connect(box)
    try:
        mailbox.login(box.user, box.password, initial_folder=box.folder)
        if box.done and not mailbox.folder.exists(box.done):
            mailbox.folder.create(box.done)
        for uid in mailbox.uids("ALL" if box.done else "UNSEEN", charset=None):
            if not go_on():
                break
            if found := _found(mailbox, box, uid):
                take(found)
    finally:
        with suppress(Exception):  # a connection that broke says no goodbye
            mailbox.logout()


def _connect(box: Box) -> BaseMailBox:
    if box.kind == "imap":
        return MailBoxUnencrypted(box.host, box.port, timeout=TIMEOUT)
    # Without a context of ours imaplib would take any certificate.
    kind = MailBox if box.kind == "imap+ssl" else MailBoxStartTls
    return kind(box.host, box.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())


def _found(mailbox: BaseMailBox, box: Box, uid: str) -> Found | None:
    try:
        about = _ask(mailbox, uid, "(INTERNALDATE RFC822.SIZE)")
        size = SIZE.search(about)
        whole = size is None or int(size[1]) <= settings.MAIL_IN_MAX_BYTES
        raw = _ask(mailbox, uid, "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])", literal=True)
    except (imaplib.IMAP4.abort, OSError):
        raise
    except (ImapToolsError, imaplib.IMAP4.error, LookupError) as error:
        log.warning("mail %s cannot be fetched: %s", uid, type(error).__name__)
        return None
    return Found(raw, _arrived(about), whole, lambda: _done(mailbox, box, uid))


def _ask(mailbox: BaseMailBox, uid: str, what: str, literal: bool = False) -> bytes:
    """What the server says of one message; LookupError when it is gone."""
    status, answer = mailbox.client.uid("fetch", uid, what)
    parts: list[Any] = [part for part in answer if part]
    if status != "OK" or not parts:
        raise LookupError(uid)
    if literal:
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")
    return b" ".join(part[0] if isinstance(part, tuple) else part for part in parts)


def _arrived(about: bytes) -> datetime | None:
    when = imaplib.Internaldate2tuple(about)
    return datetime.fromtimestamp(mktime(when), UTC) if when else None


def _done(mailbox: BaseMailBox, box: Box, uid: str) -> None:
    """Should this fail, the message is offered again and found to be stored already."""
    try:
        if box.done:
            mailbox.move(uid, box.done)
        else:  # not `mailbox.flag`, which also expunges what others threw away
            mailbox.client.uid("store", uid, "+FLAGS", "(\\Seen)")
    except (imaplib.IMAP4.abort, OSError):
        raise
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        log.warning("mail %s cannot be marked: %s", uid, type(error).__name__)
