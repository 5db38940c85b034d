"""Everything that can be done to a Problem. Doors call these; each is one transaction through `desk.door`.

`by` is the acting user, `at` the instant (aware, UTC), `version` the one that the caller's page showed. All raise
`desk.door.Refused` or one of its kinds, and leave nothing half-made.
"""

from problems.actions.knowledge import apply, publish, withdraw
from problems.actions.life import (
    abandon,
    analyse,
    assess,
    assign,
    close,
    confirm,
    find_workaround,
    plan_solution,
    reopen,
    revise,
    solve,
)
from problems.actions.opening import link, open_problem, unlink
from problems.actions.record import add_action, add_moment, finish_action, note, record_cause

__all__ = [
    "abandon", "add_action", "add_moment", "analyse", "apply", "assess", "assign", "close", "confirm",
    "find_workaround", "finish_action", "link", "note", "open_problem", "plan_solution", "publish",
    "record_cause", "reopen", "revise", "solve", "unlink", "withdraw",
]  # fmt: skip
