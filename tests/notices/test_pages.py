"""Where people see what was told: the Melding, the outbox in Beheer, the portal, and their own choice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from desk.models import Notice, NoticePreference, Outbox, User
from desk.notices import bounced, deliver, owe
from desk.permissions import Role
from incidents.models import Channel, Melding
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def found() -> Melding:
    """A P1 that the desk saw first, at two contractants; one mailbox rejects."""
    service = factories.ServiceFactory.create()
    for n in range(2):
        main = factories.contact(role="main_contact", user__email=f"hoofd{n}@zorg.example")
        factories.ContractFactory.create(contractant=main.contractant, service=service)
    melding = factories.registered(
        channel=Channel.MONITORING, priority=1, impact="", urgency="", service=service
    )
    deliver(timezone.now())
    bounced(Notice.objects.get(email="hoofd1@zorg.example").message_id, "550 weg", timezone.now())
    return melding


def test_one_look_tells_whom_a_p1_was_told_and_what_failed(client: Client, found: Melding) -> None:
    client.force_login(factories.staff())
    page = client.get(found.get_absolute_url()).content.decode()
    panel = page.partition('class="panel told"')[2].partition("</details>")[0]
    assert panel.startswith(" open")
    assert "hoofd0@zorg.example" in panel
    assert "verzonden" in panel
    assert "teruggekomen: 550 weg" in panel
    assert panel.count("niet aangekomen") == 1


def test_the_list_costs_one_query_however_long(client: Client, found: Melding) -> None:
    client.force_login(factories.staff())
    event = found.events().first()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(found.get_absolute_url())
        return len(queries)

    cost()
    before = cost()
    for n in range(20):
        owe("melding_closed", email=f"n{n}@zorg.example", event=event)
    assert cost() == before


def test_a_mailbox_that_rejects_shows_with_the_melding_and_to_those_who_can_help(client: Client) -> None:
    contact = factories.contact()
    colleague = factories.contact(contractant=contact.contractant)
    main = factories.contact(contractant=contact.contractant, role="main_contact")
    melding = factories.registered(contact=contact)
    deliver(timezone.now())
    bounced(Notice.objects.latest("id").message_id, "550 weg", timezone.now())
    text = "komt niet aan"
    pages = {}
    for user in (contact.user, colleague.user, main.user):
        client.force_login(user)
        pages[user] = text in client.get("/portaal/").content.decode()
    assert pages == {contact.user: True, colleague.user: False, main.user: True}
    client.force_login(factories.staff())
    assert "550 weg" in client.get(melding.get_absolute_url()).content.decode()
    client.force_login(factories.staff(Role.ADMINISTRATOR))
    client.post(reverse("admin:contractants_contact_do", args=[contact.pk, "mail_again"]))
    assert not User.objects.filter(mail_rejected_at__isnull=False).exists()


@pytest.mark.parametrize("role", ["contact", "support"])
def test_somebody_whose_mailbox_rejects_sees_that_with_their_own_choice(client: Client, role: str) -> None:
    user = factories.contact().user if role == "contact" else factories.staff()
    client.force_login(user)
    assert "weigert onze mail" not in client.get(reverse("account_notices")).content.decode()
    User.objects.filter(pk=user.pk).update(mail_rejected_at=timezone.now(), mail_rejected_because="550 weg")
    assert "weigert onze mail" in client.get(reverse("account_notices")).content.decode()


# --- The queue


def keep(client: Client, action: str, *rows: Notice) -> Any:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse("admin:desk_notice_changelist"), chosen, follow=True)


def test_the_queue_is_seen_stilled_tried_again_and_given_up(client: Client) -> None:
    client.force_login(factories.staff(Role.ADMINISTRATOR))
    event = factories.registered(reporter_email="").events().get()
    for n in range(3):
        owe(
            "melding_closed",
            email=f"n{n}@zorg.example",
            event=event,
            not_before=timezone.now() + timedelta(hours=n),
        )
    page = client.get(reverse("admin:desk_notice_changelist")).content.decode()
    assert "Te verzenden: <b>3</b>, waarvan 0 na een mislukte poging en 2 bewust later." in page
    client.post(reverse("admin:desk_outbox_switch", args=["stil"]))
    assert "Het verzenden staat stil." in client.get(reverse("admin:desk_notice_changelist")).content.decode()
    assert deliver(timezone.now()) == 0
    client.post(reverse("admin:desk_outbox_switch", args=["verder"]))
    first, second, third = Notice.objects.order_by("id")
    keep(client, "drop_chosen", first)
    keep(client, "retry_chosen", second)
    assert deliver(timezone.now()) == 1
    assert list(Notice.objects.order_by("id").values_list("dropped_because", flat=True)) == [
        "given_up",
        "",
        "",
    ]
    second.refresh_from_db()
    third.refresh_from_db()
    assert second.sent_at
    assert third.sent_at is None


def test_the_queue_says_that_the_server_is_away(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    factories.registered(contact=factories.contact())
    assert deliver(timezone.now()) == 0
    client.force_login(factories.staff(Role.ADMINISTRATOR))
    page = client.get(reverse("admin:desk_notice_changelist")).content.decode()
    assert "De mailserver is niet bereikbaar" in page
    assert Outbox.objects.get().error in page


def test_stilling_is_for_administrators(client: Client) -> None:
    client.force_login(factories.staff())
    assert client.post(reverse("admin:desk_outbox_switch", args=["stil"])).status_code == 403
    assert not Outbox.objects.exists()


# --- One's own choice


@pytest.mark.parametrize("role", ["contact", "support"])
def test_somebody_turns_off_what_they_may(client: Client, role: str) -> None:
    user = factories.contact().user if role == "contact" else factories.staff()
    client.force_login(user)
    page = client.get(reverse("account_notices")).content.decode()
    assert ("SLA 9.1" in page, "Voortgang" in page) == (True, role == "contact")
    assert client.post(reverse("account_notices"), {"groups": []}).status_code == 302
    groups = {
        "contact": {"progress", "releases"},
        "support": {"own_work", "replies", "monitoring", "reports"},
    }[role]
    assert set(NoticePreference.objects.values_list("group", flat=True)) == groups
    assert client.post(reverse("account_notices"), {"groups": ["p1_found"]}).status_code == 422
    client.post(reverse("account_notices"), {"groups": list(groups)})
    assert not NoticePreference.objects.exists()
