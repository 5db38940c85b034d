"""One description of what belongs to a contractant: every model is `OWNED`, `REFERRED` or `SHARED`, and says why.

Handing over, taking in and erasing all follow from it, so that none of them forgets what another knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from contractants.models import Contractant
from desk.models import Case, Event, InboundMail, Traced, User
from desk.models.quarantine import Quarantined
from desk.permissions import SEES_ALL

ALL = Q()
PUBLIC = Q(visibility="public")
TOLD = Q(sent_at__isnull=False) | Q(dropped_at__isnull=False)  # what is still owed is not correspondence yet


@dataclass(frozen=True)
class Owned:
    """A kind of row of which each belongs to one contractant, by any of `paths` to it.

    `key` are the fields that name a row everywhere; without them it is called by its place in its file. `handed` says
    whether it is handed over, and `only` which of its rows; `without` are fields that are not.
    """

    label: str
    paths: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    handed: bool = True
    only: Q = ALL
    without: tuple[str, ...] = ()
    sheet: bool = False  # a CSV of it is handed over beside the JSON

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    @property
    def name(self) -> str:
        return self.label.lower()

    def rows(self, contractant: Contractant) -> QuerySet[Any]:
        """All that belongs to it, in the order in which it came."""
        found = Q()
        for path in self.paths:
            found |= Q(**{path: contractant.public_id if path.endswith("party") else contractant.pk})
        if self.label in BY_CASE:
            found = BY_CASE[self.label](contractant)
        return self.model._base_manager.filter(pk__in=self.model._base_manager.filter(found).values("pk"))

    def handed_rows(self, contractant: Contractant) -> QuerySet[Any]:
        """What of it is handed over."""
        rows = self.rows(contractant).filter(self.only)
        if self.label == "incidents.Relation":  # with a Melding of another it would tell of that one
            rows = rows.filter(melding__contractant=contractant, other__contractant=contractant)
        if self.label == "desk.Notice":
            rows = rows.exclude(email__in=User.objects.filter(role__in=SEES_ALL).values("email"))
        return rows.order_by("pk")


def cases(contractant: Contractant) -> Q:
    """Where `case_type` and `case_id` name something that belongs to it."""
    found = Q()
    for kind in OWNED:
        if issubclass(kind.model, Traced):
            ids = kind.rows(contractant).values("pk")
            found |= Q(case_type=kind.model.case_type, case_id__in=ids)
    return found


def _told(contractant: Contractant) -> Q:
    """By mail to its people, or about its cases."""
    events = Event.objects.filter(cases(contractant)).values("pk")
    return cases(contractant) | Q(event__in=events) | Q(email__in=addresses(contractant))


def _came_in(contractant: Contractant) -> Q:
    return cases(contractant) | Q(sender__in=addresses(contractant))


def _reported(contractant: Contractant) -> Q:
    return Q(melding__contractant=contractant) | Q(email__in=addresses(contractant))


def _hooked(contractant: Contractant) -> Q:
    events = Event.objects.filter(cases(contractant)).values("pk")
    return Q(endpoint__party=contractant.public_id) | Q(event__in=events)


def _kept_apart(contractant: Contractant) -> Q:
    """Of its cases, or out of a mail of its people that became none."""
    mails = InboundMail.objects.filter(_came_in(contractant)).values("file")
    return cases(contractant) | Q(path__in=mails) | Q(part_of__path__in=mails)


def _revealed(contractant: Contractant) -> Q:
    return Q(row__in=Quarantined.objects.filter(_kept_apart(contractant)).values("pk"))


def addresses(contractant: Contractant) -> QuerySet[Any, Any]:
    """The e-mail addresses of its contacts."""
    return User.objects.filter(contact__contractant=contractant).values("email")


BY_CASE: dict[str, Callable[[Contractant], Q]] = {
    "desk.Event": cases,
    "desk.Quarantined": _kept_apart,
    "desk.Revealed": _revealed,
    "desk.Notice": _told,
    "desk.InboundMail": _came_in,
    "desk.WebhookDelivery": _hooked,
    "incidents.WebReport": _reported,
    "incidents.WebReportFile": lambda one: Q(
        report__in=apps.get_model("incidents.WebReport")._base_manager.filter(_reported(one)).values("pk")
    ),
    "problems.TrendSignal": lambda one: Q(dimension="contractant", value=str(one.pk)),
}
USERS = "user__contact__contractant"
MELDING = "melding__contractant"

# In the order in which they are taken in: what is referred to comes first. They are erased in the other order.
OWNED = [
    Owned("contractants.Contractant", ("pk",), ("public_id",)),
    Owned("desk.User", ("contact__contractant",), ("email",), without=("password", "last_login")),
    Owned("contractants.Contact", ("contractant",), ("user__email",), sheet=True),
    Owned("sla.Contract", ("contractant",), sheet=True),
    Owned("desk.NoticePreference", (USERS,)),
    Owned("desk.ApiToken", (USERS,), handed=False),
    Owned("desk.IdempotentRequest", (USERS,), handed=False),
    Owned("incidents.SavedFilter", ("owner__contact__contractant",), handed=False),
    Owned("changes.CalendarFeed", (USERS,), handed=False),
    Owned("desk.Session", (USERS,), handed=False),
    Owned("contractants.IdentityProvider", ("contractant",), handed=False),
    Owned("mfa.Authenticator", (USERS,), handed=False),
    Owned("socialaccount.SocialAccount", (USERS,), handed=False),
    Owned("socialaccount.SocialToken", ("account__user__contact__contractant",), handed=False),
    Owned("account.EmailAddress", (USERS,), handed=False),
    Owned("account.EmailConfirmation", ("email_address__user__contact__contractant",), handed=False),
    Owned("admin.LogEntry", (USERS,), handed=False),
    Owned(
        "incidents.Melding",
        ("contractant",),
        ("number",),
        sheet=True,
        without=("search_all", "search_public"),
    ),
    Owned("incidents.Message", (MELDING,), only=PUBLIC, sheet=True),
    Owned("incidents.Attachment", (MELDING,), ("public_id",), only=PUBLIC),
    Owned("incidents.MeldingAccess", (MELDING,), handed=False),
    Owned("incidents.Relation", (MELDING, "other__contractant")),
    Owned("incidents.ChainRequest", (MELDING,), handed=False),
    Owned("incidents.WebReport", handed=False),
    Owned("incidents.WebReportFile", handed=False),
    Owned("incidents.Escalation", (MELDING,), ("number",), sheet=True),
    Owned("incidents.EscalationMessage", ("escalation__melding__contractant",), only=PUBLIC),
    Owned("incidents.StructuralFailure", ("contractant",), ("number",), sheet=True),
    Owned("problems.ProblemUse", (MELDING,), handed=False),
    Owned("problems.TrendSignal", handed=False),
    Owned("changes.Change", ("contractant",), ("number",), without=("problem",), sheet=True),
    Owned("changes.ChangeApproval", ("change__contractant",)),
    Owned("changes.ChangeMessage", ("change__contractant",), only=PUBLIC),
    Owned("changes.ReleaseUse", ("contractant",)),
    Owned("complaints.Complaint", ("contractant",), ("number",), sheet=True),
    Owned("complaints.ComplaintMessage", ("complaint__contractant",), only=PUBLIC),
    Owned("complaints.ComplaintReport", ("complaint__contractant",)),
    Owned("complaints.ComplaintAttachment", ("complaint__contractant",), ("public_id",), only=PUBLIC),
    Owned("reports.ServiceLevelReport", ("contractant",), ("number",), only=Q(state="published"), sheet=True),
    Owned("reports.ReportMessage", ("report__contractant",), handed=False),
    Owned("reports.Correction", ("report__contractant",)),
    Owned("reports.ReportLook", ("report__contractant",), handed=False),
    Owned("reports.WhatIf", ("contractant",), handed=False),
    Owned("reports.WhatIfLine", (MELDING,), handed=False),
    Owned(
        "privacy.DataRequest", ("contractant",), ("number",), only=Q(passed_on_at__isnull=False), sheet=True
    ),
    Owned("privacy.Objection", ("contractant",)),
    Owned("privacy.Affected", ("contractant",), handed=False),
    Owned("privacy.Letter", ("affected__contractant",), handed=False),
    Owned("privacy.LegalHold", ("contractant", "contact__contractant", MELDING), handed=False),
    Owned(
        "desk.WebhookEndpoint",
        ("party",),
        ("name",),
        without=("active", "disabled_reason", "salt", "former_salt", "former_until"),
    ),
    Owned("desk.Event"),
    Owned("desk.InboundMail", key=("public_id",)),
    Owned("desk.Quarantined", handed=False),
    Owned("desk.Revealed", handed=False),
    Owned("desk.WebhookDelivery", handed=False),
    Owned("desk.Notice", key=("message_id",), only=TOLD),
    Owned("privacy.Announced", ("contact__contractant",), handed=False),
    Owned("privacy.Handover", ("contractant",), handed=False),
]
BY_LABEL = {kind.label: kind for kind in OWNED}
HANDED = [kind for kind in OWNED if kind.handed]


@dataclass(frozen=True)
class Referred:
    """What several contractants share and rows of one of them refer to: handed over as far as it takes to know what is
    meant, and left where it is by erasing. `fields` None: it has to be there already where it is taken in."""

    label: str
    key: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    @property
    def name(self) -> str:
        return self.label.lower()


# A person of the supplier is handed over by name and role alone; who works there is no data of the contractant.
PERSON = "desk.User"
REFERRED = [
    Referred(PERSON, (), ("name", "role")),
    Referred("contractants.Partnership", ("name",), ("name", "region")),
    Referred("contractants.Service", ("slug",), ("slug", "name", "kind")),
    Referred("sla.Policy", ("slug",)),
    Referred("sla.PolicyVersion", ("policy__slug", "number")),
    Referred("incidents.StructuralTalk", (),
             ("quarter", "service", "umbrella", "planned_at", "held_at", "outcome")),
    Referred("changes.StandardChange", ("service__slug", "name"), ("service", "name")),
    Referred("changes.Release", ("number",),
             ("number", "version", "state", "kind", "service", "name", "planned_on", "introduction", "cve_reason",
              "released_at", "supported_until")),
    Referred(
        "privacy.Subprocessor",
        ("number",),
        ("number", "version", "state", "name", "task", "data", "country", "place", "agreement", "announced_at",
         "objections_until", "active_since", "ended_at"),
    ),
]  # fmt: skip
REFERRED_BY_LABEL = {kind.label: kind for kind in REFERRED}

AUDIT = "kept for five years by NEN 7513; holds no content"
BREACHES = "the register that AVG art. 33(5) asks for"
# Everything else, and why it is nobody's.
SHARED = {
    "auth.Group": "access of the supplier", "auth.Permission": "access of the supplier",
    "changes.Freeze": "of the Dienst", "changes.Maintenance": "of the Dienst",
    "changes.MaintenanceMessage": "of the Dienst", "changes.MaintenancePattern": "of the Dienst",
    "changes.ReleaseDocument": "of the Dienst", "changes.ReleaseMessage": "of the Dienst",
    "changes.ServiceDependency": "of the Dienst", "changes.SubcontractorUpdate": "of the supplier",
    "complaints.ComplaintTarget": "terms for all", "contenttypes.ContentType": "of the software",
    "contractants.ServiceMatch": "monitoring of the supplier", "desk.Heartbeat": "of the software",
    "desk.FalseAlarm": "of the software: a keyed digest", "desk.UnscannedFile": "of the software: where a file waits",
    "desk.MessageTemplate": "texts for all", "desk.Outbox": "of the software",
    "incidents.Alert": "monitoring of the supplier", "incidents.AlertGroup": "monitoring of the supplier",
    "incidents.AlertRule": "monitoring of the supplier", "incidents.AlertSource": "monitoring of the supplier",
    "incidents.DutyTurn": "roster of the supplier", "incidents.RawEvent": "monitoring of the supplier",
    "incidents.Shift": "roster of the supplier", "incidents.Watchdog": "monitoring of the supplier",
    "problems.Problem": "of the Dienst: a cause has no contractant", "problems.ProblemAction": "of the Dienst",
    "problems.ProblemMessage": "of the Dienst", "problems.ProblemMoment": "of the Dienst",
    "problems.TrendMonth": "totals of all", "reports.Backup": "of the Dienst", "reports.Baseline": "terms for all",
    "reports.Histogram": "totals of all", "reports.MeasurementBatch": "of the software",
    "reports.MeasurementTarget": "monitoring of the supplier", "reports.PerformanceAlert": "of the Dienst",
    "reports.PerformanceLimit": "terms for all", "reports.PerformanceRule": "monitoring of the supplier",
    "reports.RecoveryTest": "of the Dienst", "reports.SlowAction": "of the Dienst",
    "reports.Unavailability": "of the Dienst", "reports.Verification": "of the software",
    "desk.AuditRecord": AUDIT, "desk.AuditLink": AUDIT, "desk.AuditPending": AUDIT, "desk.AuditCheck": AUDIT,
    "privacy.SecurityIncident": BREACHES, "privacy.Assessment": BREACHES, "privacy.FollowUp": BREACHES,
    "privacy.BreachMessage": BREACHES, "privacy.BreachAccess": BREACHES, "privacy.BreachRung": "terms for all",
    "privacy.Processing": "register of the supplier", "privacy.Measure": "register of the supplier",
    "privacy.EntryVersion": "register of the supplier", "privacy.RetentionRule": "terms for all",
    "privacy.RetentionRun": "of the software", "privacy.Tombstone": "proof that it was erased",
    "privacy.Erasure": "proof that it was erased, without what was erased",
    "sessions.Session": "not in use: sessions are desk.Session", "socialaccount.SocialApp": "access of the supplier",
    "sla.Calendar": "terms for all", "sla.CalendarDay": "terms for all", "sla.CalendarVersion": "terms for all",
    "sla.Echelon": "terms for all", "sla.Target": "terms for all",
}  # fmt: skip
# Of these, what is written about a contractant; the rest of `SHARED` the desk runs on, and no word in it is anybody's.
WRITTEN = frozenset({
    label for label, why in SHARED.items()
    if why in {BREACHES, "monitoring of the supplier", "of the supplier", "totals of all"} or why.startswith("of the Dienst")
} | {"changes.Release", "incidents.StructuralTalk", "privacy.Subprocessor"} | set(BY_LABEL))  # fmt: skip


def undescribed() -> list[str]:
    """Models of which nobody said to whom their rows belong, and what was said of one that is not there."""
    return sorted(
        {*BY_LABEL, *REFERRED_BY_LABEL, *SHARED} ^ {model._meta.label for model in apps.get_models()}
    )


def sequence(model: type[Model]) -> str | None:
    """The database sequence that numbers of this kind of case come from."""
    return f"{model.case_type}_number" if issubclass(model, Case) else None
