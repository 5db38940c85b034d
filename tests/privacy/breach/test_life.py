"""Every state x transition x role of a security incident."""

from __future__ import annotations

from desk.models import User
from desk.permissions import Role
from privacy.models import BreachState
from tests import factories
from tests.lives import NOBODY, Life, check
from tests.privacy.breach.conftest import LATER, Cast

S, A, N, B, I, F, C = "suspected", "assessing", "no_breach", "breach", "informing", "follow_up", "closed"  # noqa: E741
ALL = set(BreachState.values)
KEEPERS = {Role.PRIVACY_OFFICER, Role.MANAGEMENT}
INSIDE = KEEPERS | {Role.SUPPORT}  # the agent who opened it was let in

LIFE: Life = {
    "assess": ({S, A}, A, KEEPERS),
    "confirm": ({A}, B, KEEPERS),
    "rule_out": ({A}, N, KEEPERS),
    "reassess": ({B, N, I, F, C}, A, KEEPERS),
    "draft": ({B, I, F}, I, KEEPERS),
    "write": ({I}, None, KEEPERS),
    "approve": ({I}, None, KEEPERS),
    "phone": ({B, I, C}, None, INSIDE),
    "informed": ({I}, F, NOBODY),
    "untold": ({F}, I, NOBODY),
    "follow_up": ({N}, F, KEEPERS),
    "decide": ({I, F}, None, KEEPERS),
    "plan": (ALL - {C}, None, KEEPERS),
    "finish": (ALL - {C}, None, INSIDE),
    "close": ({F}, C, KEEPERS),
    "let_in": (ALL, None, KEEPERS),
    "shut_out": (ALL, None, KEEPERS),
    "note": (ALL, None, INSIDE),
}


def test_every_step_for_every_role(cast: Cast) -> None:
    """In "geen datalek" nobody is concerned, so nothing is drafted there."""
    people: dict[str, User] = {
        role: factories.staff(role) for role in Role if role not in {Role.SUPPORT, Role.CONTACT}
    }
    people |= {Role.SUPPORT: cast.sam, Role.CONTACT: cast.noor.user}

    def prepare(going: object) -> None:
        event = going.verb  # type: ignore[attr-defined]
        data: dict[str, object] = {
            "approve": {"letters": []},
            "plan": {"owner": 0},
            "let_in": {"people": []},
        }.get(event, {})  # type: ignore[assignment]
        going.data |= data  # type: ignore[attr-defined]

    check(LIFE, cast.brought, at=LATER, people=people, prepare=prepare)
