"""The same act on what is ticked in the worklist."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from desk.models import User
from desk.permissions import Role
from incidents import actions
from incidents.models import Melding, State
from tests import factories
from tests.pages.conftest import NOW, signed_in, text

pytestmark = pytest.mark.django_db


def press(staff: Client, verb: str, *meldingen: Melding, **given: Any) -> str:
    """Tick `meldingen` and press a button; returns the page that follows."""
    data = {"verb": verb, "melding": [one.number for one in meldingen], "client_key": str(uuid4()), **given}
    return text(staff.post("/meldingen/samen/", data, follow=True))


def test_all_that_is_ticked_is_assigned(staff: Client, agent: User) -> None:
    one, two, other = (factories.registered(at=NOW) for _n in range(3))
    assert "2 meldingen toegewezen." in press(staff, "assign", one, two, assignee=agent.pk)
    assert set(Melding.objects.filter(assignee=agent)) == {one, two}
    assert other.assignee is None


def test_what_is_refused_is_told_and_holds_nothing_up(staff: Client, agent: User) -> None:
    gone, open_one = factories.registered(at=NOW), factories.registered(at=NOW)
    actions.cancel(gone, by=agent, at=NOW, reason="Ingetrokken")
    page = press(staff, "assign", gone, open_one, assignee=agent.pk)
    assert "1 melding toegewezen." in page
    assert f"{gone.number}: Dit kan niet meer in de huidige status." in page


def test_every_reporter_gets_the_same_answer_once(staff: Client) -> None:
    one, two = factories.registered(at=NOW), factories.registered(at=NOW)
    key = str(uuid4())
    for _twice in range(2):
        press(staff, "reply", one, two, body="De storing is verholpen.", client_key=key)
    assert [one.messages.count(), two.messages.count()] == [1, 1]
    assert "Er is niets gedaan. Schrijf eerst het antwoord." in press(staff, "reply", one)


def test_merging_goes_into_the_oldest_or_into_the_number_that_was_typed(staff: Client) -> None:
    contact = factories.contact()
    old, new, target = (factories.registered(at=NOW, contact=contact) for _n in range(3))
    assert "1 melding samengevoegd." in press(staff, "merge", new, old)
    new.refresh_from_db()
    assert (new.state, new.duplicate_of) == (State.DUPLICATE, old)
    press(staff, "merge", old, into=target.number.lower())
    old.refresh_from_db()
    assert old.duplicate_of == target
    assert "Kies minstens twee meldingen" in press(staff, "merge", target)
    assert "Er is geen melding met dit nummer." in press(staff, "merge", target, into="M26-99999")


def test_nothing_ticked_and_nothing_allowed(staff: Client, agent: User) -> None:
    assert "Vink eerst één of meer meldingen aan." in press(staff, "assign", assignee=agent.pk)
    reader = signed_in(factories.staff(Role.MANAGEMENT))
    one = factories.registered(at=NOW)
    answer = reader.post(
        "/meldingen/samen/", {"verb": "assign", "melding": one.number, "client_key": uuid4()}
    )
    assert answer.status_code == 403
    assert 'name="melding"' not in reader.get("/meldingen/").content.decode()


@pytest.mark.parametrize("back", ["https://elders.example/", "//elders.example", ""])
def test_it_goes_back_to_a_list_of_this_desk_alone(staff: Client, back: str) -> None:
    assert staff.post("/meldingen/samen/", {"back": back}).headers["Location"] == "/meldingen/"
    assert (
        staff.post("/meldingen/samen/", {"back": "/meldingen/?view=late"})
        .headers["Location"]
        .endswith("late")
    )
