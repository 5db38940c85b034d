"""What an agent sees and does all day, in a browser."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from tests import factories
from tests.browser import scene
from tests.browser.conftest import PHONE, WIDE, SignedIn, snap
from tests.browser_axe import axe_violations

pytestmark = pytest.mark.browser


@pytest.fixture
def agent() -> Any:
    return factories.staff(name="Sam de Vries", email="sam@desk.example")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_are_accessible(agent: Any, open_page: SignedIn, theme: str, viewport: Any) -> None:
    with time_machine.travel(scene.NOW, tick=True):
        made = scene.build(agent)
        page = open_page(agent, viewport=viewport, color_scheme=theme)
        addresses = {
            "worklist": "/meldingen/", "search": "/zoeken/?q=verslag", "empty": "/zoeken/?q=niets",
            "new": "/meldingen/nieuw/", "unconfirmed": "/meldingen/onbevestigd/",
            **{name: made[name].get_absolute_url() for name in made},
        }  # fmt: skip
        found = {}
        for name, address in addresses.items():
            page.goto(address)
            snap(page, f"{name}-{theme}-{viewport['width']}")
            if wrong := axe_violations(page):
                found[name] = wrong
            if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
                found[f"{name} is too wide"] = []
        assert found == {}
