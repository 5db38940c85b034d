"""When the mails of an escalation go out: the contractant hears at once what people do; staff, and everybody of what a
clock does, when somebody is there for that priority (SLA 4.1, 4.2, 4.4, 9.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from desk.models import Notice
from desk.permissions import Role
from incidents import actions
from incidents.models import Escalation, Shift
from sla.actions import new_policy_version, publish
from sla.models import CalendarVersion, Policy
from tests import factories
from tests.escalation.conftest import Cast

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAYS = {"mon": 15, "tue": 16, "wed": 17, "sat": 20, "sun": 21, "next mon": 22}
AT_ONCE = ""
HELD = "no moment"


def local(text: str) -> datetime:
    """`tue 14:00`, of a week in June 2026 without holidays."""
    day, _space, clock = text.rpartition(" ")
    return datetime.fromisoformat(f"2026-06-{DAYS[day]}T{clock}").replace(tzinfo=AMSTERDAM)


def told(escalation: Escalation, verb: str = "start") -> dict[str, str]:
    """Who is told of it, and when at the earliest."""
    event = escalation.events().filter(verb=verb).latest("pk")
    notices = Notice.objects.filter(event=event)
    later = notices.exclude(next_try_at=F("created_at")).values_list("name", "next_try_at")
    waits = {name: f"{at.astimezone(AMSTERDAM):%a %H:%M}".lower() if at else HELD for name, at in later}
    return {name: waits.get(name, AT_ONCE) for name in notices.values_list("name", flat=True)}


def by_clock(cast: Cast, received: str, noticed: str, priority: int = 1) -> Escalation:
    """Picked up at once, so that the time to solve it is what runs out."""
    melding = cast.melding(by=None, priority=priority, at=local(received))
    actions.pick_up(melding, by=cast.staff[0], at=local(received), contacted=True)
    actions.sweep(local(noticed) + timedelta(seconds=1))
    return melding.escalations.get()


@pytest.mark.parametrize(
    ("at", "priority", "who", "when"),
    [
        ("tue 14:00", 2, "Echelon 1", AT_ONCE),
        ("tue 17:30", 2, "Echelon 1", "wed 09:00"),
        ("sat 12:00", 3, "Echelon 1", "mon 09:00"),
        ("tue 17:30", 1, "Joost Bakema", AT_ONCE),
        ("tue 23:00", 1, "Joost Bakema", "wed 07:00"),
    ],
)
def test_a_contact_escalates_and_whoever_is_there_hears_it(
    cast: Cast, at: str, priority: int, who: str, when: str
) -> None:
    """SLA 4.2: outside Kantoortijden a P1 is with the Beschikbaarheidsdienst, everything else waits."""
    joost = factories.staff(Role.ON_CALL, name="Joost Bakema")
    for start, end in [("tue 17:00", "tue 18:00"), ("wed 07:00", "wed 09:00")]:
        Shift.objects.create(person=joost, starts_at=local(start), ends_at=local(end))
    melding = cast.melding(by=None, priority=priority, at=local("mon 10:00"))
    actions.escalate(melding, by=cast.main.user, at=local(at), reason="content", words="Wij horen niets.")
    assert told(melding.escalations.get()) == {who: when, "Noor Verhagen": AT_ONCE}


def test_that_the_deadline_cannot_be_met_is_told_at_once_in_the_evening(cast: Cast) -> None:
    """SLA 9.1, 9.3: the contact at once; the echelon that has to do something when it is there."""
    melding = cast.melding(at=local("mon 10:00"))
    given = {"reason": "Het onderdeel komt later.", "expected_at": local("next mon 12:00")}
    actions.cannot_meet(melding, by=cast.staff[0], at=local("tue 20:00"), **given)  # type: ignore[arg-type]
    people = {"Noor Verhagen": AT_ONCE, "Hoofd Contact": AT_ONCE}
    assert told(melding.escalations.get()) == {"Echelon 2": "wed 09:00", **people}


@pytest.mark.parametrize(
    ("received", "noticed", "priority", "when"),
    [
        ("mon 11:00", "tue 11:00", 1, AT_ONCE),
        # SLA 9.3: 24 hours of Werkdagen end in the evening, when nobody answers (SLA 4.2).
        ("mon 20:00", "tue 20:00", 1, "wed 07:00"),
        ("mon 10:00", "wed 10:00", 2, AT_ONCE),
        # Passed while nothing ran, and seen in the night after it.
        ("mon 10:00", "wed 23:00", 2, "thu 09:00"),
    ],
)
def test_a_clock_escalates_and_nobody_is_mailed_at_midnight(
    cast: Cast, received: str, noticed: str, priority: int, when: str
) -> None:
    escalation = by_clock(cast, received, noticed, priority)
    assert told(escalation) == dict.fromkeys(["Echelon 2", "Hoofd Contact", "Noor Verhagen"], when)


@pytest.mark.parametrize("clock", ["response", "resolution"])
def test_an_escalated_p1_that_was_promised_around_the_clock_waits_for_nobody(cast: Cast, clock: str) -> None:
    """SLA 9.3, read around the clock."""
    _count_always(clock)
    melding = cast.melding(by=None, priority=1, at=local("sat 00:00"))
    actions.escalate(
        melding, by=cast.main.user, at=local("sat 01:00"), reason="content", words="Alles ligt stil."
    )
    assert told(melding.escalations.get()) == {"Echelon 1": AT_ONCE, "Noor Verhagen": AT_ONCE}


def test_a_warning_waits_where_its_escalation_does_not(cast: Cast) -> None:
    """SLA 4.2, 4.4: three quarters of the 24 hours are a warning, and all of them an escalation."""
    _count_always("resolution")
    escalation = by_clock(cast, "sat 00:00", "sun 00:00")
    assert set(told(escalation).values()) == {AT_ONCE}
    actions.release(local("sun 00:01"))
    warned = Notice.objects.filter(key="melding_breach", case_id=escalation.melding_id)
    assert set(warned.values_list("next_try_at", flat=True)) == {None}


def _count_always(clock: str) -> None:
    """From Monday on, this clock of a P1 runs day and night, all days."""
    draft = new_policy_version(Policy.objects.get(slug="vecozo-mdo"), by=None, at=local("mon 09:00"))
    always = CalendarVersion.objects.get(calendar__slug="always")
    draft.targets.filter(priority=1, clock=clock).update(calendar=always)
    publish(draft, by=None, at=local("mon 09:00"))


def test_what_ends_before_anybody_is_there_is_not_told(cast: Cast) -> None:
    escalation = by_clock(cast, "mon 20:00", "tue 20:00")
    actions.cancel(escalation.melding, by=cast.staff[0], at=local("wed 06:30"), reason="Was een oefening.")
    waited = Notice.objects.filter(case_type="escalation", case_id=escalation.pk)
    assert set(waited.values_list("dropped_because", flat=True)) == {Notice.Dropped.SUPERSEDED}
