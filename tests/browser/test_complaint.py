"""A complaint about the Supportafdeling, from the portal to the klachtrapport that its contact accepts (SLA 5)."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from complaints.models import Complaint
from desk.notices import deliver
from desk.permissions import Role
from tests import factories
from tests.browser.conftest import PHONE, SignedIn, snap
from tests.browser_axe import axe_violations

pytestmark = pytest.mark.browser
NOW = datetime(2026, 6, 18, 8, 11, tzinfo=UTC)  # a Thursday, 10:11 in Amsterdam
SUBJECT = "Onheus te woord gestaan aan de telefoon"


def act(page: Page, label: str, **words: str) -> None:
    """One step, with what it asks."""
    page.locator(".acts").first.wait_for()  # a link that was clicked may still be on its way
    summary = page.locator("details.act > summary").filter(has_text=label)
    if summary.count():
        summary.click()
        form = page.locator("details.act[open] form")
        for name, text in words.items():
            field = form.locator(f"[name={name}]")
            field.select_option(label=text) if field.evaluate(
                "one => one.tagName"
            ) == "SELECT" else field.fill(text)
        form.get_by_role("button", name=label, exact=True).click()
    else:
        page.get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#messages")).to_contain_text("vastgelegd")


def mailed() -> set[str]:
    """Who was written to since the last look."""
    mail.outbox.clear()
    deliver(datetime(2100, 1, 1, tzinfo=UTC))
    return {message.to[0].rpartition("<")[2].rstrip(">") for message in mail.outbox}


def in_vain(desk: Page, complaint: Complaint) -> None:
    """Where an agent of the Supportafdeling may look, the complaint is not."""
    for address in (
        "/klachten/?view=open",
        "/klachten/?q=telefoon",
        f"/klachten/?q={complaint.number}",
        "/zoeken/?q=telefoon",
    ):
        desk.goto(address)
        expect(desk.get_by_text(SUBJECT)).to_have_count(0)
        expect(desk.get_by_role("link", name=complaint.number)).to_have_count(0)
    answer = desk.goto(complaint.get_absolute_url())
    assert answer is not None
    assert answer.status == 404


def test_about_the_supportafdeling_until_the_accepted_klachtrapport(open_page: SignedIn) -> None:
    with time_machine.travel(NOW, tick=False):
        sam = factories.staff(Role.SUPPORT, name="Sam de Vries", email="sam@desk.example")
        fatma = factories.staff(Role.PRODUCT_MANAGER, name="Fatma Yıldız", email="fatma@desk.example")
        marieke = factories.staff(
            Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen", email="marieke@desk.example"
        )
        noor = factories.contact(user__name="Noor Verhagen", user__email="noor@delinde.example")
        portal, desk = open_page(noor.user, viewport=PHONE), open_page(sam)

        portal.goto("/portaal/")
        portal.get_by_role("link", name="Klachten").click()
        portal.get_by_role("link", name="Klacht indienen").first.click()
        portal.get_by_label("de Supportafdeling").check()
        portal.get_by_label("Onderwerp").fill(SUBJECT)
        portal.get_by_label("Klacht", exact=False).last.fill(
            "Ik kreeg te horen dat ik de handleiding maar moest lezen."
        )
        assert axe_violations(portal) == []
        snap(portal, "complaint-new-phone")
        portal.get_by_role("button", name="Klacht indienen").click()
        expect(portal.locator("#messages")).to_contain_text("Uw klacht is ontvangen")
        complaint = Complaint.objects.get()
        assert mailed() == {"noor@delinde.example", "fatma@desk.example", "marieke@desk.example"}
        in_vain(desk, complaint)

        slm = open_page(marieke)
        slm.goto("/klachten/")
        expect(slm.get_by_text("Streeftijd")).to_be_visible()
        snap(slm, "complaints-list")
        slm.get_by_role("link", name=SUBJECT).click()
        act(slm, "Toewijzen", assignee="Fatma Yıldız")
        pm = open_page(fatma, color_scheme="dark")
        pm.goto(complaint.get_absolute_url())
        act(pm, "In behandeling nemen")
        act(pm, "Servicelevelmanager betrekken", manager="Marieke van Dalen")
        act(pm, "Oplossing voorstellen", solution="Wij bieden excuses aan.")
        assert axe_violations(pm) == []
        snap(pm, "complaint-proposed-dark")
        in_vain(desk, complaint)

        portal.goto(f"/portaal/klachten/{complaint.number}/")
        act(portal, "Oplossing afwijzen", reason="Excuses alleen zijn niet genoeg.")
        pm.reload()
        expect(pm.locator(".timeline")).to_contain_text("Excuses alleen zijn niet genoeg.")
        act(pm, "Oplossing voorstellen", solution="Excuses, en het gesprek wordt met het team besproken.")
        portal.reload()
        act(portal, "Oplossing accepteren")
        pm.reload()
        act(
            pm, "Klachtrapport versturen", complained="Onheus te woord gestaan.", found="Dat is zo gegaan.",
            done="Excuses, en het gesprek is besproken.", prevention="Wij luisteren elke maand gesprekken terug.",
        )  # fmt: skip
        snap(pm, "complaint-report-dark")
        assert mailed() == {"noor@delinde.example", "fatma@desk.example", "marieke@desk.example"}
        in_vain(desk, complaint)

        portal.reload()
        expect(portal.get_by_text("Wij luisteren elke maand gesprekken terug.")).to_be_visible()
        with portal.expect_download() as downloading:
            portal.get_by_role("link", name="Download als pdf").click()
        content = downloading.value.path().read_bytes()
        assert "gesprekken terug" in PdfReader(io.BytesIO(content)).pages[0].extract_text()
        assert axe_violations(portal) == []
        snap(portal, "complaint-reported-phone")
        act(portal, "Klachtrapport accepteren")

        pm.reload()
        expect(pm.get_by_role("button", name="Klacht sluiten")).to_have_count(0)
        slm.goto("/klachten/?view=mine")
        slm.get_by_role("link", name=SUBJECT).click()
        act(slm, "Klacht sluiten")
        snap(slm, "complaint-closed")
        portal.reload()
        expect(portal.locator(".state").first).to_have_text("gesloten")
        in_vain(desk, complaint)
        assert "sam@desk.example" not in mailed()
