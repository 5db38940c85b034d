"""Pictures as people send them, and as they should not. What the desk makes of `PNG` is `PNG` itself."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image


def picture(form: str = "PNG", size: tuple[int, int] = (1, 1), **how: Any) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, "#28416b").save(made, form, **how)
    return made.getvalue()


PNG = picture()


def telling(form: str = "JPEG") -> bytes:
    """A photo that says where, with what and by whom it was taken, with a remark behind its last pixel."""
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x0112] = "Fototoestel", "Noor Verhagen", 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 24.0), 3: "E", 4: (5.0, 7.0, 12.0)})
    return picture(form, (40, 20), exif=exif) + b"<script>alert('staart')</script>"


def moving() -> bytes:
    made = BytesIO()
    first, *others = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    first.save(made, "GIF", save_all=True, append_images=others, duration=80, comment=b"Noor Verhagen")
    return made.getvalue()


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few bytes that says to be enormous."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack("!L", len(content)) + kind + content + struct.pack("!L", zlib.crc32(kind + content))
        )

    head = struct.pack("!LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9999))
        + chunk(b"IEND", b"")
    )
