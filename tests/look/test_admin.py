"""Django's admin in our theme: accessible, and clean under the Content-Security-Policy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page

from tests.browser_axe import axe_violations
from tests.look.rendering import SITE, serve

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.urls("tests.look.urls")]


@pytest.fixture
def admin_pages() -> dict[str, str]:
    """Rendered before a browser runs: Django refuses the database inside Playwright's event loop."""
    person = get_user_model().objects.create_superuser(email="beheer@example.nl", password="x")
    client = Client()
    pages = {"/login": client.get("/beheer/login/").content.decode()}
    client.force_login(person)
    user = get_user_model()._meta
    listing = f"/beheer/{user.app_label}/{user.model_name}/"
    for name, path in {"/index": "/beheer/", "/list": listing, "/change": f"{listing}{person.pk}/change/"}.items():
        pages[name] = client.get(path).content.decode()
    return pages


def test_admin_is_accessible_and_breaks_no_policy(admin_pages: dict[str, str], page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    serve(page, admin_pages.__getitem__)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for name in admin_pages:
            page.goto(f"{SITE}{name}", wait_until="networkidle")
            if folder := os.environ.get("LOOK_DIR"):
                page.screenshot(path=Path(folder) / f"admin{name.replace('/', '-')}-{theme}.png", full_page=True)
            complaints += [f"{name} {theme} {line}" for line in axe_violations(page)]
    assert "\n".join(complaints) == ""
