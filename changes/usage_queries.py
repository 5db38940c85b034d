"""Reading which contractant uses which Release, and how far behind that is (art. 5.2, SLA 11).

What is out of a Dienst is a short list, compared once; the long list of contractants is then chosen by the ids of the
Releases that they use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from changes.models import Release, ReleaseKind, ReleaseUse
from changes.models.release import OUT
from contractants.models import Contractant, Service
from desk.models import Event
from desk.paging import Key
from domain import releases
from domain.releases import Standing, Version
from sla.queries import AMSTERDAM, contracts_on

BY_NAME = (Key("name"),)  # a name is unique
PART = 50


@dataclass(frozen=True)
class Known:
    """The Releases that were ever out, and where somebody stands on `day` who uses one, by its id."""

    day: date
    releases: dict[int, Release]
    standings: dict[int, Standing]
    newest: dict[int, Release]  # by the id of the Dienst

    def ids(self, test: Callable[[Standing], bool]) -> list[int]:
        return [pk for pk, one in self.standings.items() if test(one)]


def known(now: datetime, services: Iterable[Service] | None = None) -> Known:
    """Of these Diensten, or of all; two queries."""
    rows = Release.objects.filter(released_at__isnull=False).select_related("service")
    if services is not None:
        rows = rows.filter(service__in=services)
    found = {one.pk: one for one in rows}
    required = _required_on([pk for pk, one in found.items() if one.is_compulsory])
    versions = {pk: _version(one, required.get(pk)) for pk, one in found.items()}
    out: dict[int, list[Version]] = defaultdict(list)
    for pk, one in found.items():
        if one.state in OUT:
            out[one.service_id].append(versions[pk])
    day = now.astimezone(AMSTERDAM).date()
    standings = {
        pk: releases.standing(version, out[found[pk].service_id], day) for pk, version in versions.items()
    }
    return Known(day, found, standings, _newest(found.values()))


def _version(release: Release, required_on: date | None) -> Version:
    assert release.released_at
    return Version(
        release.name, release.released_at.astimezone(AMSTERDAM).date(), release.kind == ReleaseKind.RELEASE,
        release.supported_until, required_on,
    )  # fmt: skip


def _required_on(ids: list[int]) -> dict[int, date]:
    """When each was made compulsory."""
    rows = Event.objects.filter(case_type=Release.case_type, case_id__in=ids, verb="require").order_by("at")
    return {case: at.astimezone(AMSTERDAM).date() for case, at in rows.values_list("case_id", "at")}


def _newest(found: Iterable[Release]) -> dict[int, Release]:
    steps = [one for one in found if one.state in OUT and one.kind == ReleaseKind.RELEASE]
    ordered = sorted(steps, key=lambda one: _version(one, None).order)
    return {one.service_id: one for one in ordered}


def held(now: datetime) -> QuerySet[Any]:
    """Each contract of today for a Dienst that has Releases, with the id of the Release in `use`, and `since` when."""
    last = ReleaseUse.objects.filter(contractant=OuterRef("contractant"), service=OuterRef("service"))
    last = last.order_by("-since", "-id")
    out = Release.objects.filter(released_at__isnull=False)
    rows = contracts_on(now).filter(
        contractant__is_active=True, service__is_active=True, service__in=out.values("service")
    )
    return rows.annotate(use=Subquery(last.values("release")[:1]), since=Subquery(last.values("since")[:1]))


@dataclass(frozen=True)
class View:
    """A list of contractants; `hot`: a count above zero alarms."""

    slug: str
    name: str | Promise
    chosen: Callable[[Known], Q]
    hot: bool = False


def _in(test: Callable[[Standing], bool]) -> Callable[[Known], Q]:
    """Those who use what passes `test`. No row has id 0: an empty list would leave the counts beside it at nothing too."""
    return lambda known: Q(use__in=[0, *known.ids(test)])


VIEWS = [
    View("behind", _("Loopt achter"), _in(lambda one: bool(one.behind))),
    View("move", _("Moet bijwerken"), _in(lambda one: one.has_to_move), hot=True),
    View("unsupported", _("Niet meer ondersteund"), _in(lambda one: not one.is_supported)),
    View("required", _("Verplichte update open"), _in(lambda one: bool(one.open))),
    View("unknown", _("Niet bekend"), lambda known: Q(use=None)),
    View("all", _("Alle"), lambda known: Q()),
]


def counts(now: datetime, known: Known) -> dict[str, int]:
    """How many contractants each view holds, in one query."""
    return held(now).aggregate(
        **{view.slug: Count("contractant", filter=view.chosen(known), distinct=True) for view in VIEWS}
    )


@dataclass(frozen=True)
class Use:
    """What one contractant uses of one Dienst; `standing` and `release` are None where nobody knows."""

    service: Service
    newest: Release | None
    release: Release | None = None
    standing: Standing | None = None
    since: date | None = None


def use_of(contract: Any, known: Known) -> Use:
    """Of a row of `held` with its Dienst."""
    return Use(
        contract.service, known.newest.get(contract.service_id), known.releases.get(contract.use),
        known.standings.get(contract.use), contract.since,
    )  # fmt: skip


def contractants(chosen: QuerySet[Any], query: str = "") -> QuerySet[Contractant]:
    """Those that these rows of `held` are of."""
    rows = Contractant.objects.filter(pk__in=chosen.values("contractant"))
    for word in query.replace("\x00", "").split()[:10]:
        rows = rows.filter(name__icontains=word)
    return rows


def by_contractant(chosen: QuerySet[Any], rows: Iterable[Contractant], known: Known) -> list[dict[str, Any]]:
    """Each contractant with what it uses, one query for all of them."""
    uses: dict[int, list[Use]] = defaultdict(list)
    for one in chosen.filter(contractant__in=list(rows)).select_related("service").order_by("service__name"):
        uses[one.contractant_id].append(use_of(one, known))
    return [{"contractant": row, "uses": uses[row.pk]} for row in rows]


def of_contractant(contractant: Contractant, now: datetime) -> list[Use]:
    """What it uses of each Dienst that it has a contract for, by name."""
    rows = held(now).filter(contractant=contractant).select_related("service").order_by("service__name")
    found = list(rows)
    all_known = known(now, [one.service for one in found])
    return [use_of(one, all_known) for one in found]


def history(contractant: Contractant) -> QuerySet[ReleaseUse]:
    """What it used, the last first."""
    rows = ReleaseUse.objects.filter(contractant=contractant).order_by("-since", "-id")
    return rows.select_related("release__service", "recorded_by")


def users_of(release: Release, now: datetime) -> QuerySet[Any]:
    """The contracts under which this Release is in use today, by name of the contractant."""
    rows = held(now).filter(service=release.service, use=release.pk)
    return rows.select_related("contractant").order_by(F("contractant__name"), "pk")
