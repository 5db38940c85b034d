"""A hoofdcontactpersoon keeps the people of the own contractant (art. 2.2, 3.2), and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contractants import actions
from contractants.models import Contact, Partnership
from contractants.views import MOST
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Event, Notice, Session, User
from desk.models.audit import AuditRecord
from desk.notices import deliver, owe_user
from desk.permissions import Role
from tests import factories
from tests.portal.reading import said

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("contractants:contacts"), reverse("contractants:contact_new")
GIVEN = {"name": "Sam Smit", "email": "Sam.Smit@linde.example", "phone": "030 012 01 24", "role": "contact"}


@pytest.fixture
def noor() -> Contact:
    factories.load_policies()
    return factories.contact(
        role=Contact.Role.MAIN, user__name="Noor Verhagen", user__email="noor@linde.example"
    )


@pytest.fixture
def client(noor: Contact) -> Client:
    client = Client()
    client.force_login(noor.user)
    return client


def colleague(noor: Contact, **fields: object) -> Contact:
    return factories.contact(contractant=noor.contractant, **fields)


def page(contact: Contact, verb: str = "contact") -> str:
    return reverse(f"contractants:{verb}", args=[contact.pk])


def told() -> set[tuple[str, str]]:
    return set(Notice.objects.values_list("key", "email"))


def test_art_2_2_a_hoofdcontactpersoon_registers_and_changes_people_of_the_own_contractant(
    client: Client, noor: Contact
) -> None:
    keeper = factories.staff(Role.SERVICE_LEVEL_MANAGER)
    taken = client.post(NEW, {**GIVEN, "email": keeper.email})
    assert (taken.status_code, "Sam Smit" in taken.content.decode()) == (422, True)
    assert client.post(NEW, GIVEN).status_code == 302
    sam = Contact.objects.get(user__email="sam.smit@linde.example")
    assert (sam.contractant, sam.user.role, sam.phone) == (noor.contractant, Role.CONTACT, "030 012 01 24")
    assert told() == {("contact_registered", sam.user.email), ("contacts_changed", keeper.email)}

    Notice.objects.all().delete()
    theirs = Client()
    theirs.force_login(sam.user)
    assert (
        client.post(page(sam), {**GIVEN, "email": "s@linde.example", "role": "main_contact"}).status_code
        == 302
    )
    sam.refresh_from_db()
    assert (sam.user.email, sam.role) == ("s@linde.example", Contact.Role.MAIN)
    assert not Session.objects.filter(user=sam.user).exists()
    assert told() == {
        ("contact_changed", "s@linde.example"), ("contact_changed", "sam.smit@linde.example"),
        ("contacts_changed", keeper.email),
    }  # fmt: skip
    trail = Event.objects.filter(case_type="contractant", case_id=noor.contractant_id).order_by("pk")
    assert [(event.verb, event.actor) for event in trail] == [
        ("register_contact", noor.user), ("change_contact", noor.user),
    ]  # fmt: skip


def test_a_hoofdcontactpersoon_does_not_find_out_who_is_known_elsewhere(
    client: Client, noor: Contact
) -> None:
    cache.clear()
    since = AuditRecord.objects.count()
    pages = {
        said(client.post(NEW, {**GIVEN, "email": email})).replace(email, "")
        for email in (factories.staff().email, factories.contact().user.email)
    }
    assert len(pages) == 1
    assert "kan niet worden gebruikt" in pages.pop()
    with time_machine.travel(timezone.now(), tick=False):
        statuses = [client.post(NEW, {**GIVEN, "email": "sam@linde.example", "role": "x"}).status_code]
        statuses += [
            client.post(NEW, {**GIVEN, "email": noor.user.email}).status_code for _time in range(MOST + 1)
        ]
    assert (set(statuses[:40]), statuses[-1]) == ({422}, 429)
    rows = AuditRecord.objects.order_by("pk")[since:]
    assert [(row.act, row.result, row.why) for row in (rows[0], rows[1], rows[len(rows) - 1])] == [
        ("register_contact", "refused", "invalid"), ("register_contact", "refused", "invalid"),
        ("register_contact", "refused", "too_many"),
    ]  # fmt: skip


def test_who_leaves_is_out_everywhere_at_once(client: Client, noor: Contact) -> None:
    sam = colleague(noor, user__email="sam@linde.example")
    theirs = Client()
    theirs.force_login(sam.user)
    theirs.post(reverse("changes:portal_maintenance_feed"), {"act": "open"})
    feed = reverse("changes:maintenance_ics", args=[sam.user.maintenance_feed.token])
    assert theirs.get(feed).status_code == 200
    owe_user("sign_in_code", sam.user, data={"code": "ABC-123"})
    assert client.post(page(sam, "contact_remove")).status_code == 302

    assert theirs.get(LIST).status_code == 302
    assert theirs.get("/api/v1/meldingen/").status_code == 401
    assert Client().get(feed).status_code == 404
    code = Notice.objects.get(key="sign_in_code")
    assert (code.dropped_because, code.data) == (Notice.Dropped.LEFT, {})
    assert ("contact_removed", sam.user.email) in told()
    Client().post("/account/login/code/", {"email": sam.user.email})
    assert Notice.objects.filter(key="sign_in_code").count() == 1
    actions.restore_contact(sam, by=None, at=timezone.now())
    assert Client().get(feed).status_code == 404, "coming back brings no former key back"


def test_the_last_hoofdcontactpersoon_stays_until_it_is_passed_on(client: Client, noor: Contact) -> None:
    sam = colleague(noor, user__name="Sam Smit")
    at = timezone.now()
    with pytest.raises(NotNow):
        actions.remove_contact(noor, by=noor.user, at=at)
    with pytest.raises(NotNow):
        actions.change_contact(noor, actions.Person("Noor", noor.user.email), by=noor.user, at=at)
    assert (
        "enige hoofdcontactpersoon" in client.post(page(noor, "contact_remove"), follow=True).content.decode()
    )
    assert AuditRecord.objects.filter(act="remove_contact", result="refused", why="not_now").count() == 1
    assert client.post(page(sam, "contact_pass_on")).status_code == 302
    noor.refresh_from_db()
    sam.refresh_from_db()
    assert (noor.role, sam.role) == (Contact.Role.CONTACT, Contact.Role.MAIN)
    assert client.get(LIST).status_code == 200
    assert client.get(NEW).status_code == 403
    with pytest.raises(NotAllowed):
        actions.remove_contact(sam, by=noor.user, at=at + timedelta(seconds=1))


def test_nobody_touches_the_people_of_another_contractant(client: Client, noor: Contact) -> None:
    other = factories.contact(user__name="Vreemde")
    assert "Vreemde" not in client.get(LIST).content.decode()
    for verb in ("contact", "contact_remove", "contact_pass_on"):
        assert client.post(page(other, verb), GIVEN).status_code == 404
    for act in (actions.remove_contact, actions.pass_on):
        with pytest.raises(NotAllowed):
            act(other, by=noor.user, at=timezone.now())
    plain = Client()
    plain.force_login(colleague(noor).user)
    assert [plain.get(NEW).status_code, plain.get(page(noor)).status_code] == [403, 403]
    agent = Client()
    agent.force_login(factories.staff())
    assert agent.get(LIST).status_code == 403


def test_art_3_2_who_speaks_for_a_samenwerkingsverband_is_for_that_to_appoint(
    client: Client, noor: Contact
) -> None:
    north = Partnership.objects.create(name="MDO-regio Noord")
    noor.contractant.partnerships.add(north)
    speaker = colleague(noor, role=Contact.Role.PARTNERSHIP, partnership=north)
    kept = {
        "name": speaker.user.name,
        "email": speaker.user.email,
        "phone": "030 123",
        "role": "main_contact",
    }
    assert client.post(page(speaker), {**kept, "name": "Een ander"}).status_code == 422
    assert client.post(page(speaker), kept).status_code == 302
    speaker.refresh_from_db()
    assert (speaker.phone, speaker.role, speaker.partnership) == ("030 123", "partnership_contact", north)
    appointed = actions.Person("Sam", "sam@linde.example", Contact.Role.PARTNERSHIP, north)
    with pytest.raises(Invalid, match="samenwerkingsverband zelf"):
        actions.register_contact(noor.contractant, appointed, by=noor.user, at=timezone.now())
    with pytest.raises(Invalid, match="samenwerkingsverband zelf"):
        actions.pass_on(speaker, by=noor.user, at=timezone.now())
    assert client.post(NEW, {**GIVEN, "role": "partnership_contact"}).status_code == 422


def test_the_mails_say_who_did_what(client: Client, noor: Contact) -> None:
    User.objects.create_user("slm@desk.example", name="Lia Smit", role=Role.SERVICE_LEVEL_MANAGER)
    client.post(NEW, GIVEN)
    sam = Contact.objects.get(user__name="Sam Smit")
    client.post(page(sam), {**GIVEN, "phone": "030"})
    client.post(page(sam, "contact_remove"))
    deliver(timezone.now())
    bodies = [str(message.body) for message in mail.outbox]
    assert len(bodies) == 4, "what was owed to somebody who left is not sent any more"
    assert all("Noor Verhagen" in body and noor.contractant.name in body for body in bodies)
