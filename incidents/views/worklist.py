"""The worklist, the search and the reports that were not confirmed: lists of staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from desk import audit, paging
from desk.counts import shown
from desk.door import Refused
from desk.models import User
from incidents import actions, queries
from incidents.bars import bars
from incidents.duty import now_and_next
from incidents.forms_worklist import Narrowing, Together
from incidents.models import Melding, SavedFilter, WebReport
from incidents.queries import KEYS, NEWEST, VIEW, VIEWS
from incidents.views.shell import DeskRequest, alarms, page, staff_only

ROWS = 50
SORT_NAMES = {
    "work": gettext_lazy("volgorde van werk"),
    "due": gettext_lazy("wat eerst afloopt"),
    "newest": gettext_lazy("nieuwste"),
}
SUBMITTED = (paging.Key("submitted_at", descending=True), paging.Key("id", descending=True))


@audit.polled
@staff_only
def worklist(request: DeskRequest) -> HttpResponse:
    """The Meldingen of a view. An htmx request for `#list` gets the list and the counts alone."""
    now = timezone.now()
    view, sort = _asked(request, "view", VIEW, "open"), _asked(request, "sort", KEYS, "work")
    sort = "newest" if view == "all" else sort
    choices = Narrowing(request.GET)
    chosen = choices.chosen()
    kept = kept_of(chosen)
    rows = queries.worklist(request.user, now, view, sort).filter(**chosen)
    found = _page(request, rows, KEYS[sort])
    saved = queries.saved_filters(request.user)
    counts = queries.view_counts(request.user, now, saved)
    known = next((one for one in saved if one.view == view and one.narrowed == kept), None)
    total = counts.get(f"saved_{known.pk}") if known else None if chosen else counts.get(view)
    context = {
        "nav": "worklist", "view": VIEW[view], "now": now, "choices": choices, "chosen": chosen, "sort": sort,
        "sort_name": SORT_NAMES[sort], "rows": [row(melding, now) for melding in found.rows],
        "groups": _groups(view, sort, kept, counts, saved, known), "kept": known, "narrowed": kept, "sorts": _sorts(view, sort, kept),
        "count": _count(total), "total": total or 0, "clear_url": _url({"view": view, "sort": sort}),
        "together": Together(user=request.user) if request.user.may("assign") else None,
        **_neighbours(found, {"view": view, "sort": sort, **kept}),
    }  # fmt: skip
    if request.htmx.target == "list" and not request.htmx.history_restore_request:
        return render(request, "incidents/_list.html", {**context, "partial": True})
    return page(request, "incidents/worklist.html", context, now)


@audit.polled
@staff_only
def banner(request: DeskRequest) -> HttpResponse:
    """The banner alone, for pages that stay open."""
    now = timezone.now()
    context = {"alarms": alarms(request.user, now), "answering": now_and_next(now)}
    return render(request, "components/p1_banner.html", context)


@staff_only
def search(request: DeskRequest) -> HttpResponse:
    """Meldingen with these words; an exact number goes straight to its Melding."""
    now, asked = timezone.now(), request.GET.get("q", "")
    words = asked.replace("\x00", " ").strip()
    rows = queries.search(request.user, words) if words else Melding.objects.none()
    if (number := queries.number_in(words)) and (only := rows.filter(number=number).first()):
        return redirect(only)
    found = _page(request, rows, NEWEST)
    context = {
        "nav": "search", "search_query": words, "rows": [row(melding, now) for melding in found.rows],
        **_neighbours(found, {"q": words}),
    }  # fmt: skip
    return page(request, "incidents/search.html", context, now)


@staff_only
def similar(request: DeskRequest) -> HttpResponse:
    """The part of a page with what resembles `subject`, and how that was solved; empty where nothing does."""
    subject = request.GET.get("subject", "").replace("\x00", " ")
    found = queries.similar(request.user, subject, to=request.GET.get("to", ""))
    return render(request, "incidents/_similar.html", {"similar": found})


@staff_only
def web_reports(request: DeskRequest) -> HttpResponse:
    """Reports by the public form or by mail whose sender did not confirm the address; an agent can take one in."""
    now = timezone.now()
    rows = WebReport.objects.filter(melding=None)
    found, saved = _page(request, rows, SUBMITTED), queries.saved_filters(request.user)
    context = {
        "nav": "worklist", "now": now, "reports": found.rows, "may_accept": request.user.may("confirm_report"),
        "groups": _groups("", "work", {}, queries.view_counts(request.user, now, saved), saved), **_neighbours(found, {}),
    }  # fmt: skip
    return page(request, "incidents/web_reports.html", context, now)


@staff_only
@require_POST
def web_report_accept(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a Melding of an unconfirmed report."""
    report = get_object_or_404(WebReport, pk=pk)
    try:
        melding = actions.confirm(report, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("incidents:web_reports")
    messages.success(request, _("De melding is aangenomen als %(number)s.") % {"number": melding.number})
    return redirect(melding)


def rows_for(user: User, meldingen: list[Melding], now: datetime) -> list[dict[str, Any]]:
    """Of those that figures count: what `user` may not read is a line that says so, with the number and the clocks."""
    seen = set(
        Melding.objects.visible_to(user)
        .filter(pk__in=[one.pk for one in meldingen])
        .values_list("pk", flat=True)
    )
    hidden = {
        "subject": _("Afgeschermd"),
        "url": "",
        "where": "",
        "initials": "",
        "name": "",
        "echelon": None,
    }
    return [row(one, now) | ({} if one.pk in seen else hidden) for one in meldingen]


def row(melding: Melding, now: datetime) -> dict[str, Any]:
    """What a list shows of a Melding, without a query of its own."""
    party = melding.contractant or melding.reporter_name or melding.get_channel_display()
    thing = melding.service or (
        _("Dienst niet herkend") if melding.service_unknown else melding.get_kind_display()
    )
    handover = [_("nog niet telefonisch overgedragen")] if melding.needs_handover and melding.is_open else []
    return {
        "melding": melding, "number": melding.number, "subject": melding.subject, "priority": melding.priority,
        "url": melding.get_absolute_url(), "where": " · ".join(map(str, [party, thing, *handover])), "clocks": bars(melding, now),
        "initials": melding.assignee.initials if melding.assignee else "", "name": str(melding.assignee or ""),
        "echelon": getattr(melding, "echelon", None),
    }  # fmt: skip


def _asked(request: DeskRequest, name: str, known: dict[str, Any], default: str) -> str:
    given = request.GET.get(name, default)
    return given if given in known else default


def _page(request: DeskRequest, rows: Any, keys: Any) -> paging.Page[Any]:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return paging.page(rows, keys, size=ROWS, after=after, before=before)


def _neighbours(found: paging.Page[Any], kept: dict[str, str]) -> dict[str, str]:
    return {
        "previous_url": _url({**kept, "before": found.previous}) if found.previous else "",
        "next_url": _url({**kept, "after": found.next}) if found.next else "",
    }


def _url(given: dict[str, str]) -> str:
    defaults = {"view": "open", "sort": "work"}
    return "?" + urlencode({name: value for name, value in given.items() if defaults.get(name) != value})


def kept_of(chosen: dict[str, Any]) -> dict[str, str]:
    """What was chosen, as it stands in an address and in a saved filter."""
    return {name: str(getattr(value, "pk", value)) for name, value in chosen.items()}


def address_of(kept: SavedFilter) -> str:
    return reverse("incidents:worklist") + _url({"view": kept.view, "sort": kept.sort, **kept.narrowed})


def _groups(
    view: str, sort: str, kept: dict[str, str], counts: dict[str, int], saved: list[SavedFilter],
    known: SavedFilter | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    base = reverse("incidents:worklist")
    views = [
        {
            "label": one.name, "count": _count(counts.get(one.slug)), "hot": one.hot and counts.get(one.slug),
            "active": one.slug == view and known is None, "url": base + _url({"view": one.slug, "sort": sort, **kept}),
        }
        for one in VIEWS
    ]  # fmt: skip
    own = [
        {"label": one.name, "count": _count(counts.get(f"saved_{one.pk}")), "url": address_of(one), "active": one == known}
        for one in saved
    ]  # fmt: skip
    reports = {
        "label": _("Onbevestigd"), "count": _count(counts["unconfirmed"]), "url": reverse("incidents:web_reports"),
        "active": not view,
    }  # fmt: skip
    groups = [{"title": _("Weergaven"), "views": views}, {"title": _("Bewaard"), "views": own},
              {"title": _("Webformulier en e-mail"), "views": [reports]}]  # fmt: skip
    return [group for group in groups if group["views"]]


def _count(number: int | None) -> str | None:
    return None if number is None else shown(number)


def _sorts(view: str, sort: str, kept: dict[str, str]) -> list[dict[str, Any]]:
    names = {"newest": SORT_NAMES["newest"]} if view == "all" else SORT_NAMES
    return [
        {"label": name, "active": slug == sort, "url": _url({"view": view, "sort": slug, **kept})}
        for slug, name in names.items()
    ]
