"""The life of a Change (SLA 10); each step is the declared transition of the same name, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from changes.actions.talk import INTERNAL, PUBLIC, Words, add, say
from changes.approvals import Risk
from changes.models import (
    Change,
    ChangeApproval,
    ChangeKind,
    ChangeState,
    Release,
    ReleaseState,
    StandardChange,
)
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
from sla.adapter import terms
from sla.queries import AMSTERDAM, policy_version_for


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
    held = terms(version.pk)
    promise = held.targets["response", held.change_priority]
    with transaction.atomic():
        _check_not_twice(melding)
        change = Change.objects.create(
            **vars(request), number=numbers.next_number("W", "change_number", at),
            contractant=contact.contractant if contact else None, requested_by=by, requested_at=received,
            from_incident=_is_incident(melding) or _of_incidents(request.problem), policy_version=version,
            response_due=promise.due(received) if contact and promise else None,
            responded_at=clocks.read(melding, at).response.stopped_at if melding else None,
        )  # fmt: skip
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
        raise NotAllowed(_("U heeft geen recht om deze wijziging aan te vragen."))


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
    standard = request.standard
    if (request.kind == ChangeKind.STANDARD) != (standard is not None):
        errors["standard"] = _("Kies de standaardwijziging, en alleen bij die soort.")
    if standard is not None and standard.service_id != request.service.pk:
        errors["standard"] = _("Voor deze dienst is dat geen standaardwijziging.")
    if errors:
        raise Invalid(errors)


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


def assess(
    change: Change, *, by: User, at: datetime, cost: str, risk: str, risk_level: str, benefit: str,
    version: int | None = None,
) -> Change:  # fmt: skip
    """Record what it costs, risks and brings. A new assessment asks everybody to approve again."""
    texts.required(cost=cost, risk=risk, benefit=benefit)
    if risk_level not in Risk.values:
        raise Invalid({"risk_level": _("Kies de mate van risico.")})
    with door.change(change, "assess", by=by, at=at, version=version) as going:
        case = going.case
        case.cost, case.risk, case.risk_level, case.benefit = cost, risk, risk_level, benefit
        case.assessment, case.assessed_by = case.assessment + 1, by
        case.react(by, at)
        going.data |= {"risk": risk_level, "assessment": case.assessment}
    return change


def approve(change: Change, *, by: User, at: datetime, version: int | None = None) -> Change:
    """Agree, in one's role, with the last assessment. Nobody approves what they asked for or assessed."""
    with door.change(change, "approve", by=by, at=at, version=version) as going:
        ChangeApproval.objects.create(
            change=going.case, assessment=going.case.assessment, role=by.role, user=by, at=at
        )
        going.data |= {"role": by.role, "assessment": going.case.assessment}
    return change


def honour(change: Change, *, by: User, at: datetime, words: str = "", version: int | None = None) -> Change:
    """Decide to do it; `words` go to the contact with the automatic message (SLA 10.1)."""
    texts.check(words=words)
    with door.change(change, "honour", by=by, at=at, version=version) as going:
        going.case.decided_at = at
        if words.strip():
            going.data["message"] = say(going.case, "honour", by=by, at=at, body=words).pk
    return change


def reject(change: Change, *, by: User, at: datetime, reason: str, version: int | None = None) -> Change:
    """Decide against it; the contact is told why (SLA 10.1)."""
    return _end(change, "reject", by, at, reason, version)


def cancel(change: Change, *, by: User, at: datetime, reason: str, version: int | None = None) -> Change:
    """Stop with it, whatever was done; the contact is told why."""
    return _end(change, "cancel", by, at, reason, version)


def withdraw(change: Change, *, by: User, at: datetime, reason: str, version: int | None = None) -> Change:
    """The contact does not want it any more."""
    return _end(change, "withdraw", by, at, reason, version)


def _end(change: Change, verb: str, by: User, at: datetime, reason: str, version: int | None) -> Change:
    texts.required(reason=reason)
    with door.change(change, verb, by=by, at=at, version=version) as going:
        case = going.case
        case.ended_at, case.release = at, None
        case.decided_at = case.decided_at or (at if verb == "reject" else None)
        case.react(by, at)
        going.data["message"] = say(case, verb, by=by, at=at, body=reason).pk
    return change


