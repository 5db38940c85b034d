"""What is recorded to report on: unavailability, measurements, reports and their corrections."""

from reports.models.performance import (
    Baseline,
    Histogram,
    MeasurementBatch,
    MeasurementTarget,
    PerformanceAlert,
    PerformanceLimit,
    PerformanceRule,
    SlowAction,
)
from reports.models.unavailability import Extent, Reason, Source, Unavailability

__all__ = [
    "Baseline", "Extent", "Histogram", "MeasurementBatch", "MeasurementTarget", "PerformanceAlert", "PerformanceLimit",
    "PerformanceRule", "Reason", "SlowAction", "Source", "Unavailability",
]  # fmt: skip
