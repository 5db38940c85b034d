"""Reading Problems: the lists, and what is known about a Melding while somebody handles it (SLA 12.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import BooleanField, Case, Count, F, Func, Q, QuerySet, TextField, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.models import User
from desk.paging import Key
from incidents.models import Kind, Melding
from problems.doors import rows
from problems.models import Problem, Risk
from problems.models.problem import GRAVE, NOT_CLOSED, UNSOLVED, ProblemQuerySet

BY_RISK = (Key("risk"), Key("identified_at"), Key("id"))
NEWEST = (Key("identified_at", descending=True), Key("id", descending=True))
LETTERS = re.compile(r"[^\W\d_]{3,}")
WORDS_MAX, CANDIDATES, SHOWN = 200, 30, 5
CANDIDATE_AGE = timedelta(days=90)
ALIKE = 2  # words that a Melding and a Problem have in common at least
QUERY_MAX = 200


@dataclass(frozen=True)
class View:
    """A named cut of the list; `condition` says which Problems are in it for whom."""

    slug: str
    name: Promise | str
    condition: Callable[[User], Q]


OPEN = Q(state__in=UNSOLVED)
VIEWS = [
    View("open", _("Alles open"), lambda user: OPEN),
    View("mine", _("Van mij"), lambda user: Q(state__in=NOT_CLOSED, owner=user)),
    View("unowned", _("Zonder eigenaar"), lambda user: OPEN & Q(owner=None)),
    View("known", _("Known errors"), lambda user: Q(state__in=NOT_CLOSED, is_known_error=True)),
    View("workaround", _("Met een workaround"), lambda user: Q(state__in=NOT_CLOSED) & ~Q(workaround="")),
    View("published", _("Bekendgemaakt"), lambda user: Q(state__in=NOT_CLOSED, published_at__isnull=False)),
    View("solved", _("Opgelost, nog te sluiten"), lambda user: Q(state="solved")),
    View("all", _("Alle problemen"), lambda user: Q()),
]
RISKS = [
    View(f"risk-{risk.value}", risk.label, lambda user, risk=risk: OPEN & Q(risk=risk))  # type: ignore[misc]
    for risk in Risk
]
VIEW = {view.slug: view for view in [*VIEWS, *RISKS]}


def listed(user: User, view: str, text: str = "") -> QuerySet[Problem]:
    """The Problems of a view, or those with these words in title, description or workaround."""
    found = rows(user).annotate(reports=Count("meldingen"))
    if text:
        asked = SearchQuery(text[:QUERY_MAX], config="dutch", search_type="websearch")
        return found.filter(Q(search=asked) | Q(number=text.upper()))
    return found.filter(VIEW[view].condition(user))


def counts(user: User) -> dict[str, int]:
    """How many each view holds, in one query."""
    cuts = {slug.replace("-", "_"): Count("pk", filter=view.condition(user)) for slug, view in VIEW.items()}
    found = Problem.objects.visible_to(user).order_by().aggregate(**cuts)
    return {slug: found[slug.replace("-", "_")] for slug in VIEW}


@dataclass(frozen=True)
class Known:
    """A Problem that resembles what was asked about, and the words of that which it has too."""

    problem: Problem
    shared: list[str]


def known(user: User, melding: Melding) -> list[Known]:
    """Problems with a workaround that resemble `melding` and are not behind it yet: those of the same Dienst first,
    each in the order of how much they have in common."""
    found = rows(user).filter(state__in=NOT_CLOSED).exclude(workaround="").exclude(meldingen=melding)
    return _alike(found, F("search"), f"{melding.subject} {melding.description}", melding.service_id)


def suggested(user: User, text: str, at: datetime) -> list[Known]:
    """What a contact is advised about and resembles `text`, judged by the advice alone."""
    advised = Problem.objects.published_to(user, at).select_related("service")
    vector = SearchVector("public_title", weight="A", config="dutch") + SearchVector(
        "advice", weight="B", config="dutch"
    )
    return _alike(advised, vector, text, None)


def behind(user: User, melding: Melding) -> QuerySet[Problem]:
    """The Problems that are behind `melding`."""
    return rows(user).filter(meldingen=melding).order_by("identified_at", "id")


@dataclass(frozen=True)
class Linked:
    """The newest Meldingen that a Problem is behind, how many there are, and whether one of them is grave (SLA 13)."""

    rows: list[Melding]
    total: int
    has_grave: bool

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


def linked(problem: Problem, most: int) -> Linked:
    """One query, or two where there are more than `most`."""
    found = problem.meldingen.annotate(grave=GRAVE).select_related("contractant")
    some = list(found.order_by("-received_at", "-id")[: most + 1])
    if len(some) <= most:
        return Linked(some, len(some), any(melding.grave for melding in some))
    known = problem.meldingen.aggregate(total=Count("pk"), graves=Count("pk", filter=GRAVE))
    return Linked(some[:most], known["total"], known["graves"] > 0)


def candidates(user: User, now: datetime) -> QuerySet[Melding]:
    """Incidents of the last months that were solved with a workaround and that no Problem is behind yet (SLA 12.1)."""
    found = Melding.objects.visible_to(user).filter(
        kind=Kind.INCIDENT, has_workaround=True, problems=None, received_at__gte=now - CANDIDATE_AGE
    )
    return found.select_related("contractant", "service").order_by("-received_at", "-id")


def advised(user: User, at: datetime) -> ProblemQuerySet:
    return Problem.objects.published_to(user, at).select_related("service").order_by("-published_at", "-id")


def _alike(found: QuerySet[Problem], vector: Any, text: str, service: int | None) -> list[Known]:
    stems = _stems(text)
    if len(stems) < ALIKE:
        return []
    asked = SearchQuery(" | ".join(sorted(set(stems.values()))), config="simple", search_type="raw")
    same = Case(When(service=service, then=Value(True)), default=Value(False), output_field=BooleanField())
    lexemes = Func(vector, function="tsvector_to_array", output_field=ArrayField(TextField()))
    ranked = (
        found.annotate(text=vector).filter(text=asked)
        .annotate(same=same, rank=SearchRank(vector, asked, normalization=1), lexemes=lexemes)
        .order_by("-same", "-rank", "-id")
    )  # fmt: skip
    alike = [Known(problem, _shared(stems, problem.lexemes)) for problem in ranked[:CANDIDATES]]
    return [one for one in alike if len(one.shared) >= ALIKE][:SHOWN]


def _shared(stems: dict[str, str], lexemes: Iterable[str]) -> list[str]:
    """One word for each stem in common, in the order of the text."""
    there = set(lexemes)
    return list({stem: word for word, stem in reversed(stems.items()) if stem in there}.values())[::-1]


def _stems(text: str) -> dict[str, str]:
    """The words of `text` that say something, each with its Dutch stem as the index has it."""
    words = list(dict.fromkeys(word.lower() for word in LETTERS.findall(text)))[:WORDS_MAX]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, stem[1] FROM unnest(%s::text[]) WITH ORDINALITY AS given(word, place), "
            "LATERAL (SELECT ts_lexize('dutch_stem', word) AS stem) AS found "
            "WHERE cardinality(stem) > 0 ORDER BY place",
            [words],
        )
        return dict(cursor.fetchall())
