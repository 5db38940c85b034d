"""What is kept about privacy and security, one file for each capability."""

from privacy.models.register import EntryVersion, Measure, Processing
from privacy.models.request import DataRequest
from privacy.models.retention import LegalHold, RetentionRule, RetentionRun, Tombstone
from privacy.models.subprocessor import Announced, Objection, Subprocessor

__all__ = [
    "Announced", "DataRequest", "EntryVersion", "LegalHold", "Measure", "Objection", "Processing", "RetentionRule",
    "RetentionRun", "Subprocessor", "Tombstone",
]  # fmt: skip
