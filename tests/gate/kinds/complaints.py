"""Complaints: one of the owner's, with words, notes and a klachtrapport that was refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from complaints import actions, reports
from complaints.actions import Received
from complaints.models import ComplaintAttachment
from incidents.models import Melding
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner


def mark(melding: Melding) -> dict[str, Any]:
    from tests.gate.test_gate import MARK, WORD

    assert melding.contact
    at, manager = MOMENT + timedelta(minutes=6), factories.staff("product_manager", name=f"{MARK} manager")
    received = Received(
        contact=melding.contact, about="handling", subject=f"{MARK} {WORD} klacht", description=f"{MARK} {WORD}",
        meldingen=[melding],
    )  # fmt: skip
    complaint = actions.register(received, by=melding.contact.user, at=at)
    file = SimpleUploadedFile(f"{MARK}.txt", f"{MARK} {WORD}".encode())
    actions.attach(complaint, by=melding.contact.user, at=at, files=[file])
    sent = ComplaintAttachment.objects.get()
    actions.assign(complaint, by=factories.staff(), at=at, assignee=manager)
    actions.start(complaint, by=manager, at=at)
    actions.note(complaint, by=manager, at=at, body=f"{MARK} {WORD} notitie")
    actions.propose(complaint, by=manager, at=at, solution=f"{MARK} oplossing")
    actions.accept_solution(complaint, by=melding.contact.user, at=at)
    parts = {name: f"{MARK} {name}" for name in ("complained", "found", "done", "prevention")}
    actions.send_report(complaint, by=manager, at=at, **parts)  # type: ignore[arg-type]
    reports.store(complaint.reports.get())
    actions.refuse_report(complaint, by=melding.contact.user, at=at, reason=f"{MARK} reden")
    return {"complaint": complaint.number, "edition": 1, "complaint_file": sent.public_id}


CORNER = Corner(
    unknown={"complaint": "K26-99999", "complaint_file": "33333333-3333-4333-8333-333333333333"}, mark=mark,
    for_contacts=frozenset({
        "complaints:portal", "complaints:portal_new", "complaints:portal_complaint", "complaints:report",
        "complaints:file", "api:complaint_files", "api:complaint_file",
        "api:complaints", "api:complaint",
    }),
)  # fmt: skip
