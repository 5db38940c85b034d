"""Three quarters below the promised availability are structural (art. 2.12)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from contractants.models import Contact, Service
from desk.models import Notice, User
from desk.notices import render
from incidents.actions import structural
from incidents.models import StructuralFailure
from sla.models import Contract
from tests import factories
from tests.pages.conftest import signed_in, text
from tests.reports.conftest import NOW, alarm, back

HOURS = timedelta(hours=3)


@pytest.fixture
def main(mdo: Service) -> Contact:
    return _served(mdo, "Hanneke Bos")


def _served(service: Service, name: str, **fields: date) -> Contact:
    contact = factories.contact(role="main_contact", user__name=name)
    factories.ContractFactory.create(contractant=contact.contractant, service=service, **fields)
    return contact


def away(service: Service, year: int, month: int) -> None:
    """Three hours, which is too much for any month."""
    start = datetime(year, month, 10, 12, tzinfo=UTC)
    back(alarm(service, start), start + HOURS)


def three(service: Service) -> None:
    for year, month in ((2025, 11), (2026, 2), (2026, 6)):
        away(service, year, month)


def test_art_2_12_three_quarters_in_a_row_each_with_a_month_below(
    main: Contact, mdo: Service, manager: User
) -> None:
    three(mdo)
    assert structural.detect(NOW) == 1
    assert structural.detect(NOW) == 0
    failure = StructuralFailure.objects.get()
    assert (failure.ground, failure.quarter, failure.service, failure.contractant) == (
        "availability", date(2026, 4, 1), mdo, main.contractant,
    )  # fmt: skip
    assert failure.months == {"2025-11": "99.583", "2026-02": "99.553", "2026-06": "99.583"}
    assert failure.meldingen.count() == 3
    told = list(Notice.objects.filter(case_type="structural"))
    assert {notice.name for notice in told} == {"Hanneke Bos", "Marieke van Dalen"}
    for notice in told:
        render(notice)
        assert "juni 2026: 99,583 %" in notice.body
    portal = text(signed_in(main.user).get("/portaal/structureel/"))
    assert "Drie kwartalen achter elkaar de beschikbaarheid niet gehaald" in portal
    assert "99,583 % beschikbaar" in portal


def test_each_dienst_is_promised_apart(main: Contact, mdo: Service) -> None:
    link = factories.ServiceFactory.create(slug="koppeling")
    factories.ContractFactory.create(contractant=main.contractant, service=link)
    for service in (mdo, link):
        three(service)
    assert structural.detect(NOW) == 2


def test_another_month_below_adds_to_the_evidence(main: Contact, mdo: Service) -> None:
    three(mdo)
    structural.detect(NOW)
    away(mdo, 2026, 5)
    assert structural.detect(NOW) == 0
    assert sorted(StructuralFailure.objects.get().months) == ["2025-11", "2026-02", "2026-05", "2026-06"]


@pytest.mark.parametrize("months", [[(2025, 11), (2026, 2)], [(2025, 8), (2026, 2), (2026, 6)], [(2026, 4), (2026, 5), (2026, 6)]])  # fmt: skip
def test_fewer_or_not_in_a_row_is_not_structural(
    main: Contact, mdo: Service, months: list[tuple[int, int]]
) -> None:
    for month in months:
        away(mdo, *month)
    structural.detect(NOW)
    assert not StructuralFailure.objects.filter(ground="availability").exists()


def test_a_month_that_is_not_over_is_not_judged(main: Contact, mdo: Service) -> None:
    three(mdo)
    assert structural.detect(datetime(2026, 6, 30, 21, 59, tzinfo=UTC)) == 0
    assert structural.detect(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == 1


def test_who_came_later_or_left_had_no_three_quarters(main: Contact, mdo: Service) -> None:
    _served(mdo, "Later", starts_on=date(2026, 1, 1))
    _served(mdo, "Eerder", ends_on=date(2026, 5, 31))
    three(mdo)
    structural.detect(NOW)
    assert [one.contractant for one in StructuralFailure.objects.all()] == [main.contractant]
    assert Contract.objects.count() == 3
