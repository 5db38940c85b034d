"""Whether a published report is still what was published: a digest over bytes that anybody can make again."""

from __future__ import annotations

import hashlib
from typing import Any

from reports.models import ServiceLevelReport
from reports.monthly.tables import as_json


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON: keys sorted, nothing between them, UTF-8."""
    return hashlib.sha256(as_json(data)).hexdigest()


def holds(report: ServiceLevelReport) -> bool | None:
    """Whether its data still has the digest that it was published with; None before that."""
    return digest(report.data) == report.sha256 if report.is_published else None
