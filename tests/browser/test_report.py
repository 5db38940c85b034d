"""A month is drawn up, reviewed and published by two managers; the contractant reads its own (SLA 13)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from desk.models import User
from reports.models import ServiceLevelReport
from tests.browser.conftest import PHONE, SignedIn, snap
from tests.reports.monthly import June

pytestmark = pytest.mark.browser


def do(page: Page, step: str) -> None:
    page.get_by_role("button", name=step, exact=True).click()


def test_a_report_is_published_by_two_and_read_by_its_contractant(open_page: SignedIn) -> None:
    june = June()
    june.month()
    fatma = open_page(june.fatma)
    fatma.goto("/rapportage/")
    snap(fatma, "rapportage-leeg")
    fatma.get_by_text("Rapport opstellen").click()
    making = fatma.locator("form.report")
    making.get_by_label("Maand").fill("2026-06")
    making.get_by_label("Dienst").select_option(label="Dienst MDO")
    making.get_by_label("Contractant").select_option(label=str(june.contractant))
    do(fatma, "Stel op")
    expect(fatma.get_by_text("Concept met de cijfers van")).to_be_visible()
    snap(fatma, "rapport-concept")
    do(fatma, "Beoordelen")
    expect(fatma.get_by_text("Daarom publiceert een ander het.")).to_be_visible()
    expect(fatma.get_by_role("button", name="Publiceren")).to_have_count(0)

    report = ServiceLevelReport.objects.get()
    marieke = open_page(june.marieke, color_scheme="dark")
    _counts(marieke, june.late.number)
    marieke.goto("/rapportage/?month=2026-06")
    marieke.get_by_role("link", name="Dienst MDO").click()
    do(marieke, "Publiceren")
    expect(marieke.get_by_role("heading", name="Controlegetal")).to_be_visible()
    snap(marieke, "rapport-gepubliceerd-donker")
    _reads(open_page, june.noor.user, report.number)

    other = open_page(june.other.user)
    other.goto("/portaal/rapporten/")
    expect(other.get_by_role("heading", name="Nog geen rapport")).to_be_visible()
    answer = other.goto(f"/portaal/rapporten/{report.number}/")
    assert answer is not None
    assert answer.status == 404


def _counts(page: Page, late: str) -> None:
    """A number of the month's norm is as many rows as the list that it opens (Ready when 5)."""
    page.goto("/rapportage/norm/?month=2026-06")
    number = page.locator("#response-2-90-due")
    expect(number).to_contain_text("3")
    number.click()
    expect(page.locator("#total")).to_have_text("3 incidenten")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator(f"#{late}")).to_be_visible()
    snap(page, "norm-lijst-donker")


def _reads(open_page: SignedIn, user: User, number: str) -> None:
    """On a phone: the list, the report, and a file of which the digest is the one that the page shows."""
    page = open_page(user, viewport=PHONE)
    page.goto("/portaal/rapporten/")
    snap(page, "portaal-rapporten-telefoon")
    page.get_by_role("link", name="Dienst MDO, juni 2026").click()
    expect(page.get_by_text("Alles ligt stil").first).to_be_visible()
    snap(page, "portaal-rapport-telefoon")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download als JSON").click()
    digest = hashlib.sha256(Path(download.value.path()).read_bytes()).hexdigest()
    expect(page.locator("code.digest")).to_have_text(digest)
