"""What is kept about privacy and security, one file for each capability."""

from privacy.models.retention import LegalHold, RetentionRule, RetentionRun, Tombstone

__all__ = ["LegalHold", "RetentionRule", "RetentionRun", "Tombstone"]
