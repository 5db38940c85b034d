"""Contacts are registered, changed and removed by keepers, and each act is on record."""

from __future__ import annotations

import pytest

from contractants.actions import Person, change_contact, register_contact, remove_contact
from contractants.models import Contractant
from desk.door import Invalid, NotAllowed
from desk.models import Event
from desk.permissions import Role
from incidents.models import Melding
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
NOOR = Person("Noor Verhagen", "Noor@linde.example", phone="030 555 01 23")


@pytest.fixture
def linde() -> Contractant:
    return factories.ContractantFactory.create()


def test_who_is_registered_can_sign_in_and_who_is_removed_cannot(linde: Contractant) -> None:
    """SLA 10.1: contacts are people whom the supplier knows; a contractant has them added and removed."""
    keeper = factories.staff(Role.SERVICE_LEVEL_MANAGER)
    noor = register_contact(linde, NOOR, by=keeper, at=MOMENT)
    melding = factories.registered(contact=noor)
    assert (noor.user.email, noor.user.role) == ("noor@linde.example", "contact")
    assert melding in Melding.objects.visible_to(noor.user)
    remove_contact(noor, by=keeper, at=MOMENT)
    assert not Melding.objects.visible_to(noor.user).exists()
    assert register_contact(linde, NOOR, by=keeper, at=MOMENT).pk == noor.pk
    acts = Event.objects.filter(case_type="contractant", case_id=linde.pk).order_by("pk")
    assert [act.verb for act in acts] == ["register_contact", "remove_contact", "register_contact"]
    assert {act.actor for act in acts} == {keeper}


def test_an_address_is_of_one_person(linde: Contractant) -> None:
    noor = register_contact(linde, NOOR, by=None, at=MOMENT)
    for taken in (NOOR.email, factories.contact().user.email, factories.staff().email):
        with pytest.raises(Invalid) as refused:
            register_contact(linde, Person("Ander", taken), by=None, at=MOMENT)
        assert set(refused.value.errors) == {"email"}
    with pytest.raises(Invalid):
        change_contact(noor, Person("Noor", factories.staff().email), by=None, at=MOMENT)


def test_a_contact_of_a_partnership_speaks_for_one_that_its_contractant_is_in(linde: Contractant) -> None:
    """Art. 1.17, art. 3.2: a contractant can be in several, and each has contacts of its own."""
    one, two = factories.PartnershipFactory.create_batch(2)
    linde.partnerships.add(one)
    for partnership in (None, two):
        person = Person("Noor", "noor@linde.example", "partnership_contact", partnership)
        with pytest.raises(Invalid) as refused:
            register_contact(linde, person, by=None, at=MOMENT)
        assert set(refused.value.errors) == {"partnership"}
    linde.partnerships.add(two)
    for partnership in (one, two):
        person = Person("Noor", f"noor{partnership.pk}@linde.example", "partnership_contact", partnership)
        assert register_contact(linde, person, by=None, at=MOMENT) in partnership.contacts.all()


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.CONTACT, Role.MACHINE])
def test_others_may_not(linde: Contractant, role: str) -> None:
    with pytest.raises(NotAllowed):
        register_contact(linde, NOOR, by=factories.UserFactory.create(role=role), at=MOMENT)
