"""The files of a case without the words that were taken out of it (`desk.redaction`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from desk import attachments, file_guard, postbus, quarantine, texts
from desk.kept_files import models_with_file, swap
from desk.mail.screening import rewritten
from desk.models import Quarantined

NAME = "verwijderd.txt"
MAILS = "mail/"  # where `desk.models.mail` keeps them


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


@dataclass
class Gone:
    """The files that are removed: by digest, and in mails by name too, since a picture is stored otherwise than it was sent."""

    digests: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def has(self, name: str, content: bytes) -> bool:
        return name in self.names or hashlib.sha256(content).hexdigest() in self.digests


def remove(chosen: set[str], rows: list[QuerySet[Any]]) -> int:
    """The files that are stored there wholly, and what holds them too among the `rows` of their case: the same bytes
    elsewhere, mails, and what is in quarantine. Returns how many were changed."""
    stored = [row for some in rows if some.model in models_with_file() for row in some if row.file]
    gone = _gone([row for row in stored if row.file.name in chosen])
    same = {row.file.name for row in stored if row.sha256 in gone.digests}
    mails = {row.file.name for row in stored if row.file.name.startswith(MAILS)} - same
    now = [_remove(path) for path in same]
    stripped = sum(_strip(path, gone) for path in mails if default_storage.exists(path))
    held = [row for some in rows if some.model is Quarantined for row in some]
    of_mail = Quarantined.objects.filter(Q(path__in=now) | Q(part_of__path__in=now)).values_list(
        "pk", flat=True
    )
    return len(same) + stripped + destroy({row.pk for row in held if _is_sealed_file(row, gone)} | {*of_mail})


def _gone(ticked: list[Any]) -> Gone:
    """With the files that are sealed, of which something that stands in for them was ticked."""
    gone = Gone({row.sha256 for row in ticked})
    gone.names = {row.name for row in ticked if not row.file.name.startswith(MAILS)}
    marks = [quarantine.mark_in(name) for name in gone.names]
    for row in Quarantined.objects.filter(kind=Quarantined.Kind.FILE, mark__in=filter(None, marks)):
        if (found := _opened(row)) is not None:
            gone.names.add(found[0])
            gone.digests.add(hashlib.sha256(found[1]).hexdigest())
    return gone


def _remove(path: str) -> str:
    """What stands in for it says so. Returns where that is."""
    words = _("Dit bestand is verwijderd omdat er gegevens in stonden die hier niet horen.").encode()
    return swap(path, words, name=NAME, content_type="text/plain", unread=False)


def _strip(path: str, gone: Gone) -> bool:
    """Take these files out of the mail that is stored there."""
    with default_storage.open(path) as stored:
        content: bytes = stored.read()
    kept = _mail_without_files(content, gone)
    if kept != content:
        swap(path, kept)
    return kept != content


def _mail_without_files(content: bytes, gone: Gone) -> bytes:
    def file(name: str, inside: bytes, _content_type: str) -> tuple[str, bytes] | None:
        return _removed() if gone.has(attachments.safe_name(texts.masked(name)), inside) else None

    return rewritten(content, lambda text, _place: text, file)


def _removed() -> tuple[str, bytes]:
    return NAME, _("Dit bestand is verwijderd.").encode()


def _is_sealed_file(row: Quarantined, gone: Gone) -> bool:
    if row.kind == Quarantined.Kind.FILE and quarantine.placeholder_name(row) in gone.names:
        return True
    if row.kind == Quarantined.Kind.NUMBER or (found := _opened(row)) is None:
        return False
    name, content = found
    return gone.has(name, content) if name else _mail_without_files(content, gone) != content


def _opened(row: Quarantined) -> tuple[str, bytes] | None:
    """What nobody can open any more holds nothing."""
    try:
        return quarantine.opened(row)
    except ValueError:
        return None


def destroy(ids: Iterable[int]) -> int:
    """What is sealed in those of these rows that are held; returns how many there were."""
    held = Quarantined.objects.filter(pk__in=ids, outcome=Quarantined.Outcome.HELD)
    return held.update(sealed=b"", digest="", outcome=Quarantined.Outcome.DESTROYED)


def take_out(found: set[str], pattern: re.Pattern[str], without: Callable[[str], str]) -> int:
    """Out of mails the words, and of other files that hold them the whole file. Returns how many were changed."""
    changed = sum(_clean(path, pattern, without) for path in found if default_storage.exists(path))
    return changed + clean_postbus(without)


def _clean(path: str, pattern: re.Pattern[str], without: Callable[[str], str]) -> bool:
    with default_storage.open(path) as stored:
        content = stored.read()
    if path.startswith(MAILS):
        kept = _mail_without(content, pattern, without)
        if kept != content:
            swap(path, kept)
        return bool(kept != content)
    if holds(content, _type_of(path), pattern):
        _remove(path)
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
        return _removed() if found else None

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
    if (found := _opened(row)) is None:
        return False
    name, content = found
    if row.kind == Quarantined.Kind.MAIL:
        return _mail_without(content, pattern, lambda text: pattern.sub("", text)) != content
    return bool(pattern.search(name)) or holds(content, row.content_type, pattern)
