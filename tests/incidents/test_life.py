"""What can be done to a Melding: that it happens, what goes with it, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Notice
from incidents import actions, queries
from incidents.models import Melding, Relation, State
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(hours=1)


def told(melding: Melding) -> list[str]:
    return sorted(Notice.objects.filter(case_id=melding.pk).values_list("key", flat=True))


def in_hand(**fields: Any) -> tuple[Melding, Any]:
    agent = factories.staff()
    melding = factories.registered(**fields)
    return actions.pick_up(melding, by=agent, at=MOMENT), agent


# Registering


@pytest.mark.parametrize(
    ("fields", "priority"),
    [
        ({"impact": "large", "urgency": "high"}, 1),
        ({"impact": "small", "urgency": "high"}, 3),
        ({"impact": "", "expected_priority": 2}, 2),
        ({"impact": "", "expected_priority": None}, 3),
        ({"impact": "large", "urgency": "high", "priority": 4}, 4),
        ({"kind": "question"}, 4),
        ({"kind": "question", "priority": 3}, 3),
        ({"kind": "change", "priority": 1}, 4),
        ({"priority": 4, "breach_of_confidentiality": True}, 1),
        ({"kind": "change", "breach_of_confidentiality": True}, 1),
    ],
)
def test_the_priority_that_a_report_gets(fields: dict[str, Any], priority: int) -> None:
    """SLA 7.4, 9.2, 10.3."""
    assert factories.registered(**{"contact": factories.contact(), **fields}).priority == priority


def test_the_reporter_hears_that_it_arrived() -> None:
    assert told(factories.registered(contact=factories.contact())) == ["melding_received"]
    assert told(factories.registered(reporter_email="")) == []


def test_a_p1_that_the_supplier_saw_first_goes_to_every_affected_main_contact_at_once() -> None:
    """SLA 9.1."""
    service = factories.ServiceFactory.create()
    main, plain, elsewhere = (
        factories.contact(role="main_contact"),
        factories.contact(),
        factories.contact(role="main_contact"),
    )
    for contact in (main, plain):
        factories.ContractFactory.create(contractant=contact.contractant, service=service)
    melding = factories.registered(channel="supplier", priority=1, service=service, reporter_email="")
    assert set(Notice.objects.filter(key="p1_found").values_list("email", flat=True)) == {main.user.email}
    assert elsewhere.user.email not in Notice.objects.values_list("email", flat=True)
    assert told(melding) == ["p1_found"]


def test_a_change_needs_a_registered_contact() -> None:
    """SLA 10.1."""
    factories.load_policies()
    with pytest.raises(Invalid) as refused:
        actions.register(factories.report(kind="change", goal="Sneller"), by=factories.staff(), at=MOMENT)
    assert set(refused.value.errors) == {"contact"}


def test_a_contact_reports_for_itself_alone() -> None:
    """SLA 4.3."""
    factories.load_policies()
    contact, other = factories.contact(), factories.contact()
    for wrong in (
        {"contact": other, "contractant": other.contractant},
        {"contact": contact, "contractant": other.contractant},
        {"contact": None},
        {"contact": contact, "contractant": contact.contractant, "priority": 1},
    ):
        with pytest.raises(NotAllowed):
            actions.register(factories.report(**wrong), by=contact.user, at=MOMENT)
    mine = factories.report(contact=contact, contractant=contact.contractant)
    assert actions.register(mine, by=contact.user, at=MOMENT).contact == contact


def test_the_policy_follows_from_contractant_dienst_and_moment() -> None:
    """SLA 6: a Melding takes its policy at receipt."""
    service, contact = factories.ServiceFactory.create(), factories.contact()
    factories.ContractFactory.create(
        contractant=contact.contractant, service=service, policy=factories.policy("intramed")
    )
    assert factories.registered(contact=contact, service=service).policy_version.policy.slug == "intramed"
    assert factories.registered(contact=contact).policy_version.policy.slug == "vecozo-mdo"


# In hand


def test_picking_up_assigns_it_to_who_does() -> None:
    melding, agent = in_hand()
    assert (melding.state, melding.assignee) == (State.IN_PROGRESS, agent)


def test_picking_up_leaves_another_assignee() -> None:
    agent, other = factories.staff(), factories.staff()
    melding = factories.registered()
    actions.assign(melding, by=agent, at=MOMENT, assignee=other)
    assert told(melding) == ["melding_assigned", "melding_received"]
    assert actions.pick_up(melding, by=agent, at=MOMENT).assignee == other


def test_only_active_staff_can_be_assigned() -> None:
    melding, agent = in_hand()
    for wrong in (factories.contact().user, factories.staff(is_active=False), factories.machine()):
        with pytest.raises(Invalid):
            actions.assign(melding, by=agent, at=LATER, assignee=wrong)
    assert actions.assign(melding, by=agent, at=LATER, assignee=None).assignee is None


def test_priority_by_the_matrix_or_outright_with_a_reason_that_stays_inside() -> None:
    """SLA 9.2."""
    contact = factories.contact()
    melding, agent = in_hand(contact=contact)
    actions.set_priority(melding, by=agent, at=LATER, reason="Toch iedereen", impact="large", urgency="high")
    assert (melding.priority, melding.impact, melding.urgency) == (1, "large", "high")
    actions.set_priority(melding, by=agent, at=LATER, reason="Valt mee", priority=3)
    assert melding.priority == 3
    assert {message.visibility for message in melding.messages.all()} == {"internal"}
    assert told(melding).count("melding_priority") == 2
    for wrong in ({"priority": 5}, {}, {"impact": "large"}):
        with pytest.raises(Invalid):
            actions.set_priority(melding, by=agent, at=LATER, reason="x", **wrong)
    with pytest.raises(Invalid):
        actions.set_priority(melding, by=agent, at=LATER, reason=" ", priority=2)


def test_a_breach_of_confidentiality_stays_priority_1_and_a_change_keeps_its_own() -> None:
    """SLA 7.4, 10.3."""
    breach, agent = in_hand(breach_of_confidentiality=True)
    change, _agent = in_hand(kind="change", contact=factories.contact())
    for melding in (breach, change):
        with pytest.raises(Invalid):
            actions.set_priority(melding, by=agent, at=LATER, reason="x", priority=2)


def test_facts_that_were_missing_are_filled_in() -> None:
    """SLA 9.4."""
    melding, agent = in_hand(affected_users=None, reproducible="")
    assert melding.missing == ["affected_users", "reproducible"]
    actions.complete(melding, by=agent, at=LATER, facts={"affected_users": 4})
    assert melding.missing == ["reproducible"]
    for wrong in (
        {"state": "closed"},
        {"priority": 1},
        {"contact": factories.contact()},
        {"first_seen_at": LATER + timedelta(days=1)},
    ):
        with pytest.raises(Invalid):
            actions.complete(melding, by=agent, at=LATER, facts=wrong)


def test_another_kind_brings_its_own_priority_and_facts() -> None:
    """SLA 9.1, 10.1, 10.3."""
    melding, agent = in_hand(contact=factories.contact())
    actions.convert(melding, by=agent, at=LATER, kind="change", reason="Dit is een wens")
    assert (melding.kind, melding.priority, melding.missing) == ("change", 4, ["goal"])
    other, _agent = in_hand()
    for wrong in ("change", "incident", "complaint"):  # nobody registered; the same; no kind
        with pytest.raises(Invalid):
            actions.convert(other, by=agent, at=LATER, kind=wrong, reason="x")


def test_asking_the_contractant_and_the_answer() -> None:
    contact = factories.contact()
    melding, agent = in_hand(contact=contact)
    actions.wait_for_contractant(melding, by=agent, at=LATER, question="Welke browser?")
    assert (melding.state, "melding_question" in told(melding)) == (State.WAITING_CONTRACTANT, True)
    actions.reply(melding, by=agent, at=LATER, body="Heeft u al gekeken?")
    assert melding.state == State.WAITING_CONTRACTANT
    actions.reply(melding, by=contact.user, at=LATER, body="Firefox")
    assert melding.state == State.IN_PROGRESS
    assert "melding_contact_replied" in told(melding)


def test_asking_a_chain_party_is_recorded_with_what_and_when() -> None:
    """SLA 4.2, 9.1."""
    melding, agent = in_hand()
    actions.wait_for_chain(
        melding, by=agent, at=LATER, party="Open Line", question="Draait de server?", reference="OL-1"
    )
    asked = melding.chain_requests.get()
    assert (asked.party, asked.question, asked.reference, asked.asked_by, asked.asked_at) == (
        "Open Line", "Draait de server?", "OL-1", agent, LATER,
    )  # fmt: skip
    assert (melding.state, melding.chain_party) == (State.WAITING_CHAIN, "Open Line")
    actions.resume(melding, by=agent, at=LATER + timedelta(hours=1))
    asked.refresh_from_db()
    assert (melding.state, melding.chain_party, asked.ended_at) == (
        State.IN_PROGRESS,
        "",
        LATER + timedelta(hours=1),
    )


def test_a_p1_of_a_contractant_is_handed_over_by_phone_once() -> None:
    """SLA 9.2."""
    melding, agent = in_hand(priority=1, channel="portal", contact=factories.contact())
    assert melding.needs_handover
    actions.hand_over(melding, by=agent, at=LATER)
    assert (melding.needs_handover, melding.handed_over_at) == (False, LATER)


# Solving


def test_solving_accepting_reopening_and_closing() -> None:
    contact = factories.contact()
    melding, agent = in_hand(contact=contact)
    actions.resolve(melding, by=agent, at=LATER, solution="Herstart")
    assert (melding.state, melding.solution) == (State.RESOLVED, "Herstart")
    actions.reopen(melding, by=contact.user, at=LATER, reason="Nog steeds leeg")
    assert melding.state == State.REOPENED
    actions.resolve(melding, by=agent, at=LATER, solution="Echt opgelost", how="attempted")
    actions.accept(melding, by=contact.user, at=LATER)
    assert melding.state == State.CLOSED
    actions.reopen(melding, by=agent, at=LATER, reason="Toch niet")
    actions.resolve(melding, by=agent, at=LATER, solution="Nu wel")
    actions.close(melding, by=agent, at=LATER)
    assert [message.verb for message in melding.messages.order_by("pk")] == [
        "solution", "reopen", "solution", "reopen", "solution",
    ]  # fmt: skip
    assert told(melding) == sorted(
        [
            "melding_received",
            *["melding_resolved"] * 3,
            "melding_reopened",
            "melding_accepted",
            "melding_closed",
        ]
    )


@pytest.mark.parametrize("wrong", [{"solution": " "}, {"solution": "x", "how": "forgotten"}])
def test_a_solution_has_words_and_somebody_was_told(wrong: dict[str, str]) -> None:
    """SLA 2.21."""
    melding, agent = in_hand()
    with pytest.raises(Invalid):
        actions.resolve(melding, by=agent, at=LATER, **wrong)  # type: ignore[arg-type]


def test_cancelling_says_why() -> None:
    melding, agent = in_hand(contact=factories.contact())
    actions.cancel(melding, by=agent, at=LATER, reason="Op verzoek")
    assert (melding.state, melding.response_met, melding.resolution_met) == (State.CANCELLED, None, None)
    assert "melding_cancelled" in told(melding)


def test_a_date_is_agreed_only_where_the_policy_sets_none() -> None:
    """SLA 9.3, 10.3."""
    timed, agent = in_hand()
    free, _agent = in_hand(priority=4)
    with pytest.raises(NotNow, match="al een vaste oplostijd"):
        actions.agree_date(timed, by=agent, at=LATER, due=LATER + timedelta(days=30))
    for wrong in (LATER, LATER - timedelta(days=1), LATER + timedelta(days=3000)):
        with pytest.raises(Invalid):
            actions.agree_date(free, by=agent, at=LATER, due=wrong)
    due = LATER + timedelta(days=30)
    assert actions.agree_date(free, by=agent, at=LATER, due=due).resolution_due == due


def test_after_a_workaround_the_rest_goes_on_with_a_lower_priority_and_clocks_of_its_own() -> None:
    """SLA 9.3, 12.1."""
    melding, agent = in_hand()
    actions.resolve(melding, by=agent, at=LATER, solution="Gebruik de app", workaround=True)
    with pytest.raises(Invalid):
        actions.follow_up(melding, by=agent, at=LATER, subject="x", description="x", priority=2)
    rest = actions.follow_up(melding, by=agent, at=LATER, subject="Rest", description="Web", priority=3)
    assert (rest.priority, rest.received_at, rest.state) == (3, LATER, State.RECEIVED)
    assert Relation.objects.get(melding=rest).other == melding
    assert rest.resolution_due is not None


# Words


def test_an_internal_note_is_for_the_desk_alone() -> None:
    contact = factories.contact()
    melding, agent = in_hand(contact=contact)
    before = told(melding)
    actions.note(melding, by=agent, at=LATER, body="Vermoedelijk de zandloper")
    actions.reply(melding, by=agent, at=LATER, body="Wij zoeken de theepot")
    assert told(melding) == sorted([*before, "melding_replied"])
    assert list(queries.search(agent, "zandloper")) == [melding]
    assert list(queries.search(contact.user, "theepot")) == [melding]
    assert list(queries.search(contact.user, "zandloper")) == []
    with pytest.raises(NotAllowed):
        actions.note(melding, by=contact.user, at=LATER, body="x")


@pytest.mark.parametrize("body", ["", "  \n", "x" * 20_001, "a\x00b", "BSN 111222333"])
def test_words_that_are_not_taken(body: str) -> None:
    melding, agent = in_hand()
    with pytest.raises(Invalid) as refused:
        actions.reply(melding, by=agent, at=LATER, body=body)
    assert set(refused.value.errors) == {"body"}
