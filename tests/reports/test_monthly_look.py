"""The page of a report in a browser: both themes, wide and on a phone, under the Content-Security-Policy (WCAG 2.2 AA)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page

from reports.monthly.shape import Report
from tests.browser_axe import axe_violations, themes
from tests.look.rendering import SITE, serve
from tests.reports import sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
WIDE, PHONE = 1400, 390
PAGE = """{% extends "base_root.html" %}{% load static %}{% block title %}Rapport{% endblock %}
{% block head %}<link rel="stylesheet" href="{% static 'desk/reports_monthly.css' %}">{% endblock %}{% block body_class %}staff{% endblock %}
{% block page %}<div class="page"><main id="main" tabindex="-1"><h1>Servicelevelrapport</h1>{% include "reports/body.html" %}</main></div>{% endblock %}"""


@pytest.mark.parametrize(("make", "width"), [(sample.full, WIDE), (sample.extreme, PHONE)])
def test_a_report_is_accessible_and_fits(page: Page, make: Callable[[], Report], width: int) -> None:
    complaints: list[str] = []
    context: dict[str, Any] = {"data": make(), "corrections": [sample.CORRECTION]}
    html = str(engines["django"].from_string(PAGE).render(context, RequestFactory().get("/")))
    serve(page, lambda path: html)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{SITE}/rapport/")
    for theme in themes(page):
        if folder := os.environ.get("SHOT_DIR"):
            page.screenshot(path=Path(folder) / f"{make.__name__}-{theme}-{width}.png", full_page=True)
        assert "\n".join(axe_violations(page, theme)) == ""
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
