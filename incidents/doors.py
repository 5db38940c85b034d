"""What escalations and structural failures are made of, for their doors. The Melding has doors of its own."""

from __future__ import annotations

from desk.doors import Doors
from incidents import actions, escalations, failures
from incidents.actions import structural
from incidents.forms_escalation import FORMS as ESCALATION_FORMS
from incidents.forms_structural import FORMS as FAILURE_FORMS
from incidents.models import Escalation, StructuralFailure

ESCALATION: Doors[Escalation] = Doors(
    Escalation, actions, escalations.with_melding, ESCALATION_FORMS, escalations.SENTENCES,
    messages=lambda escalation: escalation.messages.select_related("author__contact__contractant"),
)  # fmt: skip
FAILURE: Doors[StructuralFailure] = Doors(
    StructuralFailure, structural, failures.visible, FAILURE_FORMS, failures.SENTENCES
)
