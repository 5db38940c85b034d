"""Both clocks of a Melding, through what people do to it (SLA 2.21, 2.25, 9.3; VWO 1). Times are in Amsterdam."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.models import User
from incidents import actions
from incidents.actions.sweep import PROJECTION
from incidents.clocks import Reading, project, read
from incidents.models import Melding
from tests import factories

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(day: int, clock: str) -> datetime:
    """A moment in June 2026; the 15th is a Monday."""
    return datetime.fromisoformat(f"2026-06-{day:02d}T{clock}:00").replace(tzinfo=AMSTERDAM)


RECEIVED = at(16, "10:00")  # Tuesday


def reading(melding: Melding, moment: datetime) -> Reading:
    """At `moment`, after checking that what is stored is what the events say."""
    stored = Melding.objects.get(pk=melding.pk)
    last = max(event.at for event in stored.events())
    again = Melding.objects.get(pk=melding.pk)
    project(again, last)
    for column in PROJECTION:
        if not column.endswith("_elapsed"):
            assert getattr(again, column) == getattr(stored, column), column
    return read(stored, moment)


def local(moment: datetime | None) -> str:
    return moment.astimezone(AMSTERDAM).strftime("%d %H:%M") if moment else "-"


@pytest.fixture
def agent(db: None) -> User:
    return factories.staff()


def p2(**fields: Any) -> Melding:
    return factories.registered(at=RECEIVED, **fields)


def intramed(**fields: Any) -> Melding:
    service, contact = factories.ServiceFactory.create(), factories.contact()
    factories.ContractFactory.create(
        contractant=contact.contractant, service=service, policy=factories.policy("intramed")
    )
    return p2(contact=contact, service=service, **fields)


@pytest.mark.parametrize(
    ("priority", "received", "response", "resolution"),
    [
        (1, at(16, "10:00"), "16 11:00", "17 10:00"),
        (1, at(19, "16:00"), "19 17:00", "22 16:00"),  # Friday: the weekend does not count
        (2, at(16, "10:00"), "16 14:00", "18 10:00"),
        (2, at(18, "16:30"), "19 12:30", "22 16:30"),
        (3, at(16, "10:00"), "17 10:00", "07 10:00"),  # 15 Werkdagen: 7 July
        (4, at(16, "10:00"), "19 10:00", "-"),
    ],
)
def test_targets(priority: int, received: datetime, response: str, resolution: str) -> None:
    """SLA 9.3."""
    melding = factories.registered(at=received, priority=priority)
    assert (local(melding.response_due), local(melding.resolution_due)) == (response, resolution)


def test_the_response_is_met_at_the_last_of_three_moments(agent: User) -> None:
    """SLA 2.25: registered, first contact made, diagnosis started."""
    melding = p2()
    actions.pick_up(melding, by=agent, at=at(16, "11:00"), diagnosed=True)
    assert reading(melding, at(16, "12:00")).response.state == "running"
    actions.reply(melding, by=agent, at=at(16, "13:59"), body="Wij kijken ernaar.")
    response = reading(melding, at(16, "15:00")).response
    assert (response.state, local(response.stopped_at), response.met) == ("stopped", "16 13:59", True)
    assert melding.response_met


def test_the_answer_after_the_deadline_is_late_by_a_second(agent: User) -> None:
    for seconds, met in ((0, True), (1, False)):
        melding = p2()
        actions.pick_up(melding, by=agent, at=at(16, "11:00"))
        actions.contacted(melding, by=agent, at=at(16, "14:00") + timedelta(seconds=seconds))
        assert reading(melding, at(17, "09:00")).response.met is met


def test_neither_an_internal_note_nor_words_of_the_reporter_are_contact(agent: User) -> None:
    contact = factories.contact()
    melding = p2(contact=contact)
    actions.pick_up(melding, by=agent, at=at(16, "10:30"))
    actions.note(melding, by=agent, at=at(16, "10:40"), body="Intern")
    actions.reply(melding, by=contact.user, at=at(16, "10:50"), body="Hallo?")
    assert set(reading(melding, at(16, "11:00")).moments) == {"registered", "diagnosed"}


def test_taken_in_by_phone_only_the_diagnosis_is_left(agent: User) -> None:
    melding = p2(contacted=True, by=agent)
    actions.pick_up(melding, by=agent, at=at(16, "10:05"))
    assert local(reading(melding, at(16, "12:00")).response.stopped_at) == "16 10:05"


def test_the_resolution_runs_from_receipt_to_telling(agent: User) -> None:
    """SLA 2.21: it includes the response time."""
    melding = p2()
    actions.pick_up(melding, by=agent, at=at(16, "11:00"), contacted=True)
    actions.resolve(melding, by=agent, at=at(17, "11:00"), solution="Herstart")
    resolution = reading(melding, at(19, "12:00")).resolution
    assert (resolution.state, resolution.elapsed, resolution.met) == ("stopped", 9 * 3600, True)
    assert (melding.response_met, melding.next_due_at, melding.sweep_at) == (True, None, None)


def test_waiting_for_the_contractant_does_not_pause_under_vecozo(agent: User) -> None:
    """SLA 9.3."""
    melding = p2()
    actions.pick_up(melding, by=agent, at=at(16, "11:00"))
    actions.wait_for_contractant(melding, by=agent, at=at(16, "12:00"), question="Welke browser?")
    resolution = reading(melding, at(17, "12:00")).resolution
    assert (resolution.state, local(resolution.due)) == ("running", "18 10:00")


def test_waiting_for_the_contractant_pauses_under_intramed_and_costs_nothing_outside_hours(
    agent: User,
) -> None:
    """VWO 1."""
    melding = intramed()
    due = reading(melding, RECEIVED).resolution.due
    assert due is not None
    actions.pick_up(melding, by=agent, at=at(16, "11:00"))
    actions.wait_for_contractant(melding, by=agent, at=at(16, "16:00"), question="Welke browser?")
    paused = reading(melding, at(16, "20:00")).resolution
    assert (paused.state, paused.due, melding.resolution_due, melding.warns_at) == (
        "paused",
        None,
        None,
        None,
    )
    actions.reply(melding, by=melding.contact.user, at=at(16, "20:00"), body="Firefox")  # type: ignore[union-attr]
    after = reading(melding, at(16, "20:00")).resolution
    assert (after.state, after.elapsed) == ("running", paused.elapsed)
    assert after.due is not None
    assert after.due > due


def test_waiting_for_a_chain_party_never_pauses(agent: User) -> None:
    """SLA 9.1: the desk keeps directing the chain."""
    melding = intramed()
    actions.pick_up(melding, by=agent, at=at(16, "11:00"))
    due = melding.resolution_due
    actions.wait_for_chain(melding, by=agent, at=at(16, "12:00"), party="Open Line", question="Draait het?")
    assert (melding.resolution_state, melding.resolution_due) == ("running", due)


def test_another_priority_counts_anew_from_receipt_and_keeps_what_was_met(agent: User) -> None:
    """SLA 9.2, 9.3."""
    melding = p2()
    actions.pick_up(melding, by=agent, at=at(16, "11:00"), contacted=True)
    actions.set_priority(melding, by=agent, at=at(16, "15:00"), reason="Iedereen", priority=1)
    after = reading(melding, at(16, "15:00"))
    assert (after.response.state, after.response.met) == ("stopped", True)
    assert (local(after.resolution.due), after.resolution.started) == ("17 10:00", RECEIVED)


def test_a_response_that_was_not_met_yet_can_become_late_by_a_higher_priority(agent: User) -> None:
    melding = p2()
    actions.set_priority(melding, by=agent, at=at(16, "12:00"), reason="Iedereen", priority=1)
    response = reading(melding, at(16, "12:00")).response
    assert (local(response.due), response.late) == ("16 11:00", True)


def test_reopening_goes_on_where_it_stopped(agent: User) -> None:
    """The time between solved and reopened does not count."""
    melding = p2()
    actions.pick_up(melding, by=agent, at=at(16, "11:00"))
    actions.resolve(melding, by=agent, at=at(16, "12:00"), solution="Herstart")
    actions.reopen(melding, by=agent, at=at(18, "09:00"), reason="Toch niet")
    resolution = reading(melding, at(18, "10:00")).resolution
    assert (resolution.elapsed, resolution.state) == (3 * 3600, "running")
    assert {part.reason for part in resolution.ledger if not part.counted} == {"stopped", "outside_hours"}


def test_an_agreed_date_is_the_deadline(agent: User) -> None:
    """SLA 9.3, 10.3: priority 4 has none until then."""
    melding = p2(priority=4)
    assert reading(melding, at(16, "12:00")).resolution.state == "untimed"
    actions.agree_date(melding, by=agent, at=at(16, "12:00"), due=at(26, "12:00"))
    assert local(reading(melding, at(16, "12:00")).resolution.due) == "26 12:00"
    actions.agree_date(melding, by=agent, at=at(17, "12:00"), due=at(29, "12:00"))
    assert local(melding.resolution_due) == "29 12:00"


def test_an_agreed_date_survives_another_kind_but_not_another_priority(agent: User) -> None:
    """SLA 9.3, 10.1: a question with an agreed date that turns out to be a change keeps its date."""
    melding = p2(priority=4, contact=factories.contact())
    actions.agree_date(melding, by=agent, at=at(16, "12:00"), due=at(26, "12:00"))
    actions.convert(melding, by=agent, at=at(17, "12:00"), kind="change", reason="Het is een wens")
    assert local(reading(melding, at(17, "12:00")).resolution.due) == "26 12:00"
    actions.convert(melding, by=agent, at=at(17, "13:00"), kind="incident", reason="Toch niet")
    actions.set_priority(melding, by=agent, at=at(17, "14:00"), priority=3, reason="Hinder")
    actions.set_priority(melding, by=agent, at=at(17, "15:00"), priority=4, reason="Toch niet")
    assert reading(melding, at(17, "15:00")).resolution.state == "untimed"


def test_available_again_stops_the_resolution_clock() -> None:
    """SLA 2.21."""
    from desk import door

    melding = p2()
    with door.change(melding, "available_again", by=None, at=at(16, "12:00")):
        pass
    assert reading(melding, at(17, "12:00")).resolution.elapsed == 2 * 3600
    with door.change(melding, "unavailable_again", by=None, at=at(17, "12:00")):
        pass
    assert local(melding.resolution_due) == "19 10:00"


@pytest.mark.parametrize("verb", ["cancel", "mark_duplicate", "merge"])
def test_what_ends_without_a_solution_has_no_verdict(agent: User, verb: str) -> None:
    melding, other = p2(), p2()
    more: dict[str, dict[str, Any]] = {
        "cancel": {"reason": "x"}, "mark_duplicate": {"other": other}, "merge": {"into": other},
    }  # fmt: skip
    getattr(actions, verb)(melding, by=agent, at=at(25, "12:00"), **more[verb])
    assert (melding.response_met, melding.resolution_met) == (None, None)
    assert (melding.response_state, melding.resolution_state) == ("stopped", "stopped")


def test_the_follow_up_of_a_workaround_has_clocks_of_its_own(agent: User) -> None:
    """SLA 9.3."""
    melding = p2()
    actions.pick_up(melding, by=agent, at=at(16, "11:00"))
    actions.resolve(melding, by=agent, at=at(16, "12:00"), solution="Gebruik de app", workaround=True)
    rest = actions.follow_up(
        melding, by=agent, at=at(18, "12:00"), subject="Rest", description="x", priority=3
    )
    assert local(reading(rest, at(18, "12:00")).resolution.due) == "09 12:00"


def test_another_policy_version_moves_deadlines_where_it_is_applied_alone() -> None:
    """SLA 6: history keeps what held then."""
    from sla import actions as sla

    keeper = factories.staff("service_level_manager")
    melding, other = p2(priority=3), p2(priority=3)
    draft = sla.new_policy_version(melding.policy_version.policy, by=keeper, at=RECEIVED)
    target = draft.targets.get(clock="resolution", priority=3)
    target.amount = 10
    target.save()
    shorter = sla.publish(draft, by=keeper, at=RECEIVED)
    actions.apply_policy(melding, by=keeper, at=at(16, "12:00"), policy_version=shorter)
    assert local(reading(melding, at(16, "12:00")).resolution.due) == "30 10:00"
    assert local(reading(other, at(16, "12:00")).resolution.due) == "07 10:00"
