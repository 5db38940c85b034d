"""Reading Meldingen: lists, counts, search and one whole page; always through the gate `visible_to`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import combinations
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, NullIf
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contractants.models import Contractant, Service
from desk.counts import counts
from desk.models import Event, User
from desk.paging import Key, order
from desk.permissions import SEES_ALL, STAFF
from incidents.clocks import CLOCKS, read
from incidents.models import Alert, Escalation, Melding, SavedFilter, State, WebReport
from incidents.models.access import MeldingQuerySet
from incidents.models.escalation import UNDER_WAY
from sla.adapter import Terms, compile_terms, terms
from sla.models import PolicyVersion
from sla.queries import AMSTERDAM

NUMBER = re.compile(r"\s*m?(\d{2})-?(\d{5,})\s*", re.IGNORECASE)
QUERY_MAX = 200
SAVED_MAX = 30
ALARMS = 20  # on a page
Rows = TypeVar("Rows", bound=QuerySet[Melding])
LETTERS = re.compile(r"[^\W\d_]{3,}")
SIMILAR_WORDS, SIMILAR_MAX = 4, 5
ROW = ("contractant", "service", "assignee", "contact__user", "policy_version")


@dataclass(frozen=True)
class View:
    """A named cut of the worklist; `condition` says which Meldingen are in it for whom and when."""

    slug: str
    name: Promise | str
    condition: Callable[[User, datetime], Q]
    hot: bool = False


def midnight(now: datetime) -> datetime:
    """The end of the local day of `now`."""
    return datetime.combine(now.astimezone(AMSTERDAM).date() + timedelta(days=1), time(), AMSTERDAM)


OPEN = Q(is_open=True)
VIEWS = [
    View("open", _("Alles open"), lambda user, now: OPEN),
    View("mine", _("Van mij"), lambda user, now: OPEN & Q(assignee=user)),
    View("new", _("Niet opgepakt"), lambda user, now: OPEN & Q(state=State.RECEIVED)),
    View("p1", _("Prioriteit 1"), lambda user, now: OPEN & Q(priority=1), hot=True),
    View("warning", _("Dreigt te laat"), lambda user, now: OPEN & Q(warns_at__lte=now, next_due_at__gte=now)),
    View(
        "today",
        _("Loopt vandaag af"),
        lambda user, now: OPEN & Q(next_due_at__gte=now, next_due_at__lt=midnight(now)),
    ),
    View("late", _("Te laat"), lambda user, now: OPEN & Q(next_due_at__lt=now), hot=True),
    View(
        "contractant", _("Wacht op contractant"), lambda user, now: OPEN & Q(state=State.WAITING_CONTRACTANT)
    ),
    View("chain", _("Wacht op keten"), lambda user, now: OPEN & Q(state=State.WAITING_CHAIN)),
    View("escalated", _("Geëscaleerd"), lambda user, now: Q(escalations__state__in=UNDER_WAY), hot=True),
    View("reaction", _("Reactie na oplossing"), lambda user, now: Q(reacted_at__isnull=False), hot=True),
    View("resolved", _("Opgelost, nog te sluiten"), lambda user, now: Q(state=State.RESOLVED)),
    View("all", _("Alle meldingen"), lambda user, now: Q()),
]
VIEW = {view.slug: view for view in VIEWS}

# Order of work is priority, then receipt (SLA 4.1, 9.3); the other sorts answer other questions.
NEWEST = (Key("received_at", descending=True), Key("id", descending=True))
KEYS = {
    "work": (Key("priority"), Key("received_at"), Key("id")),
    "due": (Key("next_due_at", nullable=True), Key("id")),
    "newest": NEWEST,
}


def worklist(user: User, now: datetime, view: str = "open", sort: str = "work") -> QuerySet[Melding]:
    """The Meldingen of a view as `user` may see them, with all that a row shows."""
    rows = Melding.objects.visible_to(user).filter(VIEW[view].condition(user, now))
    return with_echelon(rows).select_related(*ROW).order_by(*order(KEYS["newest" if view == "all" else sort]))


def with_echelon(rows: Rows) -> Rows:
    """With `echelon`: the level where an escalation lies that is under way, else None."""
    running = Escalation.objects.filter(melding=OuterRef("pk"), state__in=UNDER_WAY)
    return rows.annotate(echelon=Subquery(running.values("level")[:1]))


def saved_filters(user: User) -> list[SavedFilter]:
    """What `user` keeps and what colleagues share, as far as the worklist still knows the view."""
    return list(SavedFilter.objects.visible_to(user).filter(view__in=VIEW)[:SAVED_MAX])


def view_counts(user: User, now: datetime, saved: Iterable[SavedFilter] = ()) -> dict[str, int]:
    """How many each view and each saved filter (`saved_<id>`) holds, and how many reports are `unconfirmed`, in one
    query; nobody counts all there are.

    Counting stops, so it costs the same at any size.
    """
    seen = Melding.objects.visible_to(user).order_by()
    cuts: dict[str, QuerySet[Any]] = {
        view.slug: seen.filter(view.condition(user, now)) for view in VIEWS if view.slug != "all"
    }
    for one in saved:
        if one.view != "all":
            cuts[f"saved_{one.pk}"] = seen.filter(VIEW[one.view].condition(user, now), **one.narrowed)
    cuts["unconfirmed"] = WebReport.objects.filter(melding=None).order_by()
    return counts(cuts)


def urgent(user: User) -> QuerySet[Melding]:
    """The P1s that nobody picked up yet, for the banner."""
    waiting = Melding.objects.visible_to(user).filter(OPEN, priority=1, state=State.RECEIVED)
    return waiting.select_related(*ROW).order_by("received_at", "id")


def get(user: User, number: str) -> Melding:
    """The Melding with this number, or `Melding.DoesNotExist`, the same for unknown and for not allowed."""
    return (
        Melding.objects.visible_to(user)
        .select_related(*ROW, "policy_version__policy", "duplicate_of")
        .get(number=number)
    )


def search(user: User, text: str) -> MeldingQuerySet:
    """Meldingen with these words in subject, description, conversation, number or contractant, newest first.

    Dutch stemming, quotes for phrases, a minus to exclude. A contact searches only what it may read.
    """
    found = with_echelon(Melding.objects.visible_to(user).select_related(*ROW))
    return found.filter(words(user, text)).order_by("-received_at", "-id")


def words(user: User, text: str) -> Q:
    """The condition behind `search`, to combine with others."""
    asked = text.replace("\x00", " ").strip()[:QUERY_MAX]
    column = "search_all" if user.role in SEES_ALL else "search_public"
    found = Q(**{column: SearchQuery(asked, config="dutch", search_type="websearch")})
    number = number_in(asked)
    return found | Q(number=number) if number else found


def similar(user: User, text: str, *, to: str = "") -> QuerySet[Melding]:
    """Meldingen that share at least two of the longest words of `text`, newest first; not number `to` itself.

    Pairs of words keep it cheap however many Meldingen there are: each single word may be in most of them.
    """
    pairs = [f"{one} & {other}" for one, other in combinations(_telling(text), 2)]
    if not pairs:
        return Melding.objects.none()
    asked = SearchQuery(" | ".join(pairs), config="simple", search_type="raw")
    found = Melding.objects.visible_to(user).filter(search_all=asked).exclude(number=to)
    told = found.exclude(state__in=[State.CANCELLED, State.DUPLICATE]).select_related(*ROW)
    return told.order_by("-received_at", "-id")[:SIMILAR_MAX]


def _telling(text: str) -> list[str]:
    """The longest words of `text` as they stand in the index, without those that say nothing ("zijn", "onder")."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(to_tsvector('dutch', %s))", [text[:QUERY_MAX]])
        found = [word for word in cursor.fetchone()[0] if LETTERS.fullmatch(word)]
    return sorted(found, key=len, reverse=True)[:SIMILAR_WORDS]


