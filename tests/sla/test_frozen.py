"""What is frozen or published cannot change in the database either, whoever writes the SQL."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from sla.actions import freeze, load_shipped, new_calendar_version, new_policy_version
from sla.models import Calendar, CalendarDay, CalendarVersion, Policy
from tests.sla.conftest import NOW

STATEMENTS = [
    "UPDATE sla_calendarversion SET note = 'x'",
    "UPDATE sla_calendarversion SET frozen_at = NULL",
    "DELETE FROM sla_calendarversion",
    "UPDATE sla_calendarday SET status = 'rejected'",
    "DELETE FROM sla_calendarday",
    "INSERT INTO sla_calendarday (version_id, date, name, kind, windows, origin, status)"
    " SELECT id, '2031-01-01', 'Nieuwjaarsdag', 'closed', '[]', 'national', 'accepted'"
    " FROM sla_calendarversion LIMIT 1",
    "UPDATE sla_policyversion SET starts_on = '2020-01-01'",
    "DELETE FROM sla_policyversion",
    "UPDATE sla_target SET amount = 1 WHERE amount > 1",
    "DELETE FROM sla_target",
    "INSERT INTO sla_echelon (version_id, level, role, counterpart)"
    " SELECT id, 9, 'management', '' FROM sla_policyversion LIMIT 1",
    "UPDATE sla_echelon SET role = 'support'",
    "DELETE FROM sla_echelon",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_raw_sql_is_refused(shipped: None, statement: str) -> None:
    with pytest.raises(IntegrityError, match="does not change"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_row_cannot_move_from_a_draft_into_a_settled_version(office_hours: Calendar) -> None:
    frozen = office_hours.versions.get()
    draft = new_calendar_version(office_hours, by=None, at=NOW)
    day = draft.days.create(date="2031-01-01", name="Nieuwjaarsdag", origin="national")
    with pytest.raises(IntegrityError, match="does not change"):
        CalendarDay.objects.filter(pk=day.pk).update(version=frozen)


def test_a_draft_may_still_be_thrown_away(mdo: Policy, office_hours: Calendar) -> None:
    new_policy_version(mdo, by=None, at=NOW).delete()
    new_calendar_version(office_hours, by=None, at=NOW).delete()
    assert (mdo.versions.count(), office_hours.versions.count()) == (1, 1)


@pytest.fixture
def draft(transactional_db: None) -> CalendarVersion:
    load_shipped(at=NOW)
    return new_calendar_version(Calendar.objects.get(slug="office-hours"), by=None, at=NOW)


def test_freezing_waits_for_a_day_that_is_being_written(draft: CalendarVersion) -> None:
    """A day added at the same moment is either in what was reviewed, or refused; never slipped in after."""
    frozen = threading.Event()

    def freeze_elsewhere() -> None:
        freeze(draft, by=None, at=NOW)
        frozen.set()
        connection.close()

    other = threading.Thread(target=freeze_elsewhere)
    with transaction.atomic():
        draft.days.create(date="2031-01-01", name="Nieuwjaarsdag", origin="national", status="accepted")
        other.start()
        assert not frozen.wait(0.3)
    other.join(10)
    assert frozen.is_set()
    with pytest.raises(IntegrityError, match="does not change"):
        draft.days.create(date="2031-01-02", name="Brugdag", origin="announced", status="accepted")
