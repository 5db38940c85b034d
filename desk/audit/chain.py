"""The chain of hashes over all records: one process at a time adds what was committed, in seconds."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from django.db import transaction

from desk.locks import only_one
from desk.models.audit import AuditLink, AuditPending, AuditRecord

GENESIS = "0" * 64  # what stands before the first record
FIELDS = (
    "id", "at", "act", "mode", "result", "why", "user_id", "role", "organisation", "kind", "number", "contractant",
    "count", "door", "address", "session", "token",
)  # fmt: skip
AT_ONCE = 1000
LOCK = "audit chain"


def extend() -> int:
    """Give every committed record that has none its place; returns how many. Harmless when it runs twice."""
    linked = 0
    with only_one(LOCK) as alone:
        while alone and (more := _extend()):
            linked += more
    return linked


@transaction.atomic
def _extend() -> int:
    waiting = AuditRecord.objects.filter(pk__in=AuditPending.objects.values("record_id"))
    records = list(waiting.order_by("pk")[:AT_ONCE])
    last, links = newest(), []
    for record in records:
        last = next_link(last, record)
        links.append(last)
    AuditLink.objects.bulk_create(links)
    AuditPending.objects.filter(pk__in=[record.pk for record in records]).delete()
    return len(links)


def newest() -> AuditLink | None:
    return AuditLink.objects.order_by("-sequence").first()


def next_link(last: AuditLink | None, record: AuditRecord) -> AuditLink:
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, GENESIS)
    link = AuditLink(sequence=sequence, record_id=record.pk, previous=previous, digest=digest_of(record))
    link.hash = hash_of(link, sequence)
    return link


def digest_of(record: AuditRecord) -> str:
    """The sha256 of what `record` says, in hex."""
    said = [_plain(getattr(record, name)) for name in FIELDS]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def hash_of(link: AuditLink, sequence: int) -> str:
    """The hash that `link` has in place `sequence`."""
    return hashlib.sha256(f"{sequence} {link.previous} {link.digest}".encode()).hexdigest()


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
