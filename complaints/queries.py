"""Reading complaints: lists, counts, one with all that its page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import (
    ENDED,
    OPEN,
    About,
    Complaint,
    ComplaintAttachment,
    ComplaintMessage,
    ComplaintReport,
    State,
)
from complaints.models.complaint import UNSOLVED, WITH_CONTACT, ComplaintQuerySet
from contractants.models import Service
from desk.models import User
from desk.paging import Key
from desk.permissions import Role
from incidents.models import Melding
from sla.models import Contract

ROW = ("contractant", "contact__user", "assignee", "manager", "service")
BY_DUE = (Key("due_at", nullable=True), Key("id"))
NEWEST = (Key("received_at", descending=True), Key("id", descending=True))


def rows(user: User) -> ComplaintQuerySet:
    """The complaints that `user` may see, with what lists and pages show."""
    return Complaint.objects.visible_to(user).select_related(*ROW, "registered_by")


def messages(complaint: Complaint) -> Any:
    return ComplaintMessage.objects.filter(complaint=complaint).select_related("author__contact__contractant")


def files(complaint: Complaint, user: User) -> Any:
    """What was sent in with it, as far as `user` may see it."""
    rows: Any = ComplaintAttachment.objects.all()
    return rows.visible_to(user).sent_in().filter(complaint=complaint).order_by("at", "id")


def reports(complaint: Complaint) -> list[ComplaintReport]:
    """Newest first."""
    return list(complaint.reports.select_related("author").order_by("-edition"))


def meldingen(complaint: Complaint, user: User) -> Any:
    """Those that it is about, as far as the reader may see them."""
    return Melding.objects.visible_to(user).filter(complaints=complaint).order_by("received_at", "id")


def of_melding(melding: Melding, user: User) -> Any:
    return rows(user).filter(meldingen=melding).order_by("-received_at")


def report_of(user: User, number: str, edition: int) -> ComplaintReport | None:
    """The report of a complaint that `user` may see."""
    found = ComplaintReport.objects.filter(complaint__in=Complaint.objects.visible_to(user))
    one = found.filter(complaint__number=number, edition=edition)
    return one.select_related("complaint__contact__user", "complaint__contractant", "author").first()


def services(user: User) -> QuerySet[Service]:
    """The Diensten that they may complain about: of a contact those that its contractant has, or had, a contract for."""
    rows = Service.objects.filter(is_active=True)
    if user.role != Role.CONTACT:
        return rows
    own = Contract.objects.filter(contractant__contacts__user=user)
    return rows.filter(pk__in=own.values("service"))


@dataclass(frozen=True)
class View:
    """A list of complaints; `hot`: a count above zero alarms."""

    slug: str
    name: str | Promise
    chosen: Callable[[User, datetime], Q]
    keys: tuple[Key, ...] = BY_DUE
    hot: bool = False


def mine(user: User, now: datetime) -> Q:
    """What waits for this person: of the Supportafdeling what has to be assigned, also anew, or closed."""
    left = Q(state__in=UNSOLVED) & ~Q(assignee__is_active=True) & ~Q(manager__is_active=True)
    if user.role in {Role.SUPPORT, Role.ON_CALL}:
        return Q(state=State.SOLVED) | left
    own = (Q(assignee=user) | Q(manager=user)) & Q(state__in=OPEN)
    to_close = Q(state=State.SOLVED) & ~Q(assignee=user)
    if user.role == Role.MANAGEMENT:
        return own | (Q(about=About.SUPPORT) & to_close)
    if user.role not in {Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER}:
        return own
    return own | (Q(about=About.SUPPORT) & (left | to_close))


VIEWS = [
    View("mine", _("Bij mij"), mine),
    View("open", _("Open"), lambda user, now: Q(state__in=OPEN)),
    View("late", _("Te laat"), lambda user, now: Q(due_at__lt=now), hot=True),
    View("contractant", _("Wacht op contractant"), lambda user, now: Q(state__in=WITH_CONTACT)),
    View("ended", _("Afgerond"), lambda user, now: Q(state__in=ENDED), keys=NEWEST),
]


def counts(user: User, now: datetime) -> dict[str, int]:
    """How many each view holds for this person, but the endless last one."""
    wanted = {view.slug: Count("pk", filter=view.chosen(user, now)) for view in VIEWS if view.slug != "ended"}
    return Complaint.objects.visible_to(user).filter(state__in=OPEN).aggregate(**wanted)


def found(text: str) -> Q:
    """Every word of `text` in number, subject, text or organisation."""
    wanted = Q()
    for word in text.replace("\x00", "").split()[:10]:
        wanted &= (
            Q(number__iexact=word) | Q(subject__icontains=word) | Q(description__icontains=word)
            | Q(contractant__name__icontains=word)
        )  # fmt: skip
    return wanted
