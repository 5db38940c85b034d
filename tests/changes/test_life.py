"""Every state x transition x role of Changes and Releases, against tables written out independently (SLA 10, 11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from changes.models import Change, ChangeApproval, Release
from desk.models import User
from desk.permissions import Role
from tests import factories
from tests.changes.conftest import Cast
from tests.factories import MOMENT
from tests.lives import NOBODY, check

AGENTS = {Role.SUPPORT, Role.ON_CALL, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR, Role.MACHINE}  # fmt: skip
MANAGERS = {Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR}
APPROVE = {Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER}
UNDECIDED = {"requested", "assessed"}
COMING = {"planned", "built", "tested", "accepted"}
OPEN = UNDECIDED | COMING | {"honoured"}
ANY = OPEN | {"released", "rejected", "cancelled"}

# One whose approvals are still awaited.
AWAITED: dict[str, tuple[set[str], str | None, set[Any]]] = {
    "assess": (UNDECIDED, "assessed", AGENTS),
    "approve": ({"assessed"}, None, APPROVE),
    "honour": (set(), "honoured", MANAGERS),
    "reject": (UNDECIDED, "rejected", MANAGERS),
    "plan": ({"honoured", "planned"}, "planned", MANAGERS),
    "build": ({"planned"}, "built", AGENTS),
    "verify": ({"built"}, "tested", AGENTS),
    "accept": ({"tested"}, "accepted", MANAGERS),
    "send_back": ({"built", "tested", "accepted"}, "planned", AGENTS),
    "describe": (COMING | {"honoured"}, None, AGENTS),
    "agree_date": (OPEN, None, AGENTS),
    "cancel": (OPEN, "cancelled", MANAGERS),
    "withdraw": (UNDECIDED, "cancelled", {Role.CONTACT}),
    "reply": (ANY, None, AGENTS | {Role.CONTACT}),
    "note": (ANY, None, AGENTS),
    "go_live": ({"accepted"}, "released", NOBODY),
    "unplan": (COMING | {"released"}, "honoured", NOBODY),
}
APPROVED = {**AWAITED, "approve": (set(), None, NOBODY), "honour": ({"assessed"}, "honoured", MANAGERS)}

AHEAD = {"planned", "frozen"}
LASTING = AHEAD | {"released"}
RELEASE: dict[str, tuple[set[str], str | None, set[Any]]] = {
    "freeze": ({"planned"}, "frozen", MANAGERS),
    "thaw": ({"frozen"}, "planned", MANAGERS),
    "publish": ({"frozen"}, "released", MANAGERS),
    "reschedule": (AHEAD, None, MANAGERS),
    "introduce": (AHEAD, None, AGENTS),
    "attach": (LASTING, None, AGENTS),
    "require": (LASTING, None, MANAGERS),
    "end_support": ({"released"}, "end_of_life", MANAGERS),
    "withdraw": (LASTING, "withdrawn", MANAGERS),
    "note": (LASTING | {"withdrawn", "end_of_life"}, None, AGENTS),
}


def people(cast: Cast) -> Mapping[str, User]:
    """One of each role; the contact is the one who asked."""
    others: dict[str, User] = {
        role: factories.UserFactory.create(role=role) for role in Role if role != Role.CONTACT
    }
    return {**others, Role.CONTACT: cast.contact.user}


def put(change: Change, state: str) -> Change:
    Change.objects.filter(pk=change.pk).update(state=state, agreed_on=None)
    return Change.objects.get(pk=change.pk)


def test_every_step_of_a_change_that_waits_for_approval(cast: Cast) -> None:
    change = cast.assessed()
    check(AWAITED, lambda state: put(change, state), people=people(cast))


def test_every_step_of_a_change_that_everybody_approved(cast: Cast) -> None:
    change = cast.assessed()
    for role, user in (
        (Role.PRODUCT_MANAGER, cast.manager),
        (Role.SERVICE_LEVEL_MANAGER, cast.level_manager),
    ):
        ChangeApproval.objects.create(change=change, assessment=1, role=role, user=user, at=MOMENT)
    check(APPROVED, lambda state: put(change, state), people=people(cast))


def test_every_step_of_a_release(cast: Cast) -> None:
    release = cast.release()
    Release.objects.filter(pk=release.pk).update(
        introduction="Kleine verbeteringen.", planned_on=date(2026, 9, 1)
    )

    def make(state: str) -> Release:
        Release.objects.filter(pk=release.pk).update(state=state)
        return Release.objects.get(pk=release.pk)

    check(RELEASE, make)
