"""A desk for a browser: the live server, people who are signed in, and an ear for what the browser complains about."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from desk.models import User
from tests import factories
from tests.browser_axe import axe_violations, themes

# Playwright's own event loop makes Django believe that it runs inside one; the tests themselves do not.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

WIDE = {"width": 1400, "height": 960}
PHONE = {"width": 390, "height": 844}

NO_COMPLAINT = (
    "Failed to load resource: the server responded with a status of 4",
    "htmx:afterRequest",
    "htmx:sendAbort",
)

SignedIn = Callable[..., Page]


@pytest.fixture(autouse=True)
def _desk(transactional_db: None) -> None:
    factories.load_policies()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What any page of this test wrote to the console: errors, and each breach of the Content-Security-Policy.

    No complaint is what browsers and htmx report as an error and is none: the refusal (4xx) of a form, and a
    request that was given up because the page was left.
    """
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def open_page(browser: Browser, complaints: list[str], live_server: Any) -> Iterator[SignedIn]:
    """`open_page(user, ...)`: a page of a browser of its own in which `user` is signed in; None is a visitor.

    `viewport` and `color_scheme` as of Playwright; the address is that of the live server.
    """
    contexts: list[BrowserContext] = []

    def open_one(user: User | None = None, **options: Any) -> Page:
        given = {
            "base_url": live_server.url,
            "viewport": WIDE,
            "locale": "nl-NL",
            "timezone_id": "Europe/Amsterdam",
        }
        context = browser.new_context(**{**given, **options})
        contexts.append(context)
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: _note(complaints, message.type, message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    _until_the_server_rests()


def _until_the_server_rests() -> None:
    """A page that asks for news by itself may have asked just before it closed; its tables must not go meanwhile."""
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    give_up = time.monotonic() + 10
    with connection.cursor() as cursor:
        cursor.execute(busy)
        while cursor.fetchone() != (0,):
            assert time.monotonic() < give_up, "the server keeps working after its last page closed"
            time.sleep(0.02)
            cursor.execute(busy)


def _note(complaints: list[str], kind: str, text: str) -> None:
    if kind in {"error", "warning"} and not text.startswith(NO_COMPLAINT):
        complaints.append(text)


def _session(user: User) -> str:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=user.pk))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def wrong_with(page: Page, name: str) -> list[str]:
    """What is wrong with the look of `page` as it stands, in both themes at its width; `name` is for its pictures."""
    wrong = []
    for theme in themes(page):
        snap(page, f"{name}-{theme}-{page.viewport_size['width'] if page.viewport_size else 'own'}")
        wrong += [f"{name} {theme}: {line}" for line in axe_violations(page, theme)]
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*wrong, f"{name} is {beyond} pixels too wide"] if beyond > 0 else wrong


def snap(page: Page, name: str) -> None:
    """Keep a picture where the environment asks for it: SHOT_DIR."""
    if folder := os.environ.get("SHOT_DIR"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, caret="initial")
