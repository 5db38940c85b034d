"""The steps of Changes and Releases, for pages, API and Beheer alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from changes import forms_change, forms_release, queries
from changes.actions import change as change_actions
from changes.actions import release as release_actions
from changes.models import Change, Release
from changes.models.kinds import CONCERNS_CONTRACTANT
from changes.models.release import OUT
from desk.doors import Doors
from desk.models import Event
from desk.permissions import Role


def _day(event: Event, name: str) -> str:
    return date_format(date.fromisoformat(event.data[name]), "j F Y")


def _in(said: Callable[[], str], name: str = "release") -> Callable[[Event], str]:
    return lambda event: said() % {"number": event.data[name]}


def _registered(event: Event) -> str:
    source = event.data.get("from")
    return _("heeft deze wijziging vastgelegd uit %(number)s.") % {"number": source} if source else _("heeft deze wijziging aangevraagd.")  # fmt: skip


def _registered_told(event: Event) -> str:
    """A contractant knows the number of its Melding, and of nothing that is internal."""
    source = event.data.get("from") or ""
    return _("heeft deze wijziging vastgelegd.") if source.startswith("P") else _registered(event)


OF_CHANGE: dict[str, Callable[[Event], str]] = {
    "register": _registered,
    "assess": lambda event: _("heeft de wijziging beoordeeld."),
    "approve": lambda event: _("heeft goedgekeurd als %(role)s.") % {"role": str(Role(event.data["role"]).label).lower()},
    "honour": lambda event: _("heeft de wijziging gehonoreerd."),
    "reject": lambda event: _("heeft de wijziging afgewezen."),
    "plan": _in(lambda: _("heeft de wijziging ingepland in release %(number)s.")),
    "build": lambda event: _("heeft de wijziging gebouwd."),
    "verify": lambda event: _("heeft de wijziging getest."),
    "accept": lambda event: _("heeft de wijziging geaccepteerd."),
    "send_back": lambda event: _("heeft de wijziging teruggegeven aan de bouw."),
    "describe": lambda event: _("heeft de tekst voor de releasenotes geschreven."),
    "agree_date": lambda event: _("heeft afgesproken dat het klaar is op %(day)s.") % {"day": _day(event, "on")},
    "go_live": _in(lambda: _("heeft de wijziging doorgevoerd met release %(number)s.")),
    "unplan": _in(lambda: _("heeft de wijziging uit de ingetrokken release %(number)s gehaald.")),
    "cancel": lambda event: _("heeft de wijziging geannuleerd."),
    "withdraw": lambda event: _("heeft de aanvraag ingetrokken."),
    "warn": lambda event: _("meldt dat %(percent)d %% van %(clock)s is verbruikt.") % {"percent": event.data["percent"], "clock": _("de reactietijd")},
    "breach": lambda event: _("meldt dat %(clock)s is verstreken.") % {"clock": _("de reactietijd")},
}  # fmt: skip


def _moved(event: Event) -> str:
    said = _("heeft de release verzet van %(before)s naar %(after)s.")
    return said % {"before": _day(event, "before"), "after": _day(event, "planned_on")}


OF_RELEASE: dict[str, Callable[[Event], str]] = {
    "register": lambda event: _("heeft de release ingepland op %(day)s.") % {"day": _day(event, "planned_on")},
    "freeze": lambda event: _("heeft de release bevroren."),
    "thaw": lambda event: _("heeft de release ontdooid."),
    "reschedule": _moved,
    "introduce": lambda event: _("heeft de inleiding bij de releasenotes geschreven."),
    "attach": lambda event: _("heeft documenten toegevoegd."),
    "require": lambda event: _("heeft de release verplicht gesteld."),
    "publish": lambda event: _("heeft de release vrijgegeven."),
    "end_support": lambda event: _("heeft de ondersteuning beëindigd."),
    "withdraw": lambda event: _("heeft de release ingetrokken."),
}  # fmt: skip


def _required_told(event: Event) -> str:
    """Not before it is out: until then a vulnerability is nobody's business."""
    return OF_RELEASE["require"](event) if event.target in OUT else ""


def _said(case: Any) -> Any:
    return case.messages.select_related("author__contact__contractant")


CHANGE: Doors[Change] = Doors(
    model=Change, actions=change_actions, rows=queries.changes, forms=forms_change.FORMS, story=OF_CHANGE,
    messages=_said, told=CONCERNS_CONTRACTANT,
)  # fmt: skip
RELEASE: Doors[Release] = Doors(
    model=Release, actions=release_actions, rows=queries.releases_of, forms=forms_release.FORMS,
    story=OF_RELEASE, messages=_said,
    told=frozenset({"register", "reschedule", "require", "publish", "end_support", "withdraw"}),
)  # fmt: skip
# What contractants read of the same steps.
CHANGE_TOLD = replace(CHANGE, story={**OF_CHANGE, "register": _registered_told})
RELEASE_TOLD = replace(RELEASE, story={**OF_RELEASE, "require": _required_told})
