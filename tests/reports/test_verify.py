"""What is stored follows from the events; whatever does not is found, named and told, and nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.test import Client

from changes.actions.request import Request, register
from desk import door
from desk.models import Event, Notice
from incidents import actions
from incidents.actions.sweep import PROJECTION, rebuild, sweep
from incidents.models import Melding
from problems.models import TrendMonth
from reports.models import Verification
from reports.monthly import sealing
from reports.verifying import meldingen, running
from reports.verifying.checking import Difference, Fields, Scope, against_trails, unequal
from sla.actions import new_policy_version
from sla.models import Policy, PolicyVersion
from sla.queries import AMSTERDAM
from tests import factories
from tests.factories import MOMENT
from tests.reports.monthly import June

pytestmark = pytest.mark.django_db
NOW = MOMENT + timedelta(days=9)


@pytest.fixture
def desk(db: None) -> list[Melding]:
    """Meldingen at every stage, after their clocks were swept."""
    agent = factories.staff()
    made = [factories.registered(at=MOMENT + timedelta(hours=n), by=agent) for n in range(7)]
    for melding in made[1:]:
        actions.pick_up(melding, by=agent, at=MOMENT + timedelta(hours=8), contacted=True)
    actions.wait_for_contractant(made[2], by=agent, at=MOMENT + timedelta(hours=9), question="Welke browser?")
    actions.set_priority(made[3], by=agent, at=MOMENT + timedelta(hours=9), priority=4, reason="Kan wachten")
    actions.agree_date(made[3], by=agent, at=MOMENT + timedelta(hours=10), due=MOMENT + timedelta(days=20))
    for melding in made[4:6]:
        actions.resolve(melding, by=agent, at=MOMENT + timedelta(hours=30), solution="Herstart")
    actions.reopen(made[5], by=agent, at=MOMENT + timedelta(hours=40), reason="Toch niet")
    actions.cancel(made[6], by=agent, at=MOMENT + timedelta(hours=9), reason="Vergissing")
    sweep(MOMENT + timedelta(days=3))
    return made


def found(**scope: Any) -> list[Difference]:
    return list(running.look(Scope(NOW, **scope)))


def tamper(melding: Melding, column: str, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE incidents_melding SET {column} = %s WHERE id = %s", [value, melding.pk])


def test_what_the_desk_wrote_follows_from_the_events(desk: list[Melding]) -> None:
    scope = Scope(NOW)
    assert list(running.look(scope)) == []
    assert scope.checked["melding"] == len(desk)


@pytest.mark.parametrize("column", [*PROJECTION, "priority", "kind", "state", "version", "policy_version_id"])
def test_one_column_that_was_tampered_with_is_exactly_what_is_found(desk: list[Melding], column: str) -> None:
    """SLA 2.21, 2.25."""
    melding = desk[4] if column.endswith(("elapsed", "_met")) else desk[1]
    stored = Melding.objects.filter(pk=melding.pk).values_list(column, flat=True).get()
    wrong = {
        "priority": 3, "kind": "question", "state": "waiting_chain", "version": 77, "response_state": "paused", "resolution_state": "paused",
        "policy_version_id": PolicyVersion.objects.exclude(pk=melding.policy_version_id).values_list("pk", flat=True)[0],
    }.get(column)  # fmt: skip
    if wrong is None:
        wrong = (
            stored + timedelta(hours=1)
            if isinstance(stored, datetime)
            else MOMENT
            if stored is None
            else not stored
        )
        wrong = stored + 60 if type(stored) is int else wrong
    tamper(melding, column, wrong)
    name = column.removesuffix("_id")
    same = [
        one for one in found() if name not in {"priority", "state", "policy_version"} or one.field == name
    ]
    assert [(one.number, one.field) for one in same] == [(melding.number, name)]
    assert same[0].stored != same[0].rebuilt


@pytest.mark.parametrize("hours", [-1, 200])
def test_a_clock_that_runs_counted_neither_less_nor_more_than_can_be(desk: list[Melding], hours: int) -> None:
    melding = Melding.objects.get(pk=desk[1].pk)
    assert melding.resolution_state == "running"
    tamper(
        melding, "resolution_elapsed", max(0, melding.resolution_elapsed + hours * 3600) if hours > 0 else 0
    )
    assert [(one.number, one.field) for one in found()] == [(melding.number, "resolution_elapsed")]


def test_an_event_that_was_taken_away_shows(desk: list[Melding]) -> None:
    desk[0].events().filter(verb="register").update(verb="note")
    assert {(one.number, one.field) for one in found()} == {(desk[0].number, "events")}


def test_what_somebody_changes_meanwhile_is_no_difference(desk: list[Melding]) -> None:
    """The row was read, and then the act took place of which the events tell."""
    agent, seen = factories.staff(), list[str]()

    def torn(melding: Melding, trail: list[Event], now: datetime) -> Fields:
        if melding == desk[1]:
            seen.append(melding.state)
            if len(seen) == 1:
                actions.resolve(desk[1], by=agent, at=NOW + timedelta(minutes=1), solution="Intussen")
                trail = list(melding.events())
        return meldingen.values(melding, trail, now)

    assert list(against_trails(Melding, Melding.objects.get_queryset(), torn, Scope(NOW))) == []
    assert seen == ["in_progress", "resolved"]


def test_what_a_sweep_records_meanwhile_is_no_difference(desk: list[Melding]) -> None:
    """It is stored as of the sweep's own moment, later than that of the look."""
    look, noticed = MOMENT + timedelta(days=4), MOMENT + timedelta(days=8)
    sweep(noticed)
    swept = Event.objects.filter(data__noticed_at=noticed.isoformat(), at__gt=look)
    assert desk[0].pk in swept.values_list("case_id", flat=True)
    assert list(running.look(Scope(look))) == []


