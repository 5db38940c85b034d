"""The registers are true: what they name exists, and each version of an entry stays to be read (art. 7.3, AVG 30(2), 32)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from desk.permissions import Role
from privacy.apps import ship
from privacy.models import EntryVersion, Measure, Processing, RetentionRule
from privacy.registers import keeping
from privacy.retention.kinds import BY_SLUG
from tests import factories
from tests.factories import MOMENT

BASE = Path(settings.BASE_DIR)


@pytest.mark.parametrize(("slug", "row"), keeping.shipped("measure").items())
def test_what_shows_a_measure_is_there(slug: str, row: dict[str, list[str]]) -> None:
    assert row["evidence"]
    for name in row["evidence"]:
        assert hasattr(settings, name) if name.isupper() else (BASE / name).exists(), name


def test_every_kind_that_is_kept_for_people_is_named_by_an_activity() -> None:
    named = {slug for row in keeping.shipped("processing").values() for slug in row["retention"]}
    assert named == set(BY_SLUG), "each kind of data belongs to something that we do with it"


@pytest.mark.django_db
def test_migrating_to_where_a_table_is_not_there_yet_ships_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_entryversion RENAME TO elsewhere")
    Measure.objects.all().delete()
    ship()
    assert not Measure.objects.exists()


@pytest.mark.django_db
def test_a_changed_entry_keeps_what_it_said_and_shipping_again_changes_nothing(client: Client) -> None:
    row = Measure.objects.get(slug="gate")
    client.force_login(factories.staff(Role.PRIVACY_OFFICER))
    given = {"slug": row.slug, "name": row.name, "order": row.order, "is_active": "on", "norm": row.norm,
             "description": "Anders gezegd.", "evidence": "tests/gate/test_gate.py"}  # fmt: skip
    assert client.post(f"/beheer/privacy/measure/{row.pk}/change/", given).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.description) == (2, "Anders gezegd.")
    first, second = EntryVersion.objects.filter(register="measure", slug="gate").order_by("number")
    assert first.content["description"] != second.content["description"] == "Anders gezegd."
    assert keeping.load(MOMENT) == 0
    client.force_login(factories.staff())
    assert client.post(f"/beheer/privacy/measure/{row.pk}/change/", given).status_code == 403


@pytest.mark.django_db
def test_art_7_3_the_pages_show_periods_as_the_rules_have_them(client: Client) -> None:
    RetentionRule.objects.filter(kind="complaint").update(days=611)
    main, plain = factories.contact(role="main_contact"), factories.contact()
    client.force_login(main.user)
    for url in ("/portaal/privacy/verwerkingen/", "/portaal/privacy/maatregelen/"):
        assert client.get(url).status_code == 200
    assert "611 dagen" in client.get("/portaal/privacy/verwerkingen/").content.decode()
    client.force_login(plain.user)
    assert client.get("/portaal/privacy/verwerkingen/").status_code == 404
    client.force_login(factories.staff())
    assert "611 dagen" in client.get("/privacy/verwerkingen/").content.decode()
    page = client.get("/privacy/maatregelen/").content.decode()
    assert "tests/gate/test_gate.py" in page
    assert Processing.objects.count() == len(keeping.shipped("processing"))
