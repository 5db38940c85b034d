"""What the contract promises about a Melding, each promise by its clause, through the real actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desk.door import Invalid, NotAllowed
from desk.models import Notice, User
from desk.permissions import Role
from incidents import actions
from incidents.actions.monitoring import MonitoringEvent
from incidents.clocks import read
from incidents.models import Channel, Kind, Level, Melding, Relation, Urgency
from incidents.queries import moves
from sla.actions import new_policy_version, publish
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def agent() -> User:
    return factories.staff()


@pytest.fixture
def busy(agent: User) -> Melding:
    """A P2 of Tuesday 10:00, in hand since 11:00."""
    return actions.pick_up(factories.registered(contacted=True), by=agent, at=MOMENT + HOUR)


def test_sla_2_11_incident_and_2_34_vraag_and_2_36_wijziging_are_the_kinds_of_a_melding() -> None:
    """SLA 2.11, 2.17, 2.34, 2.36: three kinds and no other, each with the priority that the contract gives it."""
    noor = factories.contact()
    made = {kind: factories.registered(kind=kind, contact=noor, goal="Minder klikken") for kind in Kind}
    assert {kind.value: one.priority for kind, one in made.items()} == {
        "incident": 2,
        "question": 4,
        "change": 4,
    }


def test_sla_2_25_an_automatic_acknowledgement_is_no_first_contact(agent: User) -> None:
    """SLA 2.25: registered, first contact made and diagnosis started; the last of the three counts."""
    one = factories.registered(channel=Channel.WEB)
    assert Notice.objects.filter(key="melding_received").exists()
    actions.pick_up(one, by=agent, at=MOMENT + HOUR)
    assert (one.response_state, one.response_met) == ("running", None)
    actions.reply(one, by=agent, at=MOMENT + 2 * HOUR, body="Wij zien het ook.")
    one.refresh_from_db()
    assert (one.response_state, one.response_met, one.response_elapsed) == ("stopped", True, 7200)


def test_sla_2_21_the_resolution_runs_from_receipt_and_includes_the_response(
    busy: Melding, agent: User
) -> None:
    """SLA 2.21: one count from receipt until the contact is told."""
    actions.resolve(busy, by=agent, at=MOMENT + 3 * HOUR, solution="Hersteld.")
    assert (busy.resolution_elapsed, busy.resolution_met) == (3 * 3600, True)


@pytest.mark.parametrize("how", [{"workaround": True}, {"how": "attempted"}], ids=["workaround", "attempt"])
def test_sla_2_21_a_workaround_and_an_attempt_to_tell_stop_the_clock(
    busy: Melding, agent: User, how: dict[str, bool]
) -> None:
    """SLA 2.21, 2.37, 9.1."""
    actions.resolve(busy, by=agent, at=MOMENT + 2 * HOUR, solution="Gebruik de webversie.", **how)  # type: ignore[arg-type]
    assert (busy.state, busy.resolution_state, busy.resolution_met) == ("resolved", "stopped", True)


def test_a_breach_of_integrity_is_kept_with_the_melding(agent: User) -> None:
    """SLA 7.3: who takes it in sees that it is about security; the priority stays that of the matrix."""
    one = factories.registered(breach_of_integrity=True)
    one.refresh_from_db()
    assert (one.breach_of_integrity, one.priority) == (True, 2)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_breach_of_confidentiality_is_priority_1_and_stays_it(agent: User, kind: Kind) -> None:
    """SLA 7.4: in every case, of whatever kind, whatever was chosen, and nobody lowers it."""
    small = {"impact": Level.SMALL, "urgency": Urgency.LOW, "priority": 4}
    one = factories.registered(
        kind=kind, contact=factories.contact(), goal="x", breach_of_confidentiality=True, **small
    )
    assert one.priority == 1
    with pytest.raises(Invalid) as refused:
        actions.set_priority(one, by=agent, at=MOMENT, reason="Valt mee.", priority=2)
    assert set(refused.value.errors) == {"priority"}


def test_the_chain_is_asked_and_the_clock_runs_on(busy: Melding, agent: User) -> None:
    """SLA 4.2, 9.1: the desk directs the chain; who was asked what, and when, is on record."""
    due = busy.resolution_due
    actions.wait_for_chain(
        busy,
        by=agent,
        at=MOMENT + HOUR,
        party="Open Line",
        question="Ligt de koppeling eruit?",
        reference="OL-1",
    )
    assert (busy.chain_party, busy.resolution_state, busy.resolution_due) == ("Open Line", "running", due)
    actions.resume(busy, by=agent, at=MOMENT + 2 * HOUR)
    asked = busy.chain_requests.get()
    assert (asked.party, asked.question, asked.reference) == ("Open Line", "Ligt de koppeling eruit?", "OL-1")
    assert (asked.asked_by, asked.asked_at, asked.ended_at) == (agent, MOMENT + HOUR, MOMENT + 2 * HOUR)


def told() -> set[str]:
    return set(Notice.objects.filter(key="p1_found").values_list("email", flat=True))


def served(
    starts_on: date = date(2024, 1, 1), ends_on: date | None = None, role: str = "main_contact"
) -> str:
    """A contractant with a contract for the Dienst; the address of its contact."""
    contact = factories.contact(role=role)
    factories.ContractFactory.create(contractant=contact.contractant, starts_on=starts_on, ends_on=ends_on)
    return str(contact.user.email)


def test_the_main_contacts_hear_of_a_p1_that_the_supplier_saw_first(agent: User) -> None:
    """SLA 9.1: at once, by e-mail, of each contractant with a contract for the Dienst on that day."""
    factories.load_policies()
    main = served()
    served(role="contact")
    served(starts_on=date(2026, 6, 17))
    served(ends_on=date(2026, 6, 15))
    factories.registered(channel=Channel.SUPPLIER, priority=1, service=factories.ServiceFactory.create())
    assert told() == {main}


def test_a_renewed_contract_is_a_contract(agent: User) -> None:
    """SLA 9.1: an earlier contract that ended takes nobody off the list."""
    factories.load_policies()
    contact = factories.contact(role="main_contact")
    for starts_on, ends_on in [(date(2024, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), None)]:
        factories.ContractFactory.create(
            contractant=contact.contractant, starts_on=starts_on, ends_on=ends_on
        )
    factories.registered(channel=Channel.MONITORING, priority=1, service=factories.ServiceFactory.create())
    assert told() == {contact.user.email}


def test_the_day_of_receipt_is_the_local_one(agent: User) -> None:
    """SLA 9.1: 00:30 in Amsterdam is on the day after that of UTC."""
    factories.load_policies()
    main = served(starts_on=date(2026, 6, 17))
    late = datetime(2026, 6, 16, 22, 30, tzinfo=UTC)
    factories.registered(
        at=late, channel=Channel.MONITORING, priority=1, service=factories.ServiceFactory.create()
    )
    assert told() == {main}


def test_what_becomes_a_p1_later_is_told_then_and_once(agent: User) -> None:
    """SLA 9.1: also when the priority is raised, or the Dienst becomes known, after the registration."""
    factories.load_policies()
    main, service = served(), factories.ServiceFactory.create()
    one = factories.registered(channel=Channel.SUPPLIER, priority=2, service=None)
    actions.set_priority(one, by=agent, at=MOMENT, reason="Alles ligt plat.", priority=1)
    assert told() == set()
    actions.complete(one, by=agent, at=MOMENT, facts={"service": service})
    assert told() == {main}
    actions.complete(one, by=agent, at=MOMENT, facts={"affected_users": 40})
    actions.set_priority(one, by=agent, at=MOMENT, reason="Nog steeds.", priority=1)
    assert Notice.objects.filter(key="p1_found").count() == 1


def test_the_expected_priority_is_kept_beside_the_one_assigned(agent: User) -> None:
    """SLA 2.23, 9.4: the supplier assigns, and what the reporter expected stays readable."""
    one = factories.registered(impact=Level.SMALL, urgency=Urgency.LOW, expected_priority=1)
    actions.set_priority(one, by=agent, at=MOMENT, reason="Eén gebruiker.", priority=3)
    one.refresh_from_db()
    assert (one.expected_priority, one.priority) == (1, 3)


def test_another_priority_sets_both_deadlines_anew_from_receipt(agent: User) -> None:
    """SLA 9.2, 9.3."""
    one = factories.registered()
    later = MOMENT + 30 * HOUR
    actions.set_priority(one, by=agent, at=later, reason="Alles ligt plat.", impact="large", urgency="high")
    assert one.priority == 1
    assert (one.response_due, one.resolution_due) == (MOMENT + HOUR, MOMENT + 24 * HOUR)


def test_a_late_response_stays_late_under_another_priority(agent: User) -> None:
    """SLA 9.3: a stopped clock keeps its verdict."""
    one = actions.pick_up(factories.registered(contacted=True), by=agent, at=MOMENT + 5 * HOUR)
    assert one.response_met is False
    actions.set_priority(one, by=agent, at=MOMENT + 6 * HOUR, reason="Eén gebruiker.", priority=4)
    assert (one.response_met, one.resolution_state) == (False, "untimed")


def test_the_rest_of_the_work_is_a_follow_up_with_clocks_of_its_own(busy: Melding, agent: User) -> None:
    """SLA 9.3: after a workaround, with a lower priority."""
    at = MOMENT + 2 * HOUR
    actions.resolve(busy, by=agent, at=at, solution="Gebruik de webversie.", workaround=True)
    words = {"subject": "Blijvend herstel", "description": "De webversie is een omweg."}
    with pytest.raises(Invalid):
        actions.follow_up(busy, by=agent, at=at, priority=2, **words)
    rest = actions.follow_up(busy, by=agent, at=at, priority=3, **words)
    assert (rest.priority, rest.received_at, rest.resolution_state) == (3, at, "running")
    assert rest.relations.get().other == busy
    assert busy.resolution_state == "stopped"


def test_priority_4_has_no_deadline_until_a_date_is_agreed(agent: User) -> None:
    """SLA 9.3, 10.3: in consultation with the contact, and recorded."""
    one = factories.registered(kind=Kind.CHANGE, contact=factories.contact(), goal="Minder klikken")
    due = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert (one.priority, one.response_due, one.resolution_due) == (4, MOMENT + timedelta(days=3), None)
    actions.agree_date(one, by=agent, at=MOMENT, due=due)
    assert one.resolution_due == due


def test_warnings_and_breaches_are_recorded_once_whatever_runs_twice(agent: User) -> None:
    """SLA 4.4: reduced performance is signalled, also after the sweep stood still."""
    one = factories.registered(channel=Channel.WEB)
    actions.assign(one, by=factories.staff(), at=MOMENT, assignee=agent)
    for hours in (2.5, 2.5, 80, 80):
        actions.sweep(MOMENT + hours * HOUR)
    recorded = one.events().filter(verb__in=["warn", "breach"]).values_list("data__clock", "data__percent")
    assert sorted(recorded) == [
        (clock, percent) for clock in ("resolution", "response") for percent in (50, 75, 100)
    ]
    assert Notice.objects.filter(key__in=["melding_warning", "melding_breach"], email=agent.email).exists()


def test_a_melding_turns_into_a_change_for_a_registered_contact_only(agent: User) -> None:
    """SLA 10.1, 10.3: what proves to be an adaptation of the Dienst becomes a Wijziging, with its priority."""
    stranger, known = factories.registered(), factories.registered(contact=factories.contact())
    with pytest.raises(Invalid):
        actions.convert(stranger, by=agent, at=MOMENT, kind=Kind.CHANGE, reason="Dit is een wens.")
    actions.convert(known, by=agent, at=MOMENT, kind=Kind.CHANGE, reason="Dit is een wens.")
    assert (known.kind, known.priority, known.missing) == ("change", 4, ["goal"])


def test_a_contact_reports_for_its_own_contractant_only() -> None:
    """SLA 4.3."""
    factories.load_policies()
    noor, other = factories.contact(), factories.contact()
    foreign = factories.report(channel=Channel.PORTAL, contact=other, contractant=other.contractant)
    with pytest.raises(NotAllowed):
        actions.register(foreign, by=noor.user, at=MOMENT)


def test_merging_loses_no_word_and_stops_the_clocks_without_a_verdict(agent: User) -> None:
    """SLA 2.21: what is answered elsewhere was neither in time nor late."""
    one, into = factories.registered(subject="Scherm leeg"), factories.registered()
    said = actions.reply(one, by=agent, at=MOMENT, body="Ook bij collega's?")
    actions.merge(one, by=agent, at=MOMENT + 90 * HOUR, into=into)
    assert (one.state, one.resolution_state, one.resolution_met, one.response_met) == (
        "duplicate", "stopped", None, None,
    )  # fmt: skip
    moved = {message.body: message.origin for message in into.messages.all()}
    assert moved[said.body] == one
    assert any("Scherm leeg" in body for body in moved)
    assert one.relations.get().kind == Relation.Kind.DUPLICATE


def test_the_contact_of_a_change_hears_that_it_is_done(agent: User) -> None:
    """SLA 10.1: automatically."""
    noor = factories.contact()
    one = factories.registered(kind=Kind.CHANGE, contact=noor, goal="Minder klikken", contacted=True)
    actions.pick_up(one, by=agent, at=MOMENT)
    actions.resolve(one, by=agent, at=MOMENT, solution="In de volgende Release.")
    actions.close(one, by=agent, at=MOMENT)
    told = Notice.objects.filter(email=noor.user.email).order_by("pk").values_list("key", flat=True)
    assert list(told) == ["melding_received", "melding_resolved", "melding_closed"]


def test_the_hersteltijd_starts_at_registration_and_the_oplostijd_at_receipt(agent: User) -> None:
    """VWO 1, SLA 2.21: a P2 that came in at 10:00 by e-mail and was registered at 12:00."""
    noor, service = factories.contact(), factories.ServiceFactory.create(slug="intramed")
    factories.ContractFactory.create(
        contractant=noor.contractant, service=service, policy=factories.policy("intramed")
    )
    common = {"channel": Channel.EMAIL, "received_at": MOMENT, "first_seen_at": MOMENT, "contact": noor}
    started = {
        one.policy_version.policy.slug: read(one, MOMENT + 2 * HOUR).resolution.started
        for one in (
            factories.registered(at=MOMENT + 2 * HOUR, service=service, **common),
            factories.registered(at=MOMENT + 2 * HOUR, **common),
        )
    }
    assert started == {"intramed": MOMENT + 2 * HOUR, "vecozo-mdo": MOMENT}


def test_another_version_shows_what_it_moves_and_moves_it_when_applied() -> None:
    """SLA 6: an open Melding keeps its own version until somebody applies another, after seeing what moves."""
    keeper, one = factories.staff(Role.SERVICE_LEVEL_MANAGER), factories.registered()
    version = new_policy_version(factories.policy("vecozo-mdo"), by=keeper, at=MOMENT)
    version.targets.filter(clock="response", priority__gte=2).update(amount=2, unit="hours")
    version = publish(version, by=keeper, at=MOMENT)
    (move,) = moves(version, MOMENT)
    assert (move.melding, move.clock) == (one, "response")
    assert (move.before, move.after) == (MOMENT + 4 * HOUR, MOMENT + 2 * HOUR)
    one.refresh_from_db()
    assert one.response_due == move.before
    actions.apply_policy(one, by=keeper, at=MOMENT, policy_version=version)
    assert one.response_due == move.after


@pytest.mark.parametrize(("counts_from", "waited"), [("confirmation", HOUR), ("submission", timedelta(0))])
def test_a_report_by_the_public_form_is_received_when_it_is_confirmed(
    settings: Any, counts_from: str, waited: timedelta
) -> None:
    """SLA 2.17, 2.21, unless the desk was told to count from when it was sent in."""
    settings.WEB_REPORT_COUNTS_FROM = counts_from
    factories.load_policies()
    row = actions.submit(factories.report(channel=Channel.WEB), at=MOMENT)
    assert actions.confirm(row, by=None, at=MOMENT + HOUR).received_at == MOMENT + waited


@pytest.mark.parametrize(
    ("age", "received"),
    [
        (timedelta(minutes=5), MOMENT - timedelta(minutes=5)),
        (timedelta(minutes=5, seconds=1), MOMENT),
        (timedelta(seconds=-1), MOMENT),
    ],
)
def test_an_alarm_is_received_at_its_own_time_if_that_can_be_believed(
    age: timedelta, received: datetime
) -> None:
    """SLA 2.17, 9.1: a wrong clock elsewhere neither makes a Melding late nor gives it time."""
    factories.load_policies()
    alarm = MonitoringEvent("trigger", "schijf-vol", summary="Schijf vol", started_at=MOMENT - age)
    _row, melding = actions.take_event(alarm, raw="{}", by=factories.machine(), at=MOMENT)
    assert melding is not None
    assert melding.received_at == received
