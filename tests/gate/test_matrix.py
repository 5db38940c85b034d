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
    "privacy.DataRequest":          (frozenset({Role.PRIVACY_OFFICER}), NONE, NONE),  # and who took it in
    "privacy.LegalHold":            (EVERYBODY,    NONE, NONE),
    "privacy.Subprocessor":         (EVERYBODY,    NONE, ALL),
    "privacy.Objection":            (EVERYBODY,    NONE, ALL),
    "privacy.SecurityIncident":     (CONFIDENTIAL, NONE, NONE),
    "privacy.Letter":               (CONFIDENTIAL, NONE, NONE),
}  # fmt: skip
OF_ONE_PERSON = {"incidents.SavedFilter"}  # made by nobody here


def gated() -> dict[str, type[Model]]:
    return {
        model._meta.label: model
        for model in apps.get_models()
        if hasattr(model._default_manager, "visible_to")
    }


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
