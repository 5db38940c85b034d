"""What the contract promises about a Melding, each promise by its clause, through the real actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desk.models import Notice, User
from incidents import actions
from incidents.actions.monitoring import MonitoringEvent
from incidents.clocks import read
from incidents.models import Channel, Kind, Level, Melding, Urgency
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


def test_a_late_response_stays_late_under_another_priority(agent: User) -> None:
    """SLA 9.3: a stopped clock keeps its verdict."""
    one = actions.pick_up(factories.registered(contacted=True), by=agent, at=MOMENT + 5 * HOUR)
    assert one.response_met is False
    actions.set_priority(one, by=agent, at=MOMENT + 6 * HOUR, reason="Eén gebruiker.", priority=4)
    assert (one.response_met, one.resolution_state) == (False, "untimed")


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
    common: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "received_at": MOMENT,
        "first_seen_at": MOMENT,
        "contact": noor,
    }
    started = {
        one.policy_version.policy.slug: read(one, MOMENT + 2 * HOUR).resolution.started
        for one in (
            factories.registered(at=MOMENT + 2 * HOUR, service=service, **common),
            factories.registered(at=MOMENT + 2 * HOUR, **common),
        )
    }
    assert started == {"intramed": MOMENT + 2 * HOUR, "vecozo-mdo": MOMENT}


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
