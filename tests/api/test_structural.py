"""Structural failures over the API: to read, for staff and for the hoofdcontactpersoon of the contractant (art. 2.12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from contractants.models import Contact
from desk.models import ApiToken
from incidents.actions import structural
from incidents.models import Channel, StructuralFailure
from tests import factories
from tests.api.conftest import client_of
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
LIST = "/api/v1/structural-failures/"


def failing() -> Contact:
    """The hoofdcontactpersoon of a contractant with three P1s that nobody answered."""
    main = factories.contact(role="main_contact")
    for day in range(3):
        factories.registered(
            at=MOMENT + timedelta(days=day), contact=main, channel=Channel.PORTAL, priority=1, impact="", urgency="",
            service=factories.ServiceFactory.create(),
        )  # fmt: skip
    structural.detect(MOMENT + timedelta(days=14))
    return main


def asking(contact: Contact) -> APIClient:
    return client_of(factories.token(ApiToken.Scope.READ, user=contact.user))


def test_one_shows_its_evidence_the_request_and_the_talk(reader: APIClient) -> None:
    main = failing()
    failure = StructuralFailure.objects.get()
    structural.request_talk(failure, by=main.user, at=MOMENT + timedelta(days=15), request="Graag overleg.")
    (row,) = reader.get(LIST, {"state": "requested"}).json()["results"]
    assert (row["number"], row["quarter"], row["contractant"]["name"]) == (
        failure.number, "2026-Q2", main.contractant.name
    )  # fmt: skip
    answer = reader.get(row["url"])
    found = answer.json()
    assert answer["ETag"]
    assert set(found["meldingen"]) == {melding.number for melding in failure.meldingen.all()}
    assert (found["request"], found["requested_by"]) == ("Graag overleg.", main.user.name)
    assert set(found["talk"]) == {"umbrella", "planned_at", "held_at", "outcome"}


def test_only_the_own_hoofdcontactpersoon_sees_it(reader: APIClient) -> None:
    main = failing()
    number = StructuralFailure.objects.get().number
    colleague = factories.contact(contractant=main.contractant)
    other = factories.contact(role="main_contact")
    for contact, seen in ((main, 1), (colleague, 0), (other, 0)):
        assert len(asking(contact).get(LIST).json()["results"]) == seen
        assert asking(contact).get(f"{LIST}{number}/").status_code == (200 if seen else 404)


def test_the_list_takes_as_many_queries_for_one_as_for_five(reader: APIClient) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert reader.get(LIST).status_code == 200
        return len(found)

    failing()
    reader.get(LIST)
    one = count()
    for _n in range(4):
        failing()
    assert count() == one <= 15
