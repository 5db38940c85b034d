"""What all pages of staff share: who may come in, and the banner with what cannot wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_htmx.middleware import HtmxDetails

from desk.models import User
from desk.permissions import STAFF
from incidents import queries
from incidents.bars import bar, of_row
from incidents.duty import now_and_next
from incidents.models import Melding

MOST_ALARMS = 5


class DeskRequest(HttpRequest):
    """A request after the middleware of this desk."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


def staff_only(view: View) -> View:
    """Let staff in. Whoever is not signed in signs in first, also when a page refreshes itself."""

    @never_cache
    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.htmx:
                return HttpResponse(headers={"HX-Refresh": "true"})
            return redirect_to_login(request.get_full_path())
        if request.user.role not in STAFF:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def page(
    request: DeskRequest, template: str, context: dict[str, Any], now: datetime, status: int = 200
) -> HttpResponse:
    """A whole page of staff, with the banner and where the palette can go."""
    shared = {"alarms": alarms(request.user, now), "answering": now_and_next(now), "jumps": jumps()}
    return render(request, template, {**shared, **context}, status=status)


def jumps() -> list[dict[str, Any]]:
    """Where one can go from any page, for `components/palette.html`."""
    base = reverse("incidents:worklist")
    return [{"label": view.name, "url": f"{base}?view={view.slug}"} for view in queries.VIEWS]


def alarms(user: User, now: datetime) -> list[dict[str, Any]]:
    """Every P1 that nobody picked up, for `components/p1_banner.html`."""
    return [_alarm(melding, user, now) for melding in queries.urgent(user)[:MOST_ALARMS]]


def _alarm(melding: Melding, user: User, now: datetime) -> dict[str, Any]:
    clock = bar(of_row(melding, "response", now), now)
    return {
        "number": melding.number, "url": melding.get_absolute_url(), "subject": melding.subject,
        "left": _("%(left)s om op te pakken") % {"left": clock["headline"]} if clock["state"] != "late" else clock["headline"],
        "note": _("nog niet telefonisch overgedragen") if melding.needs_handover else "",
        "action_url": reverse("incidents:act", args=[melding.number, "pick_up"]) if user.may("pick_up") else "",
        "version": melding.version,
    }  # fmt: skip
