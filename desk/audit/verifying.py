"""Whether the trail is still what was written (art. 7.4): every record against its digest, every link against the one before.

It reads everything, a thousand at a time, and names each record that was changed, removed, inserted or moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.audit import chain
from desk.audit.pruning import KIND, PRUNED, READING, anchor
from desk.locks import only_one
from desk.models.audit import AuditCheck, AuditLink, AuditPending, AuditRecord

NEAR = 9  # how far a link that was moved is looked for


class Tampering(models.TextChoices):
    CHANGED = "changed", _("gewijzigd")
    REMOVED = "removed", _("verwijderd")
    INSERTED = "inserted", _("tussengevoegd")
    MOVED = "moved", _("verplaatst")
    UNLINKED = "unlinked", _("niet in de keten")


@dataclass(frozen=True)
class Finding:
    """`sequence` is its place in the chain, or the first of those up to `until`; `record` its id and `at` its time,
    as far as they are known."""

    kind: Tampering
    sequence: int | None = None
    record: int | None = None
    at: datetime | None = None
    until: int | None = None

    def as_json(self) -> dict[str, Any]:
        at = self.at.isoformat() if self.at else None
        return {
            "kind": self.kind.value,
            "sequence": self.sequence,
            "record": self.record,
            "at": at,
            "until": self.until,
        }


@dataclass
class Walk:
    """One walk over the chain from the front; `checked` counts, `last` is the newest link that was seen.

    A link that was renumbered is recognised by the place that its own hash names: `was`.
    """

    checked: int = 0
    last: AuditLink | None = None
    high: int = 0
    seen: dict[int, tuple[AuditLink, AuditRecord | None]] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        for link, record in _pairs():
            if self.last is None:
                yield from self._front(link)
            yield from self._one(link, record)
            self.last, self.checked = link, self.checked + 1

    def _front(self, link: AuditLink) -> Iterator[Finding]:
        """The chain begins at its beginning, or where pruning says that it left off."""
        self.high = link.sequence - 1
        if link.sequence == 1 and link.previous == chain.GENESIS:
            return
        left = anchor(link.sequence - 1, link.previous)
        if not AuditRecord.objects.filter(act=PRUNED, kind=KIND, number=left).exists():
            yield Finding(Tampering.REMOVED, 1, until=link.sequence - 1)

    def _one(self, link: AuditLink, record: AuditRecord | None) -> Iterator[Finding]:
        was = _place(link, self.high + 1)
        if record is None:
            yield Finding(Tampering.REMOVED, link.sequence, link.record_id)
        elif was is None or chain.digest_of(record) != link.digest:
            yield _about(Tampering.CHANGED, link, record)
        place = link.sequence if was is None else was
        yield from self._order(link, record, place)
        before = self.seen.get(place - 1)
        if was is not None and before and before[0].hash != link.previous:
            yield _about(Tampering.CHANGED, *before)
        self._remember(link, record, place)

    def _order(self, link: AuditLink, record: AuditRecord | None, place: int) -> Iterator[Finding]:
        if place > self.high + 1:
            yield Finding(Tampering.REMOVED, self.high + 1, until=place - 1)
        if place > self.high:
            return
        other = self.seen.get(place)
        if other and self.last is other[0] and other[0].sequence == place:
            yield _about(Tampering.INSERTED, *other)  # it took the place that this one says was its own
        else:
            yield _about(Tampering.MOVED, link, record)

    def _remember(self, link: AuditLink, record: AuditRecord | None, place: int) -> None:
        self.seen[place] = (link, record)
        self.seen.pop(place - 2 * NEAR, None)
        self.high = max(self.high, place)


def findings(walk: Walk, anchors: Iterable[str] = ()) -> Iterator[Finding]:
    """Everything that is not as it was written. `anchors` are `sequence:hash`, as they were printed before."""
    with only_one(READING):
        yield from walk.findings()
        yield from _unlinked()
        kept = {anchor(check.sequence, check.hash) for check in AuditCheck.objects.exclude(hash="")[:100]}
        yield from _against(kept | set(anchors))


def _pairs() -> Iterator[tuple[AuditLink, AuditRecord | None]]:
    place = 0
    while links := list(AuditLink.objects.filter(sequence__gt=place).order_by("sequence")[: chain.AT_ONCE]):
        records = AuditRecord.objects.in_bulk([link.record_id for link in links])
        yield from ((link, records.get(link.record_id)) for link in links)
        place = links[-1].sequence


def _place(link: AuditLink, expected: int) -> int | None:
    """The place that the hash of `link` names: its own, or one near it; None where it fits nowhere."""
    near = sorted(range(expected - NEAR, expected + NEAR + 1), key=lambda place: abs(place - expected))
    return next((place for place in (link.sequence, *near) if chain.hash_of(link, place) == link.hash), None)


def _about(kind: Tampering, link: AuditLink, record: AuditRecord | None) -> Finding:
    return Finding(kind, link.sequence, link.record_id, record.at if record else None)


def _unlinked() -> Iterator[Finding]:
    """A record has its place or waits for it, and what waits for a place is there."""
    waiting = AuditPending.objects.values("record_id")
    for record in AuditRecord.objects.filter(link=None).exclude(pk__in=waiting).order_by("pk").iterator():
        yield Finding(Tampering.UNLINKED, None, record.pk, record.at)
    for lost in AuditPending.objects.exclude(record__in=AuditRecord.objects.all()):
        yield Finding(Tampering.REMOVED, None, lost.record_id)


def _against(anchors: set[str]) -> Iterator[Finding]:
    """What stood in the chain once still stands there, unless it was pruned."""
    first = AuditLink.objects.order_by("sequence").values_list("sequence", flat=True).first()
    for sequence, hash in sorted(
        (int(place), hash) for place, _colon, hash in (one.partition(":") for one in anchors)
    ):
        link = AuditLink.objects.filter(sequence=sequence).first()
        if link is None and (first is None or sequence >= first):
            yield Finding(Tampering.REMOVED, sequence)
        elif link is not None and link.hash != hash:
            yield Finding(Tampering.CHANGED, sequence, link.record_id)
