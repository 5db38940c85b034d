"""Registers of privacy: a request of a data subject of the owner's, a sub-processor with an objection, a hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contractants.models import Contact, Service
from incidents.models import Melding
from privacy.models import Objection
from privacy.requests import actions as requests
from privacy.requests.actions import Asked
from privacy.retention import holds
from privacy.subprocessors import actions as subprocessors
from privacy.subprocessors.actions import Proposed
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner


def mark(melding: Melding) -> dict[str, Any]:
    from tests.gate.test_gate import MARK, WORD

    assert melding.contact
    assert melding.contractant
    at, officer = MOMENT + timedelta(minutes=6), factories.staff("privacy_officer", name=f"{MARK} officer")
    Contact.objects.filter(pk=melding.contact.pk).update(role=Contact.Role.MAIN)
    request = requests.register(
        Asked(melding.contractant, "access", "letter", at, reference=f"{MARK} kenmerk"), by=officer, at=at
    )
    requests.pass_on(request, by=officer, at=at)
    own = Service.objects.create(slug="eigen", name="Eigen Dienst")
    factories.ContractFactory.create(contractant=melding.contractant, service=own)
    proposed = Proposed(
        f"{MARK} rekenhuis", f"{MARK} hosting", f"{MARK} alles", "NL", f"{MARK}", services=[own]
    )
    subprocessor = subprocessors.register(proposed, by=officer, at=at)
    subprocessors.make_known(subprocessor, by=officer, at=at)
    subprocessors.object_to(subprocessor, by=melding.contact.user, at=at, reason=f"{MARK} {WORD} bezwaar")
    assert Objection.objects.exists()
    hold = holds.place(melding, by=officer, at=at, reason=f"{MARK} {WORD} bewaren")
    return {"data_request": request.number, "subprocessor": subprocessor.number, "hold": hold.pk}


CORNER = Corner(
    unknown={"data_request": "G26-99999", "subprocessor": "U26-99999"}, mark=mark,
    for_contacts=frozenset({
        "privacy:portal", "privacy:portal_request", "privacy:portal_subprocessor", "privacy:portal_processing",
        "privacy:portal_measures",
    }),
)  # fmt: skip
