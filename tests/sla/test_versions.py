"""A version in use is never edited: a new one is made, reviewed, and settled (SLA 6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Event, User
from desk.permissions import Role
from sla.actions import (
    freeze,
    new_calendar_version,
    new_policy_version,
    propose_holidays,
    publish,
    review_day,
)  # fmt: skip
from sla.models import Calendar, CalendarDay, CalendarVersion, Policy, PolicyVersion, Target
from tests.sla.conftest import NOW


@pytest.fixture
def draft(office_hours: Calendar, keeper: User) -> CalendarVersion:
    return new_calendar_version(office_hours, by=keeper, at=NOW)


@pytest.fixture
def policy_draft(mdo: Policy, keeper: User) -> PolicyVersion:
    return new_policy_version(mdo, by=keeper, at=NOW)


def target(version: PolicyVersion, clock: str, priority: int) -> Target:
    return version.targets.get(clock=clock, priority=priority)


# -- calendars


def test_a_new_calendar_version_starts_as_a_copy(draft: CalendarVersion, office_hours: Calendar) -> None:
    shipped = office_hours.versions.get(number=1)
    assert (draft.number, draft.is_draft, draft.shipped) == (2, True, "")
    assert draft.weekly == shipped.weekly
    assert draft.days.count() == shipped.days.count() > 70


def test_a_calendar_without_versions_starts_empty(db: None, keeper: User) -> None:
    calendar = Calendar.objects.create(slug="weekend", name="Weekend")
    draft = new_calendar_version(calendar, by=keeper, at=NOW)
    assert (draft.number, draft.weekly) == (1, {})
    with pytest.raises(Invalid) as refused:
        freeze(draft, by=keeper, at=NOW)
    assert refused.value.errors == {"weekly": "Deze kalender gaat nooit open."}


def test_holidays_are_proposed_reviewed_and_frozen(draft: CalendarVersion, keeper: User) -> None:
    """SLA 2.8: the library proposes, a person decides, and only what is accepted counts."""
    proposed = propose_holidays(draft, [2031], by=keeper, at=NOW)
    assert {day.status for day in proposed} == {CalendarDay.Status.PROPOSED}
    assert date(2031, 4, 14) in {day.date for day in proposed}

    with pytest.raises(Invalid) as refused:
        freeze(draft, by=keeper, at=NOW)
    assert "14 april 2031 (Tweede paasdag)" in refused.value.errors["days"]

    for day in proposed:
        review_day(day, accept=day.date != date(2031, 4, 11), by=keeper, at=NOW)
    frozen = freeze(draft, by=keeper, at=NOW)

    assert frozen.frozen_at == NOW
    good_friday = frozen.days.get(date=date(2031, 4, 11))
    assert good_friday.status == CalendarDay.Status.REJECTED
    verbs = Event.objects.filter(case_type="calendar", case_id=draft.calendar_id, actor=keeper)
    assert list(verbs.order_by("id").values_list("verb", flat=True).distinct()) == [
        "new_version", "propose_holidays", *["review_day"] * len(proposed), "freeze",
    ]  # fmt: skip


def test_what_was_decided_is_not_proposed_again(draft: CalendarVersion, keeper: User) -> None:
    """Goede Vrijdag 2026 was rejected, 5 mei 2026 as well: the years that ship are complete."""
    assert propose_holidays(draft, range(2024, 2031), by=keeper, at=NOW) == []


def test_hours_that_cannot_be_right_are_refused_by_name(draft: CalendarVersion, keeper: User) -> None:
    draft.weekly = {"0": [["09:00", "17:00"], ["16:00", "18:00"]]}
    draft.save()
    with pytest.raises(Invalid) as refused:
        freeze(draft, by=keeper, at=NOW)
    assert refused.value.errors == {"weekly": "maandag: 09:00-17:00 en 16:00-18:00 overlappen elkaar."}


def test_a_frozen_version_refuses_every_act(office_hours: Calendar, keeper: User) -> None:
    frozen = office_hours.versions.get()
    day = frozen.days.all()[0]
    with pytest.raises(NotNow):
        propose_holidays(frozen, [2031], by=keeper, at=NOW)
    with pytest.raises(NotNow):
        review_day(day, accept=False, by=keeper, at=NOW)
    with pytest.raises(NotNow):
        freeze(frozen, by=keeper, at=NOW)


# -- policies


def test_a_new_policy_version_takes_the_newest_frozen_calendars(
    draft: CalendarVersion, mdo: Policy, keeper: User
) -> None:
    unfinished = new_policy_version(mdo, by=keeper, at=NOW)
    assert target(unfinished, "response", 2).calendar.number == 1
    freeze(draft, by=keeper, at=NOW)

    version = new_policy_version(mdo, by=keeper, at=NOW)

    assert (version.number, version.label, version.starts_on) == (3, "versie 3", NOW.date())
    assert target(version, "response", 2).calendar == draft
    assert target(version, "response", 1).calendar.number == 1
    assert (version.targets.count(), version.echelons.count()) == (8, 4)
    assert len(version.phone_lines) == 2


def test_a_policy_without_versions_starts_from_the_default_one(mdo: Policy, keeper: User) -> None:
    other = Policy.objects.create(slug="zorgsoft", name="Zorgsoft", supplier="Zorgsoft BV")
    draft = new_policy_version(other, by=keeper, at=NOW)
    assert (draft.policy, draft.number) == (other, 1)
    assert draft.targets.count() == 8


def test_an_unchanged_draft_can_be_published_once(policy_draft: PolicyVersion, keeper: User) -> None:
    assert publish(policy_draft, by=keeper, at=NOW).published_at == NOW
    with pytest.raises(NotNow):
        publish(policy_draft, by=keeper, at=NOW)


def objections(version: PolicyVersion) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        publish(version, by=None, at=NOW)
    version.refresh_from_db()
    assert version.is_draft
    return refused.value.errors


def test_sla_9_1_a_higher_priority_due_later_is_refused_with_the_receipt(policy_draft: PolicyVersion) -> None:
    """SLA 9.1. Three Werkdagen for priority 2 overtake the one Werkdag of priority 3."""
    policy_draft.targets.filter(clock="response", priority=2).update(amount=3, unit="working_days")
    message = objections(policy_draft)["response_2"]
    assert message.startswith("Voorrang geschonden: wat binnenkomt op ")
    assert "met prioriteit 2" in message
    assert "met prioriteit 3" in message


def test_sla_9_1_a_violation_that_takes_a_weekend_is_found_too(policy_draft: PolicyVersion) -> None:
    """SLA 9.1. Seven hours of Kantoortijden end before 1 Werkdag, except over the short Friday."""
    policy_draft.targets.filter(clock="response", priority=2).update(amount=Decimal("7"))
    message = objections(policy_draft)["response_2"]
    assert "donderdag" in message or "vrijdag" in message


def test_missing_targets_are_named(policy_draft: PolicyVersion) -> None:
    policy_draft.targets.filter(clock="resolution", priority__in=[1, 3]).delete()
    assert objections(policy_draft) == {"targets": "Er ontbreken streeftijden: oplossing P1, oplossing P3."}


def test_half_a_working_day_is_refused(policy_draft: PolicyVersion) -> None:
    policy_draft.targets.filter(clock="resolution", priority=2).update(amount=Decimal("1.5"))
    assert objections(policy_draft) == {"resolution_2": "Werkdagen zijn hele dagen."}


def test_a_calendar_that_is_not_frozen_is_refused(
    policy_draft: PolicyVersion, draft: CalendarVersion
) -> None:
    policy_draft.targets.filter(clock="response", priority=2).update(calendar=draft)
    assert "nog niet vastgesteld" in objections(policy_draft)["response_2"]


@pytest.mark.parametrize(
    ("cell", "value", "message"),
    [
        (("large", "low"), None, "Bij impact groot en urgentie laag ontbreekt een prioriteit van 1 t/m 4."),
        (("small", "low"), 5, "Bij impact klein en urgentie laag ontbreekt een prioriteit van 1 t/m 4."),
        (("large", "high"), 3, "Impact groot met urgentie hoog geeft een lagere prioriteit dan"),
    ],
)
def test_sla_9_2_the_matrix_is_complete_and_monotone(
    policy_draft: PolicyVersion, cell: tuple[str, str], value: int | None, message: str
) -> None:
    impact, urgency = cell
    policy_draft.matrix[impact][urgency] = value
    if value is None:
        del policy_draft.matrix[impact][urgency]
    policy_draft.save()
    assert objections(policy_draft)[f"matrix_{impact}_{urgency}"].startswith(message)


def test_a_warning_at_nothing_is_refused(policy_draft: PolicyVersion) -> None:
    policy_draft.warnings = [0, 50]
    policy_draft.save()
    assert list(objections(policy_draft)) == ["warnings"]


@pytest.mark.parametrize("name", ["question_priority", "change_priority"])
def test_a_priority_that_does_not_exist_is_refused(policy_draft: PolicyVersion, name: str) -> None:
    setattr(policy_draft, name, 5)
    policy_draft.save()
    assert list(objections(policy_draft)) == [name]


# -- who may


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGEMENT, Role.MACHINE, Role.CONTACT])
def test_only_keepers_may(role: str, mdo: Policy, office_hours: Calendar) -> None:
    user = User.objects.create_user("iemand@example.nl", name="Iemand", role=role)
    with pytest.raises(NotAllowed):
        new_policy_version(mdo, by=user, at=NOW)
    with pytest.raises(NotAllowed):
        new_calendar_version(office_hours, by=user, at=NOW)
    assert not PolicyVersion.objects.filter(published_at=None).exists()
