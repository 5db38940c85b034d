"""Beheer in a browser: accessible in both themes, silent under the Content-Security-Policy, and a step made there."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect

from desk.models import User
from desk.permissions import Role
from incidents.models import State
from tests import factories
from tests.browser import scene
from tests.browser.conftest import SignedIn, wrong_with

pytestmark = pytest.mark.browser


@pytest.fixture
def administrator() -> User:
    return factories.staff(Role.ADMINISTRATOR, name="Iris Kuipers", email="iris@desk.example")


def test_pages_are_accessible(administrator: User, open_page: SignedIn) -> None:
    with time_machine.travel(scene.NOW, tick=True):
        made = next(iter(scene.build(factories.staff()).values()))
        page = open_page(administrator)
        lists = {
            str(model._meta.label_lower): reverse(
                f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            )
            for model in admin.site._registry
            if model._meta.app_label in {"desk", "incidents"}
        }
        addresses = {
            **lists, "index": reverse("admin:index"), "melding": reverse("admin:incidents_melding_change", args=[made.pk]),
            "priority": reverse("admin:incidents_melding_do", args=[made.pk, "set_priority"]),
            "person": reverse("admin:desk_user_add"), "key": reverse("admin:desk_apitoken_add"),
            "moves": reverse("admin:incidents_policy_moves", args=[made.policy_version_id]),
        }  # fmt: skip
        wrong = []
        for name, address in addresses.items():
            page.goto(address)
            wrong += wrong_with(page, f"beheer-{name}")
        assert wrong == []


def test_a_melding_is_cancelled_with_a_reason(administrator: User, open_page: SignedIn) -> None:
    with time_machine.travel(scene.NOW, tick=True):
        melding = factories.registered(at=scene.day(18, 8))
        page = open_page(administrator)
        page.goto(reverse("admin:incidents_melding_change", args=[melding.pk]))
        page.get_by_role("link", name="Annuleren …").click()
        page.get_by_label("Reden").fill("Was een test van de melder.")
        page.get_by_role("button", name="Annuleren").click()
        expect(page.get_by_text("vastgelegd")).to_be_visible()
    melding.refresh_from_db()
    assert melding.state == State.CANCELLED
