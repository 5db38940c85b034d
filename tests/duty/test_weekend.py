"""The clock run over a long weekend: who is told what at which business moment, once (SLA 4.1, 4.2, 4.4, 9.3).

From Friday 22 May 2026, 14:00, to Tuesday 26 May, 10:00; Monday is Tweede Pinksterdag. The desk does every few
minutes what its worker does. The table is worked out by hand from the calendars; local times.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import connection

from desk.door import record
from desk.locks import only_one
from desk.models import Notice, User
from desk.notices import deliver
from desk.permissions import Role
from incidents import actions
from incidents.actions.sweep import ONE_ROUND
from incidents.clocks import once_key
from incidents.models import Melding, Shift
from tests import factories

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STEP = timedelta(minutes=5)
MAY = {"thu": 21, "fri": 22, "sat": 23, "sun": 24, "mon": 25, "tue": 26}
KEYS = ["melding_warning", "melding_breach", "warnings", "p1_duty"]  # escalations have tests of their own
Row = tuple[str, str, str, frozenset[str]]


def local(text: str) -> datetime:
    """`fri 14:00`, of that week."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-05-{MAY[day]}T{clock}").replace(tzinfo=AMSTERDAM)


START, END = local("fri 14:00"), local("tue 10:00")


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    factories.load_policies()
    return {
        "sam": factories.staff(name="Sam de Vries", email="sam@desk.example"),
        "noor": factories.staff(name="Noor Verhagen", email="noor@desk.example"),
        "joost": factories.staff(Role.ON_CALL, name="Joost Bakema", email="joost@desk.example"),
        "fatma": factories.staff(Role.ON_CALL, name="Fatma Yıldız", email="fatma@desk.example"),
    }


@pytest.fixture
def meldingen(people: dict[str, User]) -> dict[str, Melding]:
    """What is open when the weekend begins, by a name for the table."""
    for who, start, end in [
        ("joost", "fri 15:30", "fri 18:00"), ("fatma", "tue 07:00", "tue 09:00"), ("joost", "tue 17:00", "tue 18:00"),
    ]:  # fmt: skip
        Shift.objects.create(person=people[who], starts_at=local(start), ends_at=local(end))

    def received(text: str, priority: int, to: str = "", picked_up: bool = True) -> Melding:
        at = local(text)
        melding = factories.registered(
            at=at, priority=priority, impact="", urgency="", contact=None, reporter_email=""
        )
        if to:
            actions.assign(melding, by=people[to], at=at, assignee=people[to])
        if picked_up:
            actions.pick_up(melding, by=people[to or "noor"], at=at, contacted=True)
        return melding

    return {
        # Solve within 24 hours of Werkdagen: half is used Friday 22:00, three quarters Tuesday 04:00.
        "outage": received("fri 10:00", 1, "sam"),
        # Solve within 2 Werkdagen, Tuesday 15:00, which is 14:30 of Kantoortijden: half Friday 14:15, 75 % Tuesday 11:22.
        "solve": received("thu 15:00", 2, "sam"),
        # Answer within 4 hours, Tuesday 11:00: half is used at the minute of closing, 75 % Tuesday 10:00.
        "answer": received("fri 13:30", 2, "sam", picked_up=False),
        # Answer by Friday 15:30, a closing time; 75 % at 14:30. It is late after that, when Sam has gone.
        "closing": received("fri 11:30", 2, "sam", picked_up=False),
        # The same, and solved on Tuesday at 08:00, before anybody is told that it was late.
        "solved": received("fri 11:30", 2, "sam", picked_up=False),
        # Nobody has it. Answer within 1 Werkdag, Tuesday 13:00: half Tuesday 09:45, 75 % Tuesday 11:22.
        "orphan": received("fri 13:00", 3, picked_up=False),
        # By agreement, without a date.
        "untimed": received("fri 12:00", 4, "noor"),
    }  # fmt: skip


def work(now: datetime) -> None:
    """What the worker does every few seconds."""
    actions.sweep(now)
    actions.release(now)
    deliver(now)


def moments() -> Iterator[datetime]:
    """Every five minutes, and every hour from Saturday to Monday."""
    now = START
    while now <= END:
        yield now
        now += timedelta(hours=1) if local("sat 00:00") <= now < local("tue 00:00") else STEP


def play(work: Callable[[datetime], None], meldingen: dict[str, Melding], people: dict[str, User]) -> None:
    """From `START` to `END`; who was to be told something before that was told."""
    with time_machine.travel(START, tick=False) as clock:
        actions.sweep(START)
        Notice.objects.update(sent_at=START - STEP)
        for now in moments():
            clock.move_to(now)
            if now == local("sun 14:00"):
                meldingen["night"] = _p1_of_the_monitoring(now)
            if now == local("tue 08:00"):
                actions.pick_up(meldingen["solved"], by=people["fatma"], at=now, contacted=True)
                actions.resolve(meldingen["solved"], by=people["fatma"], at=now, solution="Herstart")
            work(now)


def _p1_of_the_monitoring(now: datetime) -> Melding:
    melding = factories.registered(
        at=now,
        priority=1,
        impact="",
        urgency="",
        channel="monitoring",
        subject="Geen antwoord",
        reporter_email="",
    )
    Notice.objects.filter(key="p1_duty", case_id=melding.pk).update(
        next_try_at=now
    )  # else by the database's clock
    return melding


