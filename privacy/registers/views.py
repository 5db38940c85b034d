"""The register of processing and that of measures, for staff and for hoofdcontactpersonen; and where their portal lists it all (art. 7.3)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contractants.models import Contact
from incidents.views.contractant import for_contacts
from incidents.views.shell import DeskRequest, page, staff_only
from privacy.models import Measure, Processing, RetentionRule
from privacy.requests.doors import rows as requests
from privacy.retention.kinds import BY_SLUG
from privacy.subprocessors.doors import rows as subprocessors

NAV = "portal_privacy"


def processing_rows() -> list[dict[str, Any]]:
    """With the periods as the rules have them now."""
    rules = {rule.kind: rule for rule in RetentionRule.objects.all()}
    return [
        {
            "entry": entry,
            "kept": [(BY_SLUG[slug].label, rules[slug]) for slug in entry.retention if slug in rules and slug in BY_SLUG],
        }
        for entry in Processing.objects.filter(is_active=True)
    ]  # fmt: skip


def _processing() -> dict[str, Any]:
    return {"rows": processing_rows(), "subprocessors": True}


def _measures() -> dict[str, Any]:
    return {"rows": Measure.objects.filter(is_active=True)}


@require_safe
@staff_only
def processing(request: DeskRequest) -> HttpResponse:
    context = {
        "nav": "privacy",
        "internal": True,
        "may_change": request.user.may("privacy.register"),
        **_processing(),
    }
    return page(request, "privacy/registers/processing.html", context, timezone.now())


@require_safe
@staff_only
def measures(request: DeskRequest) -> HttpResponse:
    context = {
        "nav": "privacy",
        "internal": True,
        "may_change": request.user.may("privacy.register"),
        **_measures(),
    }
    return page(request, "privacy/registers/measures.html", context, timezone.now())


@require_safe
@for_contacts
def portal(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Sub-processors for every contact; for a hoofdcontactpersoon the requests and where the registers are."""
    now = timezone.now()
    shown = [{"case": one, "open": one.takes_objections(now)} for one in subprocessors(contact.user)]
    return render(request, "privacy/registers/portal.html", {
        "nav": NAV, "contact": contact, "is_main": contact.role == Contact.Role.MAIN, "rows": shown,
        "requests": requests(contact.user)[:100],
    })  # fmt: skip


@require_safe
@for_contacts
def portal_processing(request: HttpRequest, contact: Contact) -> HttpResponse:
    return _for_main(request, contact, "privacy/registers/processing.html", _processing())


@require_safe
@for_contacts
def portal_measures(request: HttpRequest, contact: Contact) -> HttpResponse:
    return _for_main(request, contact, "privacy/registers/measures.html", _measures())


def _for_main(request: HttpRequest, contact: Contact, template: str, context: dict[str, Any]) -> HttpResponse:
    if contact.role != Contact.Role.MAIN:
        raise Http404
    return render(request, template, {"nav": NAV, "shell": "base_portal.html", **context})
