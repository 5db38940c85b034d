"""Who hears what of a Problem: its owner, and the contractants that are advised about it (SLA 12.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from contractants.models import Contact
from desk.models import Event, User
from desk.notices import owe_user
from desk.notices.kinds import called
from problems.models import Problem
from sla.queries import contracts_on

Recipients = Callable[[Problem, Event], Iterator[User]]


@called(gettext_lazy("de eigenaar"))
def owner(problem: Problem, event: Event) -> Iterator[User]:
    if problem.owner is not None and problem.owner.is_active:
        yield problem.owner


@called(
    gettext_lazy(
        "van elke contractant met een contract voor de dienst: de hoofdcontactpersoon en wie het meldde"
    )
)
def advised(problem: Problem, event: Event) -> Iterator[User]:
    """Nobody, as long as it is not made known."""
    if problem.published_at is None:
        return
    affected = contracts_on(event.at).filter(service=problem.service).values("contractant")
    reported = problem.meldingen.exclude(contact=None).values("contact")
    contacts = Contact.objects.filter(
        Q(role=Contact.Role.MAIN) | Q(pk__in=reported), contractant__in=affected, contractant__is_active=True,
        is_active=True, user__is_active=True,
    )  # fmt: skip
    yield from (contact.user for contact in contacts.select_related("user").order_by("pk"))


NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    "open": [("problem_assigned", owner)],
    "assign": [("problem_assigned", owner)],
    "publish": [("problem_published", advised)],
    "solve": [("problem_solved", advised)],
}


def announce(problem: Problem, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""
    for key, recipients in NOTICES.get(event.verb, []):
        for user in recipients(problem, event):
            if user.pk != event.actor_id:
                owe_user(key, user, event=event)


def context(problem: Problem, event: Event) -> dict[str, Any]:
    """What the template of a notice about `event` may use. Contractants read title and advice, nothing else."""
    return {
        "actor": str(event.actor or ""), "risk": problem.get_risk_display(),
        "desk_link": settings.SITE_URL + problem.get_absolute_url(),
        "portal_link": settings.SITE_URL + reverse("problems:portal_known_one", args=[problem.number]),
    }  # fmt: skip