def told(meldingen: dict[str, Melding]) -> list[Row]:
    """Who got what, as the table has it."""
    names = {melding.pk: name for name, melding in meldingen.items()}
    rows = []
    for notice in Notice.objects.filter(sent_at__gte=START, key__in=KEYS).select_related("event"):
        if notice.key == "warnings":
            about = {name for name, one in meldingen.items() if one.number in notice.body}
        else:
            assert notice.event
            assert notice.case_id
            about = {f"{names[notice.case_id]} {notice.event.data.get('percent', '')}".strip()}
        at = notice.sent_at.astimezone(AMSTERDAM) if notice.sent_at else START
        rows.append((f"{at:%a %H:%M}".lower(), notice.email.partition("@")[0], notice.key, frozenset(about)))
    return sorted(rows, key=lambda row: (local(row[0]), row[1:3]))


def row(when: str, who: str, key: str, *about: str) -> Row:
    return when, who, key, frozenset(about)


BEFORE = [
    row("fri 14:20", "sam", "melding_warning", "solve 50"),
    row("fri 14:35", "sam", "warnings", "closing", "solved"),
]
AFTER = [
    row("tue 07:00", "fatma", "melding_warning", "outage 75"),
    row("tue 07:35", "fatma", "melding_warning", "night 50"),
    row("tue 07:50", "fatma", "melding_warning", "night 75"),
    row("tue 08:05", "fatma", "melding_breach", "night 100"),
    row("tue 09:00", "sam", "warnings", "answer", "closing"),
    row("tue 09:50", "noor", "melding_warning", "orphan 50"),
    row("tue 09:50", "sam", "melding_warning", "orphan 50"),
]
TABLE = [*BEFORE, row("sun 14:00", "fatma", "p1_duty", "night"), *AFTER]
STOOD_STILL = [*BEFORE, row("mon 21:00", "fatma", "p1_duty", "night"), *AFTER]
BACK_ON_TUESDAY = [
    *BEFORE,
    row("tue 09:00", "fatma", "p1_duty", "night"),
    row("tue 09:00", "noor", "melding_breach", "night 100"),
    row("tue 09:00", "sam", "warnings", "outage", "answer", "closing", "night"),
    *AFTER[-2:],
]


def standing_still(first: str, last: str) -> Callable[[datetime], None]:
    return lambda now: None if local(first) <= now < local(last) else work(now)


@pytest.mark.parametrize(
    ("worker", "table"),
    [
        (work, TABLE),
        (standing_still("sat 09:00", "mon 21:00"), STOOD_STILL),
        (standing_still("fri 15:00", "tue 09:00"), BACK_ON_TUESDAY),
    ],
    ids=["all the time", "not from Saturday to Monday", "not from Friday to Tuesday"],
)
def test_a_long_weekend(
    worker: Callable[[datetime], None],
    table: list[Row],
    meldingen: dict[str, Melding],
    people: dict[str, User],
) -> None:
    play(worker, meldingen, people)
    assert told(meldingen) == table
    assert len(mail.outbox) == Notice.objects.filter(sent_at__gte=START).count()
    owed = Notice.objects.filter(sent_at=None, dropped_at=None)
    assert not owed.exists()


def _leave() -> None:
    connection.close()
    time.sleep(0.2)  # so that each of the two threads takes one of the two calls


def test_a_long_weekend_with_two_workers(meldingen: dict[str, Melding], people: dict[str, User]) -> None:
    with ThreadPoolExecutor(2) as pool:

        def both(now: datetime) -> None:
            list(pool.map(work, [now, now]))
            deliver(now)  # who finds the other delivering leaves its own to the next turn, seconds later

        play(both, meldingen, people)
        list(pool.map(lambda _turn: _leave(), range(2)))
    assert told(meldingen) == TABLE
    assert len(mail.outbox) == Notice.objects.filter(sent_at__gte=START).count()


def _held(people: dict[str, User], *, percent: int = 50, clock: str = "response") -> Melding:
    """With a warning for Sam that waits."""
    melding = factories.registered(
        at=START, priority=2, contact=None, impact="", urgency="", reporter_email=""
    )
    actions.assign(melding, by=people["noor"], at=START, assignee=people["sam"])
    once, data = once_key(clock, percent, 2), {"clock": clock, "percent": percent}
    melding.announce(record(melding, "warn", by=None, at=START, data=data, once=once))
    return melding


def test_nothing_is_let_go_halfway_a_sweep(people: dict[str, User]) -> None:
    """What a sweep of another worker has yet to find belongs in the same message."""

    def elsewhere() -> int:
        try:
            return actions.release(START)
        finally:
            connection.close()

    _held(people)
    with only_one(ONE_ROUND) as mine, ThreadPoolExecutor(1) as pool:
        assert mine
        assert pool.submit(elsewhere).result() == 0
        _held(people)
    assert actions.release(START) == 1
    assert Notice.objects.filter(key="warnings", email="sam@desk.example").count() == 1


def test_one_person_whose_warnings_fail_holds_up_no_other(
    people: dict[str, User], caplog: pytest.LogCaptureFixture
) -> None:
    """The first in line has one of a clock that does not exist."""
    broken = _held(people, clock="patience")
    actions.assign(broken, by=people["noor"], at=START, assignee=people["noor"])
    Notice.objects.filter(case_id=broken.pk, key="melding_warning").update(email="a@desk.example")
    _held(people)
    assert actions.release(START) == 1
    assert [one.getMessage() for one in caplog.records if one.exc_info] == [
        "held warnings were not released to one person"
    ]
