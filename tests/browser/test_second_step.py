"""Staff set up a security key, sign out, and sign in with it. The key is Chromium's own virtual one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from desk.models import User
from tests.browser.conftest import PHONE, SignedIn, wrong_with

pytestmark = pytest.mark.browser
PASSWORD = "een lang wachtwoord 42"


def with_key(page: Page) -> None:
    """Plug in a security key that is touched whenever it is asked."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def sign_in(page: Page, user: User) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mailadres").fill(user.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Aanmelden").click()


def test_a_security_key_as_second_step(open_page: SignedIn, settings: Any) -> None:
    settings.STAFF_MFA = True
    sam = User.objects.create_user("sam@desk.example", PASSWORD, name="Sam de Vries")
    page = open_page()
    with_key(page)
    sign_in(page, sam)
    expect(page.get_by_role("heading", name="Tweede stap bij het aanmelden")).to_be_visible()
    wrong = wrong_with(page, "second-step")
    page.goto("/account/tweede-stap/app/")
    expect(page.locator("img.qr")).to_be_visible()
    wrong += wrong_with(page, "second-step-app")

    page.goto("/account/tweede-stap/sleutels/toevoegen/")
    page.get_by_label("Naam van de sleutel").fill("Sleutel aan mijn bos")
    page.get_by_role("button", name="Sleutel toevoegen").click()
    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()
    wrong += wrong_with(page, "second-step-codes")
    page.get_by_role("link", name="Klaar").click()
    expect(page.get_by_role("cell", name=re.compile("^Sleutel aan mijn bos"))).to_be_visible()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    wrong += wrong_with(page, "second-step-key")

    page.locator("summary", has_text="Menu van Sam de Vries").click()
    page.get_by_role("button", name="Afmelden").click()
    sign_in(page, sam)
    expect(page.get_by_role("heading", name="Tweede stap", exact=True)).to_be_visible()
    wrong += wrong_with(page, "second-step-asked")
    page.get_by_role("button", name="Gebruik een beveiligingssleutel").click()
    page.wait_for_url("**/meldingen/**")
    page.goto("/account/aangemeld/")
    expect(page.get_by_text("Deze browser")).to_be_visible()
    assert [*wrong, *wrong_with(page, "sessions")] == []
