"""The availability of a Dienst in a month, from every source (SLA 2.3, 2.18, 7.2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from contractants.models import Service
from desk.door import Invalid, NotAllowed, Stale
from desk.models import Event, User
from domain.availability import Availability
from domain.months import Month
from incidents import actions as incidents
from incidents.models import Channel
from reports.availability import queries
from reports.availability.actions import Facts, correct, record
from reports.models import Unavailability
from tests import factories
from tests.reports.conftest import MINUTE, NOW, alarm, back, june, solved, sums, worked

JUNE = Month(2026, 6)


def of_june(service: Service, now: datetime = NOW) -> Availability:
    return queries.of_month(service, JUNE, now)


def told(found: Availability) -> list[tuple[str | None, int, str]]:
    return [(one.number, int(one.minutes), one.reason or "telt") for one in found.stretches]


def test_sla_7_2_a_month_from_every_source_computed_by_hand(mdo: Service, manager: User) -> None:
    """43,200 minutes. Counted: 45 of the alarm, 15 of the alarm that came back, 20 that the Onderhoud ran over, 30 by
    hand. Excluded: 120 of the Onderhoud, and 60 of an attack."""
    disk = alarm(mdo, june(3, "10:00"))
    back(disk, june(3, "10:45"))
    back(disk, june(3, "11:00"), "unavailable_again")
    back(disk, june(3, "11:15"))
    onderhoud = worked(mdo, june(16, "20:00"), 120, 140)
    record(Facts(mdo, june(20, "08:00"), june(20, "08:30")), by=manager, at=NOW)
    attacked = alarm(mdo, june(25, "12:00"))
    back(attacked, june(25, "13:00"))
    record(
        Facts(
            mdo, june(25, "12:00"), june(25, "13:00"), reason="attack", evidence="Bevestigd door het datacentrum."
        ), by=manager, at=NOW, melding=attacked,
    )  # fmt: skip
    found = of_june(mdo)
    assert told(found) == [
        (disk.number, 45, "telt"), (disk.number, 15, "telt"), (onderhoud.number, 120, "maintenance"),
        (onderhoud.number, 20, "telt"), (None, 30, "telt"), (attacked.number, 60, "attack"),
    ]  # fmt: skip
    assert sums(found) == (43_200, 110, 180)
    assert (round(found.percent, 4), found.kept) == (Decimal("99.7454"), True)


def test_of_a_running_month_the_part_that_has_passed(mdo: Service) -> None:
    alarm(mdo, june(3, "10:00"))
    found = of_june(mdo, june(3, "11:00"))
    assert sums(found) == (2 * 1440 + 660, 60, 0)
    ahead = queries.of_month(mdo, JUNE.shifted(1), june(3, "11:00"))
    assert sums(ahead) == (0, 0, 0)


def test_what_lasts_over_midnight_of_the_month_is_counted_where_it_falls(mdo: Service) -> None:
    back(alarm(mdo, june(30, "23:00")), june(30, "23:00") + 150 * MINUTE)
    assert [of_june(mdo).counted, queries.of_month(mdo, JUNE.shifted(1), NOW).counted] == [60, 90]


def test_what_was_seen_before_midnight_and_arrived_after_it_is_counted_where_it_falls(mdo: Service) -> None:
    seen = june(30, "23:00")
    back(alarm(mdo, seen + 90 * MINUTE, first_seen_at=seen), seen + 100 * MINUTE)
    assert [of_june(mdo).counted, queries.of_month(mdo, JUNE.shifted(1), NOW).counted] == [60, 40]


def test_nobody_changes_what_the_monitoring_measured(mdo: Service, agent: User) -> None:
    measured = alarm(mdo, june(3, "10:15"), first_seen_at=june(3, "10:00"), affected_users=None)
    unknown = alarm(mdo, june(4, "10:15"), first_seen_at=None)
    for melding in (measured, unknown):
        with pytest.raises(Invalid, match="Dit komt van de monitoring"):
            incidents.complete(
                melding, by=agent, at=june(5, "10:00"), facts={"first_seen_at": june(1, "10:00")}
            )
    incidents.complete(measured, by=agent, at=june(5, "10:00"), facts={"affected_users": 4})
    assert measured.first_seen_at == june(3, "10:00")
    assert "first_seen_at" not in unknown.missing


def lowered(mdo: Service) -> None:
    """For twenty minutes it had priority 1."""
    melding = alarm(mdo, june(3, "10:00"))
    incidents.set_priority(
        melding, by=factories.staff(), at=june(3, "10:20"), priority=2, reason="Deels hersteld"
    )


def raised(mdo: Service) -> None:
    melding = alarm(mdo, june(3, "10:00"), priority=3)
    incidents.set_priority(melding, by=factories.staff(), at=june(3, "10:40"), priority=1, reason="Alles ligt eruit")  # fmt: skip
    back(melding, june(3, "11:00"))


def seen_before_it_arrived(mdo: Service) -> None:
    back(alarm(mdo, june(3, "10:15"), first_seen_at=june(3, "10:00")), june(3, "10:20"))


def merged(mdo: Service) -> None:
    """The report by phone goes on in its place."""
    machine = alarm(mdo, june(3, "10:00"))
    phoned = factories.registered(service=mdo, at=june(3, "10:05"), priority=1, contact=factories.contact())
    incidents.mark_duplicate(machine, by=factories.staff(), at=june(3, "10:08"), other=phoned)
    solved(phoned, june(3, "10:20"))


def merged_into_an_older_one(mdo: Service) -> None:
    """What was phoned before the monitoring saw anything is no measurement."""
    phoned = factories.registered(service=mdo, at=june(3, "09:00"), priority=1, contact=factories.contact())
    machine = alarm(mdo, june(3, "10:00"))
    incidents.merge(machine, by=factories.staff(), at=june(3, "10:08"), into=phoned)
    solved(phoned, june(3, "10:20"))


def merged_into_one_without_a_dienst(mdo: Service) -> None:
    """Which then went into another itself."""
    by = factories.staff()
    first, second = (
        factories.registered(service=None, service_unknown=True, at=june(3, "09:00"), priority=1)
        for _ in range(2)
    )
    incidents.mark_duplicate(alarm(mdo, june(3, "10:00")), by=by, at=june(3, "10:05"), other=first)
    incidents.mark_duplicate(first, by=by, at=june(3, "10:10"), other=second)
    solved(second, june(3, "10:20"))


def back_before_it_was_merged(mdo: Service) -> None:
    phoned = factories.registered(service=mdo, at=june(3, "09:00"), priority=1, contact=factories.contact())
    machine = back(alarm(mdo, june(3, "10:00")), june(3, "10:20"))
    incidents.mark_duplicate(machine, by=factories.staff(), at=june(3, "10:30"), other=phoned)


def merged_into_a_cancelled_one(mdo: Service) -> None:
    by = factories.staff()
    phoned = factories.registered(service=mdo, at=june(3, "09:00"), priority=1, contact=factories.contact())
    incidents.mark_duplicate(alarm(mdo, june(3, "10:00")), by=by, at=june(3, "10:20"), other=phoned)
    incidents.cancel(phoned, by=by, at=june(3, "11:00"), reason="Vals")


def cancelled(mdo: Service) -> None:
    incidents.cancel(alarm(mdo, june(3, "10:00")), by=factories.staff(), at=june(3, "10:20"), reason="Vals")


def less_grave(mdo: Service) -> None:
    alarm(mdo, june(3, "10:00"), priority=2)


def phoned(mdo: Service) -> None:
    factories.registered(service=mdo, at=june(3, "10:00"), priority=1, contact=factories.contact())


def of_another(mdo: Service) -> None:
    alarm(factories.ServiceFactory.create(slug="koppeling"), june(3, "10:00"))


@pytest.mark.parametrize(
    ("story", "minutes"),
    [
        (lowered, 20), (raised, 20), (seen_before_it_arrived, 20), (merged, 20), (merged_into_an_older_one, 20),
        (merged_into_one_without_a_dienst, 20), (back_before_it_was_merged, 20), (merged_into_a_cancelled_one, 20),
        (cancelled, 0), (less_grave, 0), (phoned, 0), (of_another, 0),
    ],
)  # fmt: skip
def test_what_the_trail_of_an_incident_tells(mdo: Service, story: Any, minutes: int) -> None:
    story(mdo)
    assert of_june(mdo).counted == minutes


def test_unannounced_onderhoud_counts_and_in_announced_onderhoud_nothing_does(mdo: Service) -> None:
    worked(mdo, june(10, "20:00"), 60, 60, announced=False)
    worked(mdo, june(16, "20:00"), 120, 120)
    back(alarm(mdo, june(16, "21:00")), june(16, "22:30"))
    assert sums(of_june(mdo)) == (43_200, 60 + 30, 120)


def test_sla_7_2_a_person_judges_part_of_what_a_trail_tells(mdo: Service, manager: User) -> None:
    """Each says something about the minutes that it names; the rest stays as it was."""
    melding = alarm(mdo, june(3, "10:00"))
    back(melding, june(3, "11:00"))
    quarter = (june(3, "10:00"), june(3, "10:15"))
    row = record(
        Facts(mdo, *quarter, extent="none", evidence="Alleen de meetpost was weg."), by=manager, at=NOW, melding=melding
    )  # fmt: skip
    assert sums(of_june(mdo)) == (43_200, 45, 0)
    assert list(queries.denied(mdo, JUNE, NOW)) == [row]
    correct(row, Facts(mdo, *quarter, reason="other_party", evidence="Storing bij de netbeheerder."), by=manager, at=NOW)  # fmt: skip
    assert sums(of_june(mdo)) == (43_200, 45, 15)


def test_a_correction_stands_beside_what_was_said(mdo: Service, manager: User, agent: User) -> None:
    first = record(Facts(mdo, june(3, "10:00")), by=agent, at=june(3, "10:30"))
    assert of_june(mdo, june(3, "12:00")).counted == 120
    second = correct(first, Facts(mdo, june(3, "10:00"), june(3, "10:20")), by=agent, at=june(3, "12:00"))
    assert of_june(mdo).counted == 20
    assert first.series == second.series
    assert [row.ended_at for row in queries.versions(manager, first.series)] == [june(3, "10:20"), None]
    trail = Event.objects.filter(case_type="unavailability").values_list("case_id", "verb", "actor")
    assert list(trail) == [(first.pk, "record", agent.pk), (second.pk, "correct", agent.pk)]
    with pytest.raises(Stale, match="Sanne de Wit") as refused:
        correct(first, Facts(mdo, june(3, "10:00")), by=manager, at=NOW, version=first.version)
    assert [(event.verb, event.actor) for event in refused.value.meanwhile] == [("correct", agent)]


def test_of_the_same_minutes_one_thing_is_said(mdo: Service, manager: User) -> None:
    """Sent twice, or an exclusion beside what counts: that is a correction. What touches it, or is about something else, stands beside it."""
    melding, other = (alarm(mdo, june(3, clock)) for clock in ("10:00", "10:01"))
    link = factories.ServiceFactory.create(slug="koppeling")
    first = Facts(mdo, june(3, "10:00"), june(3, "10:20"))
    row = record(first, by=manager, at=NOW, melding=melding)
    by_hand = record(first, by=manager, at=NOW)
    excluded = replace(first, reason="attack", evidence="Bevestigd.")
    open_end = replace(first, started_at=june(3, "10:19"), ended_at=None)
    refused: list[tuple[Facts, Any]] = [
        (first, melding),
        (excluded, melding),
        (open_end, melding),
        (excluded, None),
    ]
    for facts, about in refused:
        with pytest.raises(Invalid, match="corrigeer dat"):
            record(facts, by=manager, at=NOW, melding=about)
    record(replace(open_end, started_at=june(3, "10:20")), by=manager, at=NOW, melding=melding)
    record(first, by=manager, at=NOW, melding=other)
    record(replace(first, service=link), by=manager, at=NOW, melding=melding)
    record(replace(first, ended_at=june(3, "10:21")), by=manager, at=NOW)
    correct(row, excluded, by=manager, at=NOW)
    for about in (row, by_hand):
        with pytest.raises(Invalid, match="corrigeer dat"):
            correct(about, replace(first, ended_at=june(3, "10:21")), by=manager, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_is_recorded_once(mdo: Service, agent: User) -> None:
    facts = Facts(mdo, june(3, "10:00"), june(3, "10:20"))

    def send(_n: int) -> str:
        try:
            record(facts, by=agent, at=NOW)
        except Invalid:
            return "refused"
        finally:
            connection.close()
        return "recorded"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == ["recorded", "refused"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"started_at": NOW + MINUTE}, "started_at"), ({"started_at": NOW - timedelta(days=2000)}, "started_at"),
        ({"ended_at": june(3, "10:00")}, "ended_at"), ({"ended_at": NOW + MINUTE}, "ended_at"),
        ({"reason": "attack"}, "evidence"), ({"reason": "attack", "evidence": "  "}, "evidence"),
        ({"reason": "zomaar", "evidence": "Zomaar"}, "reason"), ({"extent": "half"}, "extent"),
        ({"extent": "none", "evidence": "Zomaar"}, "extent"), ({"evidence": "x" * 2001}, "evidence"),
        ({"evidence": "Patiënt 111222333"}, "evidence"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_field(mdo: Service, manager: User, given: Any, field: str) -> None:
    facts: dict[str, Any] = {"service": mdo, "started_at": june(3, "10:00"), "ended_at": june(3, "11:00")}
    with pytest.raises(Invalid) as refused:
        record(Facts(**{**facts, **given}), by=manager, at=NOW)
    assert list(refused.value.errors) == [field]
    assert not Unavailability.objects.exists()


def test_agents_record_and_managers_decide_what_does_not_count(
    mdo: Service, agent: User, manager: User
) -> None:
    hour = (june(3, "10:00"), june(3, "11:00"))
    excluded = Facts(mdo, *hour, reason="attack", evidence="Bevestigd.")
    with pytest.raises(NotAllowed, match="servicelevelmanager"):
        record(excluded, by=agent, at=NOW)
    with pytest.raises(NotAllowed):
        record(Facts(mdo, *hour), by=factories.contact().user, at=NOW)
    with pytest.raises(NotAllowed):
        correct(record(excluded, by=manager, at=NOW), Facts(mdo, *hour), by=agent, at=NOW)
    later = replace(excluded, started_at=june(3, "10:30"))
    correct(record(replace(later, reason=""), by=agent, at=NOW), later, by=manager, at=NOW)


def test_the_database_refuses_an_exclusion_without_evidence(mdo: Service, manager: User) -> None:
    row = record(Facts(mdo, june(3, "10:00"), june(3, "11:00")), by=manager, at=NOW)
    for wrong in ({"reason": "attack"}, {"extent": "none"}, {"ended_at": row.started_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Unavailability.objects.filter(pk=row.pk).update(**wrong)


def test_only_staff_and_machines_see_what_was_recorded(mdo: Service, manager: User) -> None:
    record(Facts(mdo, june(3, "10:00")), by=manager, at=NOW)
    rows = Unavailability.objects.all()
    assert rows.visible_to(manager).count() == rows.visible_to(factories.machine()).count() == 1
    assert not rows.visible_to(factories.contact().user).exists()


def test_it_asks_as_many_queries_however_much_there_was(mdo: Service, manager: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            queries.of_month(mdo, JUNE, NOW)
        return len(found)

    for day in (1, 2):
        back(alarm(mdo, june(day, "10:00")), june(day, "10:01"))
        worked(mdo, june(day * 15 - 14, "20:00"), 60, 60)
        record(Facts(mdo, june(day, "12:00"), june(day, "12:01")), by=manager, at=NOW)
        if day == 1:
            few = asked()
    assert few == asked() <= 5


def test_of_more_diensten_at_once(mdo: Service) -> None:
    link = factories.ServiceFactory.create(slug="koppeling")
    back(alarm(link, june(3, "10:00")), june(3, "10:30"))
    found = queries.of_services([mdo, link], JUNE, NOW)
    assert [sums(found[pk])[1] for pk in (mdo.pk, link.pk)] == [0, 30]
    assert found[link.pk] == of_june(link)


def test_an_alarm_counts_for_its_own_dienst_whichever_are_asked(mdo: Service) -> None:
    """Also from the moment on that it is told by a Melding of another Dienst, which is no measurement of that one."""
    link = factories.ServiceFactory.create(slug="koppeling")
    phoned = factories.registered(service=link, at=june(3, "09:00"), priority=1, contact=factories.contact())
    machine = alarm(mdo, june(3, "10:00"))
    incidents.mark_duplicate(machine, by=factories.staff(), at=june(3, "10:08"), other=phoned)
    solved(phoned, june(3, "10:20"))
    found = queries.of_services([mdo, link], JUNE, NOW)
    assert told(found[mdo.pk]) == [(machine.number, 8, "telt"), (phoned.number, 12, "telt")]
    assert told(found[link.pk]) == []
    assert found == {one.pk: of_june(one) for one in (mdo, link)}


def test_another_channel_of_the_same_grave_incident_is_for_people_to_judge(mdo: Service, agent: User) -> None:
    melding = factories.registered(service=mdo, at=june(3, "10:00"), priority=1, channel=Channel.SUPPLIER)
    row = record(
        Facts(mdo, june(3, "10:00"), june(3, "10:20"), extent="partial"), by=agent, at=NOW, melding=melding
    )
    assert (row.source, told(of_june(mdo))) == ("incident", [(melding.number, 20, "telt")])
