"""The words in a file, read in a process of its own, so that no file can hang or exhaust the desk.

Run as a program: a kind as argument, the file on standard input, its text on standard output. It imports nothing of the
desk. Whatever goes wrong ends it with another status than 0.
"""

from __future__ import annotations

import io
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader

SECONDS, MEMORY = 8, 1024**3
MOST_PAGES, MOST_TEXT, MOST_BYTES, MOST_PARTS = 200, 2_000_000, 40_000_000, 500
WORDS_IN = re.compile(
    r"word/(document|header\d*|footer\d*|comments|footnotes)\.xml|xl/(sharedStrings|worksheets/\w+)\.xml"
)
END_OF_CELL = re.compile(r"</(?:w:p|w:tc|si|c|row)>|<w:(?:br|tab)/>")
SAID_IN_NOTE = ("/Contents", "/RC", "/Subj", "/T", "/V")
TAG = re.compile(r"<[^<>]*>")


class NotRead(Exception):
    """Locked, broken, too large, or made to hurt. `text` is what could be read of it all the same."""

    text = ""


def words_in(content: bytes, kind: str) -> str:
    """The text of a `pdf`, or of an `office` document. Raises `NotRead` where it cannot be had within the limits."""
    if len(content) > MOST_BYTES:
        raise NotRead("too large")
    program = [sys.executable, "-I", str(Path(__file__)), kind]
    try:
        done = subprocess.run(program, input=content, capture_output=True, timeout=3 * SECONDS)  # noqa: S603
    except (subprocess.SubprocessError, OSError) as error:
        raise NotRead(type(error).__name__) from error
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        wrong = NotRead(f"status {done.returncode}")
        wrong.text = text
        raise wrong
    return text


def pdf(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted or len(reader.pages) > MOST_PAGES:
        raise NotRead("locked or too long")
    yield from (str(value) for value in (reader.metadata or {}).values())
    for page in reader.pages:
        yield page.extract_text()
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    yield from _filled_in(reader, notes)
    root: Any = reader.root_object
    inside = {"/AcroForm": "/XFA", "/Names": "/EmbeddedFiles"}
    if any(part in root and name in root[part] for part, name in inside.items()) or any(
        note.get("/Subtype") == "/FileAttachment" for note in notes
    ):
        raise NotRead("more than its pages")


def _filled_in(reader: PdfReader, notes: list[Any]) -> Iterator[str]:
    """What was typed into its form, and said in notes and links on its pages."""
    for field in (reader.get_fields() or {}).values():
        yield f"{field.get('/T', '')}: {field.get('/V', '')}"
    for note in notes:
        yield from (str(note[name]) for name in SAID_IN_NOTE if name in note)
        if "/A" in note and "/URI" in note["/A"]:
            yield str(note["/A"]["/URI"])


def office(content: bytes) -> Iterator[str]:
    """Of .docx and .xlsx: plain parts of a zip, each a page of XML of which only the words count."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if len(parts.infolist()) > MOST_PARTS:
            raise NotRead("too many parts")
        for part in parts.infolist():
            if WORDS_IN.fullmatch(part.filename):
                yield _words(parts, part)


def _words(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> str:
    with parts.open(part) as stream:
        xml = stream.read(MOST_BYTES + 1)
    if len(xml) > MOST_BYTES:
        raise NotRead("too large when unpacked")
    return unescape(TAG.sub("", END_OF_CELL.sub("\n", xml.decode("utf-8", "replace"))))


KINDS: dict[str, Callable[[bytes], Iterator[str]]] = {"pdf": pdf, "office": office}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    length = 0
    for text in KINDS[sys.argv[1]](sys.stdin.buffer.read()):
        length += len(text)
        if length > MOST_TEXT:
            raise NotRead("too much text")
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")


if __name__ == "__main__":
    main()
