"""What an answer says to whoever opens it: a PDF and an archive hold their words packed."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from pypdf import PdfReader


def readable(content: bytes) -> str:
    """The words of a page or file, with those of the files in it and their names."""
    if content.startswith(b"PK\x03\x04"):
        with ZipFile(BytesIO(content)) as archive:
            return "\n".join(f"{name}\n{readable(archive.read(name))}" for name in archive.namelist())
    if content.startswith(b"%PDF-"):
        reader = PdfReader(BytesIO(content))
        return "\n".join([str(reader.metadata), *(page.extract_text() for page in reader.pages)])
    return content.decode(errors="replace")
