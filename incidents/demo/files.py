"""Small files such as reporters send along, made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image, ImageDraw

RETURNED = "regel;code;omschrijving\n1;0213;prestatiecode onbekend\n2;0213;prestatiecode onbekend\n"


def make(name: str) -> UploadedFile[Any]:
    """A picture, PDF or text called `name`, by its ending."""
    makers: dict[str, Callable[[], bytes]] = {
        "png": _screenshot,
        "pdf": lambda: _pdf(name),
        "txt": RETURNED.encode,
    }
    return SimpleUploadedFile(name, makers[name.rpartition(".")[2]]())


def _screenshot() -> bytes:
    """A window with an error in it, personal data masked."""
    image = Image.new("RGB", (640, 360), "#f4f5f7")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 640, 34), fill="#28416b")
    draw.text((14, 11), "Dienst MDO", fill="white")
    for top in range(60, 180, 30):
        draw.rectangle((24, top, 300, top + 16), fill="black")
    draw.rectangle((24, 210, 616, 262), outline="#a3271f", width=2)
    draw.text((40, 230), "Er is iets misgegaan. Probeer het later opnieuw.", fill="#a3271f")
    stored = BytesIO()
    image.save(stored, "PNG", optimize=True)
    return stored.getvalue()


def _pdf(title: str) -> bytes:
    """One page with `title` on it."""
    page = f"BT /F1 16 Tf 72 760 Td ({title}) Tj ET".encode("ascii")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    stored, places = BytesIO(), []
    stored.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, start=1):
        places.append(stored.tell())
        stored.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = stored.tell()
    stored.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    stored.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    stored.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start))
    return stored.getvalue()
