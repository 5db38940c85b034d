"""Accessibility of a page that is open in a browser, judged by axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ABOUT_COLOUR = ["color-contrast", "link-in-text-block"]
RUN = "rules => axe.run(document, {runOnly: rules, preload: false, resultTypes: ['violations']})"

Theme = Literal["light", "dark"]


def themes(page: Page) -> Iterator[Theme]:
    """Show `page` as it stands in each theme; a colour that fades into another has arrived."""
    both: tuple[Theme, Theme] = ("light", "dark")
    for theme in both:
        page.emulate_media(color_scheme=theme)
        page.evaluate("document.getAnimations().forEach(one => one.finish())")
        yield theme


def axe_violations(page: Page, theme: Theme = "light") -> list[str]:
    """What breaks WCAG 2.2 AA (or good practice) on `page` as it stands now: one line an element, none when clean.

    In the dark, which changes colours and nothing else of a page, only what is about colour is asked again.
    The script is evaluated over the debugging protocol, so that a strict Content-Security-Policy does not stop it.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(RUN, RULES if theme == "light" else ABOUT_COLOUR)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
