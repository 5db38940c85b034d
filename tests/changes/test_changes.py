"""A Change from request to completion: who asks, who agrees, where it lands, and who is told (SLA 10)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from changes.actions import change as changes
from changes.actions import release as releases
from changes.models import Change, Release, StandardChange
from changes.notices import OF_CHANGE, OF_RELEASE
from desk.door import Invalid, NotAllowed, NotNow, Stale
from desk.models import Notice
from desk.notices import render
from desk.notices.kinds import KINDS
from desk.permissions import Role
from incidents import actions as meldingen
from incidents.models import Channel, Kind, Message
from problems import actions as problems
from tests import factories
from tests.changes.conftest import LATER, Cast
from tests.factories import MOMENT


def told(change: Change | Release) -> set[tuple[str, str]]:
    """Who is owed which notice about it."""
    rows = Notice.objects.filter(case_type=change.case_type, case_id=change.pk)
    return set(rows.values_list("key", "email"))


def test_sla_10_1_only_a_registered_contact_asks(cast: Cast) -> None:
    asked = cast.asked()
    assert (asked.state, asked.contractant, asked.kind) == ("requested", cast.contact.contractant, "request")
    assert told(asked) == {
        ("change_received", cast.contact.user.email), ("change_requested", cast.manager.email)
    }  # fmt: skip
    on_behalf = cast.asked(by=cast.agent)
    assert on_behalf.requested_by == cast.agent
    with pytest.raises(Invalid) as refused:
        cast.asked(by=cast.agent, contact=None)
    assert set(refused.value.errors) == {"contact"}
    for stranger in (factories.contact().user, factories.staff(Role.MANAGEMENT)):
        with pytest.raises(NotAllowed):
            cast.asked(by=stranger)
    with pytest.raises(NotAllowed):
        cast.asked(kind="own")
    cast.contact.is_active = False
    cast.contact.save()
    with pytest.raises(Invalid):
        cast.asked(by=cast.agent)


def test_sla_10_2_description_and_goal_are_asked_and_examples_if_there_are(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        cast.asked(subject=" ", description="", goal="")
    assert set(refused.value.errors) == {"subject", "description", "goal"}
    with pytest.raises(Invalid) as refused:
        cast.asked(examples="Patiënt 111222333 zag het ook")
    assert set(refused.value.errors) == {"examples"}


def test_sla_10_1_a_standard_change_exists_only_where_it_was_defined(cast: Cast) -> None:
    other = factories.ServiceFactory.create(slug="koppeling-xis")
    certificate = StandardChange.objects.create(service=other, name="Certificaat vervangen")
    with pytest.raises(Invalid) as refused:
        cast.asked(by=cast.agent, kind="standard")
    assert set(refused.value.errors) == {"standard"}
    with pytest.raises(Invalid):
        cast.asked(by=cast.agent, kind="standard", standard=certificate)
    made = cast.asked(by=cast.agent, kind="standard", standard=certificate, service=other)
    assert made.standard == certificate


def test_sla_10_3_the_first_reaction_has_three_werkdagen_and_the_rest_is_agreed(cast: Cast) -> None:
    change = cast.asked()
    assert change.response_due == MOMENT + timedelta(days=3)  # Tuesday to Friday
    assert not change.is_late(MOMENT + timedelta(days=3))
    assert change.is_late(MOMENT + timedelta(days=3, seconds=1))
    changes.reply(change, by=cast.contact.user, at=LATER, body="Nog iets")
    assert change.responded_at is None
    changes.reply(change, by=cast.agent, at=LATER, body="Wij kijken ernaar")
    assert change.responded_at == LATER
    with pytest.raises(Invalid):
        changes.agree_date(change, by=cast.agent, at=LATER, on=date(2026, 6, 15))
    changes.agree_date(change, by=cast.agent, at=LATER, on=date(2026, 9, 1))
    assert change.agreed_on == date(2026, 9, 1)
    assert ("change_agreed", cast.contact.user.email) in told(change)


def test_one_of_the_supplier_has_no_time_to_react_in(cast: Cast) -> None:
    change = cast.asked(by=cast.agent, contact=None, kind="own")
    assert (change.response_due, change.contractant, told(change)) == (None, None, {("change_requested", cast.manager.email)})  # fmt: skip
    assert not change.is_late(MOMENT + timedelta(days=99))


def test_sla_10_1_a_melding_is_turned_into_a_change_once(cast: Cast) -> None:
    melding = factories.registered(
        contact=cast.contact, service=cast.service, kind=Kind.CHANGE, goal="Sneller werken", channel=Channel.PORTAL
    )  # fmt: skip
    meldingen.pick_up(melding, by=cast.agent, at=LATER, contacted=True)
    change = cast.asked(by=cast.agent, at=LATER + timedelta(days=1), melding=melding)
    assert (change.requested_at, change.responded_at) == (MOMENT, LATER)
    assert not change.from_incident
    said = Message.objects.filter(melding=melding, verb="note").latest("pk")
    assert (change.number in said.body, said.is_internal) == (True, True)
    with pytest.raises(Invalid) as refused:
        cast.asked(by=cast.agent, melding=melding)
    assert change.number in refused.value.errors["melding"]
    with pytest.raises(NotAllowed):
        cast.asked(melding=melding)


def test_from_a_problem_that_then_refers_to_it(cast: Cast) -> None:
    problem = problems.open_problem(
        by=cast.agent, at=MOMENT, title="Leeg scherm", description="Na inloggen", likelihood="likely", impact="large",
        service=cast.service, meldingen=[factories.registered(contact=cast.contact)], workaround="Opnieuw inloggen",
    )  # fmt: skip
    problems.find_workaround(problem, by=cast.agent, at=MOMENT, workaround="Opnieuw inloggen")
    change = cast.asked(by=cast.agent, problem=problem, contact=None, kind="own")
    problem.refresh_from_db()
    assert change.from_incident
    assert (problem.state, problem.solution_reference) == ("solution_planned", change.number)


def test_the_risk_decides_who_approves_and_nobody_their_own(cast: Cast) -> None:
    second = factories.staff(Role.PRODUCT_MANAGER)
    change = cast.assessed("high")
    assert {key for key in told(change) if key[0] == "change_to_approve"} == {
        ("change_to_approve", user.email) for user in (cast.manager, second, cast.level_manager)
    }
    with pytest.raises(NotAllowed):
        changes.approve(change, by=cast.agent, at=LATER)
    changes.approve(change, by=cast.manager, at=LATER)
    for again in (cast.manager, second):
        with pytest.raises(NotAllowed):
            changes.approve(change, by=again, at=LATER)
    with pytest.raises(NotNow, match="goedkeuren"):
        changes.honour(change, by=cast.manager, at=LATER)
    changes.approve(change, by=cast.level_manager, at=LATER)
    changes.honour(change, by=cast.manager, at=LATER, words="Goed idee")
    assert [event.data["role"] for event in change.events().filter(verb="approve")] == [
        "product_manager",
        "service_level_manager",
    ]
    assert ("change_honoured", cast.contact.user.email) in told(change)


def test_who_assessed_or_asked_for_it_does_not_approve(cast: Cast) -> None:
    mine = cast.assess(cast.asked(by=cast.level_manager), "low", by=cast.manager)
    with pytest.raises(NotAllowed):
        changes.approve(mine, by=cast.manager, at=LATER)
    asked = cast.assess(cast.asked(by=cast.manager), "low")
    with pytest.raises(NotAllowed):
        changes.approve(asked, by=cast.manager, at=LATER)
    changes.approve(asked, by=factories.staff(Role.PRODUCT_MANAGER), at=LATER)
    assert asked.awaiting == []


def test_a_new_assessment_asks_everybody_again(cast: Cast) -> None:
    change = cast.assessed("low")
    changes.approve(change, by=cast.manager, at=LATER)
    cast.assess(change, "high")
    assert change.awaiting == [Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER]
    rows = Change.objects.all()
    waiting = [rows.awaiting(user).count() for user in (cast.manager, cast.level_manager, cast.agent)]
    assert waiting == [1, 1, 0]
    changes.approve(change, by=cast.manager, at=LATER)
    assert rows.awaiting(cast.manager).count() == 0


def test_sla_10_1_a_rejection_tells_the_contact_why(cast: Cast) -> None:
    change = cast.asked()
    with pytest.raises(Invalid):
        changes.reject(change, by=cast.manager, at=LATER, reason=" ")
    changes.reject(change, by=cast.manager, at=LATER, reason="Te duur voor wat het oplevert.")
    notice = Notice.objects.get(key="change_rejected")
    render(notice)
    assert notice.email == cast.contact.user.email
    assert "Te duur voor wat het oplevert." in notice.body


def test_sla_10_3_one_from_an_incident_goes_into_the_next_release(cast: Cast) -> None:
    incident = factories.registered(contact=cast.contact, service=cast.service)
    change = cast.honoured(by=cast.agent, melding=incident)
    later, first = cast.release("8.3", date(2026, 12, 1)), cast.release("8.2")
    other = cast.release("3.1", service=factories.ServiceFactory.create(slug="koppeling-xis"))
    for wrong in (later, other):
        with pytest.raises(Invalid) as refused:
            changes.plan(change, by=cast.manager, at=LATER, release=wrong, release_note="Hersteld")
        assert set(refused.value.errors) == {"release"}
    changes.plan(change, by=cast.manager, at=LATER, release=first, release_note="Hersteld")
    assert change.release == first
    releases.freeze(first, by=cast.manager, at=LATER)
    with pytest.raises(Invalid):
        changes.plan(cast.honoured(), by=cast.manager, at=LATER, release=first, release_note="Te laat")


def test_sla_10_1_the_contact_hears_that_it_is_done(cast: Cast) -> None:
    release = cast.release()
    change = cast.accepted(release)
    cast.published(release)
    change.refresh_from_db()
    assert (change.state, change.ended_at) == ("released", LATER)
    notice = Notice.objects.get(key="change_released")
    render(notice)
    assert notice.email == cast.contact.user.email
    assert "De agenda heeft kleuren." in notice.body


def test_it_is_withdrawn_by_the_contact_whose_it_is(cast: Cast) -> None:
    change = cast.asked()
    colleague = factories.contact(contractant=cast.contact.contractant)
    with pytest.raises(NotAllowed):
        changes.withdraw(change, by=colleague.user, at=LATER, reason="Niet meer nodig")
    changes.withdraw(change, by=cast.contact.user, at=LATER, reason="Niet meer nodig")
    assert ("change_withdrawn", cast.manager.email) in told(change)


def test_a_stale_page_is_told(cast: Cast) -> None:
    change = cast.assessed()
    with pytest.raises(Stale):
        changes.reject(change, by=cast.manager, at=LATER, reason="Nee", version=1)


def test_words_are_added_once_and_the_other_side_hears_them(cast: Cast) -> None:
    change = cast.asked()
    key = uuid4()
    first = changes.reply(change, by=cast.agent, at=LATER, body="Welke kleuren?", client_key=key)
    assert changes.reply(change, by=cast.agent, at=LATER, body="Welke kleuren?", client_key=key) == first
    changes.reply(change, by=cast.contact.user, at=LATER, body="Blauw en groen")
    changes.note(change, by=cast.agent, at=LATER, body="Lijkt mij klein")
    assert change.messages.count() == 3
    keys = {key for key, _email in told(change)}
    assert {"change_replied", "change_contact_replied"} <= keys


def test_every_notice_is_described_and_can_be_written(cast: Cast) -> None:
    tables = {**OF_CHANGE, **OF_RELEASE}
    assert {key for rows in tables.values() for key, _to in rows} <= KINDS.keys()
    release = cast.release()
    cast.accepted(release)
    releases.require(release, by=cast.manager, at=LATER, reason="CVE-2026-00001")
    cast.published(release)
    releases.withdraw(release, by=cast.manager, at=LATER, reason="Fout in het inloggen")
    changes.cancel(Change.objects.get(), by=cast.manager, at=LATER, reason="Toch niet")
    owed = Notice.objects.filter(case_type__in=["change", "release"])
    assert owed.count() > 9
    for notice in owed:
        render(notice)
        assert notice.subject
        assert not {"{{", "None"} & {*notice.body.split()}
