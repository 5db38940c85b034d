"""The periods as they are: shipped, and changed by who may. Each change is an event in the trail of its rule."""

from __future__ import annotations

import tomllib
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from desk import audit
from desk.door import NotAllowed
from desk.models import Event, User
from privacy.models import RetentionRule
from sla.queries import AMSTERDAM

FILE = Path(__file__).parents[1] / "data" / "retention.toml"

AT_NIGHT = time(3)


def night_of(now: datetime) -> datetime:
    """Three o'clock of the local day that `now` is in: when the work of that night may begin."""
    return datetime.combine(now.astimezone(AMSTERDAM).date(), AT_NIGHT, AMSTERDAM)


def shipped() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def load() -> int:
    """Add the shipped rule of each kind that has none yet; returns how many. Those that are there stay as they are."""
    known = set(RetentionRule.objects.values_list("kind", flat=True))
    rows = [RetentionRule(kind=kind, **row) for kind, row in shipped().items() if kind not in known]
    return len(RetentionRule.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def change(
    rule: RetentionRule, *, by: User | None, at: datetime, days: int, because: str, is_active: bool
) -> RetentionRule:
    """Give a kind of data another period, ground, or rest. Raises `NotAllowed`."""
    if by is not None and not by.may("privacy.retain"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    row = RetentionRule.objects.select_for_update().get(pk=rule.pk)
    was = {"days": row.days, "is_active": row.is_active}
    row.days, row.because, row.is_active, row.version = days, because, is_active, row.version + 1
    row.full_clean()
    row.save()
    Event.objects.create(
        case_type=row.case_type, case_id=row.pk, verb="change", at=at, actor=by,
        data={"was": was, "now": {"days": days, "is_active": is_active}, "version": row.version},
    )  # fmt: skip
    audit.log("change_retention", by=by, at=at, obj=row)
    return row
