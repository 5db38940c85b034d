"""What a desk starts with: the limits of SLA 7.7, and two rules that an administrator may change."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

FROM_THE_BEGINNING = date(2024, 1, 1)
LIMIT = {"starts_on": FROM_THE_BEGINNING, "agreed_on": FROM_THE_BEGINNING, "agreed_with": "SLA 7.7"}
RULES = [
    {"name": "Langer dan de grens", "alert": "limit"},
    {"name": "Veel langer dan de baseline", "alert": "baseline"},
]


def ship(limits: Any, rules: Any) -> None:
    """Into these models, as a migration knows them or as they are, unless there is something already."""
    if not limits.objects.exists():
        limits.objects.create(made_at=timezone.now(), **LIMIT)
    if not rules.objects.exists():
        for rule in RULES:
            rules.objects.create(**rule)
