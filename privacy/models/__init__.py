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

__all__ = [
    "LETTER", "REASONS", "Affected", "Aspect", "Assessment", "BreachAccess", "BreachMessage", "BreachRisk", "BreachRung",
    "BreachState", "Category", "Consequence", "FollowUp", "Letter", "SecurityIncident", "Told", "YesNo",
]  # fmt: skip
