"""The steps in the life of a Melding; each is the declared transition of the same name, and what goes with it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from desk import door, texts
from desk.door import Invalid
from desk.models import User
from desk.permissions import STAFF
from domain import priority as matrix
from incidents.actions.ending import lapse
from incidents.actions.register import MEASURED, Report, missing_facts, moment_errors
from incidents.actions.storing import index
from incidents.actions.talk import say
from incidents.models import ChainRequest, Channel, Kind, Melding
from sla.adapter import terms
from sla.models import PolicyVersion

LONGEST_AHEAD = timedelta(days=5 * 366)
HOW_TOLD = ("told", "attempted")
FACTS = frozenset(
    {"affected_users", "first_seen_at", "first_seen_action", "reproducible", "expected_priority", "goal",
     "examples", "service", "contractant", "contact", "reporter_name", "reporter_email", "reporter_phone"}
)  # fmt: skip


def pick_up(
    melding: Melding, *, by: User, at: datetime, version: int | None = None, contacted: bool = False,
    diagnosed: bool = True,
) -> Melding:  # fmt: skip
    """Take it in hand. `contacted` and `diagnosed` tell which moments of the response are met (SLA 2.25)."""
    with door.change(melding, "pick_up", by=by, at=at, version=version) as change:
        if change.case.assignee_id is None and by.role in STAFF:
            change.case.assignee = by
        change.data |= {"contacted": contacted, "diagnosed": diagnosed}
    return melding


def contacted(melding: Melding, *, by: User, at: datetime, version: int | None = None) -> Melding:
    """Record that the reporter was spoken to, by phone or in person."""
    with door.change(melding, "contacted", by=by, at=at, version=version) as change:
        change.data["contacted"] = True
    return melding


def assign(
    melding: Melding, *, by: User, at: datetime, assignee: User | None, version: int | None = None
) -> Melding:
    """Give it to one of the staff, or to nobody."""
    if assignee is not None and (assignee.role not in STAFF or not assignee.is_active):
        raise Invalid({"assignee": _("Kies een medewerker.")})
    with door.change(melding, "assign", by=by, at=at, version=version) as change:
        change.case.assignee = assignee
        change.data["assignee"] = assignee and assignee.pk
    return melding


def set_priority(
    melding: Melding, *, by: User | None, at: datetime, reason: str, impact: str = "", urgency: str = "",
    priority: int | None = None, version: int | None = None,
) -> Melding:  # fmt: skip
    """Set priority by the matrix or outright; both deadlines count anew from receipt (SLA 9.2, 9.3)."""
    texts.required(reason=reason)
    with door.change(melding, "set_priority", by=by, at=at, version=version) as change:
        case = change.case
        if impact and urgency:
            case.impact, case.urgency = impact, urgency
            priority = priority or matrix.assign(impact, urgency, terms(case.policy_version_id).matrix)
        _allow_priority(case, priority)
        change.data |= {"priority": priority, "before": case.priority}
        change.data["message"] = say(case, "note", by=by, at=at, body=reason).pk
        case.priority = priority  # type: ignore[assignment]
    index(melding)
    return melding


def _allow_priority(case: Melding, priority: int | None) -> None:
    if priority not in (1, 2, 3, 4):
        raise Invalid({"priority": _("Kies impact en urgentie, of een prioriteit van 1 tot en met 4.")})
    if case.breach_of_confidentiality and priority != 1:
        raise Invalid(
            {"priority": _("Een schending van de vertrouwelijkheid heeft altijd prioriteit 1 (SLA 7.4).")}
        )
    if case.kind == Kind.CHANGE and priority != terms(case.policy_version_id).change_priority:
        raise Invalid({"priority": _("Een wijziging heeft een vaste prioriteit (SLA 10.3).")})


def complete(
    melding: Melding, *, by: User, at: datetime, facts: dict[str, Any], version: int | None = None
) -> Melding:
    """Fill in what was missing at receipt (SLA 9.4), or correct who reported it and about which Dienst."""
    if unknown := set(facts) - FACTS:
        raise Invalid({name: _("Dit gegeven kan niet worden gewijzigd.") for name in unknown})
    texts.check(**{name: value for name, value in facts.items() if isinstance(value, str)})
    with door.change(melding, "complete", by=by, at=at, version=version) as change:
        case = change.case
        if case.channel == Channel.MONITORING and (measured := MEASURED & set(facts)):
            raise Invalid(dict.fromkeys(measured, _("Dit komt van de monitoring en verandert niet.")))
        for name, value in facts.items():
            setattr(case, name, value)
        if wrong := moment_errors(replace(as_report(case), received_at=None), at):
            raise Invalid(wrong)
        if case.contact and case.contact.contractant_id != case.contractant_id:
            raise Invalid({"contact": _("Deze contactpersoon hoort niet bij de gekozen contractant.")})
        case.service_unknown = case.service_unknown and case.service_id is None
        case.missing = missing_facts(as_report(case))
        change.data["fields"] = sorted(facts)
    index(melding)
    return melding


def convert(
    melding: Melding, *, by: User, at: datetime, kind: str, reason: str, version: int | None = None
) -> Melding:
    """Turn a question, incident or change into another kind, with that kind's priority (SLA 10.1, 10.3)."""
    texts.required(reason=reason)
    with door.change(melding, "convert", by=by, at=at, version=version) as change:
        case, held = change.case, terms(change.case.policy_version_id)
        if kind not in Kind.values or kind == case.kind:
            raise Invalid({"kind": _("Kies een andere soort.")})
        if kind == Kind.CHANGE and case.contact_id is None:
            raise Invalid(
                {
                    "kind": _(
                        "Een wijziging kan alleen door een geregistreerde contactpersoon worden ingediend."
                    )
                }
            )
        change.data |= {"kind": kind, "before": case.kind}
        case.kind = kind
        if kind == Kind.CHANGE and not case.breach_of_confidentiality:
            case.priority = held.change_priority
        change.data["priority"] = case.priority
        change.data["message"] = say(case, "note", by=by, at=at, body=reason).pk
        case.missing = missing_facts(as_report(case))
    index(melding)
    return melding


