"""Entries of the registers: shipped, and changed with each version kept."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from desk import audit
from desk.door import NotAllowed
from desk.models import User
from privacy.models import EntryVersion, Measure, Processing

DATA = Path(__file__).parents[1] / "data"
MODELS: dict[str, type[Processing] | type[Measure]] = {"processing": Processing, "measure": Measure}
FILES = {"processing": DATA / "processing.toml", "measure": DATA / "measures.toml"}


def shipped(register: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILES[register].read_text(encoding="utf-8"))


@transaction.atomic
def load(at: datetime) -> int:
    """Add the shipped entries that are not there yet; returns how many. Those that are there stay as they are."""
    added = 0
    for register, model in MODELS.items():
        known = set(model._base_manager.values_list("slug", flat=True))
        for place, (slug, row) in enumerate(shipped(register).items(), start=1):
            if slug not in known:
                keep(model(slug=slug, order=10 * place, **row), by=None, at=at)
                added += 1
    return added


@transaction.atomic
def keep(entry: Processing | Measure, *, by: User | None, at: datetime) -> None:
    """Save `entry` as its next version. Raises `NotAllowed`."""
    if by is not None and not by.may("privacy.register"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    register = next(name for name, model in MODELS.items() if isinstance(entry, model))
    entry.version += 1
    entry.save()
    EntryVersion.objects.create(
        register=register, slug=entry.slug, number=entry.version, at=at, by=by, content=entry.content()
    )
    if by is not None:
        audit.log("change_register", by=by, at=at, obj=audit.Of(register, entry.slug))
