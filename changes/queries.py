"""Reading Changes and Releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from changes.models import OPEN, Change, ChangeApproval, ChangeState, Release, ReleaseKind, ReleaseState
from contractants.models import Service
from desk.models import User
from desk.paging import Key
from domain import releases

NEWEST = (Key("requested_at", descending=True), Key("id", descending=True))
OLDEST = (Key("requested_at"), Key("id"))
LATEST = (Key("id", descending=True),)


@dataclass(frozen=True)
class View:
    """A list of Changes, with the order in which they are worked on."""

    slug: str
    name: str | Promise
    narrow: Callable[[Any, User], Any]
    keys: tuple[Key, ...] = OLDEST


VIEWS = [
    View("open", _("Openstaand"), lambda rows, user: rows.filter(state__in=OPEN)),
    View("approve", _("Door mij goed te keuren"), lambda rows, user: rows.awaiting(user)),
    View("requested", _("Te beoordelen"), lambda rows, user: rows.filter(state=ChangeState.REQUESTED)),
    View(
        "planned", _("In een release"), lambda rows, user: rows.filter(state__in=OPEN, release__isnull=False)
    ),
    View("done", _("Afgerond"), lambda rows, user: rows.exclude(state__in=OPEN), NEWEST),
]


def changes(user: User) -> QuerySet[Change]:
    """Those that `user` may see, with what lists, pages and API show."""
    rows: Any = Change.objects.all()
    found: QuerySet[Change] = rows.visible_to(user)
    given = Prefetch("approvals", ChangeApproval.objects.select_related("user"))
    return found.select_related(
        "service", "contractant", "contact__user", "contact__contractant", "requested_by", "assessed_by",
        "melding", "problem", "release__service", "standard__service",
    ).prefetch_related(given)  # fmt: skip


def counts(user: User) -> dict[str, int]:
    """How many each list has, those that are done left out: that number only grows."""
    rows: Any = Change.objects.all()
    return {
        view.slug: view.narrow(rows.visible_to(user), user).count() for view in VIEWS if view.slug != "done"
    }


def releases_of(user: User) -> QuerySet[Release]:
    rows: Any = Release.objects.all()
    found: QuerySet[Release] = rows.visible_to(user)
    return found.select_related("service").prefetch_related("changes__contractant", "documents")


def in_year(user: User, year: int) -> QuerySet[Release]:
    """The calendar of one year, in the order of the days."""
    rows: Any = Release.objects.all()
    found: QuerySet[Release] = rows.visible_to(user).filter(planned_on__year=year)
    return found.select_related("service").annotate(parts=Count("changes")).order_by("planned_on", "id")


def short(year: int) -> list[tuple[Service, int]]:
    """Each Dienst that has Releases and not yet two in this year, with how many it lacks (SLA 11)."""
    counted = Q(
        releases__kind=ReleaseKind.RELEASE, releases__planned_on__year=year
    ) & ~Q(releases__state=ReleaseState.WITHDRAWN)  # fmt: skip
    rows = Service.objects.filter(is_active=True, releases__isnull=False)
    told = rows.annotate(planned=Count("releases", filter=counted, distinct=True)).order_by("name")
    return [(one, lacks) for one in told if (lacks := releases.short_of(one.planned))]


def past_support(user: User, day: date) -> QuerySet[Release]:
    """What is out and no longer supported, and does not say so yet."""
    return releases_of(user).filter(state=ReleaseState.RELEASED, supported_until__lt=day)


def notes(release: Release) -> Iterator[Change]:
    """The Changes that its notes tell of, in the order in which they were asked for."""
    parts = sorted(release.changes.all(), key=lambda change: (change.requested_at, change.pk))
    yield from (change for change in parts if change.release_note)
