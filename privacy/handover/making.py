"""Making the archive of a contractant, by a worker and once, whatever runs twice (art. 10.9, VWO 10.2)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import FileField

from contractants.models import Contractant
from desk import scanning
from desk.locks import only_one
from privacy.handover.archive import Writer, canonical, copied, sheet
from privacy.handover.described import readme, schema
from privacy.handover.rows import Keys, Row, referred, stored_fields, written
from privacy.handover.scope import HANDED, REFERRED, Owned
from privacy.models import Handover
from privacy.models.handover import handover_path

log = logging.getLogger(__name__)


def work(now: datetime) -> int:
    """Make what was asked for, one after another, and what a worker that died left halfway; remove what nobody may
    fetch any more. Returns how many were made or failed."""
    with only_one("handovers") as alone:
        if not alone:
            return 0
        _expire(now)
        waiting, made = Handover.objects.filter(state__in=["waiting", "running"]), 0
        while found := waiting.order_by("attempts", "asked_at", "pk").first():
            attempt(found, now)
            made += 1
        return made


def attempt(handover: Handover, now: datetime) -> None:
    """Make it, or say why not."""
    handover.attempts += 1
    if handover.attempts > Handover.MOST_ATTEMPTS:
        return _failed(handover, "interrupted")
    _save(handover, state=Handover.State.RUNNING, attempts=handover.attempts)
    try:
        make(handover, now)
    except Exception as error:
        log.exception("handover %s failed", handover.public_id)
        _failed(handover, f"{type(error).__name__}: {error}")


def make(handover: Handover, now: datetime) -> None:
    """Write the archive beside its place and put it there when it is whole."""
    path = Path(default_storage.path(handover_path(handover, "")))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    try:
        checksum, counts = write(handover.contractant, draft, now)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    _save(
        handover, state=Handover.State.READY, made_at=now, counts=counts, checksum=checksum, size=path.stat().st_size,
        expires_at=now + timedelta(days=settings.HANDOVER_DAYS), file=handover_path(handover, ""), error="",
    )  # fmt: skip


def write(contractant: Contractant, target: Path, now: datetime) -> tuple[str, dict[str, int]]:
    """Write all of it as it stands at one moment; returns the digest of the manifest and how many of each kind."""
    writer, keys, counts = Writer(target), Keys(contractant), dict[str, int]()
    with one_moment():
        for kind in HANDED:
            counts[kind.name] = writer.rows(kind.name, written(kind, keys))
            _files(kind, contractant, writer)
            if kind.sheet:
                names = ["key", *(field.name for field in stored_fields(kind))]
                writer.add(f"csv/{kind.name}.csv", sheet(names, written(kind, keys)))
        # What refers to something itself comes later in this list than what it refers to.
        shared: dict[str, list[Row]] = {
            kind.name: list(referred(kind.label, keys)) for kind in reversed(REFERRED)
        }
        for name in reversed(shared):
            counts[f"shared.{name}"] = writer.rows(f"shared.{name}", shared[name])
    writer.add("schema.json", [canonical(schema())])
    writer.add("LEESMIJ.md", [readme(contractant, counts, now).encode()])
    facts = {"contractant": str(contractant.public_id), "name": contractant.name, "counts": counts}
    return writer.close(facts), counts


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is of the same moment, however long it takes."""
    within = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not within:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def _files(kind: Owned, contractant: Contractant, writer: Writer) -> None:
    if not any(isinstance(field, FileField) for field in stored_fields(kind)):
        return
    for one in kind.handed_rows(contractant).iterator(chunk_size=1000):
        name = f"files/{one.public_id}"
        try:
            scanning.held_back(one.file.name)
            with one.file.open("rb") as source:
                writer.add(name, copied(source))
        except scanning.HeldBack as error:
            log.warning("%s is held back and not handed over: %s", one.file.name, error)
            writer.missing.append(name)
        except FileNotFoundError:
            log.error("%s is gone from the disk and not handed over", one.file.name)
            writer.missing.append(name)


def _failed(handover: Handover, why: str) -> None:
    _save(handover, state=Handover.State.FAILED, error=why[:300])


def _expire(now: datetime) -> None:
    for past in Handover.objects.filter(state=Handover.State.READY, expires_at__lte=now):
        past.file.delete(save=False)
        _save(past, state=Handover.State.EXPIRED, file="")


def _save(handover: Handover, **values: Any) -> None:
    for name, value in values.items():
        setattr(handover, name, value)
    handover.save(update_fields=list(values))
