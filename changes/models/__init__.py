"""Changes and Releases."""

from changes.models.change import Change
from changes.models.conversation import ChangeApproval, ChangeMessage
from changes.models.kinds import OPEN, ChangeKind, ChangeState
from changes.models.release import (
    Release,
    ReleaseDocument,
    ReleaseKind,
    ReleaseMessage,
    ReleaseState,
)
from changes.models.standard import StandardChange

__all__ = [
    "OPEN", "Change", "ChangeApproval", "ChangeKind", "ChangeMessage", "ChangeState", "Release", "ReleaseDocument",
    "ReleaseKind", "ReleaseMessage", "ReleaseState", "StandardChange",
]  # fmt: skip