def number_in(text: str) -> str:
    """The number of a Melding that `text` is, however it was typed; empty where it is something else."""
    typed = NUMBER.fullmatch(text)
    return f"M{typed[1]}-{typed[2]}" if typed else ""


@dataclass(frozen=True)
class Move:
    """What another policy version does to one deadline of one open Melding."""

    melding: Melding
    clock: str
    before: datetime | None
    after: datetime | None


def moves(version: PolicyVersion, now: datetime) -> Iterator[Move]:
    """Which deadlines of open Meldingen under the same policy would move to when; writes nothing."""
    asked = compile_terms(version)

    def terms_of(_held: int) -> Terms:
        return asked

    rows = (
        Melding.objects.open().filter(policy_version__policy=version.policy).exclude(policy_version=version)
    )
    found = list(rows.select_related("contractant").order_by("next_due_at", "id"))
    trails = trails_of(found)
    for melding in found:
        trail = trails[melding.pk]
        held, then = read(melding, now, trail, terms), read(melding, now, trail, terms_of)
        for clock in CLOCKS:
            if held[clock].due != then[clock].due:
                yield Move(melding, clock, held[clock].due, then[clock].due)


def seen_of(moves: Iterable[Move], user: User) -> set[int]:
    """The ids of those Meldingen of `moves` that `user` may see."""
    ids = {move.melding.pk for move in moves}
    return set(Melding.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def trails_of(meldingen: Iterable[Melding]) -> dict[int, list[Event]]:
    """The events of each of these Meldingen, in one query."""
    trails: dict[int, list[Event]] = {melding.pk: [] for melding in meldingen}
    for event in Event.objects.filter(case_type=Melding.case_type, case_id__in=trails):
        trails[event.case_id].append(event)
    return trails


@dataclass(frozen=True)
class Alarms:
    """The alerts of a Melding and its duplicates, in pages: those that fire first, the newest before the others."""

    total: int = 0
    firing: int = 0
    first: datetime | None = None
    last: datetime | None = None
    rows: list[Alert] = field(default_factory=list)
    page: int = 1

    @property
    def pages(self) -> int:
        return -(-self.total // ALARMS)

    @property
    def recovered(self) -> int:
        return self.total - self.firing


def alarms(melding: Melding, user: User, page: int = 1) -> Alarms:
    """As far as `user` may see the duplicate that they came in for. In one query, however many there are; before the first is the first, after the last the last."""
    page, firing = max(1, page), Q(is_open=True, recovered_at=None)
    mine = Alert.objects.of(melding).exclude(melding__in=Melding.hidden_from(user))
    known = {
        "total": Window(Count("pk")), "firing": Window(Count("pk", filter=firing)),
        "first": Window(Min("first_seen_at")), "last": Window(Max("last_seen_at")),
    }  # fmt: skip
    order = (F("recovered_at").desc(nulls_first=True), "-last_seen_at", "-pk")
    rows = list(mine.annotate(**known).order_by(*order)[(page - 1) * ALARMS : page * ALARMS])
    if rows:
        return Alarms(**{name: getattr(rows[0], name) for name in known}, rows=rows, page=page)
    return alarms(melding, user, -(-mine.count() // ALARMS)) if page > 1 else Alarms()


@dataclass(frozen=True)
class Choices:
    """Whom and what a Melding can be given, by id and in order of their names."""

    colleagues: dict[int, str] = field(default_factory=dict)
    services: dict[int, str] = field(default_factory=dict)
    contractants: dict[int, str] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)


def choices(user: User, people: Iterable[int] = ()) -> Choices:
    """All that `user` may choose from, in one query; `others` are those of `people` who are no colleagues now."""
    colleague = Q(role__in=STAFF, is_active=True)
    known = User.objects.filter(colleague | Q(pk__in=people))
    which = Case(When(colleague, then=Value("colleagues")), default=Value("others"))
    name = Coalesce(NullIf("name", Value("")), "email", output_field=CharField())
    rows = _named(known, which, name).union(
        _named(Service.objects.filter(is_active=True), Value("services"), F("name")),
        _named(Contractant.objects.visible_to(user), Value("contractants"), F("name")),
        all=True,
    )
    found = Choices()
    for what, key, shown in rows.order_by("shown"):
        getattr(found, what)[key] = shown
    return found


def _named(rows: QuerySet[Any], what: Any, shown: Any) -> QuerySet[Any, Any]:
    named: QuerySet[Any, Any] = rows.order_by().annotate(what=what, shown=shown)
    return named.values_list("what", "pk", "shown")
