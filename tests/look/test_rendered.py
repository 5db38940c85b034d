"""Pages that Django and allauth render in our theme: accessible, and clean under the Content-Security-Policy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page

from tests.browser_axe import axe_violations, themes
from tests.look.rendering import SITE, serve

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.urls("tests.look.urls")]
CATALOGUE = "/beheer/jsi18n/"  # a script that the admin's pages load


def fetch(client: Client, *paths: str) -> dict[str, str]:
    answers = {path: client.get(path, follow=True) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(paths, 200)
    return {path: answer.content.decode() for path, answer in answers.items()}


def complaints_about(page: Page, pages: dict[str, str]) -> str:
    """What the console and axe-core have against `pages`, in both themes."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    serve(page, pages.__getitem__)
    for path in pages.keys() - {CATALOGUE}:
        page.goto(f"{SITE}{path}")
        for theme in themes(page):
            if folder := os.environ.get("LOOK_DIR"):
                name = f"{path.strip('/').replace('/', '-')}-{theme}.png"
                page.screenshot(path=Path(folder) / name, full_page=True)
            said += [f"{path} {theme} {line}" for line in axe_violations(page, theme)]
    return "\n".join(said)


def test_the_admin(page: Page) -> None:
    people = get_user_model()
    person = people.objects.create_superuser("beheer@example.nl")
    client = Client()
    client.force_login(person)
    listing = f"/beheer/{people._meta.app_label}/{people._meta.model_name}/"
    pages = fetch(client, "/beheer/", listing, f"{listing}{person.pk}/change/", CATALOGUE)
    assert complaints_about(page, pages) == ""


def test_signing_in(page: Page) -> None:
    client = Client()
    pages = fetch(client, "/account/login/", "/account/login/code/", "/account/password/reset/")
    pages |= fetch(client, "/account/password/reset/done/", "/account/password/reset/key/1-wrong/")
    answer = client.post("/account/login/code/", {"email": "onbekend@example.nl"}, follow=True)
    pages["/account/login/code/confirm/"] = answer.content.decode()
    assert "onbekend@example.nl" in pages["/account/login/code/confirm/"]
    assert complaints_about(page, pages) == ""


def test_all_pages_of_signing_in_are_in_our_shell(page: Page) -> None:
    """Of who has a password, and of who has none yet."""
    client, people = Client(), get_user_model().objects
    client.force_login(people.create_superuser("nieuw@example.nl"))
    pages = fetch(client, "/account/password/set/")
    client.force_login(people.create_superuser("beheer@example.nl", "een lang wachtwoord 42"))
    pages |= fetch(client, "/account/logout/", "/account/password/change/")
    assert "Wachtwoord kiezen" in pages["/account/password/set/"]
    assert "Wachtwoord wijzigen" in pages["/account/password/change/"]
    assert all('class="brand"' in html and "desk/desk.css" in html for html in pages.values())
    assert complaints_about(page, pages) == ""