def test_what_was_recorded_past_the_door_says_nothing_of_the_state(desk: list[Melding]) -> None:
    """An alarm goes by the Melding that it read, which somebody may have moved on meanwhile."""
    stale = Melding.objects.get(pk=desk[0].pk)
    actions.pick_up(desk[0], by=factories.staff(), at=NOW - timedelta(minutes=1))
    door.record(stale, "acknowledge", by=None, at=NOW, data={"alert": 1})
    assert found() == []


def test_what_cannot_be_rebuilt_is_a_difference_and_ends_nothing(desk: list[Melding]) -> None:
    """Under a draft nothing counts; a month without figures has nothing to compare."""
    draft = new_policy_version(Policy.objects.get(is_default=True), by=None, at=NOW)
    tamper(desk[1], "policy_version_id", draft.pk)
    tamper(desk[2], "version", 77)
    factories.registered(at=datetime(2026, 5, 20, tzinfo=AMSTERDAM))
    TrendMonth.objects.create(month=date(2026, 6, 1), created_at=NOW, figures={})
    later = list(running.look(Scope(NOW + timedelta(days=30))))
    assert {(one.number, one.field, one.rebuilt) for one in later if one.field in {"events", "version"}} == {
        (desk[1].number, "events", "DoesNotExist"), (desk[2].number, "version", "3"), ("2026-06", "events", "KeyError"),
    }  # fmt: skip


def test_a_database_that_is_gone_ends_it() -> None:
    def lost() -> Fields:
        raise OperationalError("server closed the connection unexpectedly")
        yield "state", 1, 1

    with pytest.raises(OperationalError):
        list(unequal("melding", "M26-00001", lost()))


@pytest.mark.django_db(transaction=True)
def test_what_somebody_keeps_locked_is_left_and_counted() -> None:
    melding, scope = factories.registered(), Scope(NOW)
    tamper(melding, "warns_at", MOMENT)

    def look() -> list[Difference]:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '50ms'")
            return list(running.look(scope))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Melding.objects.select_for_update().get(pk=melding.pk)
        assert pool.submit(look).result() == []
    assert (scope.checked["melding"], scope.busy) == (0, {"melding": 1})
    assert [one.field for one in found()] == ["warns_at"]


def test_one_number_and_one_day(desk: list[Melding]) -> None:
    for melding in desk[:2]:
        tamper(melding, "warns_at", MOMENT)
    assert [one.number for one in found(number=desk[1].number)] == [desk[1].number]
    assert found(since=MOMENT + timedelta(days=1)) == []


def test_the_time_of_a_change_follows_from_the_terms(desk: list[Melding]) -> None:
    """SLA 10.3."""
    contact, service = factories.contact(), factories.ServiceFactory.create()
    asked = Request(subject="Knop", description="Een knop", goal="Sneller", service=service, contact=contact)
    change = register(asked, by=factories.staff(), at=MOMENT)
    assert found() == []
    type(change).objects.filter(pk=change.pk).update(response_due=MOMENT)
    assert [(one.number, one.field) for one in found()] == [(change.number, "response_due")]


@pytest.mark.parametrize("solved", [2, 3])
def test_a_stored_month_of_the_trend_analysis(desk: list[Melding], solved: int) -> None:
    """SLA 12.1: what can be counted again; a Melding that came in later with an earlier date does not count."""
    stored = datetime(2026, 7, 1, tzinfo=AMSTERDAM)
    factories.registered(at=datetime(2026, 5, 20, tzinfo=AMSTERDAM))
    figures = {
        "month": "2026-06-01",
        "days": 30,
        "hours": 160,
        "received": {"all": {"": 7}},
        "solved": solved,
        "reopened": 1,
        "ended": 3,
    }
    TrendMonth.objects.create(month=date(2026, 6, 1), created_at=stored, figures=figures)
    factories.registered(at=stored + timedelta(days=1), received_at=MOMENT)
    wrong = running.look(Scope(stored + timedelta(days=2)))
    said = [(one.number, one.field, one.stored, one.rebuilt) for one in wrong]
    assert said == ([] if solved == 2 else [("2026-06", "solved", "3", "2")])


