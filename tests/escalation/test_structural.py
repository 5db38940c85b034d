"""Structural failure of the service levels: found, shown, asked about, talked about (art. 2.12)."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection, transaction

from contractants.models import Contact, Service
from desk import door
from desk.door import Invalid, NotAllowed, NotNow, Refused
from desk.models import Notice, User
from desk.notices import render
from desk.permissions import Role
from domain import quarters
from incidents import actions
from incidents.actions import structural
from incidents.models import Channel, Melding, Relation, StructuralFailure, StructuralTalk
from incidents.structural_notices import NOTICES
from tests import factories
from tests.factories import MOMENT
from tests.pages.conftest import signed_in, text

QUARTER_END = MOMENT + timedelta(days=14)  # 30 June
Missed = Callable[..., list[Melding]]


@pytest.fixture
def mdo(db: None) -> Service:
    factories.load_policies()
    return factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")


@pytest.fixture
def main(mdo: Service) -> Contact:
    return factories.contact(role="main_contact", user__name="Hanneke Bos")


@pytest.fixture
def manager(mdo: Service) -> User:
    return factories.staff(Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen")


def missed(
    contact: Contact | None, service: Service, times: int = 3, at: datetime = MOMENT, **fields: Any
) -> list[Melding]:
    """P1s of a contractant that nobody answered for two days."""
    given = {"contact": contact, "service": service, "priority": 1, "channel": Channel.PORTAL, **fields}
    found = []
    for turn in range(times):
        melding = factories.registered(at=at + timedelta(days=turn), **given)
        actions.pick_up(melding, by=factories.staff(), at=at + timedelta(days=turn + 2), contacted=True)
        found.append(melding)
    return found


def test_art_2_12_three_p1s_in_one_quarter_that_missed_the_norm(
    main: Contact, mdo: Service, manager: User
) -> None:
    evidence = missed(main, mdo)
    assert structural.detect(QUARTER_END) == 1
    assert structural.detect(QUARTER_END) == 0
    failure = StructuralFailure.objects.get()
    assert (failure.contractant, failure.quarter, failure.service) == (
        main.contractant,
        date(2026, 4, 1),
        mdo,
    )
    assert set(failure.meldingen.all()) == set(evidence)
    told = Notice.objects.filter(case_type="structural").values_list("name", "key")
    assert set(told) == {
        ("Marieke van Dalen", "structural_detected"), ("Hanneke Bos", "structural_detected_contact")
    }  # fmt: skip


def two(main: Contact, mdo: Service) -> None:
    missed(main, mdo, times=2)


def one_in_another_quarter(main: Contact, mdo: Service) -> None:
    missed(main, mdo, times=2)
    missed(main, mdo, times=1, at=MOMENT - timedelta(days=90))


def one_a_duplicate(main: Contact, mdo: Service) -> None:
    first, second, _third = missed(main, mdo)
    actions.mark_duplicate(second, by=factories.staff(), at=QUARTER_END, other=first)


def one_part_of_another(main: Contact, mdo: Service) -> None:
    first, second, _third = missed(main, mdo)
    actions.relate(second, by=factories.staff(), at=QUARTER_END, other=first, kind=Relation.Kind.CHILD)


def one_in_time(main: Contact, mdo: Service) -> None:
    missed(main, mdo, times=2)
    third = factories.registered(contact=main, service=mdo, priority=1)
    actions.pick_up(third, by=factories.staff(), at=MOMENT, contacted=True)
    actions.resolve(third, by=factories.staff(), at=MOMENT, solution="Klaar")


def one_cancelled(main: Contact, mdo: Service) -> None:
    _first, second, _third = missed(main, mdo)
    actions.cancel(second, by=factories.staff(), at=QUARTER_END, reason="Vergissing")


def of_another_contractant(main: Contact, mdo: Service) -> None:
    missed(main, mdo, times=2)
    missed(factories.contact(), mdo, times=1)


@pytest.mark.parametrize("story", [two, one_in_another_quarter, one_a_duplicate, one_part_of_another, one_in_time, one_cancelled, of_another_contractant])  # fmt: skip
def test_what_is_not_structural(
    main: Contact, mdo: Service, story: Callable[[Contact, Service], None]
) -> None:
    story(main, mdo)
    assert structural.detect(QUARTER_END) == 0


def test_what_the_monitoring_saw_counts_for_everybody_with_a_contract_for_the_dienst(
    main: Contact, mdo: Service
) -> None:
    other = factories.contact()
    for contact in (main, other):
        factories.ContractFactory.create(contractant=contact.contractant, service=mdo)
    missed(None, mdo, channel=Channel.MONITORING)
    assert structural.detect(QUARTER_END) == 2
    missed(main, mdo, times=1, at=MOMENT + timedelta(days=5))
    assert structural.detect(QUARTER_END) == 0
    assert main.contractant.structural_failures.get().meldingen.count() == 4
    assert other.contractant.structural_failures.get().meldingen.count() == 3


def found_for(main: Contact, mdo: Service) -> StructuralFailure:
    missed(main, mdo)
    structural.detect(QUARTER_END)
    return main.contractant.structural_failures.get()


def test_the_request_the_talk_and_its_outcome_are_recorded(
    main: Contact, mdo: Service, manager: User
) -> None:
    failure = found_for(main, mdo)
    for nobody in (factories.contact(contractant=main.contractant).user, factories.staff(Role.MANAGEMENT)):
        with pytest.raises(NotAllowed):
            structural.request_talk(failure, by=nobody, at=QUARTER_END, request="Graag overleg")
    structural.request_talk(failure, by=main.user, at=QUARTER_END, request="Wij willen met u om tafel.")
    with pytest.raises(NotNow):
        structural.request_talk(failure, by=main.user, at=QUARTER_END, request="Nogmaals")
    planned = QUARTER_END + timedelta(days=7)
    with pytest.raises(Invalid):
        structural.plan_talk(failure, by=manager, at=QUARTER_END, planned_at=QUARTER_END)
    structural.plan_talk(failure, by=manager, at=QUARTER_END, planned_at=planned)
    structural.record_outcome(
        failure, by=manager, at=planned, held_at=planned, outcome="Een tweede verbinding."
    )
    talk = StructuralTalk.objects.get()
    assert (failure.state, talk.planned_at, talk.held_at, talk.with_umbrella) == (
        "closed",
        planned,
        planned,
        False,
    )
    assert [event.verb for event in failure.events()] == [
        "detect",
        "request_talk",
        "plan_talk",
        "record_outcome",
    ]
    owed = Notice.objects.filter(case_type="structural")
    assert {notice.key for notice in owed} == {key for rows in NOTICES.values() for key, _side in rows}
    for notice in owed:
        render(notice)
        assert notice.subject
        assert "{{" not in notice.body


def test_two_contractants_that_ask_get_one_talk_with_the_umbrella_organisation(
    main: Contact, mdo: Service, manager: User
) -> None:
    other = factories.contact(role="main_contact")
    one, two = found_for(main, mdo), found_for(other, mdo)
    structural.request_talk(one, by=main.user, at=QUARTER_END, request="Graag overleg")
    structural.request_talk(two, by=factories.staff(), at=QUARTER_END, request="Namens hen, per brief")
    talk = StructuralTalk.objects.get()
    assert talk.with_umbrella
    planned = QUARTER_END + timedelta(days=7)
    with pytest.raises(Invalid) as refused:
        structural.plan_talk(one, by=manager, at=QUARTER_END, planned_at=planned)
    assert set(refused.value.errors) == {"umbrella"}
    structural.plan_talk(
        one, by=manager, at=QUARTER_END, planned_at=planned, umbrella="Koepel van Voorbeelden"
    )
    structural.record_outcome(two, by=manager, at=planned, held_at=planned, outcome="Een plan.")
    one.refresh_from_db()
    assert (one.state, two.state) == ("closed", "closed")
    told = Notice.objects.filter(key="structural_outcome").values_list("email", flat=True)
    assert set(told) == {main.user.email, other.user.email}


LIFE = {
    "request_talk": ({"detected"}, "requested"), "plan_talk": ({"requested"}, None),
    "record_outcome": ({"requested"}, "closed"), "add_evidence": ({"detected", "requested"}, None),
}  # fmt: skip
ASKERS = set(Role) - {Role.MANAGEMENT, Role.PRIVACY_OFFICER}
HOLDERS = {Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT, Role.ADMINISTRATOR}
MAY: dict[str, set[Role]] = {
    "request_talk": ASKERS,
    "plan_talk": HOLDERS,
    "record_outcome": HOLDERS,
    "add_evidence": set(),
}


@pytest.mark.parametrize("state", ["detected", "requested", "closed"])
def test_every_transition_for_every_role(main: Contact, mdo: Service, state: str) -> None:
    failure = StructuralFailure.objects.create(
        contractant=main.contractant, quarter=date(2026, 4, 1), ground="priority_1", number="S26-99999", detected_at=MOMENT
    )  # fmt: skip
    StructuralFailure.objects.filter(pk=failure.pk).update(state=state)
    people = {role: factories.UserFactory.create(role=role) for role in Role if role != Role.CONTACT}
    declared = failure.get_all_state_transitions()  # type: ignore[attr-defined]
    assert set(LIFE) == {step.name for step in declared}
    for verb, (sources, target) in LIFE.items():
        for role, user in [*people.items(), (Role.CONTACT, main.user)]:
            expected: object = target or state
            if role not in MAY[verb]:
                expected = NotAllowed
            elif state not in sources:
                expected = NotNow
            assert outcome(failure, verb, user) == expected, (state, verb, role)


def outcome(failure: StructuralFailure, verb: str, user: User) -> object:
    tried = StructuralFailure.objects.get(pk=failure.pk)
    with transaction.atomic():
        try:
            with door.change(tried, verb, by=user, at=MOMENT):
                pass
        except Refused as refusal:
            return type(refusal)
        finally:
            transaction.set_rollback(True)
    return tried.state


def test_all_of_them_are_read_page_by_page(main: Contact, mdo: Service, manager: User) -> None:
    """As many as the tile of the dashboard counts."""
    first = date(1990, 1, 1)
    StructuralFailure.objects.bulk_create(
        StructuralFailure(number=f"S26-{n:05}", contractant=main.contractant, ground="priority_1", detected_at=MOMENT,
                          quarter=first.replace(year=1990 + n // 4, month=1 + 3 * (n % 4)))
        for n in range(120)
    )  # fmt: skip
    client, address, seen = signed_in(manager), "?open=1", []
    while address:
        shown = text(client.get(f"/structureel/{unescape(address)}"))
        seen += re.findall(r'<tr id="(S26-\d+)"', shown)
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        address = following[1] if following else ""
    assert seen == [f"S26-{n:05}" for n in reversed(range(120))]
    assert 'rel="prev"' in shown
    assert 'rel="next"' in text(client.get("/structureel/"))


def test_the_pages_of_staff(main: Contact, mdo: Service, manager: User) -> None:
    failure, client = found_for(main, mdo), signed_in(manager)
    assert failure.number in text(client.get("/structureel/"))
    assert client.get("/structureel/?open=1&after=onzin").status_code == 200
    page = text(client.get(failure.get_absolute_url()))
    assert all(melding.number in page for melding in failure.meldingen.all())
    address = f"{failure.get_absolute_url()}do/"
    assert client.post(f"{address}request_talk/", {"request": ""}).status_code == 422
    assert client.post(f"{address}request_talk/", {"request": "Per brief gevraagd"}).status_code == 302
    past = client.post(f"{address}plan_talk/", {"planned_at": "2020-01-01T10:00"})
    assert (past.status_code, "2020-01-01T10:00" in text(past)) == (422, True)
    assert client.post(f"{address}add_evidence/", {}).status_code == 404
    assert (
        signed_in(factories.staff())
        .post(f"{address}plan_talk/", {"planned_at": "2099-01-01T10:00"})
        .status_code
        == 403
    )
    keeper = signed_in(factories.staff("administrator"))
    assert failure.number in text(keeper.get("/beheer/incidents/structuralfailure/"))


def test_the_hoofdcontactpersoon_sees_it_and_asks_in_the_portal(main: Contact, mdo: Service) -> None:
    failure, client = found_for(main, mdo), signed_in(main.user)
    assert "/portaal/structureel/" in text(client.get("/portaal/"))
    page = "/portaal/structureel/"
    assert failure.number in text(client.get(page))
    assert client.post(f"{page}{failure.number}/", {"request": " "}).status_code == 422
    assert client.post(f"{page}{failure.number}/", {"request": "Graag overleg"}).status_code == 302
    assert "Nog niet gepland." in text(client.get(page))
    for other in (factories.contact(contractant=main.contractant), factories.contact(role="main_contact")):
        stranger = signed_in(other.user)
        assert failure.number not in text(stranger.get(page))
        assert stranger.post(f"{page}{failure.number}/", {"request": "x"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_found_by_several_at_once_it_is_one() -> None:
    service = factories.ServiceFactory.create(slug="dienst-mdo")
    missed(factories.contact(), service)

    def detect(_turn: int) -> int:
        try:
            return structural.detect(QUARTER_END)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(detect, range(4))) == 1
    assert StructuralFailure.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "first", "before", "after"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2025, 10, 1), date(2026, 4, 1)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 1, 1), date(2026, 7, 1)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 7, 1), date(2027, 1, 1)),
    ],
)
def test_quarters(day: date, first: date, before: date, after: date) -> None:
    start = quarters.first_day(day)
    assert (start, quarters.preceding(start), quarters.following(start)) == (first, before, after)
