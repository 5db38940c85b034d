"""Reading back the mail that an embedded desk wrote to its own disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from datetime import datetime

NAME = re.compile(r"[\w.@-]+\.eml")


@dataclass(frozen=True)
class Mail:
    name: str
    sent_at: datetime | None
    to: str
    subject: str
    body: str


def is_local() -> bool:
    """Whether mail stays on this machine, where the administrator may read it."""
    return bool(settings.EMBEDDED and getattr(settings, "EMAIL_FILE_PATH", ""))


def newest(most: int) -> Iterator[Mail]:
    """The last `most` mails, newest first."""
    names = sorted((path.name for path in folder().glob("*.eml")), reverse=True)
    for name in names[:most]:
        if (mail := read(name)) is not None:
            yield mail


def read(name: str) -> Mail | None:
    """One mail; None for a name that is not a mail of the desk, or no longer there."""
    path = folder() / name
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    text = message.get_body(("plain",))
    date = message["Date"]
    return Mail(
        name, parsedate_to_datetime(date) if date else None, str(message["To"] or ""),
        str(message["Subject"] or ""), text.get_content() if text else "",
    )  # fmt: skip


def forget(addresses: set[str]) -> None:
    """Remove the mails to any of these, written in lower case."""
    for path in folder().glob("*.eml") if is_local() else ():
        to = message_from_bytes(path.read_bytes(), policy=policy.default)["To"]
        if addresses & {address.lower() for _name, address in getaddresses([str(to or "")])}:
            path.unlink(missing_ok=True)


def folder() -> Path:
    """Where they are kept, where mail stays on this machine."""
    return Path(getattr(settings, "EMAIL_FILE_PATH", ""))
