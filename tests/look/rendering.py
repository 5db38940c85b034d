"""Sample pages in a browser without a server: Playwright answers from templates and static files."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.utils import build_policy
from django.contrib.staticfiles import finders
from django.template import engines
from django.template.loader import get_template
from django.test import RequestFactory
from playwright.sync_api import Page, Route

from tests.look.samples import everything

PAGES = Path(__file__).parent / "pages"
SITE = "https://desk.example"


def render(name: str) -> str:
    """One of tests/look/pages, or any template of the project."""
    page = PAGES / name
    return fill(engines["django"].from_string(page.read_text()) if page.exists() else get_template(name))


def fill(template: Any) -> str:
    return str(template.render(everything(), RequestFactory().get("/")))


def serve(page: Page, html: Callable[[str], str]) -> None:
    """Answer every request for SITE: static files from their finders, the rest by `html(path)`, under our CSP."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = finders.find(path.removeprefix("/static/"))
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(body=Path(str(file)).read_bytes(), content_type=kind)
        else:
            kind = "text/javascript" if "jsi18n" in path else "text/html; charset=utf-8"
            headers = {"Content-Security-Policy": build_policy()}
            route.fulfill(body=html(path), content_type=kind, headers=headers)

    page.route(f"{SITE}/**", answer)
