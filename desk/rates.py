"""How often a stranger may do something, counted in the cache that all processes share."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.cache import cache

HOUR = 3600  # seconds


def within(action: str, now: datetime, limits: dict[str, int]) -> bool:
    """Count one `action` for each of `limits` (who -> most in an hour); False when one of them is used up."""
    window = int(now.timestamp()) // HOUR
    counts = {who: _count(f"{action}:{who}:{window}") for who in limits}
    return all(counts[who] <= most for who, most in limits.items())


def _count(what: str) -> int:
    key = "rate:" + hashlib.sha256(what.encode()).hexdigest()
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # it expired in between
        return 1