def as_report(case: Melding) -> Report:
    """What a stored Melding would be as a report, to ask again what is missing."""
    return Report(**{part.name: getattr(case, part.name) for part in fields(Report)})


def wait_for_contractant(
    melding: Melding, *, by: User, at: datetime, question: str, version: int | None = None
) -> Melding:
    """Ask the contact something and wait for the answer; pauses the clock only where the policy says so."""
    texts.required(question=question)
    with door.change(melding, "wait_for_contractant", by=by, at=at, version=version) as change:
        change.data |= {
            "message": say(change.case, "question", by=by, at=at, body=question).pk,
            "contacted": True,
        }
    index(melding)
    return melding


def wait_for_chain(
    melding: Melding, *, by: User, at: datetime, party: str, question: str, reference: str = "",
    version: int | None = None,
) -> Melding:  # fmt: skip
    """Ask a chain party, record what and when, and keep directing the chain (SLA 9.1). Never pauses."""
    texts.required(party=party, question=question)
    with door.change(melding, "wait_for_chain", by=by, at=at, version=version) as change:
        request = ChainRequest.objects.create(
            melding=change.case, party=party[:120], question=question, reference=reference[:80],
            asked_by=by, asked_at=at,
        )  # fmt: skip
        change.case.chain_party = request.party
        change.data["chain_request"] = request.pk
    return melding


def resume(melding: Melding, *, by: User | None, at: datetime, version: int | None = None) -> Melding:
    """Go on with it: the answer came, or waiting makes no sense any more."""
    with door.change(melding, "resume", by=by, at=at, version=version) as change:
        change.case.chain_party = ""
        change.case.chain_requests.filter(ended_at=None).update(ended_at=at)
    return melding


