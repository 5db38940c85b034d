"""Each staff role at each page of staff: it opens for whom `desk.permissions` says, and for nobody else.

What every role may open, two roles try in turn; where a verb is asked, all of them try.
"""

from __future__ import annotations

import pytest
from django.test import Client

from desk.permissions import STAFF, VERBS
from incidents.models import Melding
from tests import factories
from tests.gate.addresses import Address, addresses
from tests.gate.test_gate import ask, foreign, identity

__all__ = ["foreign"]
pytestmark = pytest.mark.django_db
SPACES = {"incidents", "problems", "changes", "complaints", "reports", "privacy"}
ROLES = sorted(STAFF)
# The page -> the verb that it asks.
ASKED = {
    "incidents:melding_new": "register", "incidents:quarantine": "quarantine.reveal", "incidents:held": "quarantine.reveal",
    "problems:new": "problem.open", "changes:new": "change.register", "changes:release_new": "release.register",
    "changes:maintenance_new": "maintenance.plan", "complaints:new": "complaint.register",
    "reports:unavailability_new": "availability.record", "reports:what_ifs": "report.what_if",
    "reports:what_if": "report.what_if", "reports:verifications": "report.verify", "privacy:index": "privacy.register",
    "privacy:breach_register": "breach.register", "privacy:breach_register_csv": "breach.register",
    "privacy:breach": "breach.handle", "privacy:breach_letter": "breach.handle", "privacy:handovers": "erasure.plan",
    "privacy:handover": "erasure.plan", "privacy:erasure": "erasure.plan", "privacy:logbook": "privacy.audit",
    "privacy:logbook_export": "privacy.audit", "privacy:retention": "privacy.retain", "privacy:holds": "privacy.hold",
    "privacy:hold_lift": "privacy.hold", "privacy:request": "request.handle",
    "privacy:subprocessor_new": "subprocessor.handle",
}  # fmt: skip
# They show a row that is not in this scene, or want a query.
NOT_HERE = {
    "problems:known", "problems:trend_meldingen", "changes:maintenance_ics", "changes:beside", "reports:norm_meldingen",
    "privacy:handover_download", "incidents:duty_change", "incidents:redact", "incidents:confirm",
}  # fmt: skip


def pages() -> list[Address]:
    """Of staff: those of contacts and of everybody are tried in test_gate."""
    ours = (one for one in addresses() if one.name.split(":")[0] in SPACES)
    return [one for one in ours if "portal" not in one.name and one.name not in NOT_HERE]


def who_may(name: str) -> set[str]:
    return {role for role in STAFF if name not in ASKED or ASKED[name] in VERBS[role]}


def test_each_page_opens_for_the_roles_that_may(foreign: Melding) -> None:
    assert {*ASKED, *NOT_HERE} <= {address.name for address in addresses()}
    values, wrong = identity(foreign), {}
    clients = {role: Client() for role in ROLES}
    for role, client in clients.items():
        client.force_login(factories.staff(role))
    for number, address in enumerate(pages()):
        some = ROLES if address.name in ASKED else [ROLES[(number + turn) % len(ROLES)] for turn in (0, 3)]
        answers = {role: ask(clients[role], "GET", address.filled(values)).status_code for role in some}
        opened = {role for role, status in answers.items() if status < 400 or status in (405, 422)}
        if opened != set(some) & who_may(address.name):
            wrong[address.name] = answers
    assert wrong == {}
