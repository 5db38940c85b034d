"""The one door: every state x transition x role, stale versions, and one transaction for all that belongs to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from desk import door
from desk.door import NotAllowed, NotNow, Refused, Stale
from desk.models import Event, Notice, User
from desk.permissions import STAFF, Role
from incidents import actions
from incidents.models import Melding, State
from tests import factories

pytestmark = pytest.mark.django_db

RECEIVED, BUSY, ASKED, CHAIN = "received", "in_progress", "waiting_contractant", "waiting_chain"
SOLVED, AGAIN, CLOSED, OFF, DOUBLE = "resolved", "reopened", "closed", "cancelled", "duplicate"
OPEN = {RECEIVED, BUSY, AGAIN, ASKED, CHAIN}
ALL = {*OPEN, SOLVED, CLOSED, OFF, DOUBLE}

# The life of a Melding as the contract has it, written out independently: from where to where (None: it stays).
LIFE: dict[str, tuple[set[str], str | None]] = {
    "pick_up": ({RECEIVED, AGAIN}, BUSY),
    "resolve": ({BUSY, AGAIN}, SOLVED),
    "wait_for_contractant": ({BUSY, AGAIN}, ASKED),
    "wait_for_chain": ({BUSY, AGAIN}, CHAIN),
    "resume": ({ASKED, CHAIN}, BUSY),
    "accept": ({SOLVED}, CLOSED),
    "close": ({SOLVED}, CLOSED),
    "reopen": ({SOLVED, CLOSED}, AGAIN),
    "assign": (OPEN, None),
    "set_priority": (OPEN, None),
    "agree_date": (OPEN, None),
    "contacted": (OPEN, None),
    "hand_over": (OPEN, None),
    "cannot_meet": (OPEN, None),
    "escalate": ({*OPEN, SOLVED}, None),
    "read_reaction": ({SOLVED, CLOSED}, None),
    "complete": (OPEN, None),
    "convert": (OPEN, None),
    "follow_up": ({SOLVED, CLOSED}, None),
    "merge": (OPEN, DOUBLE),
    "mark_duplicate": (OPEN, DOUBLE),
    "split": (OPEN, None),
    "relate": (ALL, None),
    "cancel": (OPEN, OFF),
    "reply": ({*OPEN, SOLVED, CLOSED}, None),
    "note": (ALL, None),
    "available_again": ({*OPEN, SOLVED}, None),
    "unavailable_again": (OPEN, None),
    "apply_policy": (OPEN, None),
    "restrict": (ALL, None),
    "let_in": (ALL, None),
    "shut_out": (ALL, None),
}
AGENTS = {
    Role.SUPPORT,
    Role.ON_CALL,
    Role.PRODUCT_MANAGER,
    Role.SERVICE_LEVEL_MANAGER,
    Role.ADMINISTRATOR,
    Role.MACHINE,
}
OTHERS: dict[str, set[str]] = {
    "accept": {Role.CONTACT},
    "reopen": {*AGENTS, Role.CONTACT},
    "reply": {*AGENTS, Role.CONTACT},
    "note": {*AGENTS, Role.MANAGEMENT, Role.PRIVACY_OFFICER},
    "set_priority": {*AGENTS, Role.MANAGEMENT},
    "escalate": {*AGENTS, Role.CONTACT},
    "apply_policy": {Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR},
    "available_again": set(),
    "unavailable_again": set(),
    "restrict": set(STAFF),
    "let_in": {Role.PRIVACY_OFFICER, Role.MANAGEMENT},
    "shut_out": {Role.PRIVACY_OFFICER, Role.MANAGEMENT},
}


def test_the_table_names_every_declared_transition() -> None:
    declared = Melding().get_all_state_transitions()  # type: ignore[attr-defined]
    assert set(LIFE) == {step.name for step in declared}


@pytest.mark.parametrize("state", sorted(ALL))
def test_every_transition_for_every_role(state: str) -> None:
    people = {role: factories.UserFactory.create(role=role) for role in Role}
    melding = factories.registered(priority=1, channel="portal")
    Melding.objects.filter(pk=melding.pk).update(
        state=state, has_workaround=True, reacted_at=factories.MOMENT
    )
    melding.refresh_from_db()
    for verb, (sources, target) in LIFE.items():
        for role, user in people.items():
            expected: object = target or state
            if role not in OTHERS.get(verb, AGENTS):
                expected = NotAllowed
            elif state not in sources:
                expected = NotNow
            assert outcome(melding, verb, user) == expected, (state, verb, role)


def outcome(melding: Melding, verb: str, user: User) -> object:
    """The state that `verb` leads to, or how it is refused; undone afterwards."""
    with transaction.atomic():
        if verb == "agree_date":  # only where the policy sets no time itself
            Melding.objects.filter(pk=melding.pk).update(priority=4)
        tried = Melding.objects.get(pk=melding.pk)
        try:
            with door.change(tried, verb, by=user, at=factories.MOMENT) as going:
                going.data["due"] = (factories.MOMENT + timedelta(days=1)).isoformat()  # for agree_date
        except Refused as refusal:
            return type(refusal)
        finally:
            transaction.set_rollback(True)
    return tried.state


def test_the_state_cannot_be_set_past_the_door() -> None:
    melding = factories.registered()
    with pytest.raises(AttributeError):
        melding.state = State.CLOSED
    melding.refresh_from_db()
    with pytest.raises(AttributeError):
        melding.state = State.CLOSED


def test_an_inactive_user_may_nothing() -> None:
    agent = factories.staff(is_active=False)
    with pytest.raises(NotAllowed):
        actions.pick_up(factories.registered(), by=agent, at=factories.MOMENT)


def test_a_stale_page_hears_what_happened_meanwhile() -> None:
    agent, other = factories.staff(), factories.staff(name="Bo Voorbeeld")
    melding = factories.registered()
    seen = melding.version
    actions.pick_up(melding, by=other, at=factories.MOMENT, version=seen)
    with pytest.raises(Stale) as refused:
        actions.assign(melding, by=agent, at=factories.MOMENT, assignee=agent, version=seen)
    assert [(event.verb, event.actor) for event in refused.value.meanwhile] == [("pick_up", other)]
    melding.refresh_from_db()
    assert melding.assignee == other


def test_words_never_make_a_page_stale() -> None:
    agent = factories.staff()
    melding = factories.registered()
    seen = melding.version
    actions.reply(melding, by=agent, at=factories.MOMENT, body="Wij kijken ernaar.")
    actions.note(melding, by=agent, at=factories.MOMENT, body="Let op.")
    actions.pick_up(melding, by=agent, at=factories.MOMENT, version=seen)
    assert melding.state == State.IN_PROGRESS


def test_what_goes_wrong_halfway_leaves_nothing() -> None:
    agent, contact = factories.staff(), factories.contact()
    melding = factories.registered(contact=contact)
    before = (Event.objects.count(), Notice.objects.count(), melding.version)

    with transaction.atomic():
        actions.pick_up(melding, by=agent, at=factories.MOMENT)
        actions.wait_for_contractant(melding, by=agent, at=factories.MOMENT, question="Welke browser?")
        assert Notice.objects.filter(key="melding_question").exists()
        transaction.set_rollback(True)
    melding.refresh_from_db()
    assert (Event.objects.count(), Notice.objects.count(), melding.version) == before
    assert melding.state == State.RECEIVED


def test_a_version_counts_each_change_and_the_trail_says_which() -> None:
    agent = factories.staff()
    melding = factories.registered()
    actions.pick_up(melding, by=agent, at=factories.MOMENT)
    actions.contacted(melding, by=agent, at=factories.MOMENT + timedelta(minutes=1))
    assert [event.data["version"] for event in melding.events()] == [1, 2, 3]
    assert melding.version == 3