def plan(
    change: Change, *, by: User, at: datetime, release: Release, release_note: str, version: int | None = None
) -> Change:
    """Put it in a Release of its Dienst that still takes Changes. One that comes from an Incident goes into the next
    (SLA 10.3)."""
    texts.required(release_note=release_note)
    with transaction.atomic():
        chosen = Release.objects.select_for_update().get(pk=release.pk)
        _check_release(change, chosen)
        with door.change(change, "plan", by=by, at=at, version=version) as going:
            before = going.case.release
            going.case.release, going.case.release_note = chosen, release_note
            going.data |= {"release": chosen.number, "before": before.number if before else None}
    return change


def _check_release(change: Change, release: Release) -> None:
    wrong = ""
    if release.service_id != change.service_id:
        wrong = _("Deze release is van een andere dienst.")
    elif release.state != ReleaseState.PLANNED:
        wrong = _("Deze release neemt geen wijzigingen meer op.")
    elif change.from_incident:
        first = Release.objects.all().next_for(change.service)
        if first is not None and release.planned_on > first.planned_on:
            wrong = _(
                "Deze wijziging komt uit een incident en gaat mee in de eerstvolgende release: %(title)s."
            )
            wrong %= {"title": first.title}
    if wrong:
        raise Invalid({"release": wrong})


def build(change: Change, *, by: User, at: datetime, version: int | None = None) -> Change:
    return _step(change, "build", by, at, version)


def verify(change: Change, *, by: User, at: datetime, result: str = "", version: int | None = None) -> Change:
    """`result` is what was tested and what came out, for colleagues."""
    return _step(change, "verify", by, at, version, result)


def accept(change: Change, *, by: User, at: datetime, version: int | None = None) -> Change:
    return _step(change, "accept", by, at, version)


def send_back(change: Change, *, by: User, at: datetime, reason: str, version: int | None = None) -> Change:
    """It has to be built anew; `reason` is for colleagues."""
    texts.required(reason=reason)
    return _step(change, "send_back", by, at, version, reason)


def _step(change: Change, verb: str, by: User, at: datetime, version: int | None, words: str = "") -> Change:
    texts.check(words=words)
    with door.change(change, verb, by=by, at=at, version=version) as going:
        if words.strip():
            said = say(going.case, verb, by=by, at=at, body=words, visibility=INTERNAL)
            going.data["message"] = said.pk
    return change


def describe(
    change: Change, *, by: User, at: datetime, release_note: str, version: int | None = None
) -> Change:
    """Say in words for contractants what it changes: that stands in the release notes."""
    texts.required(release_note=release_note)
    with door.change(change, "describe", by=by, at=at, version=version) as going:
        going.case.release_note = release_note
    return change


def agree_date(change: Change, *, by: User, at: datetime, on: date, version: int | None = None) -> Change:
    """Record by when it is done, as agreed with the contact (SLA 10.3)."""
    if on < at.astimezone(AMSTERDAM).date():
        raise Invalid({"on": _("Kies een dag in de toekomst.")})
    with door.change(change, "agree_date", by=by, at=at, version=version) as going:
        going.data |= {"on": on.isoformat(), "before": str(going.case.agreed_on or "")}
        going.case.agreed_on = on
        going.case.react(by, at)
    return change


def reply(change: Change, *, by: User, at: datetime, body: str, client_key: UUID | None = None) -> Words:
    """Words that both sides read. The first of staff is the first reaction (SLA 10.3)."""
    return add(change, "reply", by=by, at=at, body=body, visibility=PUBLIC, client_key=client_key)


def note(change: Change, *, by: User, at: datetime, body: str, client_key: UUID | None = None) -> Words:
    """Words for colleagues."""
    return add(change, "note", by=by, at=at, body=body, visibility=INTERNAL, client_key=client_key)


def go_live(change: Change, *, at: datetime, release: Release) -> None:
    """It is in use since its Release is out; the contact hears so without anybody thinking of it (SLA 10.1)."""
    with door.change(change, "go_live", by=None, at=at) as going:
        going.case.ended_at = at
        going.data["release"] = release.number


def unplan(change: Change, *, at: datetime, release: Release) -> None:
    """Its Release is withdrawn: it waits for another."""
    with door.change(change, "unplan", by=None, at=at) as going:
        going.case.release, going.case.ended_at = None, None
        going.data["release"] = release.number
