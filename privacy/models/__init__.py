"""What is kept about privacy and security, one file for each capability."""

from privacy.models.breach import LETTER, SecurityIncident
from privacy.models.breach_choices import (
    REASONS,
    Aspect,
    BreachRisk,
    BreachState,
    Category,
    Consequence,
    Told,
    YesNo,
)
from privacy.models.breach_parts import (
    Affected,
    Assessment,
    BreachAccess,
    BreachMessage,
    BreachRung,
    FollowUp,
    Letter,
)
from privacy.models.handover import Erasure, Handover
from privacy.models.register import EntryVersion, Measure, Processing
from privacy.models.request import DataRequest
from privacy.models.retention import LegalHold, RetentionRule, RetentionRun, Tombstone
from privacy.models.subprocessor import Announced, Objection, Subprocessor

__all__ = [
    "LETTER",
    "REASONS",
    "Affected",
    "Announced",
    "Aspect",
    "Assessment",
    "BreachAccess",
    "BreachMessage",
    "BreachRisk",
    "BreachRung",
    "BreachState",
    "Category",
    "Consequence",
    "DataRequest",
    "EntryVersion",
    "Erasure",
    "FollowUp",
    "Handover",
    "LegalHold",
    "Letter",
    "Measure",
    "Objection",
    "Processing",
    "RetentionRule",
    "RetentionRun",
    "SecurityIncident",
    "Subprocessor",
    "Told",
    "Tombstone",
    "YesNo",
]  # fmt: skip
