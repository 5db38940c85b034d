"""The roster in a browser: it looks well on every screen, and two people swap a shift."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import expect

from desk.models import User
from desk.permissions import Role
from incidents import duty
from incidents.models import DutyTurn, Shift
from tests import factories
from tests.browser import scene
from tests.browser.conftest import PHONE, WIDE, SignedIn, wrong_with

pytestmark = pytest.mark.browser


@pytest.fixture
def planner() -> User:
    return factories.staff(Role.ADMINISTRATOR, name="Iris Kuipers")


@pytest.fixture
def shifts(planner: User) -> list[Shift]:
    """Two people by turns for a week, a gap after them, and a pattern that would fill it."""
    joost, sam = factories.staff(Role.ON_CALL, name="Joost Bakema"), factories.staff(name="Sam de Vries")
    DutyTurn.objects.create(person=joost)
    start = duty.week_of(scene.NOW)
    proposed = duty.proposals(duty.hours_now(scene.NOW), start, start + timedelta(days=12))
    for number, shift in enumerate(proposed):
        shift.person = (joost, sam)[number % 2]
        shift.save()
    return [shift for shift in proposed if shift.starts_at > scene.NOW]


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_the_roster_is_accessible(
    planner: User, shifts: list[Shift], open_page: SignedIn, viewport: Any
) -> None:
    with time_machine.travel(scene.NOW, tick=True):
        page = open_page(planner, viewport=viewport)
        factories.registered(at=scene.NOW, priority=1, impact="", urgency="")
        for name, address in [("duty", "/dienst/"), ("change", f"/dienst/{shifts[0].pk}/")]:
            page.goto(address)
            assert wrong_with(page, name) == []


def test_two_people_swap_a_shift(shifts: list[Shift], open_page: SignedIn) -> None:
    with time_machine.travel(scene.NOW, tick=True):
        page = open_page(shifts[0].person)
        page.goto("/dienst/")
        page.get_by_role("link", name="Wijzigen").first.click()
        page.get_by_label("Ruilen met welke dienst?").select_option(str(shifts[1].pk))
        page.get_by_role("button", name="Ruilen").click()
        expect(page.get_by_text("Het rooster is gewijzigd.")).to_be_visible()
    assert Shift.objects.get(pk=shifts[0].pk).person == shifts[1].person
