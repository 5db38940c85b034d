"""Requests of data subjects go to the controller, in time, and the desk does what it says (VWO 8.1, 8.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from contractants.models import Contact
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Notice, User
from desk.permissions import STAFF, Role
from desk.sweep import sweep
from domain.privacy import month_later
from privacy.models import DataRequest
from privacy.models.request import RequestState
from privacy.requests import actions
from privacy.requests.actions import Asked
from privacy.retention import running
from sla.queries import AMSTERDAM
from tests import factories
from tests.factories import MOMENT
from tests.lives import Life, check

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(hours=1)
OFFICER = {Role.PRIVACY_OFFICER}


class Cast:
    def __init__(self) -> None:
        factories.load_policies()
        self.officer = factories.staff(Role.PRIVACY_OFFICER)
        self.agent = factories.staff()
        self.main = factories.contact(role="main_contact", user__email="hoofd@zorg.example")
        self.colleague = factories.contact(contractant=self.main.contractant)

    def asked(self, **fields: Any) -> Asked:
        given = {"contractant": self.main.contractant, "right": "access", "channel": "email", "received_at": MOMENT,
                 "reference": "cliënt 4411", **fields}  # fmt: skip
        return Asked(**given)

    def request(self, **fields: Any) -> DataRequest:
        return actions.register(self.asked(**fields), by=self.agent, at=MOMENT)


@pytest.fixture
def cast() -> Cast:
    return Cast()


LIFE: Life = {
    "pass_on": ({"received"}, "passed_on", OFFICER),
    "instruct": ({"passed_on"}, "instructed", OFFICER | {Role.CONTACT}),
    "carry_out": ({"instructed"}, "carried_out", OFFICER),
    "close": ({"passed_on", "carried_out"}, "closed", OFFICER),
}


def test_every_transition_for_every_role(cast: Cast) -> None:
    def make(state: str) -> DataRequest:
        request = cast.request()
        DataRequest.objects.filter(pk=request.pk).update(state=state)
        return DataRequest.objects.get(pk=request.pk)

    people: dict[str, User] = {
        **{role: factories.UserFactory.create(role=role) for role in Role},
        Role.CONTACT: cast.main.user,
    }
    check(LIFE, make, people=people, at=LATER)
    assert cast.request().state == RequestState.RECEIVED


def test_vwo_8_1_it_is_passed_to_the_controller_in_time_who_says_what_to_do(cast: Cast) -> None:
    request = cast.request()
    assert request.number.startswith("G26-")
    assert request.due_at == datetime(2026, 6, 18, 8, 0, tzinfo=UTC), "two Werkdagen"
    assert Notice.objects.get(key="data_request_new").email == cast.officer.email
    actions.pass_on(request, by=cast.officer, at=LATER)
    told = Notice.objects.get(key="data_request_passed_on")
    assert told.email == "hoofd@zorg.example"
    assert DataRequest.objects.get().due_at is None
    actions.instruct(
        request, by=cast.main.user, at=LATER, instruction="Stuur ons alle meldingen met dit kenmerk."
    )
    assert request.due_at == month_later(MOMENT, AMSTERDAM) == datetime(2026, 7, 16, 22, 0, tzinfo=UTC)
    actions.carry_out(request, by=cast.officer, at=LATER, result="Verstuurd.")
    actions.close(request, by=cast.officer, at=LATER)
    closed = DataRequest.objects.get()
    assert (closed.state, closed.due_at, closed.ended_at) == ("closed", None, LATER)


def test_lateness_is_recorded_once_and_told(cast: Cast) -> None:
    request = cast.request()
    late = MOMENT + timedelta(days=3)
    assert sweep(DataRequest, late) == 2
    assert sweep(DataRequest, late) == 0
    request.refresh_from_db()
    assert request.is_late(late)
    assert [event.verb for event in request.events()] == ["register", "warn", "breach"]
    assert Notice.objects.filter(key="data_request_breach").count() == 1


def test_who_it_is_and_where_it_goes_must_be_known(cast: Cast) -> None:
    with pytest.raises(Invalid) as wrong:
        cast.request(reference=" ", right="x", received_at=LATER)
    assert set(wrong.value.errors) == {"reference", "right", "received_at"}
    with pytest.raises(Invalid):
        cast.request(reference="BSN 111222333")
    Contact.objects.filter(pk=cast.main.pk).update(is_active=False)
    with pytest.raises(NotNow):
        actions.pass_on(cast.request(), by=cast.officer, at=LATER)
    with pytest.raises(NotAllowed):
        actions.register(cast.asked(), by=cast.colleague.user, at=MOMENT)


def test_only_the_privacy_officer_who_registered_it_and_the_controller_see_it(cast: Cast) -> None:
    request = cast.request()

    def sees(user: User) -> bool:
        return DataRequest.objects.visible_to(user).exists()

    assert sees(cast.officer)
    assert sees(cast.agent)
    assert not sees(cast.main.user), "not before it was passed on"
    actions.pass_on(request, by=cast.officer, at=LATER)
    assert sees(cast.main.user)
    elsewhere = factories.contact(role="main_contact")
    others = [factories.staff(role) for role in STAFF - OFFICER]
    assert not any(map(sees, [cast.colleague.user, elsewhere.user, factories.machine(), *others]))


def test_the_pages_of_both_sides(cast: Cast, client: Client) -> None:
    client.force_login(cast.agent)
    given = {"contractant": cast.main.contractant_id, "right": "erasure", "channel": "phone", "received_at": "2026-06-16T10:00"}  # fmt: skip
    wrong = client.post("/privacy/verzoeken/nieuw/", {**given, "person": ""})
    assert wrong.status_code == 422
    assert "Geef een kenmerk" in wrong.content.decode()
    assert client.post("/privacy/verzoeken/nieuw/", {**given, "reference": "P-12"}).status_code == 302
    request = DataRequest.objects.get()
    assert request.number in client.get("/privacy/verzoeken/").content.decode()
    assert "do/pass_on/" not in client.get(request.get_absolute_url()).content.decode()
    client.force_login(cast.officer)
    assert "1 te laat" in client.get("/privacy/").content.decode()
    assert client.post(f"{request.get_absolute_url()}do/pass_on/", {"version": "1"}).status_code == 302
    client.force_login(cast.main.user)
    assert request.number in client.get("/portaal/privacy/").content.decode()
    one = f"/portaal/verzoeken/{request.number}/"
    assert "P-12" in client.get(one).content.decode()
    assert client.post(f"{one}instruct/", {"instruction": ""}).status_code == 422
    assert client.post(f"{one}instruct/", {"instruction": "Wis alles met dit kenmerk."}).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.instruction) == ("instructed", "Wis alles met dit kenmerk.")
    client.force_login(cast.colleague.user)
    assert client.get(one).status_code == 404


def test_a_year_after_closing_nobody_can_be_told_from_it(cast: Cast) -> None:
    request = cast.request(person="Janneke Voorbeeld")
    actions.pass_on(request, by=cast.officer, at=LATER)
    actions.close(request, by=cast.officer, at=LATER)
    running.run(LATER + timedelta(days=366))
    request.refresh_from_db()
    assert (request.person, request.reference, request.right) == ("", "", "access")


def test_a_month_later_is_the_end_of_that_day_or_of_a_shorter_month() -> None:
    assert month_later(datetime(2027, 1, 31, 12, tzinfo=UTC), AMSTERDAM) == datetime(
        2027, 2, 28, 23, tzinfo=UTC
    )
    assert month_later(datetime(2026, 12, 5, 12, tzinfo=UTC), AMSTERDAM) == datetime(
        2027, 1, 5, 23, tzinfo=UTC
    )
