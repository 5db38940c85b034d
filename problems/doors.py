"""The Problem for all its doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from desk.doors import Doors
from desk.models import Event, User
from problems import actions
from problems.forms import FORMS
from problems.models import Origin, Problem, ProblemMessage, Risk


def rows(user: User) -> QuerySet[Problem]:
    return Problem.objects.visible_to(user).select_related("service", "owner")


def _messages(problem: Problem) -> QuerySet[Any]:
    return ProblemMessage.objects.filter(problem=problem).select_related("author")


def _opened(event: Event) -> str:
    origin = Origin(event.data["origin"]).label
    return _("heeft het probleem vastgelegd (%(origin)s).") % {"origin": origin}


def _assessed(event: Event) -> str:
    before, after = (Risk(event.data[name]).label for name in ("before", "risk"))
    return _("heeft het risico bepaald: van %(before)s naar %(after)s.") % {"before": before, "after": after}


def _named(text: Callable[[], str]) -> Callable[[Event], str]:
    return lambda event: text() % {"numbers": ", ".join(event.data["meldingen"])}


STORY: dict[str, Callable[[Event], str]] = {
    "open": _opened, "assess": _assessed,
    "analyse": lambda event: _("heeft de analyse vastgelegd."),
    "record_cause": lambda event: _("heeft de oorzaak bijgewerkt."),
    "find_workaround": lambda event: _("heeft een workaround vastgelegd."),
    "confirm": lambda event: _("heeft vastgesteld dat dit een known error is."),
    "plan_solution": lambda event: _("heeft de oplossing gepland: %(reference)s.") % event.data,
    "solve": lambda event: _("heeft het probleem opgelost."),
    "close": lambda event: _("heeft gesloten."),
    "abandon": lambda event: _("heeft gesloten zonder oplossing."),
    "reopen": lambda event: _("heeft heropend."),
    "publish": lambda event: _("heeft het advies aan contractanten bijgewerkt.") if event.data.get("again") else _("heeft het probleem bekendgemaakt aan contractanten."),
    "withdraw": lambda event: _("heeft de bekendmaking ingetrokken."),
    "link": _named(lambda: _("heeft gekoppeld: %(numbers)s.")),
    "unlink": _named(lambda: _("heeft ontkoppeld: %(numbers)s.")),
    "apply": _named(lambda: _("heeft de workaround toegepast op %(numbers)s.")),
    "assign": lambda event: _("heeft de eigenaar gewijzigd."),
    "revise": lambda event: _("heeft de gegevens gewijzigd."),
    "add_moment": lambda event: _("heeft een moment toegevoegd aan het verloop."),
    "add_action": lambda event: _("heeft een actie toegevoegd."),
    "finish_action": lambda event: _("heeft een actie afgerond."),
}  # fmt: skip

PROBLEM: Doors[Problem] = Doors(
    model=Problem, actions=actions, rows=rows, forms=FORMS, story=STORY, messages=_messages
)
