"""Registering: from what was reported to a Melding whose clocks run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from contractants.models import Contact, Contractant, Service
from desk import attachments, door, texts
from desk.door import Invalid, NotAllowed
from desk.models import Event, Upload, User
from desk.numbers import next_number
from domain import priority as matrix
from incidents.actions.restricting import restrict_like
from incidents.actions.storing import index, store_files
from incidents.models import Channel, Kind, Melding
from sla.adapter import Terms, terms
from sla.models import PolicyVersion
from sla.queries import policy_version_for

CLOCK_SKEW = timedelta(minutes=5)
LONGEST_AGO = timedelta(days=366)
LONGEST_SEEN = timedelta(days=3653)
MACHINES = frozenset({Channel.MONITORING, Channel.SUPPLIER})

# What SLA 4.3, 9.4 and 10.2 ask for, beside subject and description.
REQUIRED = {
    Kind.QUESTION: (),
    Kind.INCIDENT: ("affected_users", "first_seen_at", "reproducible", "expected_priority"),
    Kind.CHANGE: ("goal", "contact"),
}
# What the monitoring measured; of its Meldingen nobody fills that in.
MEASURED = frozenset({"first_seen_at"})


@dataclass(frozen=True)
class Report:
    """What was reported, checked for shape but not yet for sense. Times are aware; empty means not given."""

    kind: str
    channel: str
    subject: str
    description: str
    contractant: Contractant | None = None
    contact: Contact | None = None
    reporter_name: str = ""
    reporter_email: str = ""
    reporter_phone: str = ""
    service: Service | None = None
    service_unknown: bool = False
    impact: str = ""
    urgency: str = ""
    priority: int | None = None
    expected_priority: int | None = None
    breach_of_confidentiality: bool = False
    breach_of_integrity: bool = False
    affected_users: int | None = None
    first_seen_at: datetime | None = None
    first_seen_action: str = ""
    reproducible: str = ""
    images_masked: bool = False
    goal: str = ""
    examples: str = ""
    received_at: datetime | None = None


def register(
    report: Report, *, by: User | None, at: datetime, accept_missing: bool = False,
    contacted: bool = False, files: list[Upload] | None = None, like: Melding | None = None,
) -> Melding:  # fmt: skip
    """Make a Melding of `report`, received at `report.received_at` or else at `at`.

    `contacted`: the reporter was spoken to while registering, so that moment of the response is met.
    `accept_missing`: an agent takes it in without what SLA 9.4 or 10.2 asks for; what is missing shows.
    `like`: one whose words it carries; restricted where that one is, before anybody can read or hear of it.
    Raises `Invalid` naming every field that is missing or wrong, `NotAllowed` for someone without the right.
    """
    if by is not None and not by.may("register"):
        _check_reporter(report, by)
    missing = missing_facts(report)
    types = check(report, at, [] if accept_missing else missing, files or [])
    received_at = report.received_at or at
    version = policy_version_for(report.contractant, report.service, received_at)
    with transaction.atomic():
        melding = _build(report, received_at, version, missing)
        melding.restricted_at = like.restricted_at if like else None
        facts = _facts(melding, contacted)
        melding.project(at, new=Event(verb="register", at=at, data=facts))  # so that one statement stores it
        melding.save()
        event = door.record(melding, "register", by=by, at=at, source="", data=facts)
        store_files(melding, files or [], types, by=by, at=at)
        index(melding)
        if like is not None:
            restrict_like(melding, like, by=by, at=at)
        melding.announce(event)
    return melding


def _check_reporter(report: Report, by: User) -> None:
    """A contact reports for its own contractant (SLA 4.3), and does not assign the priority (SLA 9.2)."""
    contact = report.contact
    own = (
        contact is not None and contact.user_id == by.pk and contact.contractant_id == _id(report.contractant)
    )
    if not own or not by.may("report") or report.priority:
        raise NotAllowed(_("Voor het maken van deze melding ontbreken de rechten."))


def _id(row: Contractant | None) -> int | None:
    return row.pk if row else None


def missing_facts(report: Report) -> list[str]:
    """The names of what the contract asks for this kind and was not given (SLA 9.4, 10.1, 10.2)."""
    measured = MEASURED if report.channel == Channel.MONITORING else frozenset()
    wanted = (name for name in REQUIRED[Kind(report.kind)] if name not in measured)
    return [name for name in wanted if getattr(report, name) in (None, "")]


def assigned_priority(report: Report, held: Terms) -> int:
    """SLA 2.23, 7.4, 9.2 and 10.3: what an agent chose, else the matrix, else what the kind has."""
    if report.breach_of_confidentiality:
        return 1
    if report.kind == Kind.CHANGE:
        return held.change_priority
    if report.priority:
        return report.priority
    if report.kind == Kind.QUESTION:
        return held.question_priority
    if report.impact and report.urgency:
        return matrix.assign(report.impact, report.urgency, held.matrix)
    return report.expected_priority or 3


def _build(report: Report, received_at: datetime, version: PolicyVersion, missing: list[str]) -> Melding:
    given = {name: value for name, value in vars(report).items() if name not in {"priority", "received_at"}}
    return Melding(
        **given, number=next_number("M", "melding_number", received_at), received_at=received_at, policy_version=version,
        priority=assigned_priority(report, terms(version.pk)), missing=missing,
    )  # fmt: skip


def _facts(melding: Melding, contacted: bool) -> dict[str, object]:
    return {
        "kind": melding.kind, "channel": melding.channel, "priority": melding.priority,
        "policy_version": melding.policy_version_id, "contacted": contacted, "version": melding.version,
    }  # fmt: skip


def check(report: Report, at: datetime, missing: list[str], files: list[Upload]) -> list[str]:
    """The content types of `files`, or `Invalid` with all that is wrong; `missing` are facts still owed."""
    errors = {name: _("Dit gegeven ontbreekt (SLA 9.4, 10.2).") for name in missing}
    errors |= _text_errors(report)
    errors |= moment_errors(report, at)
    errors |= _person_errors(report)
    types: list[str] = []
    try:
        types = attachments.check(files)
    except Invalid as wrong:
        errors |= wrong.errors
    if any(attachments.is_visual(kind) for kind in types) and not report.images_masked:
        errors["images_masked"] = _("Bevestig dat persoonsgegevens op de foto of video zijn afgeschermd.")
    if errors:
        raise Invalid(errors)
    return types


def _text_errors(report: Report) -> dict[str, str]:
    names = ("subject", "description", "goal", "examples", "first_seen_action", "reporter_name")
    given = {name: getattr(report, name) for name in names}
    errors = {} if report.channel == Channel.MONITORING else texts.errors_in(**given)
    for name in ("subject", "description"):
        if not given[name].strip():
            errors[name] = _("Dit veld is verplicht.")
    if len(report.subject) > texts.SUBJECT_MAX:
        errors["subject"] = _("Houd het onderwerp korter dan %(most)d tekens.") % {"most": texts.SUBJECT_MAX}
    return errors


def moment_errors(report: Report, at: datetime) -> dict[str, str]:
    errors = {}
    for name in ("received_at", "first_seen_at"):
        moment = getattr(report, name)
        if moment is not None and moment > at + CLOCK_SKEW:
            errors[name] = _("Dit tijdstip ligt in de toekomst.")
    if report.first_seen_at is not None and report.first_seen_at < at - LONGEST_SEEN:
        errors["first_seen_at"] = _("Dit tijdstip ligt meer dan tien jaar terug.")
    if report.received_at is not None and report.received_at < at - LONGEST_AGO:
        errors["received_at"] = _("Dit tijdstip ligt meer dan een jaar terug.")
    return errors


def _person_errors(report: Report) -> dict[str, str]:
    """A change comes from a registered contact only (SLA 10.1); a contact belongs to the contractant."""
    if report.contact is not None and report.contact.contractant != report.contractant:
        return {"contact": _("Deze contactpersoon hoort niet bij de gekozen contractant.")}
    if report.kind == Kind.CHANGE and report.contact is None and report.channel not in MACHINES:
        return {
            "contact": _("Een wijziging kan alleen door een geregistreerde contactpersoon worden ingediend.")
        }
    return {}
