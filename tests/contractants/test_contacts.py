"""Registered people of a contractant (SLA 10.1): who comes, changes and leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contractants.actions import Person, change_contact, register_contact, remove_contact, restore_contact
from contractants.models import Contact, Contractant, Partnership
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Event, Session, User
from desk.permissions import Role
from desk.sign_in import admitted

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
SAM = Person(name="Sam Smit", email="Sam.Smit@oost.example", phone="0612345678")

pytestmark = pytest.mark.django_db


@pytest.fixture
def east() -> Contractant:
    return Contractant.objects.create(name="Ziekenhuis Oost", city="Enschede")


@pytest.fixture
def keeper() -> User:
    return User.objects.create_user("beheer@example.nl", name="Bo Beheer", role=Role.ADMINISTRATOR)


@pytest.fixture
def sam(east: Contractant, keeper: User) -> Contact:
    return register_contact(east, SAM, by=keeper, at=NOW)


def refused(contractant: Contractant, person: Person) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        register_contact(contractant, person, by=None, at=NOW)
    return refusal.value.errors


def test_a_contact_gets_a_user_to_sign_in_as(sam: Contact, keeper: User) -> None:
    assert (sam.user.email, sam.user.name, sam.user.role) == (
        "sam.smit@oost.example",
        "Sam Smit",
        Role.CONTACT,
    )
    assert not sam.user.has_usable_password()
    event = Event.objects.get(case_type="contractant", case_id=sam.contractant_id)
    assert (event.verb, event.actor, event.at) == ("register_contact", keeper, NOW)


def test_an_existing_user_without_contact_is_linked(east: Contractant) -> None:
    user = User.objects.create_user("sam.smit@oost.example", name="S. Smit", role=Role.CONTACT)
    assert register_contact(east, SAM, by=None, at=NOW).user == user
    assert User.objects.get().name == "Sam Smit"


def test_an_address_of_staff_is_refused(east: Contractant) -> None:
    User.objects.create_user("sam.smit@oost.example", name="Sam Smit", role=Role.SUPPORT)
    assert list(refused(east, SAM)) == ["email"]


def test_an_address_of_a_contact_is_refused_here_and_elsewhere(sam: Contact, east: Contractant) -> None:
    west = Contractant.objects.create(name="Ziekenhuis West")
    assert list(refused(east, SAM)) == ["email"]
    assert list(refused(west, SAM)) == ["email"]
    remove_contact(sam, by=None, at=NOW)
    assert list(refused(west, SAM)) == ["email"]


def test_who_left_comes_back_as_they_were(sam: Contact, east: Contractant) -> None:
    remove_contact(sam, by=None, at=NOW)
    sam.refresh_from_db()
    assert not sam.is_active
    assert not User.objects.get(pk=sam.user_id).is_active

    again = register_contact(east, SAM, by=None, at=NOW)

    assert again == sam
    assert again.is_active
    assert again.user.is_active


def test_who_left_is_not_changed_but_can_be_restored(sam: Contact) -> None:
    remove_contact(sam, by=None, at=NOW)
    with pytest.raises(NotNow):
        change_contact(sam, SAM, by=None, at=NOW)
    assert restore_contact(sam, by=None, at=NOW).is_active
    assert User.objects.get(pk=sam.user_id).is_active


def test_the_contact_of_a_partnership_names_one_of_its_own(east: Contractant) -> None:
    """Art. 1.17, 3.2: a contractant can be in several; each has contacts of its own."""
    names = ("Oncologie Oost", "Longzorg Oost", "Oncologie West")
    first, second, other = (Partnership.objects.create(name=name) for name in names)
    east.partnerships.add(first, second)
    role = Contact.Role.PARTNERSHIP
    assert list(refused(east, Person("Sam", "sam@oost.example", role))) == ["partnership"]
    assert list(refused(east, Person("Sam", "sam@oost.example", role, other))) == ["partnership"]
    for partnership, email in ((first, "sam@oost.example"), (second, "robin@oost.example")):
        made = register_contact(east, Person("Iemand", email, role, partnership), by=None, at=NOW)
        assert list(partnership.contacts.all()) == [made]


def test_changing_keeps_the_address_unique(sam: Contact, east: Contractant) -> None:
    other = register_contact(east, Person("Robin", "robin@oost.example"), by=None, at=NOW)
    changed = change_contact(sam, Person("Sam Smit-Bos", "sam.bos@oost.example"), by=None, at=NOW)
    assert (changed.user.name, changed.user.email) == ("Sam Smit-Bos", "sam.bos@oost.example")
    with pytest.raises(Invalid):
        change_contact(other, Person("Robin", "SAM.BOS@oost.example"), by=None, at=NOW)


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MACHINE, Role.CONTACT])
def test_only_keepers_may(role: str, sam: Contact, east: Contractant) -> None:
    user = User.objects.create_user("iemand@example.nl", name="Iemand", role=role)
    with pytest.raises(NotAllowed):
        register_contact(east, Person("Robin", "robin@oost.example"), by=user, at=NOW)
    with pytest.raises(NotAllowed):
        change_contact(sam, SAM, by=user, at=NOW)
    with pytest.raises(NotAllowed):
        remove_contact(sam, by=user, at=NOW)
    with pytest.raises(NotAllowed):
        restore_contact(sam, by=user, at=NOW)
    assert Contact.objects.get().is_active


# -- Beheer


@pytest.fixture
def beheer(client: Client, keeper: User) -> Client:
    client.force_login(keeper)
    return client


def given(contractant: Contractant, **changes: Any) -> dict[str, Any]:
    facts = {
        "name": "Robin Bos",
        "email": "robin@oost.example",
        "contractant": contractant.pk,
        "role": "main_contact",
    }
    return {**facts, **changes}


def test_a_contact_is_registered_and_changed_in_the_admin(
    beheer: Client, east: Contractant, keeper: User
) -> None:
    answer = beheer.post(reverse("admin:contractants_contact_add"), given(east))
    assert answer.status_code == 302, answer.context["errors"]
    contact = Contact.objects.get()
    assert (contact.user.email, contact.role) == ("robin@oost.example", "main_contact")

    url = reverse("admin:contractants_contact_change", args=[contact.pk])
    assert 'value="Robin Bos"' in beheer.get(url).content.decode()
    assert beheer.post(url, given(east, name="Robin Vos")).status_code == 302
    contact.user.refresh_from_db()
    assert contact.user.name == "Robin Vos"
    assert list(Event.objects.values_list("verb", "actor")) == [
        ("register_contact", keeper.pk), ("change_contact", keeper.pk),
    ]  # fmt: skip


def test_a_taken_address_is_refused_at_its_field(beheer: Client, sam: Contact, east: Contractant) -> None:
    answer = beheer.post(reverse("admin:contractants_contact_add"), given(east, email=SAM.email))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["email"]


def test_a_contact_is_taken_off_and_restored_by_a_button(beheer: Client, sam: Contact) -> None:
    url = reverse("admin:contractants_contact_change", args=[sam.pk])
    remove, restore = (
        reverse("admin:contractants_contact_do", args=[sam.pk, verb]) for verb in ("remove", "restore")
    )
    assert "Sam Smit is afgemeld" in beheer.post(remove, follow=True).content.decode()
    assert 'name="_save"' not in beheer.get(url).content.decode()
    assert "Sam Smit is weer opgenomen" in beheer.post(restore, follow=True).content.decode()
    assert beheer.post(reverse("admin:contractants_contact_delete", args=[sam.pk])).status_code == 403


@pytest.mark.parametrize("model", ["contact", "contractant", "partnership", "service", "servicematch"])
def test_lists_open_and_cost_the_same_with_more_rows(
    beheer: Client, sam: Contact, east: Contractant, model: str
) -> None:
    url = reverse(f"admin:contractants_{model}_changelist")
    beheer.get(url)
    with CaptureQueriesContext(connection) as few:
        assert beheer.get(url, {"q": "smit"}).status_code == 200
    for number in range(5):
        register_contact(east, Person(f"Smit {number}", f"smit{number}@oost.example"), by=None, at=NOW)
        Contractant.objects.create(name=f"Smitziekenhuis {number}")
        Partnership.objects.create(name=f"Smitverband {number}")
    with CaptureQueriesContext(connection) as many:
        assert beheer.get(url, {"q": "smit"}).status_code == 200
    assert len(many) <= len(few)


def test_who_is_changed_by_two_at_once_is_locked_in_one_order(sam: Contact, keeper: User) -> None:
    """The second waits for the first; in different orders each would wait for the other."""
    acts: list[Callable[[], Contact]] = [
        lambda: change_contact(sam, SAM, by=keeper, at=NOW),
        lambda: remove_contact(sam, by=keeper, at=NOW),
        lambda: restore_contact(sam, by=keeper, at=NOW),
    ]
    for act in acts:
        with CaptureQueriesContext(connection) as asked:
            act()
        locks = [re.search(r'FROM "(\w+)"', query["sql"]) for query in asked if " FOR UPDATE" in query["sql"]]
        assert [lock[1] for lock in locks if lock][:2] == ["desk_user", "contractants_contact"]


def test_a_contractant_that_is_switched_off_lets_nobody_in(sam: Contact, keeper: User) -> None:
    theirs, mine = Client(), Client()
    theirs.force_login(sam.user)
    mine.force_login(keeper)
    assert theirs.get("/portaal/").status_code == 200
    page = reverse("admin:contractants_contractant_change", args=[sam.contractant_id])
    for name, active, verb in (("Oost", {}, "switch_off"), ("Oost", {"is_active": "on"}, "switch_on")):
        assert mine.post(page, {"name": name, "city": "Enschede", **active}).status_code == 302
        assert sam.contractant.events().filter(verb=verb, actor=keeper).count() == 1
        assert theirs.get("/portaal/").status_code == 302
        assert not Session.objects.filter(user=sam.user).exists()
        assert admitted(User.objects.get(pk=sam.user_id)) is bool(active)
