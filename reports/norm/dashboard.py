"""What a manager asks of now and of this month (SLA 4.4, 5, 7.2, 9.3; art. 2.12). Each number leads to what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.queries import VIEWS as COMPLAINTS
from contractants.models import Service
from desk.counts import counts, shown
from desk.models import User
from domain.months import Month
from incidents import escalations, failures
from incidents.models import Melding
from incidents.models.escalation import UNDER_WAY
from incidents.queries import VIEW
from reports.availability.queries import of_services
from reports.norm import pages
from reports.norm.counting import norm
from reports.norm.sight import Sight
from sla.queries import AMSTERDAM


@dataclass(frozen=True)
class Count:
    """A list with its name and address; `hot`: more than none of them is alarming."""

    slug: str
    label: str | Promise
    url: str
    rows: QuerySet[Any]
    hot: bool = False


def figures(user: User, now: datetime) -> dict[str, Any]:
    """All of the dashboard, as `user` may see it, in as many queries whatever there is."""
    month = Month.of(now, AMSTERDAM)
    sight = Sight(month)
    lines = norm(sight.rows(user), month, now)
    return {
        "tiles": _tiles(user, now), "tables": pages.tables(lines, sight), "any_counted": any(one.count("all") for one in lines),
        "services": _services(month, now), "month": month,
    }  # fmt: skip


def _tiles(user: User, now: datetime) -> list[dict[str, Any]]:
    known = list(_counts(user, now))
    found = counts({one.slug: one.rows for one in known})
    return [
        {"slug": one.slug, "label": one.label, "url": one.url, "number": shown(found[one.slug]), "hot": one.hot and found[one.slug] > 0}
        for one in known
    ]  # fmt: skip


def _counts(user: User, now: datetime) -> Iterator[Count]:
    seen = Melding.objects.visible_to(user)
    for slug, label, hot in MELDINGEN:
        yield Count(
            slug,
            label,
            _list("incidents:worklist", view=slug),
            seen.filter(VIEW[slug].condition(user, now)),
            hot,
        )
    yield _escalations(user, now)
    for view in COMPLAINTS:
        if view.slug in COMPLAINT_NAMES:
            rows = Complaint.objects.visible_to(user).filter(view.chosen(user, now))
            url = _list("complaints:complaints", view=view.slug)
            yield Count(f"complaints_{view.slug}", COMPLAINT_NAMES[view.slug], url, rows, view.hot)
    url = _list("incidents:failures", open=1)
    yield Count("failures", _("Structureel niet gehaald"), url, failures.open_ones(user), hot=True)


MELDINGEN = [
    ("p1", _("Open P1"), True),
    ("today", _("Loopt vandaag af"), False),
    ("late", _("Te laat"), True),
]
COMPLAINT_NAMES = {"open": _("Open klachten"), "late": _("Klachten te laat")}


def _escalations(user: User, now: datetime) -> Count:
    """What lies with the echelon of `user`; for whoever is none, every Melding that is escalated."""
    if user.role not in escalations.ECHELONS:
        rows = Melding.objects.visible_to(user).filter(VIEW["escalated"].condition(user, now))
        return Count(
            "escalated", _("Geëscaleerd"), _list("incidents:worklist", view="escalated"), rows, hot=True
        )
    mine = escalations.visible(user).filter(state__in=UNDER_WAY, role=user.role)
    return Count(
        "escalations",
        _("Escalaties bij mijn echelon"),
        _list("incidents:escalations", echelon=user.role),
        mine,
        hot=True,
    )


def _services(month: Month, now: datetime) -> list[dict[str, Any]]:
    known = list(Service.objects.filter(is_active=True).order_by("name"))
    found = of_services(known, month, now)
    return [
        {
            "service": one, "found": found[one.pk], "percent": pages.percent(found[one.pk].percent, 2),
            "promised": pages.percent(found[one.pk].promised), "query": urlencode({"dienst": one.slug, "maand": month}),
        }
        for one in known
    ]  # fmt: skip


def _list(name: str, **query: Any) -> str:
    return f"{reverse(name)}?{urlencode(query)}"
