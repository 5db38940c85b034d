"""Every component, in both themes and on both sizes of screen, passes axe-core and the Content-Security-Policy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser_axe import axe_violations, themes
from tests.look.rendering import SITE, render, serve

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.look.urls")]
SAMPLES = ["worklist.html", "melding.html", "parts.html", "portal.html", "public.html"]
PLAIN = ["403.html", "404.html", "413.html", "429.html", "500.html", "503.html"]
WIDE, PHONE = 1400, 390


@pytest.fixture
def look(page: Page) -> Page:
    serve(page, lambda path: render(path.strip("/")))
    return page


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("name", SAMPLES + PLAIN[1:2])
def test_page_is_accessible_and_breaks_no_policy(look: Page, name: str, width: int) -> None:
    complaints: list[str] = []
    look.on("console", lambda message: complaints.append(message.text))
    look.on("pageerror", lambda error: complaints.append(str(error)))
    look.set_viewport_size({"width": width, "height": 960})
    look.goto(f"{SITE}/{name}")
    for theme in themes(look):
        if folder := os.environ.get("LOOK_DIR"):
            look.screenshot(path=Path(folder) / f"{Path(name).stem}-{theme}-{width}.png", full_page=True)
        assert "\n".join(axe_violations(look, theme)) == ""
    assert complaints == []
    assert look.evaluate("document.documentElement.scrollWidth") <= width
