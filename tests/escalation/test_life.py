"""Every state x transition x role x echelon of an escalation, against a table written out independently (SLA 4.4)."""

from __future__ import annotations

import pytest
from django.db import transaction

from desk import door
from desk.door import NotAllowed, NotNow, Refused
from desk.models import User
from desk.permissions import Role
from incidents.models import Escalation
from tests import factories
from tests.escalation.conftest import LADDER, LATER, Cast

OPEN, ANSWERED, CLOSED, WITHDRAWN = "open", "answered", "closed", "withdrawn"
UNDER_WAY = {OPEN, ANSWERED}

LIFE: dict[str, tuple[set[str], str]] = {
    "answer": ({OPEN}, ANSWERED),
    "pass_up": (UNDER_WAY, OPEN),
    "settle": (UNDER_WAY, CLOSED),
    "accept_answer": ({ANSWERED}, CLOSED),
    "dispute": ({ANSWERED}, OPEN),
    "withdraw": (UNDER_WAY, WITHDRAWN),
    "join": (UNDER_WAY, OPEN),
    "climb": (UNDER_WAY, OPEN),
    "lapse": (UNDER_WAY, CLOSED),
}
ECHELON = {
    Role.SUPPORT: 1, Role.ON_CALL: 1, Role.MACHINE: 1, Role.PRODUCT_MANAGER: 2, Role.SERVICE_LEVEL_MANAGER: 3,
    Role.MANAGEMENT: 4, Role.ADMINISTRATOR: 4,
}  # fmt: skip
BY_ECHELON = {"answer", "pass_up", "settle"}
BY_CONTACT = {"accept_answer": {Role.CONTACT}, "dispute": {Role.CONTACT}, "withdraw": {Role.CONTACT}}
TOP_ENDS = {"pass_up", "dispute"}  # beyond the last echelon there is none
JOINS = set(Role) - {Role.MANAGEMENT, Role.PRIVACY_OFFICER}


def allowed(verb: str, role: Role, level: int) -> bool:
    if verb in BY_ECHELON:
        return ECHELON.get(role, 0) >= level
    return role in BY_CONTACT.get(verb, JOINS if verb == "join" else set())


def test_the_table_names_every_declared_transition() -> None:
    declared = Escalation().get_all_state_transitions()  # type: ignore[attr-defined]
    assert set(LIFE) == {step.name for step in declared}


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("state", [OPEN, ANSWERED, CLOSED, WITHDRAWN])
def test_every_transition_for_every_role(cast: Cast, state: str, level: int) -> None:
    people = {role: factories.UserFactory.create(role=role) for role in Role}
    escalation = cast.escalated()
    Escalation.objects.filter(pk=escalation.pk).update(state=state, level=level, role=LADDER[level - 1])
    for verb, (sources, target) in LIFE.items():
        for role, user in people.items():
            expected: object = target
            if not allowed(verb, role, level):
                expected = NotAllowed
            elif state not in sources or (verb in TOP_ENDS and level == 4):
                expected = NotNow
            assert outcome(escalation, verb, user) == expected, (state, verb, role, level)


def outcome(escalation: Escalation, verb: str, user: User) -> object:
    """The state that `verb` leads to, or how it is refused; undone afterwards."""
    tried = Escalation.objects.get(pk=escalation.pk)
    with transaction.atomic():
        try:
            with door.change(tried, verb, by=user, at=LATER) as going:
                going.data["reason"] = "content"
        except Refused as refusal:
            return type(refusal)
        finally:
            transaction.set_rollback(True)
    return tried.state


@pytest.mark.parametrize("starter", [Role.SUPPORT, None])
def test_withdrawing_is_for_the_side_that_started_it(cast: Cast, starter: str | None) -> None:
    escalation = cast.escalated()
    started_by = cast.staff[0] if starter else None
    Escalation.objects.filter(pk=escalation.pk).update(started_by=started_by)
    assert outcome(escalation, "withdraw", cast.noor.user) == NotAllowed
    assert outcome(escalation, "withdraw", cast.staff[1]) == (WITHDRAWN if starter else NotAllowed)