# --- The command


def command(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        with time_machine.travel(NOW, tick=False):
            call_command("verify", *arguments, stdout=out)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_command_names_each_difference_and_mends_when_asked(desk: list[Melding]) -> None:
    assert command() == (0, "Nagekeken: 4 escalation, 7 melding. Verschillen: 0, hersteld: 0.\n")
    tamper(desk[1], "next_due_at", None)
    code, out = command("--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, lines[0]["field"], lines[-1]["differences"]) == (1, "next_due_at", 1)
    assert Melding.objects.get(pk=desk[1].pk).next_due_at is None
    assert command("--fix-projections")[0] == 0
    assert command()[0] == 0


def test_mending_takes_nothing_back_that_happened_since_the_look(desk: list[Melding]) -> None:
    actions.resolve(desk[1], by=factories.staff(), at=NOW + timedelta(minutes=1), solution="Intussen")
    stored = Melding.objects.filter(pk=desk[1].pk).values()
    before = stored.get()
    tamper(desk[1], "warns_at", MOMENT)
    rebuild(desk[1].pk, NOW)
    assert stored.get() == before


def test_a_number_that_nothing_has_is_an_error(desk: list[Melding]) -> None:
    assert command("--number", desk[1].number) == (0, "Nagekeken: 1 melding. Verschillen: 0, hersteld: 0.\n")
    with pytest.raises(CommandError, match="M26-99999"):
        command("--number", "M26-99999")


def test_what_is_no_projection_is_left_to_people(desk: list[Melding]) -> None:
    tamper(desk[1], "version", 77)
    assert command("--fix-projections")[0] == 1
    assert Melding.objects.get(pk=desk[1].pk).version == 77


# --- Published reports


TAMPERING = {
    "data": """UPDATE reports_servicelevelreport SET data = '{"availability": {"percent": "100.00"}}'""",
    "sha256": "UPDATE reports_servicelevelreport SET sha256 = repeat('0', 64)",
    "both": "UPDATE reports_servicelevelreport SET data = '{}', sha256 = encode(sha256('{}'), 'hex')",
    "deleted": "DELETE FROM reports_servicelevelreport",
}  # fmt: skip


def test_a_published_report_is_what_its_trail_says_that_was_published() -> None:
    """SLA 13: past the trigger that keeps it; a seal that was made anew with the data is found as well."""
    report = June().published()
    scope = Scope(NOW)
    assert list(running.look(scope)) == []
    assert scope.checked["published_report"] == 1
    for how, sql in TAMPERING.items():
        with past_the_trigger(sql):
            (wrong,) = found()
            assert wrong.kind == "published_report"
            if how != "deleted":
                report.refresh_from_db()
                assert (wrong.number, sealing.holds(report)) == (report.number, False)
                with pytest.raises(CommandError, match="niet wat is gepubliceerd"):
                    call_command("check_report", report.number)
    assert found() == []


@contextmanager
def past_the_trigger(sql: str) -> Iterator[None]:
    """Done, and undone afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE reports_servicelevelreport DISABLE TRIGGER report_stays")
            cursor.execute(sql)
        yield
        transaction.set_rollback(True)


# --- Each night


def night(days: int = 0, hour: int = 3) -> datetime:
    return datetime(2026, 6, 25, hour, tzinfo=AMSTERDAM) + timedelta(days=days)


def test_each_night_once_and_the_same_differences_are_told_once(desk: list[Melding]) -> None:
    administrator = factories.staff("administrator")
    told = Notice.objects.filter(key="verification_differs")
    assert running.nightly(night(hour=1)) is None
    assert running.nightly(night()) is not None
    assert running.nightly(night(hour=4)) is None
    assert not told.exists()
    tamper(desk[1], "resolution_elapsed", 0)
    for day in (1, 2):
        running.nightly(night(day))
    assert [(notice.email, notice.data) for notice in told] == [(administrator.email, {"number": 1})]
    tamper(desk[2], "warns_at", night())
    running.nightly(night(3))
    assert told.all().count() == 2
    assert list(Verification.objects.values_list("found", flat=True)) == [2, 1, 1, 0]


def test_the_page_shows_the_last_night(desk: list[Melding], client: Client) -> None:
    client.force_login(factories.staff("administrator"))
    assert "Nog niet nagerekend" in client.get("/rapportage/controle/").content.decode()
    running.verify(night())
    assert "Alles klopt" in client.get("/rapportage/controle/").content.decode()
    tamper(desk[1], "next_due_at", None)
    running.verify(night(1))
    Verification.objects.filter(found=1).update(busy={"melding": 3})
    shown = client.get("/rapportage/controle/").content.decode()
    assert "Eén verschil gevonden" in shown
    assert "Niet nagekeken, want in gebruik: 3 meldingen." in shown
    assert desk[1].number in shown
