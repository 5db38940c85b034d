"""Who is told that somebody cannot be reached by mail, when nobody has the Melding yet (SLA 4.2)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from desk import notices
from desk.models import Notice
from desk.permissions import Role
from incidents import actions
from incidents.models import Shift
from tests import factories

pytestmark = pytest.mark.django_db


def local(clock: str) -> datetime:
    """On Tuesday 16 June 2026."""
    return datetime.fromisoformat(f"2026-06-16T{clock}").replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.mark.parametrize(
    ("at", "priority", "who"),
    [
        ("11:00", 1, {"Sam de Vries"}),
        ("17:30", 1, {"Joost Bakema"}),
        ("07:30", 1, {"Joost Bakema", "Fatma Yıldız"}),  # nobody was planned: everyone with the role
        ("05:00", 1, {"Joost Bakema", "Fatma Yıldız"}),  # nobody answers: who does at 07:00
        ("17:30", 2, set()),
    ],
)
def test_the_one_on_duty_phones_who_cannot_be_mailed(at: str, priority: int, who: set[str]) -> None:
    factories.staff(name="Sam de Vries")
    joost = factories.staff(Role.ON_CALL, name="Joost Bakema")
    factories.staff(Role.ON_CALL, name="Fatma Yıldız")
    Shift.objects.create(person=joost, starts_at=local("17:00"), ends_at=local("18:00"))
    factories.registered(
        contact=factories.contact(), at=local("04:00"), priority=priority, impact="", urgency=""
    )
    lost = Notice.objects.get(key="melding_received")
    notices.bounced(lost.message_id, "550 no such user", local(at))
    told = Notice.objects.filter(key="melding_unreachable")
    assert set(told.values_list("name", flat=True)) == who


def test_a_mail_about_its_escalation_that_comes_back_counts_too() -> None:
    """SLA 4.4: a contact who hears nothing of the escalation is phoned by whoever handles the Melding."""
    agent, contact = factories.staff(), factories.contact()
    melding = factories.registered(contact=contact, at=local("09:00"))
    actions.pick_up(melding, by=agent, at=local("09:30"))
    actions.escalate(melding, by=agent, at=local("10:00"), reason="content", words="Hulp nodig")
    lost = Notice.objects.get(key="escalation_started_contact", email=contact.user.email)
    notices.bounced(lost.message_id, "550 no such user", local("11:00"))
    assert Notice.objects.get(key="melding_unreachable").email == agent.email
    assert melding.events().filter(verb="mail_rejected").count() == 1
