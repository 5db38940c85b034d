"""Changes, Releases and Onderhoud."""

from changes.models.change import Change
from changes.models.conversation import ChangeApproval, ChangeMessage
from changes.models.feed import CalendarFeed
from changes.models.kinds import OPEN, ChangeKind, ChangeState
from changes.models.maintenance import Maintenance, MaintenanceKind, MaintenanceMessage, MaintenanceState
from changes.models.release import (
    Release,
    ReleaseDocument,
    ReleaseKind,
    ReleaseMessage,
    ReleaseState,
)
from changes.models.standard import StandardChange
from changes.models.update import SubcontractorUpdate
from changes.models.usage import ReleaseUse
from changes.models.windows import Freeze, MaintenancePattern, ServiceDependency

__all__ = [
    "OPEN", "CalendarFeed", "Change", "ChangeApproval", "ChangeKind", "ChangeMessage", "ChangeState", "Freeze",
    "Maintenance", "MaintenanceKind", "MaintenanceMessage", "MaintenancePattern", "MaintenanceState", "Release",
    "ReleaseDocument", "ReleaseKind", "ReleaseMessage", "ReleaseState", "ReleaseUse", "ServiceDependency", "StandardChange",
    "SubcontractorUpdate",
]  # fmt: skip
