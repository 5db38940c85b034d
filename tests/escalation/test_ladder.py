"""The ladder is data (SLA 4.4): checked before it is used, and an upgrade changes no terms that are in force."""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from domain import ladder
from domain.ladder import Rung
from sla import shipped
from sla.actions import load_shipped, new_policy_version, publish
from sla.adapter import terms
from sla.models import Echelon, PolicyVersion
from sla.objections import ladder_objections
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
LATER_MEMBERS = {"counterpart_role", "percent", "unacknowledged_minutes"}
ladder_migration: Any = importlib.import_module("sla.migrations.0003_ladder")


def test_the_shipped_ladder() -> None:
    version = PolicyVersion.objects.get(policy=factories.policy("vecozo-mdo"))
    assert list(terms(version.pk).ladder) == [
        Rung(1, "support", "Contactpersoon", "contact", 75, None),
        Rung(2, "product_manager", "Hoofdcontactpersoon", "main_contact", 100, 30),
        Rung(3, "service_level_manager", "Contactpersoon Samenwerkingsverband", "partnership_contact", 150, None),
        Rung(4, "management", "Directie", "main_contact", 200, None),
    ]  # fmt: skip


def test_who_is_above_whom() -> None:
    steps = terms(PolicyVersion.objects.get(policy=factories.policy("intramed")).pk).ladder
    assert [ladder.rank(steps, role) for role in ("contact", "support", "management")] == [0, 1, 4]
    assert [ladder.above(steps, level) for level in range(5)] == [1, 2, 3, 4, 4]


def _digest_before_the_upgrade(policy: shipped.Policy, calendars: dict[str, str]) -> str:
    rows = [
        {name: value for name, value in row.items() if name not in LATER_MEMBERS}
        for row in policy.content["echelons"]
    ]
    content = {**policy.content, "echelons": rows}
    return shipped._digest([content, {slug: calendars[slug] for slug in policy.calendars}])


def test_a_desk_that_is_upgraded_gets_no_new_version() -> None:
    """Its stored terms were given what ships; so their digest is still that of what ships."""
    digests = {calendar.slug: calendar.digest for calendar in shipped.calendars()}
    for policy in shipped.policies():
        assert policy.digest(digests) == _digest_before_the_upgrade(policy, digests)
    factories.load_policies()
    assert load_shipped(at=MOMENT) == []


@pytest.mark.parametrize("change", [{"percent": 80}, {"percent": None}, {"unacknowledged_minutes": 5}])
def test_another_figure_in_what_ships_is_another_version(change: dict[str, Any]) -> None:
    digests = {calendar.slug: calendar.digest for calendar in shipped.calendars()}
    (policy, *_rest) = shipped.policies()
    first, *others = policy.content["echelons"]
    other = shipped.Policy(policy.slug, {**policy.content, "echelons": [{**first, **change}, *others]})
    assert other.digest(digests) != policy.digest(digests)


def test_the_migration_gives_stored_versions_what_ships_though_they_are_frozen() -> None:
    factories.load_policies()
    names = ("version__policy__slug", "level", *sorted(LATER_MEMBERS))
    shipped_rows = list(Echelon.objects.order_by("pk").values_list(*names))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an upgrade finds rows that were committed
        cursor.execute("ALTER TABLE sla_echelon DISABLE TRIGGER frozen")
        cursor.execute(
            "UPDATE sla_echelon SET percent = NULL, unacknowledged_minutes = NULL, counterpart_role = ''"
        )
        cursor.execute("ALTER TABLE sla_echelon ENABLE TRIGGER frozen")
        cursor.execute(ladder_migration.START)
    assert list(Echelon.objects.order_by("pk").values_list(*names)) == shipped_rows


@pytest.mark.parametrize("changed", [{"percent": 100}, {"percent": 175}, {"level": 7}])
def test_a_ladder_that_cannot_be_climbed_is_refused(changed: dict[str, Any]) -> None:
    draft = new_policy_version(factories.policy("vecozo-mdo"), by=None, at=MOMENT)
    assert ladder_objections(draft) == {}
    level = 1 if "level" in changed or changed["percent"] == 100 else 2
    draft.echelons.filter(level=level).update(**changed)
    assert set(ladder_objections(draft)) == {"echelons"}
    draft.echelons.filter(level__in=[level, 7]).update(level=level, percent={1: 75, 2: 100}[level])
    publish(draft, by=None, at=MOMENT + timedelta(days=1))
