"""ClamAV looks at every file, where CLAMAV_URL names one.

A file in which it finds something is not stored. While it does not answer, files are stored and set apart: nobody can
download them until a task has had them looked at, so that nothing is lost and nothing unseen goes out.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils.translation import gettext as _

from desk.door import Invalid, NotNow
from desk.models import UnscannedFile, Upload

log = logging.getLogger("desk.security")
TIMEOUT = 20  # seconds
CHUNK = 65_536
PATIENCE = 3  # files in a row that get no answer


class Unanswered(Exception):
    """ClamAV is away, too busy, or will not look at this one."""


class HeldBack(NotNow):
    """A stored file that may not go out (yet); `str()` says why to who asks for it."""


def look_at(upload: Upload) -> None:
    """Raises `Invalid` on `files` where ClamAV finds something; a file that it could not look at is let through."""
    if not settings.CLAMAV_URL or hasattr(upload, "scanned"):
        return
    try:
        found = scan(upload.chunks())
    except Unanswered as error:
        log.warning("a file waits for ClamAV: %s", error)
        upload.scanned = False  # type: ignore[attr-defined]
        return
    finally:
        upload.seek(0)
    if found:
        log.warning("a file was refused: %s", found)
        raise Invalid(
            {
                "files": _("In “%(name)s” is een virus gevonden (%(found)s). Het bestand is niet opgeslagen.")
                % {"name": upload.name, "found": found}
            }
        )
    upload.scanned = True  # type: ignore[attr-defined]


def set_apart(path: str) -> None:
    """Hold a stored file back until it was looked at, where a scanner is configured."""
    if settings.CLAMAV_URL:
        UnscannedFile.objects.get_or_create(path=path)


def look_at_waiting(now: datetime, most: int = 200) -> int:
    """Have looked at what waits for it; returns how many were. One that ClamAV will not take goes behind the others;
    three in a row mean that it is away."""
    looked = unanswered = 0
    longest_ago = F("tried_at").asc(nulls_first=True)
    for row in UnscannedFile.objects.filter(found="").order_by(longest_ago, "id")[:most]:
        row.tried_at = now
        try:
            _look_at_stored(row)
        except Unanswered as error:
            log.warning("stored file %s waits for ClamAV: %s", row.path, error)
            row.save(update_fields=["tried_at"])
            unanswered += 1
        else:
            looked, unanswered = looked + 1, 0
        if unanswered == PATIENCE:
            break
    return looked


def _look_at_stored(row: UnscannedFile) -> None:
    try:
        with default_storage.open(row.path, "rb") as stored:
            row.found = scan(iter(lambda: stored.read(CHUNK), b""))
    except FileNotFoundError:
        log.error("file %s is gone from the disk", row.path)
    if not row.found:
        row.delete()
        return
    log.warning("stored file %s is held back: %s", row.path, row.found)
    row.found_at = row.tried_at
    row.save()


def held_back(path: str) -> None:
    """Raises `HeldBack` for a stored file that may not go out (yet)."""
    row = UnscannedFile.objects.filter(path=path).first()
    if row is None:
        return
    if row.found:
        raise _infected(row.found)
    raise _waiting()


def refuse_unseen(content: bytes) -> None:
    """Raises `HeldBack` for what is about to go out and was never stored as a file, unless ClamAV finds nothing in it now."""
    if not settings.CLAMAV_URL:
        return
    try:
        found = scan(content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
    except Unanswered as error:
        raise _waiting() from error
    if found:
        raise _infected(found)


def _infected(found: str) -> HeldBack:
    return HeldBack(_("In dit bestand is een virus gevonden (%(found)s).") % {"found": found})


def _waiting() -> HeldBack:
    return HeldBack(
        _("Dit bestand wordt gecontroleerd op virussen. Probeer het over een paar minuten opnieuw.")
    )


def scan(chunks: Iterable[bytes]) -> str:
    """What ClamAV calls it, "" for nothing found; by its command INSTREAM. Raises `Unanswered`."""
    try:
        with _connected() as line:
            line.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                line.sendall(struct.pack("!L", len(chunk)) + chunk)
            line.sendall(struct.pack("!L", 0))
            answer = line.makefile("rb").readline(1000).rstrip(b"\0\r\n").decode("utf-8", "replace")
    except OSError as error:
        raise Unanswered(type(error).__name__) from error
    return _meaning(answer)


def _meaning(answer: str) -> str:
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")[:100]
    raise Unanswered(verdict[:100] or "empty answer")


def _connected() -> socket.socket:
    place = urlsplit(settings.CLAMAV_URL)
    if place.scheme == "tcp":
        return socket.create_connection((place.hostname or "", place.port or 3310), TIMEOUT)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(TIMEOUT)
    try:
        line.connect(place.path)
    except OSError:
        line.close()
        raise
    return line
