"""The rules for alarms that ship with the desk, read from `incidents/data/`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from incidents.models import AlertRule

FILE = Path(__file__).parent / "data" / "alert_rules.toml"


def load_rules() -> int:
    """Store the shipped rules where there are none yet; returns how many. Later they are the administrator's."""
    if AlertRule.objects.exists():
        return 0
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["rules"]
    rules = [
        AlertRule(**{**row, "order": 10 * place, "matchers": "\n".join(row["matchers"])})
        for place, row in enumerate(rows, start=1)
    ]
    return len(AlertRule.objects.bulk_create(rules))
