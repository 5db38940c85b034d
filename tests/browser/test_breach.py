"""A breach from suspicion to the closed register within 24 hours, and one of which the time runs out (SLA 7.4, 9.1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import Page, expect

from contractants.models import Contact
from desk.notices import deliver
from desk.permissions import Role
from incidents.models import Melding
from privacy.models import SecurityIncident
from privacy.tasks import sweep_breaches
from tests import factories
from tests.browser.conftest import PHONE, SignedIn, snap
from tests.browser.test_complaint import act
from tests.browser_axe import axe_violations

pytestmark = pytest.mark.browser
NOW = datetime(2026, 6, 19, 15, 40, tzinfo=UTC)  # a Friday, 17:40 in Amsterdam: a weekend lies ahead
SUBJECT = "Agenda van een andere regio zichtbaar"


class People:
    def __init__(self) -> None:
        self.sam = factories.staff(Role.SUPPORT, name="Sam de Vries", email="sam@desk.example")
        self.jip = factories.staff(Role.SUPPORT, name="Jip Boer", email="jip@desk.example")
        self.oscar = factories.staff(Role.PRIVACY_OFFICER, name="Oscar Brandsma", email="oscar@desk.example")
        self.hanna = factories.staff(Role.MANAGEMENT, name="Hanna Postma", email="hanna@desk.example")
        self.noor = factories.contact(
            user__name="Noor Verhagen", user__email="noor@delinde.example", role=Contact.Role.MAIN, contractant__name="De Linde"
        )  # fmt: skip


def mailed(at: datetime) -> set[str]:
    mail.outbox.clear()
    deliver(at)
    return {message.to[0].rpartition("<")[2].rstrip(">") for message in mail.outbox}


def tick(page: Page, summary: str) -> None:
    """Open a step with a form of its own."""
    page.locator(".acts").first.wait_for()
    if page.locator("details.more").count():
        page.locator("details.more").evaluate("one => one.open = true")
    page.locator("details.act > summary").filter(has_text=re.compile(rf"^\s*{summary}")).click()


def assess(page: Page, case: SecurityIncident) -> None:
    page.goto(case.get_absolute_url())
    tick(page, "Beoordelen")
    form = page.locator("details.act[open] form")
    form.get_by_label("ja", exact=True).check()
    form.get_by_label("gegevens over gezondheid").check()
    form.get_by_label("Aantal betrokkenen").fill("40")
    form.get_by_label("Om welke verwerkingsverantwoordelijken").select_option(label="De Linde")
    assert axe_violations(page) == []
    snap(page, "breach-assess")
    form.get_by_role("button", name="Beoordelen").click()
    expect(page.get_by_text("De toetsing wijst op een datalek: hoog risico.")).to_be_visible()
    tick(page, "Datalek vaststellen")
    page.locator("details.act[open] form").get_by_role("button", name="Datalek vaststellen").click()
    expect(page.locator("#messages")).to_contain_text("vastgelegd")
    tick(page, "Brieven opstellen")
    page.locator("details.act[open] form").get_by_role("button", name="Brieven opstellen").click()
    expect(page.locator("#messages")).to_contain_text("vastgelegd")


def approve(page: Page, case: SecurityIncident) -> None:
    page.goto(case.get_absolute_url())
    tick(page, "Brieven goedkeuren")
    form = page.locator("details.act[open] form")
    form.get_by_label("De Linde").check()
    form.get_by_role("button", name="Brieven goedkeuren").click()
    expect(page.locator("#messages")).to_contain_text("vastgelegd")


def test_from_suspicion_to_the_closed_register_within_24_hours(open_page: SignedIn) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        people = People()
        melding = factories.registered(
            at=NOW - timedelta(minutes=20), contact=people.noor, subject=SUBJECT, by=people.sam
        )
        desk, colleague = open_page(people.sam), open_page(people.jip)
        desk.goto(melding.get_absolute_url())
        desk.goto(f"/privacy/incidenten/nieuw/?melding={melding.number}")
        desk.get_by_label("vertrouwelijkheid").check()
        assert axe_violations(desk) == []
        snap(desk, "breach-new")
        desk.get_by_role("button", name="Beveiligingsincident openen").click()
        expect(desk.locator("#messages")).to_contain_text("is geopend")
        case = SecurityIncident.objects.get()
        assert mailed(NOW) >= {"oscar@desk.example"}
        answer = colleague.goto(melding.get_absolute_url())
        assert answer is not None
        assert answer.status == 404
        colleague.goto("/zoeken/?q=regio")
        expect(colleague.get_by_text(SUBJECT)).to_have_count(0)

        clock.shift(timedelta(hours=1))
        officer = open_page(people.oscar, color_scheme="dark")
        officer.goto("/privacy/incidenten/")
        expect(officer.locator(".clock").first).to_contain_text("22:40")
        assess(officer, case)
        officer.locator("#brieven a").first.click()
        officer.get_by_label("Onderwerp").fill("Datalek: agenda zichtbaar voor een andere regio")
        officer.get_by_role("button", name="Bewaar brief").click()
        expect(officer.locator("#messages")).to_contain_text("bewaard")
        snap(officer, "breach-letter-dark")

        clock.shift(timedelta(hours=1))
        director = open_page(people.hanna, viewport=PHONE)
        approve(director, case)
        assert axe_violations(director) == []
        snap(director, "breach-approved-phone")
        clock.shift(timedelta(minutes=1))
        assert "noor@delinde.example" in mailed(NOW + timedelta(hours=2, minutes=1))
        sweep_breaches()
        portal = open_page(people.noor.user)
        portal.goto("/portaal/beveiliging/")
        expect(portal.get_by_text("Datalek: agenda zichtbaar voor een andere regio")).to_be_visible()
        assert axe_violations(portal) == []
        snap(portal, "breach-portal")

        officer.goto(case.get_absolute_url())
        expect(officer.locator(".clock").first).to_contain_text("op tijd geïnformeerd")
        tick(officer, "Actie toevoegen")
        form = officer.locator("details.act[open] form")
        form.get_by_label("Wat moet er gebeuren?").fill("Autorisatie per regio nalopen")
        form.get_by_label("Wie doet het?").select_option(label="Jip Boer")
        form.get_by_label("Uiterlijk").fill("2026-06-26")
        form.get_by_role("button", name="Actie toevoegen").click()
        colleague.goto(case.get_absolute_url())
        tick(colleague, "Actie afronden")
        form = colleague.locator("details.act[open] form")
        form.get_by_label("Welke actie?").select_option(index=1)
        form.get_by_role("button", name="Actie afronden").click()
        expect(colleague.locator("#messages")).to_contain_text("vastgelegd")
        officer.reload()
        act(
            officer,
            "Incident sluiten",
            effects="Geen misbruik gezien.",
            measures="Teruggedraaid.",
            lessons="Eerst testen.",
        )
        officer.goto("/privacy/incidenten/register/")
        expect(officer.locator(f"#{case.number}")).to_contain_text("gesloten")
        expect(officer.locator(f"#{case.number}")).not_to_contain_text("te laat")
        assert axe_violations(officer) == []
        snap(officer, "breach-register-dark")
        assert Melding.objects.get().priority == 1


def test_one_that_is_told_too_late(open_page: SignedIn) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        people = People()
        desk = open_page(people.sam)
        desk.goto("/privacy/incidenten/nieuw/")
        desk.get_by_label("vertrouwelijkheid").check()
        desk.get_by_label("Wat is er gebeurd, in één zin?").fill(SUBJECT)
        desk.locator("[name=description]").fill("Gezien door een deelnemer.")
        desk.get_by_role("button", name="Beveiligingsincident openen").click()
        expect(desk.locator("#messages")).to_contain_text("is geopend")
        case = SecurityIncident.objects.get()
        mailed(NOW)
        clock.shift(timedelta(hours=12, seconds=1))  # the night of Friday to Saturday
        sweep_breaches()
        assert mailed(NOW + timedelta(hours=13)) == {"oscar@desk.example"}
        officer = open_page(people.oscar)
        assess(officer, case)
        clock.shift(timedelta(hours=12))
        sweep_breaches()
        assert "hanna@desk.example" in mailed(NOW + timedelta(hours=24, seconds=1))
        director = open_page(people.hanna)
        director.goto("/meldingen/")
        expect(director.locator(".note-error")).to_contain_text(case.number)
        snap(director, "breach-late-banner")
        clock.shift(timedelta(hours=2))
        approve(director, case)
        mailed(NOW + timedelta(hours=26, seconds=1))
        sweep_breaches()
        director.goto("/privacy/incidenten/register/?outcome=late")
        expect(director.locator(f"#{case.number}")).to_contain_text("2:00:0")
        expect(director.locator(f"#{case.number}")).to_contain_text("te laat")
        snap(director, "breach-register-late")
