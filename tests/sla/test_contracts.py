"""A Melding takes its policy from contractant, Dienst and the moment of receipt (SLA 6)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from contractants.models import Contractant, Service
from sla.actions import new_policy_version, publish
from sla.models import Contract, Policy
from sla.queries import NoPolicy, policy_version_for
from tests.sla.conftest import NOW

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def contract(shipped: None) -> Contract:
    """Intramed's policy, for 2026."""
    return Contract.objects.create(
        contractant=Contractant.objects.create(name="Praktijk De Linde"),
        service=Service.objects.create(slug="online", name="Praktijksoftware"),
        policy=Policy.objects.get(slug="intramed"),
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )


def policy_at(contract: Contract, when: datetime) -> str:
    return policy_version_for(contract.contractant, contract.service, when).policy.slug


@pytest.mark.parametrize(
    ("when", "slug"),
    [
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=AMSTERDAM), "vecozo-mdo"),
        (datetime(2026, 1, 1, 0, 0, tzinfo=AMSTERDAM), "intramed"),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=AMSTERDAM), "intramed"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=AMSTERDAM), "vecozo-mdo"),
    ],
)
def test_a_contract_holds_on_its_local_days(contract: Contract, when: datetime, slug: str) -> None:
    """Midnight in Amsterdam, an hour before that in UTC."""
    assert policy_at(contract, when) == slug


def test_without_an_end_it_holds_on(contract: Contract) -> None:
    contract.ends_on = None
    contract.save()
    assert policy_at(contract, datetime(2040, 1, 1, tzinfo=AMSTERDAM)) == "intramed"


def test_another_dienst_or_nobody_gets_the_default(contract: Contract) -> None:
    other = Service.objects.create(slug="koppeling", name="Koppeling")
    assert policy_version_for(contract.contractant, other, NOW).policy.slug == "vecozo-mdo"
    assert policy_version_for(None, contract.service, NOW).policy.slug == "vecozo-mdo"
    assert policy_version_for(contract.contractant, None, NOW).policy.slug == "vecozo-mdo"


def test_the_version_of_the_day_of_receipt_holds(mdo: Policy) -> None:
    first = mdo.versions.get()
    second = new_policy_version(mdo, by=None, at=NOW)
    second.starts_on = date(2026, 7, 1)
    second.save()
    before, on = datetime(2026, 6, 30, 23, 59, tzinfo=AMSTERDAM), datetime(2026, 7, 1, tzinfo=AMSTERDAM)
    assert policy_version_for(None, None, on) == first

    publish(second, by=None, at=NOW)

    assert policy_version_for(None, None, before) == first
    assert policy_version_for(None, None, on) == second
    assert policy_version_for(None, None, datetime(2020, 1, 1, tzinfo=AMSTERDAM)) == first


def test_nothing_published_is_said(db: None) -> None:
    with pytest.raises(NoPolicy, match="load_policies"):
        policy_version_for(None, None, NOW)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 12, 31), None),
        (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2025, 1, 1), None),
        (date(2026, 3, 1), date(2026, 3, 31)),
    ],
)
def test_a_contract_that_overlaps_is_refused(
    contract: Contract, starts_on: date, ends_on: date | None
) -> None:
    clash = Contract(
        contractant=contract.contractant, service=contract.service,
        policy=Policy.objects.get(slug="vecozo-mdo"), starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="Er is al een contract"):
        clash.full_clean()
    with pytest.raises(IntegrityError, match="one_contract_at_a_time"):
        clash.save()


def test_contracts_may_follow_each_other(contract: Contract) -> None:
    following = Contract(
        contractant=contract.contractant, service=contract.service,
        policy=Policy.objects.get(slug="vecozo-mdo"), starts_on=date(2027, 1, 1),
    )  # fmt: skip
    following.full_clean()
    following.save()
    assert policy_at(contract, datetime(2027, 1, 1, tzinfo=AMSTERDAM)) == "vecozo-mdo"


def test_a_contract_does_not_end_before_it_starts(contract: Contract) -> None:
    contract.ends_on = date(2025, 12, 31)
    with pytest.raises(ValidationError, match="eindigt niet voor het begint"):
        contract.full_clean()
