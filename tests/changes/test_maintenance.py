"""The life of Onderhoud, what planning refuses, and who hears of it (SLA 7.1)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from changes.actions import maintenance as actions
from changes.maintenance_notices import NOTICES
from changes.maintenance_queries import coming
from changes.models import Freeze, Maintenance, MaintenancePattern, ServiceDependency, SubcontractorUpdate
from contractants.models import Service
from desk.door import Invalid, NotAllowed, NotNow, Stale
from desk.models import Notice, User
from desk.notices import render
from desk.permissions import Role
from tests import factories, lives
from tests.changes.maintaining import NIGHT, NOW, announced, drafted, in_state, local, mdo, planned, served

DAY = timedelta(days=1)
Story = Callable[[User, Service], dict[str, Any]]
AHEAD = {"draft", "planned", "announced", "pushed_aside"}
COMING = {"planned", "announced"}
EVERY = AHEAD | {"in_progress", "done", "cancelled"}
WORKERS = {
    Role.SUPPORT, Role.ON_CALL, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR, Role.MACHINE
}  # fmt: skip
PLANNERS = WORKERS - {Role.ON_CALL}
LIFE: lives.Life = {
    "revise": ({"draft"}, None, PLANNERS),
    "plan": ({"draft"}, "planned", PLANNERS),
    "publish": ({"planned"}, "announced", PLANNERS),
    "move": (COMING, None, PLANNERS),
    "replan": ({"pushed_aside"}, "planned", PLANNERS),
    "start": (COMING, "in_progress", WORKERS),
    "finish": ({"in_progress"}, "done", WORKERS),
    "cancel": (AHEAD, "cancelled", PLANNERS),
    "note": (EVERY, None, WORKERS),
    "push_aside": (COMING, "pushed_aside", lives.NOBODY),
}


@pytest.fixture
def service(db: None) -> Service:
    return mdo()


@pytest.fixture
def pm(service: Service) -> User:
    return factories.staff(Role.PRODUCT_MANAGER, name="Fatma Yıldız")


def test_sla_2_19_every_state_transition_and_role(db: None) -> None:
    lives.check(LIFE, in_state)


def test_what_is_felt_does_not_begin_unannounced_unless_it_cannot_wait(pm: User, service: Service) -> None:
    regular = planned(pm, service)
    with pytest.raises(NotNow, match="eerst aan"):
        actions.start(regular, by=pm, at=NIGHT)
    may: list[dict[str, Any]] = [{"kind": "urgent"}, {"kind": "security"}, {"has_impact": False}]
    for number, given in enumerate(may):
        start = NIGHT + (number + 1) * DAY
        assert actions.start(planned(pm, service, start, **given), by=pm, at=start).state == "in_progress"


def test_nothing_begins_before_its_time(pm: User, service: Service) -> None:
    urgent = planned(pm, service, kind="urgent")
    with pytest.raises(NotNow, match="verplaats het eerst"):
        actions.start(urgent, by=pm, at=NIGHT - timedelta(minutes=1))
    actions.move(urgent, by=pm, at=NOW, starts_at=NOW, ends_at=NOW + DAY / 12, reason="Actief misbruik")
    assert actions.start(urgent, by=pm, at=NOW).state == "in_progress"


def test_sla_7_1_unplanned_onderhoud_is_announced_even_where_it_is_not_felt(
    pm: User, service: Service
) -> None:
    case = planned(pm, service, kind="unplanned", has_impact=False)
    with pytest.raises(NotNow, match="eerst aan"):
        actions.start(case, by=pm, at=NIGHT)
    actions.publish(case, by=pm, at=NOW)
    assert actions.start(case, by=pm, at=NIGHT).state == "in_progress"


def test_sla_7_1_and_11_what_is_over_or_frozen_meanwhile_is_not_announced(pm: User, service: Service) -> None:
    case, urgent = planned(pm, service), planned(pm, service, NIGHT + DAY, kind="urgent")
    with pytest.raises(Invalid, match="verleden"):
        actions.publish(case, by=pm, at=NIGHT + DAY, reason="Vergeten")
    Freeze.objects.create(starts_at=NIGHT, ends_at=NIGHT + 3 * DAY, why="Landelijke migratie")
    with pytest.raises(Invalid, match="Landelijke migratie"):
        actions.publish(case, by=pm, at=NOW, reason="Toch maar")
    with pytest.raises(Invalid) as asked:
        actions.publish(urgent, by=pm, at=NOW)
    assert set(asked.value.errors) == {"reason"}
    assert actions.publish(urgent, by=pm, at=NOW, reason="Actief misbruik").state == "announced"


def test_what_runs_over_holds_its_place_and_stays_in_the_portal(pm: User, service: Service) -> None:
    hanneke, late = served(service), NIGHT + timedelta(hours=5)
    case = actions.start(announced(pm, service), by=pm, at=NIGHT)
    pushed = announced(pm, service, NIGHT - 20 * DAY, reason="Laat")
    planned(pm, service, NIGHT - 20 * DAY, kind="urgent")
    assert coming(hanneke.user, late) == [pushed, case]
    other = drafted(pm, service, late - timedelta(minutes=1), late, kind="urgent", reason="")
    with pytest.raises(Invalid) as asked:
        actions.plan(other, by=pm, at=late)
    assert case.number in asked.value.errors["reason"]
    actions.finish(case, by=pm, at=late)
    assert coming(hanneke.user, late) == [pushed]


# --- Planning


def test_a_draft_holds_no_place_and_a_plan_does(pm: User, service: Service) -> None:
    first = drafted(pm, service)
    assert first.number.startswith("O26-")
    second = planned(pm, service)
    with pytest.raises(Invalid) as refused:
        actions.plan(first, by=pm, at=NOW)
    assert second.number in refused.value.errors["starts_at"]
    assert "SLA 7.1" in refused.value.errors["starts_at"]
    assert Maintenance.objects.get(pk=first.pk).state == "draft"


def overlap(pm: User, service: Service) -> dict[str, Any]:
    planned(pm, service)
    return {}


def in_office_hours(pm: User, service: Service) -> dict[str, Any]:
    return {"start": local("2026-07-01 10:00")}


def in_a_freeze(pm: User, service: Service) -> dict[str, Any]:
    Freeze.objects.create(starts_at=NIGHT - DAY, ends_at=NIGHT + DAY, why="Landelijke migratie")
    return {}


def twice_in_a_fortnight(pm: User, service: Service) -> dict[str, Any]:
    planned(pm, service)
    return {"start": NIGHT + 13 * DAY}


def twice_in_a_fortnight_with_what_was_done(pm: User, service: Service) -> dict[str, Any]:
    case = actions.start(announced(pm, service), by=pm, at=NIGHT)
    actions.finish(case, by=pm, at=NIGHT + timedelta(hours=1))
    return {"start": NIGHT + 13 * DAY}


def unplanned_too_late(pm: User, service: Service) -> dict[str, Any]:
    return {"kind": "unplanned", "start": local("2026-06-15 20:00") - DAY * 3}


def over(pm: User, service: Service) -> dict[str, Any]:
    return {"kind": "urgent", "start": NOW - DAY}


HARD: list[Story] = [
    overlap, in_office_hours, in_a_freeze, twice_in_a_fortnight, twice_in_a_fortnight_with_what_was_done,
    unplanned_too_late, over,
]  # fmt: skip


@pytest.mark.parametrize("story", HARD, ids=lambda story: story.__name__)
def test_sla_7_1_what_may_not_be_is_refused_whatever_the_reason(
    pm: User, service: Service, story: Story
) -> None:
    given = story(pm, service)
    case = drafted(pm, service, **given)
    with pytest.raises(Invalid) as refused:
        actions.plan(case, by=pm, at=NOW, reason="Het moet toch echt")
    assert set(refused.value.errors) == {"starts_at"}


def on_what_it_depends(pm: User, service: Service) -> dict[str, Any]:
    platform = factories.ServiceFactory.create(slug="platform", name="Platform")
    ServiceDependency.objects.create(service=service, depends_on=platform)
    planned(pm, platform)
    return {}


def at_lunch_on_saturday(pm: User, service: Service) -> dict[str, Any]:
    return {"start": local("2026-07-04 12:00")}


def unplanned_in_office_hours(pm: User, service: Service) -> dict[str, Any]:
    return {"kind": "unplanned", "start": local("2026-07-01 10:00")}


def on_a_holiday(pm: User, service: Service) -> dict[str, Any]:
    return {"start": local("2026-12-25 20:00")}


def regular_too_late(pm: User, service: Service) -> dict[str, Any]:
    return {"start": local("2026-06-09 20:00")}


SOFT: list[Story] = [
    on_what_it_depends,
    at_lunch_on_saturday,
    unplanned_in_office_hours,
    on_a_holiday,
    regular_too_late,
]


@pytest.mark.parametrize("story", SOFT, ids=lambda story: story.__name__)
def test_sla_7_1_and_2_20_what_is_better_not_done_asks_for_a_reason(
    pm: User, service: Service, story: Story
) -> None:
    case = drafted(pm, service, **story(pm, service))
    with pytest.raises(Invalid) as refused:
        actions.plan(case, by=pm, at=NOW)
    assert set(refused.value.errors) == {"reason"}
    actions.plan(case, by=pm, at=NOW, reason="De leverancier kan alleen dan")
    assert (case.state, case.reason) == ("planned", "De leverancier kan alleen dan")
    assert case.events().last().data["conflicts"]  # type: ignore[union-attr]


def test_sla_7_1_ten_werkdagen_are_counted_again_when_it_is_announced(pm: User, service: Service) -> None:
    case = planned(pm, service, kind="unplanned")
    late = local("2026-06-18 09:01")
    with pytest.raises(Invalid, match="10 werkdagen"):
        actions.publish(case, by=pm, at=late, reason="Vergeten")
    actions.publish(case, by=pm, at=local("2026-06-18 09:00"))
    urgent = planned(pm, service, NIGHT + 3 * DAY, kind="urgent")
    assert actions.publish(urgent, by=pm, at=NIGHT).state == "announced"


def test_wrong_input_names_the_field(pm: User, service: Service) -> None:
    wrong: dict[str, Any] = {"title": " ", "ends_at": NIGHT, "description": "BSN 111222333", "services": []}
    for field, given in wrong.items():
        with pytest.raises(Invalid) as refused:
            drafted(pm, service, **{field: given})
        assert set(refused.value.errors) == {field}
    with pytest.raises(NotAllowed):
        drafted(factories.staff(Role.MANAGEMENT), service)
    case = drafted(pm, service)
    actions.note(case, by=pm, at=NOW, body="Afgestemd met de keten")
    actions.plan(case, by=pm, at=NOW, version=1)
    with pytest.raises(Stale):
        actions.cancel(case, by=pm, at=NOW, words="Toch niet", version=1)


# --- An urgent change goes first


def test_sla_7_1_an_urgent_change_pushes_regular_onderhoud_aside(pm: User, service: Service) -> None:
    hanneke = served(service)
    regular = announced(pm, service)
    urgent = planned(
        pm, service, NIGHT + timedelta(minutes=30), NOW + DAY, kind="urgent", title="Lek dichten"
    )
    regular.refresh_from_db()
    assert (regular.state, regular.made_way_for, regular.announced_at) == ("pushed_aside", urgent, None)
    told = Notice.objects.filter(case_type="maintenance", case_id=regular.pk).values_list("key", "email")
    assert set(told) == {
        ("maintenance_announced", hanneke.user.email),
        ("maintenance_pushed_aside", hanneke.user.email),
        ("maintenance_new_date", pm.email),
    }
    with pytest.raises(Invalid, match=urgent.number):
        actions.replan(regular, by=pm, at=NOW + DAY, starts_at=NIGHT, ends_at=NIGHT + timedelta(hours=1))
    after = local("2026-07-01 22:30")
    actions.replan(regular, by=pm, at=NOW + DAY, starts_at=after, ends_at=after + timedelta(hours=1))
    assert (regular.state, regular.announced_at) == ("planned", None)
    actions.publish(regular, by=pm, at=NOW + DAY)
    assert regular.state == "announced"


def test_what_has_begun_is_not_pushed_aside(pm: User, service: Service) -> None:
    regular = actions.start(announced(pm, service), by=pm, at=NIGHT)
    urgent = drafted(pm, service, NIGHT, kind="urgent", reason="Lek wordt misbruikt")
    actions.plan(urgent, by=pm, at=NIGHT)
    regular.refresh_from_db()
    assert (regular.state, urgent.state) == ("in_progress", "planned")


@pytest.mark.django_db(transaction=True)
def test_of_two_that_are_planned_at_once_one_gets_the_place() -> None:
    service, pm = mdo(), factories.staff(Role.PRODUCT_MANAGER)
    cases = [drafted(pm, service) for _turn in range(4)]

    def plan(case: Maintenance) -> bool:
        try:
            actions.plan(case, by=pm, at=NOW)
        except Invalid:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(plan, cases)) == 1


# --- Who hears it


def test_sla_7_1_every_contact_with_a_contract_hears_and_nobody_else(pm: User, service: Service) -> None:
    hanneke = served(service, role="main_contact")
    thijs = factories.contact(contractant=hanneke.contractant)
    factories.contact(contractant=hanneke.contractant, is_active=False)
    served(factories.ServiceFactory.create(slug="ander", name="Andere dienst"))
    ended = factories.contact()
    factories.ContractFactory.create(
        contractant=ended.contractant, service=service, ends_on=date(2026, 6, 30)
    )
    case = announced(pm, service, description="Wij vervangen de certificaten.")
    actions.move(
        case, by=pm, at=NOW + DAY, starts_at=NIGHT + 2 * DAY, ends_at=NIGHT + 2 * DAY + timedelta(hours=2)
    )
    actions.cancel(case, by=pm, at=NOW + 2 * DAY, words="De leverancier komt niet.")
    emails = {hanneke.user.email, thijs.user.email}
    for key in ("maintenance_announced", "maintenance_moved", "maintenance_cancelled"):
        assert set(Notice.objects.filter(key=key).values_list("email", flat=True)) == emails
    assert Notice.objects.filter(case_type="maintenance").count() == 6


def test_who_knew_nothing_is_not_told_that_it_is_off(pm: User, service: Service) -> None:
    served(service)
    case = planned(pm, service)
    actions.move(case, by=pm, at=NOW, starts_at=NIGHT + DAY, ends_at=NIGHT + DAY + timedelta(hours=6))
    actions.cancel(case, by=pm, at=NOW, words="Niet nodig")
    assert not Notice.objects.filter(case_type="maintenance").exists()


def test_sla_7_1_urgent_onderhoud_that_begins_unannounced_is_told_at_once(pm: User, service: Service) -> None:
    hanneke = served(service)
    case = planned(pm, service, NOW, NOW, kind="security", reason="Actief misbruik")
    assert not Maintenance.objects.visible_to(hanneke.user).exists()
    actions.start(case, by=pm, at=NOW)
    assert Notice.objects.get().key == "maintenance_started"
    assert Maintenance.objects.visible_to(hanneke.user).get() == case


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_notice_reads_well(pm: User, service: Service, language: str) -> None:
    served(service, user__language=language)
    regular = announced(pm, service, description="Wij vervangen de certificaten.")
    actions.move(
        regular,
        by=pm,
        at=NOW,
        starts_at=NIGHT + DAY,
        ends_at=NIGHT + DAY + timedelta(hours=6),
        words="Meer tijd nodig.",
    )
    planned(pm, service, NIGHT + DAY, kind="urgent")
    actions.cancel(regular, by=pm, at=NOW, words="Niet meer nodig.")
    late = planned(pm, service, NIGHT + 9 * DAY, kind="urgent")
    actions.start(late, by=pm, at=NIGHT + 9 * DAY)
    owed = list(Notice.objects.filter(case_type="maintenance"))
    assert {notice.key for notice in owed} == {key for rows in NOTICES.values() for key, _to in rows}
    with translation.override("nl"):
        for notice in owed:
            render(notice)
            assert notice.subject
            assert service.name in notice.body
            assert not {"{{", "None", "Certificaten"} & {*notice.body.split(), *notice.subject.split()} - {"Certificaten"}  # fmt: skip
            assert "Certificaten" not in notice.subject
    moved = next(notice for notice in owed if notice.key == "maintenance_moved")
    if language == "nl":
        assert "woensdag 1 juli 2026, 20:00" in moved.body
        assert "donderdag 2 juli 2026, 20:00 – vrijdag 3 juli 2026, 02:00" in moved.body
        assert "Meer tijd nodig." in moved.body


# --- The gate


def test_a_contact_sees_what_was_told_at_its_own_diensten(pm: User, service: Service) -> None:
    hanneke, stranger = (
        served(service),
        served(factories.ServiceFactory.create(slug="ander", name="Andere dienst")),
    )
    rows: Any = Maintenance.objects.all()
    draft, told = drafted(pm, service, NIGHT + 20 * DAY), announced(pm, service)
    assert set(rows.visible_to(pm)) == {draft, told}
    assert list(rows.visible_to(hanneke.user)) == [told]
    assert list(rows.visible_to(stranger.user)) == []
    hanneke.is_active = False
    hanneke.save()
    assert list(rows.visible_to(hanneke.user)) == []


# --- Regular windows, and updates


def test_sla_7_1_regular_windows_are_proposed_once_every_two_weeks(pm: User, service: Service) -> None:
    pattern = MaintenancePattern.objects.create(
        title="Maandelijkse patches", service=service, first_on=date(2026, 6, 3), starts=time(22), ends=time(1),
    )  # fmt: skip
    MaintenancePattern.objects.create(
        title="Oud", service=service, first_on=date(2026, 6, 3), starts=time(22), ends=time(1), is_active=False
    )  # fmt: skip
    assert actions.propose(by=pm, at=NOW).made == 7
    assert actions.propose(by=pm, at=NOW).made == 0
    made = list(Maintenance.objects.filter(pattern=pattern))
    assert {one.state for one in made} == {"draft"}
    assert [one.starts_at for one in made[:2]] == [local("2026-06-03 22:00"), local("2026-06-17 22:00")]
    assert made[0].ends_at == local("2026-06-04 01:00")
    for one in made[2:]:
        actions.plan(one, by=pm, at=NOW)
    with pytest.raises(NotAllowed):
        actions.propose(by=factories.staff(Role.ON_CALL), at=NOW)


def test_a_window_that_the_clock_skips_or_a_pattern_that_is_wrong_stops_no_other(
    pm: User, service: Service
) -> None:
    at, given = local("2026-03-27 10:00"), {"service": service, "weeks": 12}
    for title, day, text in [("Nacht", 29, ""), ("Fout", 28, "BSN 111222333"), ("Goed", 28, "")]:
        MaintenancePattern.objects.create(
            title=title, first_on=date(2026, 3, day), starts=time(2), ends=time(3), description=text, **given
        )
    told = actions.propose(by=pm, at=at)
    assert set(told.refused) == {"Fout"}
    days = Maintenance.objects.order_by("title", "pattern_day").values_list("title", "pattern_day")
    assert list(days) == [
        ("Goed", date(2026, 3, 28)), ("Goed", date(2026, 6, 20)), ("Nacht", date(2026, 6, 21))
    ]  # fmt: skip
    assert told.made == 3


def test_sla_7_1_an_update_knows_its_last_day(db: None) -> None:
    update = SubcontractorUpdate.objects.create(
        party="Databank BV", product="Databank", release="16.2", is_critical=True, released_on=date(2026, 3, 1)
    )  # fmt: skip
    assert update.due_on == date(2026, 5, 31)
    assert not update.is_late(date(2026, 5, 31))
    assert update.is_late(date(2026, 6, 1))
    update.installed_on, update.is_critical = date(2026, 6, 1), False
    update.save()
    assert not update.is_late(date(2027, 1, 1))
