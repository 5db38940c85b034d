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

__all__ = [
    "Baseline", "Histogram", "MeasurementBatch", "MeasurementTarget", "PerformanceAlert", "PerformanceLimit",
    "PerformanceRule", "SlowAction",
]  # fmt: skip
