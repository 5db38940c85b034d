"""Where everybody lands."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from desk import navigation
from desk.permissions import STAFF, Role
from incidents.views.shell import DeskRequest


def home(request: DeskRequest) -> HttpResponse:
    """To the page that is theirs."""
    role = getattr(request.user, "role", None)
    if role in STAFF:
        return redirect(navigation.home(request.user) or "incidents:worklist")
    return redirect("incidents:portal" if role == Role.CONTACT else "incidents:start")
