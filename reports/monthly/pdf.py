"""A report on paper."""

from __future__ import annotations

from reports.monthly.shape import Facts, Report


def pdf(data: Report, language: str, facts: Facts) -> bytes:
    raise NotImplementedError
