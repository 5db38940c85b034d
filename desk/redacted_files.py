"""The files of a case without the words that were taken out of it (`desk.redaction`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from desk import file_guard, postbus, sealing
from desk.kept_files import models_with_file, swap
from desk.mail.screening import rewritten
from desk.models import Quarantined

NAME = "verwijderd.txt"


def paths(rows: Iterable[QuerySet[Any]]) -> set[str]:
    """Where the files of these rows are stored."""
    with_file = models_with_file()
    return {
        path
        for some in rows
        if some.model in with_file
        for path in some.values_list("file", flat=True)
        if path
    }


def remove(path: str) -> None:
    """The file wholly; what stands in for it says so."""
    words = _("Dit bestand is verwijderd omdat er gegevens in stonden die hier niet horen.").encode()
    swap(path, words, name=NAME, content_type="text/plain", unread=False)


def take_out(found: set[str], pattern: re.Pattern[str], without: Callable[[str], str]) -> int:
    """Out of mails the words, and of other files that hold them the whole file. Returns how many were changed."""
    changed = sum(_clean(path, pattern, without) for path in found if default_storage.exists(path))
    return changed + clean_postbus(without)


def _clean(path: str, pattern: re.Pattern[str], without: Callable[[str], str]) -> bool:
    with default_storage.open(path) as stored:
        content = stored.read()
    if path.startswith("mail/"):
        kept = _mail_without(content, pattern, without)
        if kept != content:
            swap(path, kept)
        return bool(kept != content)
    if holds(content, _type_of(path), pattern):
        remove(path)
        return True
    return False


def _type_of(path: str) -> str:
    for model in models_with_file():
        row = model._base_manager.filter(file=path).values().first()
        if row is not None:
            return str(row.get("content_type", ""))
    return ""


def holds(content: bytes, content_type: str, pattern: re.Pattern[str]) -> bool:
    """As it is stored, or in the words that can be read of it."""
    if pattern.search(content.decode("utf-8", "replace")):
        return True
    return bool(pattern.search(file_guard.words(content, content_type)))


def _mail_without(content: bytes, pattern: re.Pattern[str], without: Callable[[str], str]) -> bytes:
    def file(name: str, inside: bytes, content_type: str) -> tuple[str, bytes] | None:
        found = pattern.search(name) or holds(inside, content_type, pattern)
        return (NAME, _("Dit bestand is verwijderd.").encode()) if found else None

    return rewritten(content, lambda text, _place: without(text), file, said=None)


def clean_postbus(without: Callable[[str], str]) -> int:
    """The mails that a desk without mail server wrote to its own disk; returns how many were changed."""
    if not postbus.is_local():
        return 0
    changed = 0
    for path in Path(getattr(settings, "EMAIL_FILE_PATH", "")).glob("*.eml"):
        content = path.read_bytes()
        kept = rewritten(content, lambda text, _place: without(text), lambda *_file: None, said=None)
        if kept != content:
            path.write_bytes(kept)
            changed += 1
    return changed


def is_sealed_in(row: Quarantined, pattern: re.Pattern[str]) -> bool:
    """Whether what is sealed holds it; what nobody can open does not."""
    try:
        content = sealing.unseal(bytes(row.sealed))
    except ValueError:
        return False
    if row.kind == Quarantined.Kind.MAIL:
        return _mail_without(content, pattern, lambda text: pattern.sub("", text)) != content
    head, _end, inside = (
        content.partition(b"\n") if row.kind == Quarantined.Kind.FILE else (b"", b"", content)
    )
    return bool(pattern.search(head.decode())) or holds(inside, row.content_type, pattern)
