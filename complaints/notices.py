"""Who hears what of a complaint: the contact of each step, staff of what waits for them (SLA 5).

Nobody of the Supportafdeling is told anything of a complaint about it: every recipient passes the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint, ComplaintMessage, Step
from complaints.models.complaint import closes
from contractants.models import Contact
from desk.models import PASSED, AbstractMessage, Event, User
from desk.notices import owe_user
from desk.notices.kinds import called
from desk.permissions import Role
from sla.queries import held_on, published_versions

Recipients = Callable[[Complaint, Event], Iterator[User]]


@called(gettext_lazy("de contactpersoon; wie die vervangt als die weg is"))
def contact(complaint: Complaint, event: Event) -> Iterator[User]:
    if complaint.contact.is_active:
        yield complaint.contact.user
        return
    main = Contact.objects.filter(
        contractant=complaint.contractant, role=Contact.Role.MAIN, is_active=True, user__is_active=True
    )
    yield from (one.user for one in main.select_related("user"))


@called(gettext_lazy("de contactpersoon, als wij schrijven"))
def contact_of_desk(complaint: Complaint, event: Event) -> Iterator[User]:
    if not _by_contact(event):
        yield from contact(complaint, event)


def _those_who_assign(complaint: Complaint) -> Iterable[User]:
    """The Supportafdeling; of a complaint about it the productmanagers and service level managers."""
    roles = (
        (Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER) if complaint.is_about_support else (Role.SUPPORT,)
    )
    return User.objects.filter(role__in=roles, is_active=True).order_by("pk")


@called(gettext_lazy("wie de klacht behandelt; wie hem toewijst als dat niemand is"))
def handlers(complaint: Complaint, event: Event) -> Iterator[User]:
    """Where nobody who is still here does, whoever has to find somebody."""
    own = [one for one in (complaint.assignee, complaint.manager) if one is not None and one.is_active]
    yield from own or _those_who_assign(complaint)


@called(gettext_lazy("wie de klacht behandelt, als de contactpersoon schrijft"))
def handlers_of_contact(complaint: Complaint, event: Event) -> Iterator[User]:
    if _by_contact(event):
        yield from handlers(complaint, event)


@called(gettext_lazy("aan wie de klacht is toegewezen"))
def assignee(complaint: Complaint, event: Event) -> Iterator[User]:
    if complaint.assignee is not None:
        yield complaint.assignee


@called(gettext_lazy("de betrokken servicelevelmanager"))
def manager(complaint: Complaint, event: Event) -> Iterator[User]:
    if complaint.manager is not None:
        yield complaint.manager


@called(gettext_lazy("wie de klacht moet toewijzen, als de contactpersoon die instuurt"))
def assigners(complaint: Complaint, event: Event) -> Iterator[User]:
    if complaint.assignee is None and (_by_contact(event) or complaint.is_about_support):
        yield from _those_who_assign(complaint)


@called(gettext_lazy("wie de klacht sluit"))
def closers(complaint: Complaint, event: Event) -> Iterator[User]:
    roles = (Role.SUPPORT, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT)
    for user in User.objects.filter(role__in=roles, is_active=True).order_by("pk"):
        if closes(complaint, user):
            yield user


def _by_contact(event: Event) -> bool:
    return event.actor is not None and event.actor.role == Role.CONTACT


NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    "register": [("complaint_received", contact), ("complaint_new", assigners)],
    "assign": [("complaint_assigned", contact), ("complaint_yours", assignee)],
    "reassign": [("complaint_assigned", contact), ("complaint_yours", assignee)],
    "start": [("complaint_started", contact)],
    "involve": [("complaint_involved", contact), ("complaint_yours", manager)],
    "propose": [("complaint_proposed", contact)],
    "accept_solution": [("complaint_solution_accepted", handlers)],
    "refuse_solution": [("complaint_solution_refused", handlers)],
    "send_report": [("complaint_report", contact)],
    "accept_report": [("complaint_report_accepted", handlers), ("complaint_to_close", closers)],
    "refuse_report": [("complaint_report_refused", handlers)],
    "close": [("complaint_closed", contact)],
    "withdraw": [("complaint_withdrawn", handlers)],
    "set_about": [("complaint_about", contact), ("complaint_new", assigners)],
    "warn": [("complaint_warning", handlers)],
    "breach": [("complaint_breach", handlers)],
    "reply": [("complaint_replied", contact_of_desk), ("complaint_contact_replied", handlers_of_contact)],
}
# Which target time a notice about this verb names.
TIMES = {
    "register": Step.ACKNOWLEDGE, "assign": Step.ACKNOWLEDGE, "start": Step.ANSWER, "accept_solution": Step.REPORT,
}  # fmt: skip
EVEN_TO_ONESELF = frozenset({"complaint_received"})


def announce(complaint: Complaint, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction."""
    opening = complaint.told_from(event)
    for key, recipients in NOTICES.get(event.verb, []):
        for user in recipients(complaint, event):
            own = user.pk == event.actor_id and key not in EVEN_TO_ONESELF
            if user.is_active and not own and complaint.is_open_to(user):
                owe_user(key, user, event=event, not_before=opening)


def context(complaint: Complaint, event: Event) -> dict[str, Any]:
    """What the template of a notice about `event` may use; `words` is what was said with it to both sides."""
    public = ComplaintMessage.objects.filter(
        complaint=complaint, visibility=AbstractMessage.Visibility.PUBLIC
    )
    said = public.filter(pk=event.data.get("message")).first()
    return {
        "words": said.body if said else "", "actor": str(event.actor or _("Systeem")),
        "assignee": str(complaint.assignee or ""), "manager": str(complaint.manager or ""),
        "about": str(complaint.get_about_display()),
        "due": _due(complaint, event),
        **_passed(event),
        "desk_link": settings.SITE_URL + complaint.get_absolute_url(),
        "portal_link": settings.SITE_URL + reverse("complaints:portal_complaint", args=[complaint.number]),
        "sender": _sender(complaint, event),
    }  # fmt: skip


def _due(complaint: Complaint, event: Event) -> str:
    """Until when, where a mail that goes out late would not name the next step's; never what was past already."""
    named = TIMES.get(event.verb, event.data.get("step", complaint.due_step))
    if complaint.due_at is None or complaint.due_step != named:
        return ""
    if complaint.due_at <= event.at:
        return ""
    return date_format(localtime(complaint.due_at), "l j F Y")


def _passed(event: Event) -> dict[str, Any]:
    """What time ran out, how far, and when."""
    if event.verb not in PASSED:
        return {}
    return {
        "step": str(Step(event.data["step"]).label), "percent": event.data["percent"],
        "passed_at": date_format(localtime(event.at), "l j F, H:i"),
    }  # fmt: skip


def _sender(complaint: Complaint, event: Event) -> str:
    """In whose name it is written: never the Supportafdeling's where the complaint is about that."""
    supplier = held_on(published_versions(), event.at).policy.supplier
    if complaint.is_about_support:
        return _("Productmanagement %(supplier)s") % {"supplier": supplier}
    return _("Supportafdeling %(supplier)s") % {"supplier": supplier}
