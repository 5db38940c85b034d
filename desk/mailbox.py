"""Mail of an embedded desk: each message a file of its own, which any mail program opens."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend


class Mailbox(EmailBackend):
    """Writes `20260616T080000Z-noor-zorg-example-1f3c0a2b.eml` into EMAIL_FILE_PATH, whole or not at all."""

    file_path: str

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            _write(Path(self.file_path) / _name(message), message.message().as_bytes())
        return len(email_messages)


def _name(message: EmailMessage) -> str:
    address = message.to[0].rpartition("<")[2].rstrip(">") if message.to else "nobody"
    readable = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[:80]
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{readable}-{os.urandom(4).hex()}.eml"


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.rename(path)
