"""The figures of a report to reckon with: as JSON, over which its hash is taken, and as CSV."""

from __future__ import annotations

import json

from reports.monthly.shape import Report


def as_json(data: Report) -> bytes:
    """The same bytes for the same figures: keys sorted, nothing between them, UTF-8."""
    return json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def csv(data: Report, language: str) -> bytes:
    raise NotImplementedError
