"""Dealing with a complaint: who has it, what is proposed, the klachtrapport, and closing it (SLA 5)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.actions.register import lacks
from complaints.actions.talk import say
from complaints.models import TOWARDS_DESK, About, Complaint, ComplaintMessage, ComplaintReport
from contractants.models import Service
from desk import door, notices, texts
from desk.door import Change, Invalid
from desk.models import Notice, User
from desk.permissions import Role
from incidents.models import Melding


def candidates(complaint: Complaint) -> QuerySet[User]:
    """Whom it may be assigned to: a productmanager, and of a complaint about the Supportafdeling a service level
    manager as well; nobody who handled the Melding complained about. A service level manager too where no
    productmanager is left."""
    free = User.objects.filter(is_active=True).exclude(pk__in=complaint.handlers).order_by("name")
    product = free.filter(role=Role.PRODUCT_MANAGER)
    if complaint.is_about_support or not product.exists():
        return free.filter(role__in=(Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER))
    return product


def managers(complaint: Complaint) -> QuerySet[User]:
    """The service level managers who may be involved."""
    free = User.objects.filter(is_active=True, role=Role.SERVICE_LEVEL_MANAGER)
    return free.exclude(pk__in={*complaint.handlers, complaint.assignee_id or 0}).order_by("name")


def assign(
    complaint: Complaint, *, by: User, at: datetime, assignee: User, version: int | None = None
) -> Complaint:
    with door.change(complaint, "assign", by=by, at=at, version=version) as change:
        _give(change, assignee)
    return complaint


def reassign(
    complaint: Complaint, *, by: User, at: datetime, assignee: User, version: int | None = None
) -> Complaint:
    with door.change(complaint, "reassign", by=by, at=at, version=version) as change:
        _give(change, assignee)
    return complaint


def _give(change: Change[Complaint], assignee: User) -> None:
    case = change.case
    if assignee.pk == case.assignee_id:
        raise Invalid({"assignee": _("De klacht is al toegewezen aan %(name)s.") % {"name": assignee}})
    if not candidates(case).filter(pk=assignee.pk).exists():
        raise Invalid({"assignee": _("Deze persoon mag deze klacht niet behandelen.")})
    case.assignee = assignee
    if case.manager_id == assignee.pk:
        case.manager = None
    change.data["assignee"] = assignee.pk


def start(complaint: Complaint, *, by: User, at: datetime, version: int | None = None) -> Complaint:
    with door.change(complaint, "start", by=by, at=at, version=version) as change:
        change.data["late"] = change.case.is_late(at)
    return complaint


def involve(
    complaint: Complaint, *, by: User, at: datetime, manager: User, version: int | None = None
) -> Complaint:
    """Bring in a service level manager, who may treat it from then on."""
    with door.change(complaint, "involve", by=by, at=at, version=version) as change:
        if not managers(change.case).filter(pk=manager.pk).exists():
            raise Invalid({"manager": _("Deze persoon mag deze klacht niet behandelen.")})
        change.case.manager = manager
        change.data["manager"] = manager.pk
    return complaint


def propose(
    complaint: Complaint, *, by: User, at: datetime, solution: str, version: int | None = None
) -> Complaint:
    """Put a solution to the contact; it takes the place of one that was accepted before."""
    texts.required(solution=solution)
    with door.change(complaint, "propose", by=by, at=at, version=version) as change:
        change.data["late"] = change.case.is_late(at)
        change.case.solution, change.case.solution_accepted_at = solution, None
        change.data["message"] = say(change.case, "propose", by=by, at=at, body=solution).pk
    return complaint


def send_report(
    complaint: Complaint, *, by: User, at: datetime, complained: str, found: str, done: str, prevention: str,
    version: int | None = None,
) -> Complaint:  # fmt: skip
    """Send the klachtrapport to the contact. As it is now, it stays; a second one is an edition of its own."""
    parts = {"complained": complained, "found": found, "done": done, "prevention": prevention}
    texts.required(**parts)
    with door.change(complaint, "send_report", by=by, at=at, version=version) as change:
        change.data["late"] = change.case.is_late(at)
        edition = change.case.reports.count() + 1
        ComplaintReport.objects.create(complaint=change.case, edition=edition, author=by, at=at, **parts)
        change.data["edition"] = edition
    return complaint


def close(complaint: Complaint, *, by: User, at: datetime, version: int | None = None) -> Complaint:
    with door.change(complaint, "close", by=by, at=at, version=version) as change:
        change.case.ended_at = at
    return complaint


def relate(
    complaint: Complaint, *, by: User, at: datetime, melding: Melding, version: int | None = None
) -> Complaint:
    """Put another Melding of the same contractant with it; who handled that one may not treat the complaint."""
    if melding.contractant_id != complaint.contractant_id:
        raise Invalid({"melding": _("Dit is geen melding van deze contractant.")})
    with door.change(complaint, "relate", by=by, at=at, version=version) as change:
        change.case.meldingen.add(melding)
        change.data["melding"] = melding.number
        change.case.__dict__.pop("handlers", None)
    complaint.__dict__.pop("handlers", None)
    return complaint


def set_about(
    complaint: Complaint, *, by: User, at: datetime, about: str, service: Service | None = None,
    version: int | None = None,
) -> Complaint:  # fmt: skip
    """Say what it is about. From the moment that this is the Supportafdeling, that cannot read it any more, nor does it
    get what it was still owed of it. It cannot be opened to that again once colleagues wrote notes about it."""
    with door.change(complaint, "set_about", by=by, at=at, version=version) as change:
        if about not in About.values or about == change.case.about:
            raise Invalid({"about": _("Kies iets anders dan het nu is.")})
        if change.case.is_about_support and _has_notes(change.case):
            raise Invalid(
                {
                    "about": _(
                        "Over deze klacht is al buiten de Supportafdeling om overlegd. Daarom blijft zij voor de Supportafdeling "
                        "gesloten; stuur zo nodig een nieuwe klacht in."
                    )
                }
            )
        change.case.service = service or change.case.service
        if errors := lacks(about, change.case.service, change.case.meldingen.all()):
            raise Invalid(errors)
        change.data |= {"before": change.case.about, "about": about}
        change.case.about = about
        if about == About.SUPPORT:
            _keep_back(change.case, at)
    return complaint


def _has_notes(complaint: Complaint) -> bool:
    """Of people: what the desk itself says of a mail keeps nothing closed."""
    inside = ComplaintMessage.objects.filter(visibility=ComplaintMessage.Visibility.INTERNAL)
    return inside.filter(complaint=complaint, author__isnull=False).exists()


def _keep_back(complaint: Complaint, at: datetime) -> None:
    owed = Notice.objects.owed().filter(case_type=complaint.case_type, case_id=complaint.pk)
    desk = User.objects.filter(role__in=TOWARDS_DESK).values("email")
    notices.drop(owed.filter(email__in=desk), Notice.Dropped.SUPERSEDED, at=at)
