"""The file that is handed over: a zip of JSON, CSV and files, with a manifest that names the digest of each."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.utils.translation import gettext as _

VERSION = 1
PIECE = 1 << 20
MANIFEST = "manifest.json"
MOST_RATIO = 200  # what JSON of a desk is squeezed by stays far below
SMALL = 10 << 20
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for one


class Damaged(Exception):
    """The archive is not what was handed over; `str()` names the file."""


def canonical(value: Any) -> bytes:
    """The same bytes for the same facts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


class Writer:
    """Writes an archive piece by piece, whatever its size."""

    def __init__(self, target: Path) -> None:
        self.zip = ZipFile(target, "w", ZIP_DEFLATED, allowZip64=True)
        self.files: dict[str, dict[str, Any]] = {}
        self.missing: list[str] = []

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                digest.update(piece)
                size += len(piece)
        self.files[name] = {"size": size, "sha256": digest.hexdigest()}

    def rows(self, name: str, rows: Iterable[dict[str, Any]]) -> int:
        """One a line; returns how many."""
        count = 0

        def lines() -> Iterator[bytes]:
            nonlocal count
            for row in rows:
                count += 1
                yield canonical(row) + b"\n"

        self.add(f"data/{name}.jsonl", lines())
        return count

    def close(self, facts: dict[str, Any]) -> str:
        """Write the manifest; returns its digest."""
        manifest = canonical({**facts, "version": VERSION, "files": self.files, "missing": self.missing})
        self.zip.writestr(MANIFEST, manifest)
        self.zip.close()
        return hashlib.sha256(manifest).hexdigest()


def copied(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece


def sheet(fields: list[str], rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """As a Dutch spreadsheet opens it: `;` between, UTF-8 with a mark."""
    yield "\ufeff".encode()
    yield _line(fields)
    for row in rows:
        yield _line([_cell(row[name]) for name in fields])


def _line(cells: list[str]) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=";").writerow(cells)
    return made.getvalue().encode()


def _cell(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text


class Reader:
    """An archive that was checked whole before anything of it is used."""

    def __init__(self, zipped: ZipFile, manifest: dict[str, Any], checksum: str) -> None:
        self.zip, self.manifest, self.checksum = zipped, manifest, checksum

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        if f"data/{name}.jsonl" in self.manifest["files"]:
            with self.zip.open(f"data/{name}.jsonl") as entry:
                yield from map(json.loads, entry)

    def file(self, name: str) -> IO[bytes] | None:
        """None where it was missing already when it was handed over."""
        return None if name in self.manifest["missing"] else self.zip.open(name)


@contextmanager
def opened(source: Path) -> Iterator[Reader]:
    """Read `source` whole and compare everything in it with its manifest first. Nothing is unpacked onto the disk.
    Raises `Damaged`, naming the file that is not what was handed over."""
    try:
        with ZipFile(source) as zipped:
            yield _checked(zipped)
    except BadZipFile as error:
        raise Damaged(_("%(name)s is geen leesbaar zip-bestand.") % {"name": source.name}) from error


def _checked(zipped: ZipFile) -> Reader:
    entries = zipped.infolist()
    names = [entry.filename for entry in entries]
    if MANIFEST not in names or len(set(names)) != len(names):
        raise Damaged(_("Het manifest ontbreekt of een bestand staat er dubbel in."))
    for entry in entries:
        if _is_unsafe(entry.filename) or entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size):
            raise Damaged(_("%(name)s hoort niet in een overdracht.") % {"name": entry.filename})
    raw = zipped.read(MANIFEST)
    manifest = _manifest(raw)
    if unknown := set(names) - {MANIFEST} ^ set(manifest["files"]):
        raise Damaged(
            _("%(name)s staat niet in het manifest of ontbreekt.") % {"name": ", ".join(sorted(unknown)[:5])}
        )
    for name, told in manifest["files"].items():
        if _digest(zipped, name, told["size"]) != told["sha256"]:
            raise Damaged(_("%(name)s is gewijzigd: het controlegetal klopt niet.") % {"name": name})
    return Reader(zipped, manifest, hashlib.sha256(raw).hexdigest())


def _is_unsafe(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or name.endswith("/")


def _manifest(raw: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(raw)
        if (
            found["version"] == VERSION
            and isinstance(found["files"], dict)
            and isinstance(found["missing"], list)
        ):
            return found
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(_("Het manifest is niet te lezen.")) from error
    raise Damaged(_("Deze versie van het formaat is onbekend."))


def _digest(zipped: ZipFile, name: str, size: int) -> str:
    digest, seen = hashlib.sha256(), 0
    try:
        with zipped.open(name) as entry:
            for piece in copied(entry):
                digest.update(piece)
                seen += len(piece)
                if seen > size:
                    return ""
    except BadZipFile:
        return ""
    return digest.hexdigest() if seen == size else ""
