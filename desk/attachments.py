"""Which files are taken: by what their content is, not by what their name says."""

from __future__ import annotations

import logging
import unicodedata
from pathlib import PurePath
from typing import Any, Protocol

import filetype
from django.conf import settings
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from desk import file_guard, images, scanning, texts
from desk.door import Invalid
from desk.false_alarms import claim
from desk.models import Upload

log = logging.getLogger(__name__)
IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
VIDEOS = frozenset({"video/mp4", "video/webm", "video/quicktime", "video/x-msvideo"})
ALLOWED = IMAGES | VIDEOS | {"application/pdf"}
MOST_FILES = 10
TEXT = "text/plain"
SEALED = "default-src 'none'; sandbox"


def check(uploads: list[Upload], *, images_masked: bool = True) -> list[str]:
    """The content type of each upload, or `Invalid` on field `files` that says what is wrong with which, or on
    `images_masked` where there is a photo or video and nobody promised that (SLA 9.4)."""
    if len(uploads) > MOST_FILES:
        raise Invalid({"files": _("Hooguit %(most)d bestanden tegelijk.") % {"most": MOST_FILES}})
    types = [check_one(upload) for upload in uploads]
    if not images_masked and any(map(is_visual, types)):
        raise Invalid(
            {"images_masked": _("Bevestig dat persoonsgegevens op de foto of video zijn afgeschermd.")}
        )
    return types


def is_visual(content_type: str) -> bool:
    """A photo or video: may show a patient, so the sender promises that it is masked (SLA 9.4)."""
    return content_type in IMAGES | VIDEOS


def icon(content_type: str) -> str:
    """What stands before its name on a page."""
    return "image" if content_type in IMAGES else "video" if content_type in VIDEOS else "file"


def safe_name(name: str) -> str:
    """The last part of a file name without control characters, for showing and for downloading."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    return kept[-200:] or "bestand"


class Stored(Protocol):
    """What is kept as a file: a name to give it, and its type."""

    @property
    def pk(self) -> Any: ...
    @property
    def file(self) -> Any: ...
    @property
    def name(self) -> Any: ...
    @property
    def content_type(self) -> Any: ...


def download(attachment: Stored) -> FileResponse:
    """The file as it is kept, always as a download. Raises Http404 when the disk lost it, and `HeldBack` while the virus
    scanner has not seen it or where it found something.

    Should a browser show it after all, it may run nothing, load nothing and reach nothing.
    """
    scanning.held_back(attachment.file.name)
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError:
        log.error("%s %s is gone from the disk", type(attachment).__name__, attachment.pk)
        raise Http404 from None
    headers = {"Content-Security-Policy": SEALED, "X-Content-Type-Options": "nosniff"}
    return FileResponse(
        content, as_attachment=True, filename=attachment.name, content_type=attachment.content_type,
        headers={**headers, "Cache-Control": "private, no-store"},
    )  # fmt: skip


def check_one(upload: Upload, *, words: bool = True) -> str:
    """The same for one; without `words` also where a BSN seems to stand in it."""
    upload.name = name = safe_name(upload.name or "")
    if not upload.size:
        raise Invalid({"files": _("“%(name)s” is leeg.") % {"name": name}})
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // 1024**2
        raise Invalid({"files": _("“%(name)s” is groter dan %(most)d MB.") % {"name": name, "most": most}})
    found = _content_type(upload)
    if found is None:
        raise Invalid(
            {
                "files": _("“%(name)s” is geen foto, video, pdf of tekst en is niet opgeslagen.")
                % {"name": name}
            }
        )
    scanning.look_at(upload)
    if words:
        _check_words(upload, found)
    images.make_anew(upload, found)
    return found


def _check_words(upload: Upload, content_type: str) -> None:
    """Once for each upload, however often it is checked; `unread` is kept with it."""
    if is_visual(content_type) and not texts.bsn_in(file_guard.words_of(upload.name or "")):
        return
    if not hasattr(upload, "looked_at"):
        upload.looked_at = file_guard.look(upload.name or "", upload.read(), content_type)  # type: ignore[attr-defined]
        upload.seek(0)
    found: file_guard.Found = upload.looked_at  # type: ignore[attr-defined]
    if claimed := claim(found.text):
        said = _(
            "In “%(name)s” lijkt een BSN te staan. Haal het eruit en kies het bestand opnieuw: gegevens van patiënten zijn hier "
            "niet nodig en mogen niet worden bewaard."
        ) % {"name": texts.masked(upload.name or "")}
        raise Invalid({"files": said}, claimed)


def _content_type(upload: Upload) -> str | None:
    head = upload.read(8192)
    upload.seek(0)
    kind = filetype.guess_mime(head)
    if kind is not None:
        return kind if kind in ALLOWED else None
    return TEXT if _is_text(upload) else None


def _is_text(upload: Upload) -> bool:
    """Plain UTF-8 without control characters that a browser could not take for markup."""
    if not (upload.name or "").lower().endswith((".txt", ".log", ".csv", ".json")):
        return False
    raw = b"".join(upload.chunks())
    upload.seek(0)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and not text.lstrip("\ufeff \t\r\n").startswith("<")
