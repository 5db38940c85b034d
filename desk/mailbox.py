"""Mail of an embedded desk: each message a file of its own, which any mail program opens."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Mailbox(BaseEmailBackend):
    """Writes `20260616T080000Z-noor-zorg-example-1f3c.eml` into EMAIL_FILE_PATH, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            _write(folder / _name(message), message.message().as_bytes(linesep="\n"))
        return len(email_messages)


def _name(message: EmailMessage) -> str:
    address = message.to[0].rpartition("<")[2].rstrip(">") if message.to else "nobody"
    readable = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[:80]
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{readable}-{os.urandom(4).hex()}.eml"


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.rename(path)
