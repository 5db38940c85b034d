"""Every address that shows something of a case leaves a record of who saw it, and of who was refused (art. 7.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from contractants.models import Contact
from desk.models import AuditRecord, User
from desk.permissions import Role
from incidents.models import Melding
from tests import factories
from tests.gate.addresses import Address, addresses
from tests.gate.test_gate import MARK, UNKNOWN, foreign, identity, stranger
from tests.gate.unpacked import readable

__all__ = ["foreign", "stranger"]
pytestmark = pytest.mark.django_db


def visits(user: User, melding: Melding) -> Iterator[tuple[Address, Any, list[AuditRecord]]]:
    """Each address, what it answered, and the records that this left."""
    client, values = Client(raise_request_exception=False), identity(melding)
    client.force_login(user)
    for address in addresses():
        mark = AuditRecord.objects.values_list("pk", flat=True).first() or 0
        with transaction.atomic():
            answer = client.get(address.filled(values))
            answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            left = list(AuditRecord.objects.filter(pk__gt=mark))
            transaction.set_rollback(True)
        yield address, answer, left


@pytest.mark.parametrize("role", [Role.SERVICE_LEVEL_MANAGER, Role.CONTACT])
def test_what_shows_something_of_a_case_leaves_a_record(foreign: Melding, role: Role) -> None:
    assert foreign.contact
    user = foreign.contact.user if role == Role.CONTACT else factories.staff(role)
    silent, shown = [], 0
    for address, answer, left in visits(user, foreign):
        if MARK not in readable(answer.body):
            continue
        shown += 1
        if not any(row.user_id == user.pk for row in left):
            silent.append(address.name)
        elif foreign.number in address.filled(identity(foreign)):
            assert [(row.number, row.contractant) for row in left] == [
                (foreign.number, foreign.contractant_id)
            ]
    assert silent == []
    assert shown > 20 if role == Role.CONTACT else shown > 60


def test_who_asks_for_what_is_of_another_leaves_a_record_of_the_refusal(
    foreign: Melding, stranger: Contact
) -> None:
    for address, answer, left in visits(stranger.user, foreign):
        if answer.status_code in (403, 404) and set(UNKNOWN) & set(address.parts):
            assert [(row.result, row.user_id) for row in left] == [("refused", stranger.user_id)], address
