"""What scripts add: keys, menus, theme, drafts. All of it by what a person does and sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.template import engines
from playwright.sync_api import Page, expect

from tests.browser_axe import axe_violations
from tests.look.rendering import SITE, fill, render, serve

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.look.urls")]
SAVED = '{% include "components/alert.html" with level="success" text="Verzonden." %}'
FORM = (
    '{% extends "base.html" %}{% block content %}<h1>Antwoord</h1>ALERT<form method="post" action="/saved">'
    '<label for="t">Tekst</label><textarea id="t" name="t" data-draft="M26-00864"></textarea>'
    "<button>Stuur</button></form>{% endblock %}"
)


@pytest.fixture
def open_page(page: Page) -> Callable[[str], Page]:
    def show(path: str) -> str:
        name = path.strip("/")
        if name not in ("refused", "saved"):
            return render(name)
        return fill(engines["django"].from_string(FORM.replace("ALERT", SAVED if name == "saved" else "")))

    def go(name: str) -> Page:
        page.goto(f"{SITE}/{name}")
        return page

    serve(page, show)
    return go


def test_j_and_k_walk_through_the_rows(open_page: Callable[[str], Page]) -> None:
    page = open_page("worklist.html")
    rows = page.locator("[data-row-link]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{SITE}/worklist.html#M26-00871")


def test_the_palette_finds_what_the_page_can_do_by_a_part_of_its_name(
    open_page: Callable[[str], Page],
) -> None:
    page = open_page("worklist.html")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Doe of open")
    expect(field).to_be_focused()
    assert axe_violations(page) == []
    page.keyboard.type("verslag dubbel")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.last).to_have_text("Zoek “verslag dubbel”")
    page.keyboard.press("ArrowDown")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{SITE}/worklist.html#M26-00858")
    expect(field).to_be_hidden()


def test_slash_puts_the_cursor_in_search_and_letters_then_stay_letters(
    open_page: Callable[[str], Page],
) -> None:
    page = open_page("worklist.html")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("jn?")
    expect(search).to_have_value("jn?")


def test_question_mark_explains_the_keys_and_they_can_be_turned_off(open_page: Callable[[str], Page]) -> None:
    """WCAG 2.1.4: keys of one character can be turned off, and stay off."""
    page = open_page("worklist.html")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Sneltoetsen")
    expect(dialog).to_be_visible()
    assert axe_violations(page) == []
    dialog.get_by_label("Sneltoetsen gebruiken").uncheck()
    dialog.get_by_role("button", name="Sluiten").click()
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("j")
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-row-link]").first).not_to_be_focused()


def test_menu_closes_on_escape_and_on_a_click_beside_it(open_page: Callable[[str], Page]) -> None:
    page = open_page("worklist.html")
    menu, leave = (
        page.locator("details.menu:not(.more-places) > summary"),
        page.get_by_role("button", name="Afmelden"),
    )
    menu.click()
    expect(leave).to_be_visible()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(leave).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    page.get_by_role("heading", level=1).click()
    expect(leave).to_be_hidden()


def test_a_chosen_theme_stays_against_the_system(open_page: Callable[[str], Page]) -> None:
    page = open_page("worklist.html")
    page.emulate_media(color_scheme="light")
    page.locator("details.menu:not(.more-places) > summary").click()
    page.get_by_role("button", name="Donker").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 22, 27)"
    page.locator("details.menu:not(.more-places) > summary").click()
    expect(page.get_by_role("button", name="Donker")).to_have_attribute("aria-pressed", "true")


def test_typed_text_survives_a_refused_save_and_is_forgotten_after_a_good_one(
    open_page: Callable[[str], Page],
) -> None:
    page = open_page("refused")
    page.get_by_label("Tekst", exact=True).fill("Lang antwoord")
    page = open_page("refused")
    expect(page.get_by_label("Tekst", exact=True)).to_have_value("Lang antwoord")
    page.get_by_role("button", name="Stuur").click()
    expect(page.get_by_text("Verzonden.")).to_be_visible()
    expect(page.get_by_label("Tekst", exact=True)).to_have_value("")


def test_signing_out_forgets_what_was_typed(open_page: Callable[[str], Page]) -> None:
    page = open_page("refused")
    page.get_by_label("Tekst", exact=True).fill("Lang antwoord")
    page.route("**/account/logout/", lambda route: route.fulfill(body="dag", content_type="text/html"))
    page.locator("details.menu:not(.more-places) > summary").click()
    page.get_by_role("button", name="Afmelden").click()
    page = open_page("refused")
    expect(page.get_by_label("Tekst", exact=True)).to_have_value("")


def test_a_transition_opens_into_its_form(open_page: Callable[[str], Page]) -> None:
    page = open_page("melding.html")
    solution = page.get_by_label("Oplossing", exact=False).and_(page.locator("textarea"))
    expect(solution).to_be_hidden()
    page.locator("summary", has_text="Oplossen").click()
    expect(solution).to_be_visible()
    assert axe_violations(page) == []


def test_a_field_with_an_error_is_named_and_linked(open_page: Callable[[str], Page]) -> None:
    page = open_page("public.html")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="E-mailadres").click()
    field = page.get_by_label("E-mailadres")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(
        "Hierop ontvangt u ons antwoord. Voer een geldig e-mailadres in."
    )
