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
from reports.models.verification import Verification
from reports.models.whatif import Effect, Verdict, WhatIf, WhatIfLine

__all__ = [
    "NOT_PUBLISHED", "Backup", "BackupKind", "Baseline", "Correction", "Effect", "Extent", "Histogram", "MeasurementBatch",
    "MeasurementTarget", "Outcome", "PerformanceAlert", "PerformanceLimit", "PerformanceRule", "Reason",
    "RecoveryTest", "ReportLook", "ReportMessage", "ReportState", "ServiceLevelReport", "SlowAction", "Source",
    "Unavailability", "Verdict", "Verification", "WhatIf", "WhatIfLine",
]  # fmt: skip
