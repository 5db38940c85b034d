"""Who sees what: every model that has a gate, by every role, in one table to read."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from desk.permissions import STAFF, Role
from incidents.models import Melding
from tests import factories
from tests.gate.test_gate import foreign  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db

ALL, SOME, NONE = "all", "some", "none"
EVERYBODY = frozenset(STAFF)
MANAGERS = frozenset({Role.ADMINISTRATOR, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER})
CONFIDENTIAL = frozenset({Role.MANAGEMENT, Role.PRIVACY_OFFICER})

# What is made of one contractant, with something in every corner of it: which staff see all of that (the others see
# nothing), what a machine sees, and what a contact of the contractant sees. Nobody else sees any of it.
SEEN: dict[str, tuple[frozenset[Any], str, str]] = {
    "contractants.Contractant":     (EVERYBODY,    ALL,  ALL),
    "contractants.Contact":         (EVERYBODY,    ALL,  ALL),
    "incidents.Melding":            (EVERYBODY,    ALL,  ALL),
    "incidents.Message":            (EVERYBODY,    ALL,  SOME),  # without internal notes
    "incidents.Attachment":         (EVERYBODY,    ALL,  ALL),
    "incidents.Escalation":         (EVERYBODY,    ALL,  ALL),
    "incidents.StructuralFailure":  (EVERYBODY,    ALL,  NONE),  # its hoofdcontactpersoon does
    "problems.Problem":             (EVERYBODY,    ALL,  NONE),  # until it is published
    "changes.Release":              (EVERYBODY,    ALL,  ALL),
    "changes.ReleaseMessage":       (EVERYBODY,    ALL,  NONE),
    "changes.ReleaseDocument":      (EVERYBODY,    ALL,  NONE),  # until it is out
    "changes.Change":               (EVERYBODY,    ALL,  ALL),
    "changes.ChangeMessage":        (EVERYBODY,    ALL,  SOME),
    "changes.Maintenance":          (EVERYBODY,    ALL,  ALL),
    "changes.ReleaseUse":           (EVERYBODY,    ALL,  ALL),
    "complaints.Complaint":         (EVERYBODY,    ALL,  ALL),
    "complaints.ComplaintAttachment": (EVERYBODY,  ALL,  ALL),
    "reports.ServiceLevelReport":   (EVERYBODY,    ALL,  ALL),
    "reports.Correction":           (EVERYBODY,    ALL,  ALL),
    "reports.Unavailability":       (EVERYBODY,    ALL,  NONE),
    "reports.Verification":         (MANAGERS,     NONE, NONE),
    "reports.WhatIf":               (MANAGERS,     NONE, NONE),
    "privacy.Handover":             (frozenset({Role.PRIVACY_OFFICER}), NONE, NONE),
    "privacy.DataRequest":          (frozenset({Role.PRIVACY_OFFICER}), NONE, NONE),  # and who took it in
    "privacy.LegalHold":            (EVERYBODY,    NONE, NONE),
    "privacy.Subprocessor":         (EVERYBODY,    NONE, ALL),
    "privacy.Objection":            (EVERYBODY,    NONE, ALL),
    "privacy.SecurityIncident":     (CONFIDENTIAL, NONE, NONE),
    "privacy.Letter":               (CONFIDENTIAL, NONE, NONE),
}  # fmt: skip
OF_ONE_PERSON = {"incidents.SavedFilter"}  # made by nobody here

# Models without a gate of their own. Of some, each row is seen with the one that it belongs to, by this field.
THROUGH = {
    "contractants.IdentityProvider": "contractant", "sla.Contract": "contractant",
    "incidents.MeldingAccess": "melding", "incidents.Relation": "melding", "incidents.ChainRequest": "melding",
    "incidents.EscalationMessage": "escalation", "incidents.Alert": "melding", "incidents.AlertGroup": "melding",
    "incidents.RawEvent": "alert", "incidents.WebReport": "melding", "incidents.WebReportFile": "report",
    "problems.ProblemMoment": "problem", "problems.ProblemAction": "problem", "problems.ProblemUse": "problem",
    "problems.ProblemMessage": "problem", "changes.ChangeApproval": "change", "changes.MaintenanceMessage": "maintenance",
    "complaints.ComplaintMessage": "complaint", "complaints.ComplaintReport": "complaint",
    "reports.ReportMessage": "report", "reports.ReportLook": "report", "reports.WhatIfLine": "run",
    "privacy.BreachAccess": "incident", "privacy.Assessment": "incident", "privacy.Affected": "incident",
    "privacy.FollowUp": "incident", "privacy.BreachMessage": "incident", "privacy.Announced": "subprocessor",
}  # fmt: skip
OWN = "shown to the person that it is of, by who asks"
TERMS = "terms and calendars: no word in it is anybody's"
BEHEER = "in Beheer alone, by the role that `desk.permissions` says"
OFFICER = "of the privacy officer, by a verb"
INSIDE = "of the Dienst: staff alone, by the page"
SOFTWARE = "the desk runs on it, nothing shows it"
LIBRARY = "of a library; our adapters keep it empty or ask by person"
UNGATED = {
    "desk.AuditRecord": OFFICER, "desk.AuditLink": OFFICER, "desk.AuditPending": OFFICER, "desk.AuditCheck": BEHEER,
    "desk.UnscannedFile": SOFTWARE, "desk.Event": "shown with its case", "desk.Notice": BEHEER, "desk.InboundMail": BEHEER,
    "desk.Outbox": SOFTWARE, "desk.MessageTemplate": BEHEER, "desk.NoticePreference": OWN, "desk.User": BEHEER,
    "desk.ApiToken": BEHEER, "desk.FalseAlarm": SOFTWARE, "desk.Quarantined": "by a verb", "desk.Revealed": "by a verb",
    "desk.Session": OWN, "desk.IdempotentRequest": SOFTWARE, "desk.Heartbeat": SOFTWARE, "desk.WebhookEndpoint": BEHEER,
    "desk.WebhookDelivery": BEHEER, "contractants.Partnership": BEHEER, "contractants.Service": TERMS,
    "contractants.ServiceMatch": BEHEER, "sla.Calendar": TERMS, "sla.CalendarVersion": TERMS, "sla.CalendarDay": TERMS,
    "sla.Policy": TERMS, "sla.PolicyVersion": TERMS, "sla.Target": TERMS, "sla.Echelon": TERMS,
    "incidents.Shift": INSIDE, "incidents.DutyTurn": INSIDE, "incidents.Watchdog": BEHEER, "incidents.AlertRule": BEHEER,
    "incidents.AlertSource": BEHEER, "incidents.StructuralTalk": INSIDE, "problems.TrendMonth": INSIDE,
    "problems.TrendSignal": INSIDE, "changes.StandardChange": TERMS, "changes.CalendarFeed": OWN,
    "changes.MaintenancePattern": TERMS, "changes.ServiceDependency": TERMS, "changes.Freeze": TERMS,
    "changes.SubcontractorUpdate": INSIDE, "complaints.ComplaintTarget": TERMS, "reports.Backup": INSIDE,
    "reports.RecoveryTest": INSIDE, "reports.Histogram": INSIDE, "reports.SlowAction": INSIDE,
    "reports.MeasurementBatch": SOFTWARE, "reports.Baseline": INSIDE, "reports.PerformanceLimit": INSIDE,
    "reports.PerformanceRule": INSIDE, "reports.PerformanceAlert": INSIDE, "reports.MeasurementTarget": INSIDE,
    "privacy.BreachRung": TERMS, "privacy.Erasure": OFFICER, "privacy.Processing": "for everybody who is signed in",
    "privacy.Measure": "for everybody who is signed in", "privacy.EntryVersion": OFFICER, "privacy.RetentionRule": OFFICER,
    "privacy.RetentionRun": OFFICER, "privacy.Tombstone": OFFICER, "admin.LogEntry": BEHEER, "auth.Permission": LIBRARY,
    "auth.Group": LIBRARY, "contenttypes.ContentType": LIBRARY, "sessions.Session": LIBRARY, "account.EmailAddress": LIBRARY,
    "account.EmailConfirmation": LIBRARY, "mfa.Authenticator": LIBRARY, "socialaccount.SocialApp": LIBRARY,
    "socialaccount.SocialAccount": LIBRARY, "socialaccount.SocialToken": LIBRARY,
}  # fmt: skip


def gated() -> dict[str, type[Model]]:
    return {
        model._meta.label: model
        for model in apps.get_models()
        if hasattr(model._default_manager, "visible_to")
    }


def test_every_model_has_a_gate_or_a_reason_why_not() -> None:
    named = {*gated(), *THROUGH, *UNGATED}
    assert named == {model._meta.label for model in apps.get_models()}
    assert not set(UNGATED) & {*gated(), *THROUGH}
    for label, path in THROUGH.items():
        related: Any = apps.get_model(label)._meta.get_field(path).related_model
        assert related._meta.label in {*gated(), *THROUGH}, label


def sees(model: type[Model], user: Any, rows: set[Any]) -> str:
    manager: Any = model._default_manager
    seen = rows & set(manager.visible_to(user).values_list("pk", flat=True))
    return ALL if seen == rows else SOME if seen else NONE


def test_who_sees_what(foreign: Melding) -> None:  # noqa: F811
    assert foreign.contact
    contractant = foreign.contact.contractant
    rows = {label: set(model._base_manager.values_list("pk", flat=True)) for label, model in gated().items()}
    staff = {role: factories.staff(role) for role in sorted(STAFF)}
    machine, colleague = factories.machine(), factories.contact(contractant=contractant).user
    others = {
        "stranger": factories.contact().user,
        "left": factories.contact(contractant=contractant, is_active=False).user,
        "switched off": factories.staff("administrator", is_active=False),
    }
    assert {label for label, found in rows.items() if not found} == OF_ONE_PERSON, (
        "a gate of which nothing is tried"
    )
    found = {}
    for label, model in gated().items():
        if label in OF_ONE_PERSON:
            continue
        by_role = {role: sees(model, user, rows[label]) for role, user in staff.items()}
        assert set(by_role.values()) <= {ALL, NONE}, label
        found[label] = (
            frozenset(role for role, seen in by_role.items() if seen == ALL),
            sees(model, machine, rows[label]), sees(model, colleague, rows[label]),
        )  # fmt: skip
        assert {who: sees(model, user, rows[label]) for who, user in others.items()} == dict.fromkeys(
            others, NONE
        ), label
    assert found == SEEN
