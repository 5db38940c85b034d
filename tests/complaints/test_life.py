"""Every state x transition x role of a complaint, of both kinds (SLA 5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.models import ENDED, OPEN, About, Complaint, State
from desk.door import NotAllowed
from desk.permissions import STAFF, Role
from tests import factories
from tests.complaints.conftest import LATER, Cast
from tests.factories import MOMENT
from tests.lives import Life, check, outcome

R, A, T, P, C, K, S = "registered", "assigned", "in_treatment", "proposed", "accepted", "reported", "solved"
UNDER_WAY, UNSOLVED = {A, T, P, C, K}, {R, A, T, P, C, K}
EVERYWHERE = set(State.values)
DESK, PM, SLM = {Role.SUPPORT, Role.ON_CALL}, {Role.PRODUCT_MANAGER}, {Role.SERVICE_LEVEL_MANAGER}
BOTH, CONTACT, ADMIN = PM | SLM, {Role.CONTACT}, {Role.ADMINISTRATOR}

# The productmanager is the one it is assigned to, the service level manager was involved.
LIFE: Life = {
    "assign": ({R}, A, DESK | BOTH | ADMIN),
    "reassign": (UNDER_WAY, None, DESK | BOTH | ADMIN),
    "start": ({A}, T, BOTH),
    "involve": ({A, T}, None, PM),
    "propose": ({T}, P, BOTH),
    "accept_solution": ({P}, C, CONTACT),
    "refuse_solution": ({P}, T, CONTACT),
    "send_report": ({C, T}, K, PM),
    "accept_report": ({K}, S, CONTACT),
    "refuse_report": ({K}, T, CONTACT),
    "close": ({S}, "closed", DESK),
    "withdraw": (UNSOLVED, "withdrawn", CONTACT),
    "relate": (UNSOLVED, None, DESK | BOTH | ADMIN),
    "set_about": (UNSOLVED, None, BOTH | CONTACT),
    "reply": (UNSOLVED | {S}, None, DESK | BOTH | CONTACT),
    "note": (EVERYWHERE, None, set(STAFF)),
}
# About the Supportafdeling: past it in every step, and closed by a manager who did not report on it.
APART: Life = {
    **{verb: (states, target, roles - DESK) for verb, (states, target, roles) in LIFE.items()},
    "close": ({S}, "closed", SLM | {Role.MANAGEMENT}),
    "set_about": (UNSOLVED, None, CONTACT),
}


@pytest.mark.parametrize(("about", "life"), [(About.SERVICE, LIFE), (About.SUPPORT, APART)])
def test_sla_5_every_transition_for_every_role(cast: Cast, about: str, life: Life) -> None:
    def make(state: str) -> Complaint:
        complaint = cast.complaint(about, service=factories.ServiceFactory.create())
        Complaint.objects.filter(pk=complaint.pk).update(
            state=state, assignee=cast.fatma, manager=cast.marieke, solution="Wij bellen.", solution_accepted_at=MOMENT
        )  # fmt: skip
        return Complaint.objects.get(pk=complaint.pk)

    check(life, make, people=cast.people, at=LATER)


def test_every_state_is_open_or_ended() -> None:
    assert {*OPEN, *ENDED} == set(State)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("about", [About.OTHER, About.SUPPORT])
def test_each_state_is_reached_by_its_acts(cast: Cast, about: str, state: str) -> None:
    complaint = cast.brought(state, about)
    assert Complaint.objects.get(pk=complaint.pk).state == state


def test_a_stranger_of_the_same_role_treats_nothing(cast: Cast) -> None:
    """Only whoever it is assigned to, or was involved, treats it; only the contact whose it is decides."""
    stranger = factories.staff(Role.PRODUCT_MANAGER)
    colleague = factories.contact(contractant=cast.noor.contractant)
    treated = cast.brought(State.IN_TREATMENT)
    assert outcome(treated, "propose", stranger, LATER) == NotAllowed
    assert outcome(treated, "propose", cast.marieke, LATER) == NotAllowed
    proposed = cast.brought(State.PROPOSED)
    assert outcome(proposed, "accept_solution", colleague.user, LATER) == NotAllowed
    assert outcome(proposed, "accept_solution", cast.noor.user, LATER) == "accepted"


def test_where_the_contact_has_left_the_hoofdcontactpersoon_decides(cast: Cast) -> None:
    main = factories.contact(contractant=cast.noor.contractant, role="main_contact")
    proposed = cast.brought(State.PROPOSED)
    assert outcome(proposed, "accept_solution", main.user, LATER) == NotAllowed
    cast.noor.is_active = False
    cast.noor.save()
    later = LATER + timedelta(days=1)
    assert outcome(proposed, "accept_solution", main.user, later) == "accepted"
    assert outcome(proposed, "accept_solution", cast.noor.user, later) == NotAllowed
