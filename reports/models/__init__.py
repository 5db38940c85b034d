"""What is recorded to report on: unavailability, measurements, reports and their corrections."""

from reports.models.continuity import Backup, BackupKind, Outcome, RecoveryTest
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
from reports.models.report import (
    NOT_PUBLISHED,
    Correction,
    ReportLook,
    ReportMessage,
    ReportState,
    ServiceLevelReport,
)
from reports.models.unavailability import Extent, Reason, Source, Unavailability

__all__ = [
    "NOT_PUBLISHED", "Backup", "BackupKind", "Baseline", "Correction", "Extent", "Histogram", "MeasurementBatch",
    "MeasurementTarget", "Outcome", "PerformanceAlert", "PerformanceLimit", "PerformanceRule", "Reason",
    "RecoveryTest", "ReportLook", "ReportMessage", "ReportState", "ServiceLevelReport", "SlowAction", "Source",
    "Unavailability",
]  # fmt: skip
