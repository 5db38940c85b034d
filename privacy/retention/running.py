"""The nightly work: what is due is erased or anonymised in small transactions, and looked at again afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from desk import audit
from desk.locks import only_one
from desk.models import User
from desk.notices import owe_user
from desk.permissions import Role
from privacy.models import RetentionRule, RetentionRun, Tombstone
from privacy.retention.kinds import KINDS, Kind
from privacy.retention.queries import due, outlook
from privacy.retention.rules import night_of

log = logging.getLogger(__name__)
BATCH = 100


def nightly(now: datetime) -> RetentionRun | None:
    """The first time that it is asked after three o'clock at night; what was cut off is gone on with. None where it was
    done, or is being done."""
    night = night_of(now)
    tonight = RetentionRun.objects.filter(started_at__gte=night)
    with only_one("retention") as alone:
        if not alone or now < night or tonight.filter(finished_at__isnull=False).exists():
            return None
        return run(now, tonight.first())


def run(now: datetime, cut_off: RetentionRun | None = None) -> RetentionRun:
    """Everything that is due at `now`; the caller sees to it that nobody else does this meanwhile."""
    going = cut_off or RetentionRun.objects.create(started_at=now)
    for kind, rule in active():
        _work(going, kind, rule, now)
    seen = [one for one in outlook(now) if one.rule.is_active]
    going.left = {one.kind.slug: one.number for one in seen if one.number}
    going.held = {one.kind.slug: one.held for one in seen if one.held}
    going.finished_at = max(now, timezone.now())
    with transaction.atomic():
        going.save()
        if going.left:
            _tell(going)
    return going


def active() -> Iterator[tuple[Kind, RetentionRule]]:
    rules = {rule.kind: rule for rule in RetentionRule.objects.filter(is_active=True)}
    yield from ((kind, rules[kind.slug]) for kind in KINDS if kind.slug in rules)


def _work(going: RetentionRun, kind: Kind, rule: RetentionRule, now: datetime) -> None:
    """Batch by batch. What cannot be dealt with is logged by its key, holds up nothing else and is left over."""
    failed = set[Any]()
    while keys := _keys(kind, rule, now, failed):
        if not _finished(going, kind, rule, keys, now):
            failed |= {key for key in keys if not _finished(going, kind, rule, [key], now)}


def _keys(kind: Kind, rule: RetentionRule, now: datetime, failed: set[Any]) -> list[Any]:
    rows = due(kind, rule, now).exclude(pk__in=failed).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _finished(going: RetentionRun, kind: Kind, rule: RetentionRule, keys: list[Any], now: datetime) -> bool:
    """These rows with their tombstones and their count, in one transaction; whether it is done."""
    try:
        with transaction.atomic():
            rows = _locked(kind, rule, keys, now)
            if kind.number:
                stones = [Tombstone(kind=kind.slug, number=kind.number(row)[:40], at=now, rule_version=rule.version, run=going) for row in rows]  # fmt: skip
                Tombstone.objects.bulk_create(stones)
            for row in rows:
                kind.finish(row, now)
            done = {**going.done, kind.slug: going.done.get(kind.slug, 0) + len(rows)}
            RetentionRun.objects.filter(pk=going.pk).update(done=done)
            audit.log(
                "erase" if kind.erases else "anonymise",
                by=None,
                at=now,
                obj=audit.Of(kind.slug),
                count=len(rows),
            )
    except Exception:
        log.exception("retention of %s %s failed", kind.slug, keys)
        return False
    going.done = done
    return bool(rows)


def _locked(kind: Kind, rule: RetentionRule, keys: list[Any], now: datetime) -> list[Any]:
    """As they are once nobody else changes them: somebody may have opened one again, or put a hold on it."""
    model: Any = kind.due(now).model
    list(model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    return list(due(kind, rule, now).filter(pk__in=keys).order_by("pk"))


def _tell(going: RetentionRun) -> None:
    for officer in User.objects.filter(role=Role.PRIVACY_OFFICER, is_active=True):
        owe_user("retention_left", officer, data={"number": sum(going.left.values())})
