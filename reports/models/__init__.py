"""What is recorded to report on: unavailability, measurements, reports and their corrections."""

from reports.models.continuity import Backup, BackupKind, Outcome, RecoveryTest
from reports.models.report import (
    NOT_PUBLISHED,
    Correction,
    ReportLook,
    ReportMessage,
    ReportState,
    ServiceLevelReport,
)

__all__ = [
    "NOT_PUBLISHED", "Backup", "BackupKind", "Correction", "Outcome", "RecoveryTest", "ReportLook",
    "ReportMessage", "ReportState", "ServiceLevelReport",
]  # fmt: skip
