# mypy: disable-error-code="no-untyped-call"
"""Believable rows for tests; everybody in them is fictional, at example domains.

`registered(...)` makes a Melding the way the desk does, through `actions.register`. The shipped policies are
loaded by the fixture `policies` or by the first Melding that needs them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from factory.declarations import LazyAttribute, LazyAttributeSequence, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from contractants.models import Contact, Contractant, Partnership, Service
from desk.models import ApiToken, User
from desk.permissions import Role
from incidents import actions
from incidents.models import Channel, Kind, Level, Melding, Urgency
from incidents.shipped import load_rules
from sla.actions import load_shipped
from sla.models import (
    Calendar,
    CalendarDay,
    CalendarVersion,
    Contract,
    Echelon,
    Policy,
    PolicyVersion,
    Target,
)

# A Tuesday without holidays near it: 10:00 in Amsterdam (summer time).
MOMENT = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)

SHIPPED: list[type[Model]] = [Calendar, CalendarVersion, CalendarDay, Policy, PolicyVersion, Target, Echelon]
_SHIPPED: list[tuple[str, list[str]]] = []


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    role: Any = Role.SUPPORT
    name: Any = Sequence(lambda n: f"Medewerker {n}")
    email: Any = LazyAttributeSequence(lambda user, n: f"{user.role}{n}@desk.example")


class PartnershipFactory(DjangoModelFactory[Partnership]):
    class Meta:
        model = Partnership

    name: Any = Sequence(lambda n: f"MDO-regio {n}")


class ContractantFactory(DjangoModelFactory[Contractant]):
    class Meta:
        model = Contractant

    name: Any = Sequence(lambda n: f"Gezondheidscentrum {n}")
    city: Any = "Utrecht"


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    user: Any = SubFactory(
        UserFactory,
        role=Role.CONTACT,
        name=Sequence(lambda n: f"Contact {n}"),
        email=Sequence(lambda n: f"contact{n}@zorg.example"),
    )
    contractant: Any = SubFactory(ContractantFactory)
    phone: Any = "030 012 01 23"


class ServiceFactory(DjangoModelFactory[Service]):
    class Meta:
        model = Service
        django_get_or_create = ("slug",)

    slug: Any = "dienst-mdo"
    name: Any = LazyAttribute(lambda service: service.slug.replace("-", " ").capitalize())


class ContractFactory(DjangoModelFactory[Contract]):
    """`policy` may be given as its slug."""

    class Meta:
        model = Contract

    contractant: Any = SubFactory(ContractantFactory)
    service: Any = SubFactory(ServiceFactory)
    policy: Any = LazyFunction(lambda: policy("vecozo-mdo"))
    starts_on: Any = date(2024, 1, 1)


def load_policies() -> None:
    """The shipped calendars, policies and rules, in each test that asks; checked and compiled once per run."""
    load_rules()
    if PolicyVersion.objects.exists():
        return
    with connection.cursor() as cursor:
        if _SHIPPED:
            cursor.execute(*_SHIPPED[0])
        else:
            load_shipped(at=LONG_AGO)
            _SHIPPED.append(_putting_back(cursor))


def _putting_back(cursor: CursorWrapper) -> tuple[str, list[str]]:
    """What puts the rows as they are now back in one go. Without triggers: they were checked when they came."""
    steps, rows = ["SET session_replication_role = replica"], []
    for table in (model._meta.db_table for model in SHIPPED):
        cursor.execute(f"SELECT json_agg(t)::text FROM {table} t")
        rows.append(str(cursor.fetchone()[0]))
        steps.append(f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s)")
        # A row that the test adds has to get a number of its own, also where tables were emptied in between; one
        # that was never given before, for what is settled is kept compiled by number.
        serial = f"pg_get_serial_sequence('{table}', 'id')"
        steps.append(f"SELECT setval({serial}, GREATEST(max(id), nextval({serial}))) FROM {table}")
    return "; ".join([*steps, "SET session_replication_role = DEFAULT"]), rows


def policy(slug: str) -> Policy:
    load_policies()
    return Policy.objects.get(slug=slug)


def staff(role: str = Role.SUPPORT, **fields: Any) -> User:
    return UserFactory.create(role=role, **fields)


def machine(**fields: Any) -> User:
    return UserFactory.create(**{"role": Role.MACHINE, "name": "Koppeling", **fields})


def contact(**fields: Any) -> Contact:
    return ContactFactory.create(**fields)


def token(scope: str = ApiToken.Scope.AGENT, user: User | None = None, name: str = "toets") -> str:
    """A new API token, as its holder sends it."""
    _row, secret = ApiToken.objects.create(user=user or machine(), name=name, scope=scope)
    return str(secret)


def report(**fields: Any) -> actions.Report:
    """A complete incident, unless told otherwise."""
    given: dict[str, Any] = {
        "kind": Kind.INCIDENT, "channel": Channel.PHONE, "subject": "MDO-omgeving opent niet",
        "description": "Na het inloggen blijft het scherm leeg.", "impact": Level.LARGE,
        "urgency": Urgency.MEDIUM, "expected_priority": 2, "affected_users": 12,
        "first_seen_at": MOMENT, "first_seen_action": "Openen van het dossier", "reproducible": "yes",
        "reporter_name": "Wil Voorbeeld", "reporter_email": "wil@zorg.example",
    }  # fmt: skip
    return actions.Report(**{**given, **fields})


def registered(
    by: User | None = None, at: datetime = MOMENT, contacted: bool = False, **fields: Any
) -> Melding:
    """A Melding received at `at`, by default an incident of priority 2 that staff took in by phone."""
    load_policies()
    fields = {"first_seen_at": at, **fields}
    if who := fields.get("contact"):
        fields = {"contractant": who.contractant, **fields}
    return actions.register(report(**fields), by=by, at=at, accept_missing=True, contacted=contacted)