def resolve(
    melding: Melding, *, by: User, at: datetime, solution: str, workaround: bool = False, how: str = "told",
    version: int | None = None,
) -> Melding:  # fmt: skip
    """Tell the contact that it is solved, or that telling was demonstrably tried (SLA 2.21). A workaround counts
    (SLA 2.37, 9.1)."""
    texts.required(solution=solution)
    if how not in HOW_TOLD:
        raise Invalid({"how": _("Kies of de melder is ingelicht, of dat dit aantoonbaar is geprobeerd.")})
    with door.change(melding, "resolve", by=by, at=at, version=version) as change:
        change.case.solution, change.case.has_workaround = solution, workaround
        change.data |= {
            "message": say(change.case, "solution", by=by, at=at, body=solution).pk, "how": how,
            "workaround": workaround, "contacted": True, "diagnosed": True,
        }  # fmt: skip
    index(melding)
    return melding


def accept(melding: Melding, *, by: User, at: datetime, version: int | None = None) -> Melding:
    """The contact agrees with the solution."""
    with door.change(melding, "accept", by=by, at=at, version=version) as change:
        change.case.reacted_at = None
        lapse(melding, at)
    return melding


def close(melding: Melding, *, by: User, at: datetime, version: int | None = None) -> Melding:
    """The Supportafdeling closes a solved Melding."""
    with door.change(melding, "close", by=by, at=at, version=version) as change:
        change.case.reacted_at = None
        lapse(melding, at)
    return melding


def reopen(melding: Melding, *, by: User, at: datetime, reason: str, version: int | None = None) -> Melding:
    """It is not solved after all: the resolution clock goes on where it stopped."""
    texts.required(reason=reason)
    with door.change(melding, "reopen", by=by, at=at, version=version) as change:
        change.case.reacted_at = None
        change.data["message"] = say(change.case, "reopen", by=by, at=at, body=reason).pk
    index(melding)
    return melding


def cancel(melding: Melding, *, by: User, at: datetime, reason: str, version: int | None = None) -> Melding:
    """It need not be dealt with; the clocks stop without a verdict. The contact is told why."""
    texts.required(reason=reason)
    with door.change(melding, "cancel", by=by, at=at, version=version) as change:
        change.data["message"] = say(change.case, "cancel", by=by, at=at, body=reason).pk
        lapse(melding, at)
    index(melding)
    return melding


def agree_date(
    melding: Melding, *, by: User, at: datetime, due: datetime, version: int | None = None
) -> Melding:
    """Record the date agreed with the contact where the policy sets none (priority 4, SLA 9.3, 10.3)."""
    if not at < due < at + LONGEST_AHEAD:
        raise Invalid({"due": _("Kies een tijdstip in de toekomst, binnen vijf jaar.")})
    with door.change(melding, "agree_date", by=by, at=at, version=version) as change:
        change.data["due"] = due.isoformat()
    return melding


def hand_over(melding: Melding, *, by: User, at: datetime, version: int | None = None) -> Melding:
    """The warm handover by phone of a contractant's P1 took place (SLA 9.2); that was contact as well."""
    with door.change(melding, "hand_over", by=by, at=at, version=version) as change:
        change.case.handed_over_at = at
        change.data["contacted"] = True
    return melding


def apply_policy(
    melding: Melding, *, by: User, at: datetime, policy_version: PolicyVersion, version: int | None = None
) -> Melding:
    """Put an open Melding under another version, after somebody saw what that moves (SLA 6)."""
    if policy_version.published_at is None or policy_version.policy_id != melding.policy_version.policy_id:
        raise Invalid({"policy_version": _("Kies een gepubliceerde versie van dezelfde afspraken.")})
    with door.change(melding, "apply_policy", by=by, at=at, version=version) as change:
        change.case.policy_version = policy_version
        change.data |= {"policy_version": policy_version.pk, "priority": change.case.priority}
    return melding
