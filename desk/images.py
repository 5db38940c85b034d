"""Pictures made anew: what is stored shows the same and holds nothing else.

A photo tells where and by whom it was taken, and a file can hide anything behind its last pixel. Only pixels are
carried over, so that place, owner, thumbnails and whatever was appended stay behind (SLA 9.4).
"""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence

from desk.door import Invalid
from desk.models import Upload

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
MOST_PIXELS = 50_000_000  # over all frames; the largest phones make 48 million, in memory 200 MB
AT_ONCE = threading.BoundedSemaphore(2)  # in one process: each may need those 200 MB
QUALITY: dict[str, dict[str, Any]] = {"JPEG": {"quality": 90}, "WEBP": {"quality": 90}}


def make_anew(upload: Upload, content_type: str) -> None:
    """Replace what `upload` holds by the same picture, upright, moving where it moved. Raises `Invalid` on `files`
    for what cannot be read, or is larger than anybody can look at: such a file is small until it is unpacked."""
    if content_type not in FORMATS or getattr(upload, "made_anew", False):
        return
    try:
        with AT_ONCE:
            content = _redrawn(upload, FORMATS[content_type])
    except Invalid:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(upload) from error
    except Exception as error:  # each reader of a kind of picture raises what it likes
        raise Invalid(
            {"files": _("“%(name)s” is beschadigd of geen leesbare foto.") % {"name": upload.name}}
        ) from error
    # In place: storing moves a large upload by the path of its temporary file.
    upload.seek(0)
    upload.truncate()
    upload.write(content)
    upload.flush()
    upload.seek(0)
    upload.size = len(content)
    upload.made_anew = True  # type: ignore[attr-defined]  # a form, and then its action, ask


def _redrawn(upload: Upload, form: str) -> bytes:
    made = BytesIO()
    upload.seek(0)
    with Image.open(upload, formats=[form]) as picture:
        moves = form != "JPEG" and getattr(picture, "is_animated", False)
        _bounded(upload, picture, getattr(picture, "n_frames", 1) if moves else 1)
        if moves:
            _save_moving(picture, made, form)
        else:
            upright = ImageOps.exif_transpose(picture)
            upright.info = {}
            upright.save(made, form, **QUALITY.get(form, {}))
    upload.seek(0)
    return made.getvalue()


def _bounded(upload: Upload, picture: Image.Image, frames: int) -> None:
    """Judged by what its head says, before any of it is unpacked."""
    if picture.width * picture.height * frames > MOST_PIXELS:
        raise _too_large(upload)


def _too_large(upload: Upload) -> Invalid:
    said = _(
        "“%(name)s” heeft meer dan %(most)d miljoen beeldpunten. Verklein de foto en probeer het opnieuw."
    )
    return Invalid({"files": said % {"name": upload.name, "most": MOST_PIXELS // 1_000_000}})


def _save_moving(picture: Image.Image, made: BytesIO, form: str) -> None:
    frames, durations = [], []
    for frame in ImageSequence.Iterator(picture):
        durations.append(int(frame.info.get("duration") or 100))
        frames.append(frame.convert("RGBA"))
    for frame in frames:
        frame.info = {}
    first, *others = frames
    first.save(
        made, form, save_all=True, append_images=others, duration=durations, loop=0, **QUALITY.get(form, {})
    )
