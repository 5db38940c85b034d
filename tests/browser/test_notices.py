"""What people see of being told: looked at by axe, wide and on a phone, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from desk.models import Notice
from desk.notices import bounced, deliver, owe
from desk.permissions import Role
from tests import factories
from tests.browser.conftest import PHONE, WIDE, SignedIn, wrong_with

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_who_was_told_and_what_one_wants(open_page: SignedIn, viewport: Any) -> None:
    contact = factories.contact(role="main_contact", user__name="Noor Verhagen")
    agent, keeper = factories.staff(), factories.staff(Role.ADMINISTRATOR)
    melding = factories.registered(contact=contact, priority=1, impact="", urgency="", channel="portal")
    deliver(timezone.now())
    bounced(Notice.objects.get(key="melding_received").message_id, "550 5.1.1 no such user", timezone.now())
    owe("melding_agreed", email=contact.user.email, name="Noor Verhagen", event=melding.events().first())
    pages = {
        "told": (agent, melding.get_absolute_url()),
        "own-staff": (agent, reverse("account_notices")),
        "own-contact": (contact.user, reverse("account_notices")),
        "portal": (contact.user, "/portaal/"),
        "queue": (keeper, reverse("admin:desk_notice_changelist")),
        "table": (keeper, reverse("admin:desk_messagetemplate_changelist")),
        "text": (keeper, reverse("admin:desk_notice_text", args=["melding_resolved", "nl"])),
    }
    for name, (user, address) in pages.items():
        page = open_page(user, viewport=viewport)
        page.goto(address)
        assert wrong_with(page, f"notices-{name}") == []
