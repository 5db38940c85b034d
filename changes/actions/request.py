"""Taking in a request for a Change: by a contact, by staff, out of a Melding or out of a Problem (SLA 10.1, 10.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from changes.models import Change, ChangeKind, ChangeState, StandardChange
from changes.targets import due
from contractants.models import Contact, Service
from desk import door, numbers, texts
from desk.door import Invalid, NotAllowed
from desk.models import User
from incidents import actions as meldingen
from incidents import clocks
from incidents.models import Kind, Melding
from problems.actions.life import plan_solution
from problems.models import Problem
from problems.models.kinds import SolutionKind
from sla.queries import policy_version_for


@dataclass(frozen=True)
class Request:
    """What is asked for (SLA 10.2). `contact` is who asks; the supplier's own Change has none."""

    subject: str
    description: str
    goal: str
    service: Service
    examples: str = ""
    contact: Contact | None = None
    kind: str = ChangeKind.REQUEST
    standard: StandardChange | None = None
    melding: Melding | None = None
    problem: Problem | None = None


def register(request: Request, *, by: User, at: datetime) -> Change:
    """Take in a request for a Change. One out of a Melding was received when that was.

    Raises `Invalid` naming what is missing, `NotAllowed` for whoever is not a registered contact asking for
    itself (SLA 10.1), or staff.
    """
    _check_asker(request, by)
    _check(request)
    melding, contact = request.melding, request.contact
    received = melding.received_at if melding else at
    version = policy_version_for(contact.contractant if contact else None, request.service, received)
    with transaction.atomic():
        _check_not_twice(melding)
        change = Change(
            **vars(request), number=numbers.next_number("W", "change_number", at),
            contractant=contact.contractant if contact else None, requested_by=by, requested_at=received,
            from_incident=_is_incident(melding) or _of_incidents(request.problem), policy_version=version,
            response_due=due(version, received) if contact else None,
            responded_at=clocks.read(melding, at).response.stopped_at if melding else None,
        )  # fmt: skip
        change.project(at)
        change.save()
        facts = {"kind": change.kind, "from": str(_source(request) or ""), "version": 1}
        change.announce(door.record(change, "register", by=by, at=at, source="", data=facts))
        if melding:
            said = _("Hieruit is wijziging %(number)s ontstaan.") % {"number": change.number}
            meldingen.note(melding, by=by, at=at, body=said)
        if request.problem:
            _solves(change, request.problem, by, at)
    return change


def _solves(change: Change, problem: Problem, by: User, at: datetime) -> None:
    """The Problem refers to its solution, where it is far enough for one (SLA 12.3)."""
    if any(step.name == "plan_solution" for step in door.permitted(problem, by)):
        plan_solution(
            problem, by=by, at=at, solution_kind=SolutionKind.CHANGE, solution_reference=change.number
        )


def _check_asker(request: Request, by: User) -> None:
    """Staff, or a contact who asks for itself (SLA 10.1)."""
    if by.may("change.register"):
        return
    own = request.contact is not None and request.contact.user_id == by.pk
    if not own or not by.may("change.request") or request.kind != ChangeKind.REQUEST or _source(request):
        raise NotAllowed(_("Voor het aanvragen van deze wijziging ontbreken de rechten."))


def _source(request: Request) -> Melding | Problem | None:
    return request.melding or request.problem


def _check(request: Request) -> None:
    asked = {"subject": request.subject, "description": request.description, "goal": request.goal}
    errors = {name: _("Dit veld is verplicht.") for name, text in asked.items() if not text.strip()}
    errors |= texts.errors_in(**asked, examples=request.examples)
    if len(request.subject) > texts.SUBJECT_MAX:
        errors["subject"] = _("Hooguit %(most)d tekens.") % {"most": texts.SUBJECT_MAX}
    contact = request.contact
    if request.kind == ChangeKind.REQUEST and contact is None:
        errors["contact"] = _(
            "Een wijziging kan alleen door een geregistreerde contactpersoon worden ingediend."
        )
    if contact is not None and not (contact.is_active and contact.user.is_active):
        errors["contact"] = _("Deze contactpersoon is afgemeld.")
    if contact is not None and _of_another(request.melding, contact):
        errors["contact"] = _("De melding is van een andere contractant dan deze contactpersoon.")
    standard = request.standard
    if (request.kind == ChangeKind.STANDARD) != (standard is not None):
        errors["standard"] = _("Kies de standaardwijziging, en alleen bij die soort.")
    if standard is not None and standard.service_id != request.service.pk:
        errors["standard"] = _("Voor deze dienst is dat geen standaardwijziging.")
    if errors:
        raise Invalid(errors)


def _of_another(melding: Melding | None, contact: Contact) -> bool:
    """One that nobody of a contractant reported may become the Change of any."""
    return melding is not None and melding.contractant_id not in {None, contact.contractant_id}


def _check_not_twice(melding: Melding | None) -> None:
    """A Melding leads to one Change at a time; the lock makes the second of two at once wait for the first."""
    if melding is None:
        return
    Melding.objects.select_for_update().get(pk=melding.pk)
    refused = [ChangeState.REJECTED, ChangeState.CANCELLED]
    known = Change.objects.filter(melding=melding).exclude(state__in=refused).first()
    if known is not None:
        said = _("Uit deze melding is al wijziging %(number)s ontstaan.") % {"number": known.number}
        raise Invalid({"melding": said})


def _is_incident(melding: Melding | None) -> bool:
    """Also of one that was converted since (SLA 10.3)."""
    if melding is None:
        return False
    was = melding.events().filter(verb="convert", data__before=Kind.INCIDENT)
    return melding.kind == Kind.INCIDENT or was.exists()


def _of_incidents(problem: Problem | None) -> bool:
    return problem is not None and problem.meldingen.filter(kind=Kind.INCIDENT).exists()
