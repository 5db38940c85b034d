"""Changes and Releases."""

from changes.models.change import (
    OPEN,
    Change,
    ChangeApproval,
    ChangeKind,
    ChangeMessage,
    ChangeState,
    StandardChange,
)
from changes.models.release import (
    Release,
    ReleaseDocument,
    ReleaseKind,
    ReleaseMessage,
    ReleaseState,
)

__all__ = [
    "OPEN", "Change", "ChangeApproval", "ChangeKind", "ChangeMessage", "ChangeState", "Release", "ReleaseDocument",
    "ReleaseKind", "ReleaseMessage", "ReleaseState", "StandardChange",
]  # fmt: skip
