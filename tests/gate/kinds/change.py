"""A Change of the owner of the foreign Melding, in a Release with a document for whoever has its Dienst."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from changes.actions import change as changes
from changes.actions import release as releases
from changes.actions.request import Request, register
from changes.actions.usage import record_use
from changes.models import ReleaseDocument
from incidents.models import Melding
from tests import factories
from tests.factories import MOMENT
from tests.gate.kinds import Corner

MARK, WORD = "GEHEIM", "parelmoer"
LATER = MOMENT + timedelta(minutes=10)


def mark(melding: Melding) -> dict[str, Any]:
    assert melding.contact
    manager = factories.staff("product_manager", name=f"{MARK} productmanager")
    other = factories.staff("service_level_manager", name=f"{MARK} servicelevelmanager")
    service = factories.ServiceFactory.create(slug="dienst-van-de-poort")
    factories.ContractFactory.create(
        contractant=melding.contractant, service=service, starts_on=date(2023, 1, 1)
    )
    asked = Request(f"{MARK} {WORD}", f"{MARK} {WORD} verzoek", f"{MARK} doel", service, f"{MARK} voorbeeld", melding.contact)  # fmt: skip
    change = register(asked, by=melding.contact.user, at=LATER)
    inside = f"{MARK} {WORD} notitie"
    changes.assess(change, by=other, at=LATER, cost=inside, risk=inside, risk_level="low", benefit=inside)
    changes.approve(change, by=manager, at=LATER)
    changes.honour(change, by=manager, at=LATER, words=f"{MARK} {WORD} toelichting")
    changes.note(change, by=manager, at=LATER, body=inside)
    changes.reply(change, by=manager, at=LATER, body=f"{MARK} {WORD} bericht")
    given: dict[str, Any] = {"kind": "release", "service": service, "planned_on": date(2026, 9, 1)}
    release = releases.register(by=manager, at=LATER, name="8.2", **given)
    changes.plan(change, by=manager, at=LATER, release=release, release_note=inside)
    releases.introduce(release, by=manager, at=LATER, introduction=inside)
    releases.note(release, by=manager, at=LATER, body=inside)
    releases.attach(release, by=manager, at=LATER, files=[SimpleUploadedFile(f"{MARK}.txt", inside.encode())])
    used = releases.register(by=manager, at=LATER, name="8.1", **{**given, "planned_on": LATER.date()})
    releases.introduce(used, by=manager, at=LATER, introduction=inside)
    releases.freeze(used, by=manager, at=LATER)
    releases.publish(used, by=manager, at=LATER)
    record_use(melding.contact.contractant, used, by=manager, at=LATER, since=LATER.date())
    return {
        "contractant": melding.contact.contractant.public_id,
        "change": change.number,
        "release": release.number,
        "document": ReleaseDocument.objects.get().public_id,
    }


CORNER = Corner(
    unknown={
        "contractant": "22222222-2222-4222-8222-222222222222", "change": "W26-99999", "release": "R26-99999", "document": "11111111-1111-4111-8111-111111111111"
    },
    mark=mark,
    for_contacts=frozenset(
        {"changes:portal_changes", "changes:portal_change_new", "changes:portal_change", "changes:portal_releases",
         "changes:portal_release", "changes:document", "api:changes", "api:change", "api:releases", "api:release",
         "api:release_uses"}
    ),
)  # fmt: skip
