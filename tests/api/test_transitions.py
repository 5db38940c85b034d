"""One POST for each transition that people may make."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import resolve, reverse
from django.utils import timezone
from rest_framework.test import APIClient

from desk.door import permitted
from desk.models import User
from desk.permissions import Role
from incidents.api.bodies import VERBS
from incidents.models import Melding, State
from tests import factories
from tests.api.conftest import MELDINGEN

pytestmark = pytest.mark.django_db

ELSEWHERE = {"reply", "note"}  # at messages/
NOT_FOR_API = {"available_again", "unavailable_again", "apply_policy", "restrict", "let_in", "shut_out"}


def declared() -> set[str]:
    return {step.name for step in Melding().get_all_state_transitions()}  # type: ignore[attr-defined]


def test_every_declared_transition_has_its_address() -> None:
    assert set(VERBS) == declared() - ELSEWHERE - NOT_FOR_API
    for verb in VERBS:
        view = resolve(reverse(f"api:{verb}", args=["M26-00001"])).func
        assert view.cls.verb == verb  # type: ignore[attr-defined]


def bodies(melding: Melding, other: Melding, agent: User) -> dict[str, dict[str, Any]]:
    message = melding.messages.first()
    return {
        "pick_up": {"contacted": True}, "resolve": {"solution": "Herstart"}, "resume": {}, "accept": {},
        "wait_for_contractant": {"question": "Welke browser?"}, "close": {}, "contacted": {}, "hand_over": {}, "read_reaction": {},
        "wait_for_chain": {"party": "Open Line", "question": "Staat de server aan?"},
        "reopen": {"reason": "Nog steeds"}, "cancel": {"reason": "Ingetrokken"},
        "assign": {"assignee": agent.email}, "set_priority": {"reason": "Meer hinder", "priority": 1},
        "agree_date": {"due": (timezone.now() + timedelta(days=30)).isoformat()},
        "escalate": {"reason": "content", "words": "Wij horen niets"},
        "cannot_meet": {"reason": "Later", "expected_at": (timezone.now() + timedelta(days=30)).isoformat()},
        "complete": {"affected_users": 3}, "convert": {"kind": "question", "reason": "Geen storing"},
        "follow_up": {"subject": "Vervolg", "description": "De rest", "priority": 4},
        "merge": {"into": other.number}, "mark_duplicate": {"other": other.number},
        "split": {"messages": [message and message.pk], "subject": "Iets anders"},
        "relate": {"other": other.number, "kind": "child"},
    }  # fmt: skip


def in_state_for(verb: str, agent: User) -> Melding:
    """A Melding in which `verb` can be done."""
    from incidents import actions

    at = factories.MOMENT
    contact = factories.contact()
    fields: dict[str, Any] = {"contact": contact}
    if verb == "agree_date":
        fields["priority"] = 4
    if verb == "hand_over":
        fields |= {"priority": 1, "channel": "portal"}
    melding = factories.registered(**fields)
    actions.note(melding, by=agent, at=at, body="Een notitie")
    if verb in {
        "resolve",
        "wait_for_contractant",
        "wait_for_chain",
        "resume",
        "accept",
        "close",
        "reopen",
        "follow_up",
        "read_reaction",
    }:
        actions.pick_up(melding, by=agent, at=at)
    if verb == "resume":
        actions.wait_for_contractant(melding, by=agent, at=at, question="Welke browser?")
    if verb in {"accept", "close", "reopen", "follow_up", "read_reaction"}:
        actions.resolve(melding, by=agent, at=at, solution="Herstart", workaround=True)
    if verb == "read_reaction":
        actions.reply(melding, by=contact.user, at=at, body="Dank u")
    return melding


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_it_is_done_and_shown(agent: APIClient, verb: str) -> None:
    staff = factories.staff()
    melding = in_state_for(verb, staff)
    other = factories.registered(contact=melding.contact)
    client = agent
    if verb == "accept":  # the contact's own
        client = APIClient()
        client.force_login(melding.contact.user)  # type: ignore[union-attr]
    answer = client.post(f"{MELDINGEN}{melding.number}/{verb}/", bodies(melding, other, staff)[verb])
    made = verb in {"follow_up", "split"}
    assert answer.status_code == (201 if made else 200), answer.json()
    assert (answer.json()["number"] == melding.number) is not made
    melding.refresh_from_db()
    assert melding.events().filter(verb=verb).count() == 1


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"relate"}))
def test_what_the_state_does_not_admit_is_409(agent: APIClient, verb: str) -> None:
    staff = factories.staff()
    melding = in_state_for("pick_up", staff)
    other = factories.registered(contact=melding.contact)
    given = bodies(melding, other, staff)[verb]
    Melding.objects.filter(pk=melding.pk).update(state=State.CANCELLED)
    address = f"{MELDINGEN}{melding.number}/{verb}/"
    answer = agent.post(address, given)
    expected = (403, "not_allowed") if verb == "accept" else (409, "not_now")
    assert (answer.status_code, answer.json()["code"]) == expected
    assert not melding.events().filter(verb=verb).exists()


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"accept", "reopen", "escalate"}))
def test_a_contact_has_no_right_to_an_agents_verb(agent: APIClient, verb: str) -> None:
    staff = factories.staff()
    melding = in_state_for(verb, staff)
    other = factories.registered(contact=melding.contact)
    client = APIClient()
    client.force_login(melding.contact.user)  # type: ignore[union-attr]
    answer = client.post(f"{MELDINGEN}{melding.number}/{verb}/", bodies(melding, other, staff)[verb])
    assert answer.status_code == 403, answer.json()


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_body_that_makes_no_sense_is_400(agent: APIClient, verb: str) -> None:
    melding = in_state_for(verb, factories.staff())
    answer = agent.post(f"{MELDINGEN}{melding.number}/{verb}/", {"nonsense": 1})
    assert answer.status_code == 400
    assert "nonsense" in {error["field"] for error in answer.json()["errors"]}


def test_what_may_be_done_now_is_listed(agent: APIClient) -> None:
    melding = factories.registered()
    listed = agent.get(f"{MELDINGEN}{melding.number}/").json()["transitions"]
    machine = User.objects.get(role=Role.MACHINE)
    assert listed == [step.name for step in permitted(melding, machine) if step.custom]
    assert set(listed) <= set(VERBS)


def test_the_other_melding_must_be_visible(agent: APIClient) -> None:
    melding = factories.registered()
    answer = agent.post(f"{MELDINGEN}{melding.number}/merge/", {"into": "M26-99999"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "into")
