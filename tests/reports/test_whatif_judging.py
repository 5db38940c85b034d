"""Many Meldingen at once are judged as each by itself (SLA 9.3), as things are and as they would be."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from contractants.models import Contact
from desk.models import Event, User
from incidents import actions
from incidents.clocks import CLOCKS, read
from incidents.models import Melding
from incidents.queries import trails_of
from reports.models import Verdict
from reports.whatif import judging
from reports.whatif.alteration import Alteration
from reports.whatif.judging import Judged, World
from reports.whatif.trails import NEVER, Flags, at, trails
from sla.actions import freeze, new_calendar_version, new_policy_version, publish
from sla.models import Calendar, Policy, PolicyVersion
from sla.queries import AMSTERDAM
from tests import factories
from tests.factories import MOMENT
from tests.reports import histories

pytestmark = pytest.mark.django_db
NUMBER = 400
ALTERED = Alteration(
    closed=(date(2026, 6, 10), date(2026, 5, 4)), opened=(date(2026, 5, 25),),
    targets={("response", 2): (Decimal("2.5"), "hours"), ("resolution", 4): (Decimal(6), "working_days"),
             ("resolution", 3): (Decimal(20), "hours")},
    matrix={("medium", "high"): 1, ("small", "high"): 2, ("large", "low"): 4},
)  # fmt: skip

Row = tuple[int, dict[str, tuple[Verdict, datetime | None]]]


def as_recorded(melding: Melding, trail: list[Event]) -> Row:
    """The last priority that it was given by `MOMENT`, and what its clocks say of the trail as it is."""
    given = [event.data["priority"] for event in trail if event.at <= MOMENT and "priority" in event.data]
    return melding.priority if trail[-1].at <= MOMENT else given[-1], clocks(melding, MOMENT, trail)


def altered(melding: Melding, trail: list[Event], world: World) -> Row:
    trail, priority = judging.as_if(melding, [event for event in trail if event.at <= world.now], world)
    return priority, clocks(melding, world.now, trail, world.then)


def clocks(melding: Melding, now: datetime, *given: Any) -> dict[str, tuple[Verdict, datetime | None]]:
    reading = read(melding, now, *given)
    return {clock: (_verdict(melding, reading[clock]), reading[clock].last_due) for clock in CLOCKS}


def _verdict(melding: Melding, clock: object) -> Verdict:
    due, late, state = (getattr(clock, name) for name in ("last_due", "late", "state"))
    if due is None or melding.state in ("cancelled", "duplicate"):
        return Verdict.NONE
    return Verdict.LATE if late else Verdict.MET if state == "stopped" else Verdict.RUNNING


def at_once(judged: Judged, n: int) -> Row:
    dues = {clock: int(judged.due[clock][n]) for clock in CLOCKS}
    return int(judged.priority[n]), {
        clock: (Verdict(int(judged.verdict[clock][n])), None if due == NEVER else at(due))
        for clock, due in dues.items()
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_columns_say_what_the_trail_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """SLA 9.2, 9.3 and VWO 1."""
    monkeypatch.setattr(judging, "AT_ONCE", 50)  # so that there are several times as many
    factories.load_policies()
    versions = list(PolicyVersion.objects.values_list("pk", flat=True))
    assert len(versions) == 2
    made = {melding.pk: melding for melding in histories.make(NUMBER, versions, seed)}
    told = trails_of(made.values())
    rows = trails(list(made), MOMENT)
    order = [int(pk) for pk in rows["id"]]
    recorded = [as_recorded(made[pk], told[pk]) for pk in order]
    judged, hard = judging.judge(rows, World(MOMENT))
    assert 0.1 < np.mean(hard) < 0.7, "both ways are tried"
    assert same(judged, recorded, ~hard)
    assert np.sum(rows.reopened_once & ~hard) > 5
    judging.settle({World(MOMENT): judged}, np.flatnonzero(hard), rows["id"])
    assert same(judged, recorded, hard)
    assert {int(verdict) for clock in CLOCKS for verdict in judged.verdict[clock]} == set(Verdict)
    world = World(MOMENT, then=ALTERED.terms_of())
    judged, hard = judging.judge(rows, world)
    assert same(judged, [altered(made[pk], told[pk], world) for pk in order], ~hard)


def same(judged: Judged, expected: list[Row], which: Flags) -> bool:
    places = map(int, np.flatnonzero(which))
    return [n for n in places if at_once(judged, n) != expected[n]] == []


# --- What the desk itself makes of the same acts under the other terms


NOW = datetime(2026, 7, 1, 12, tzinfo=AMSTERDAM)
SUPPOSED = Alteration(
    closed=(date(2026, 6, 19),), matrix={("medium", "medium"): 2, ("small", "medium"): 3},
    targets={("response", 2): (Decimal("2.5"), "hours"), ("resolution", 3): (Decimal(10), "working_days")},
)  # fmt: skip
A_DAY = timedelta(days=1)
MATRIX = {"impact": "medium", "urgency": "medium"}
Act = tuple[str, timedelta, dict[str, Any]]
STARTED: Act = ("pick_up", timedelta(hours=3), {"contacted": True})
SOLVED: Act = ("resolve", 2 * A_DAY, {"solution": "Herstart"})
ACTS: dict[str, tuple[dict[str, Any], list[Act]]] = {
    "runs": (MATRIX, [STARTED]),
    "nobody": (MATRIX, []),
    "solved": (MATRIX, [STARTED, SOLVED]),
    "chosen": (MATRIX, [("set_priority", timedelta(hours=1), {"priority": 4, "reason": "Kan wachten"}), STARTED,
                        ("agree_date", A_DAY, {"due": MOMENT + 9 * A_DAY})]),
    "by the matrix later": ({}, [("set_priority", timedelta(hours=1), {**MATRIX, "reason": "Kleiner"}), STARTED, SOLVED]),
    "reopened": (MATRIX, [STARTED, SOLVED, ("reopen", 3 * A_DAY, {"reason": "Toch niet"}), ("resolve", 6 * A_DAY, {"solution": "Nu wel"})]),
    "twice reopened": (MATRIX, [STARTED, *(
        (verb, days * A_DAY, words) for days, verb, words in (
            (2, "resolve", {"solution": "Zo"}), (3, "reopen", {"reason": "Nee"}), (6, "resolve", {"solution": "Zo dan"}),
            (7, "reopen", {"reason": "Nee"}), (8, "resolve", {"solution": "Klaar"})))]),
    "a question": (MATRIX, [("convert", timedelta(hours=1), {"kind": "question", "reason": "Vraag"}), STARTED, SOLVED]),
    "an incident": ({"kind": "question", "impact": "small", "urgency": "medium"},
                    [("convert", timedelta(hours=1), {"kind": "incident", "reason": "Stuk"}), STARTED]),
    "a change": ({**MATRIX, "channel": "email"}, [("convert", timedelta(hours=1), {"kind": "change", "reason": "Wens"}), STARTED]),
    "confidential": ({**MATRIX, "breach_of_confidentiality": True}, [STARTED, SOLVED]),
    "cancelled": (MATRIX, [("cancel", A_DAY, {"reason": "Vergissing"})]),
    "merged": (MATRIX, [STARTED, ("merge", A_DAY, {})]),
}  # fmt: skip


def test_what_would_have_been_is_what_the_desk_makes_of_the_same_acts() -> None:
    """SLA 9.2, 9.3: the same acts once more, by the actions themselves, under terms that were published."""
    factories.load_policies()
    agent, contact = factories.staff(), factories.contact()
    before = [done(*acts, agent, contact) for acts in ACTS.values()]
    rows = trails([melding.pk for melding in before], NOW)
    world = World(NOW, then=SUPPOSED.terms_of())
    judged, hard = judging.judge(rows, world)
    judging.settle({world: judged}, np.flatnonzero(hard), rows["id"])
    by_itself = deepcopy(judged)
    judging.settle({world: by_itself}, np.arange(len(before)), rows["id"])
    assert np.sum(hard) == 3
    publish_supposed()
    after = [done(*acts, agent, contact) for acts in ACTS.values()]
    row_of = {int(pk): n for n, pk in enumerate(rows["id"])}
    expected = {name: (one.priority, clocks(one, NOW)) for name, one in zip(ACTS, after, strict=True)}
    for way in (judged, by_itself):
        assert {
            name: at_once(way, row_of[one.pk]) for name, one in zip(ACTS, before, strict=True)
        } == expected
    assert sum(was.priority != will.priority for was, will in zip(before, after, strict=True)) > 5


def done(given: dict[str, Any], acts: list[Act], agent: User, contact: Contact) -> Melding:
    melding = factories.registered(by=agent, at=MOMENT, contact=contact, **given)
    for verb, after, words in acts:
        into = {"into": factories.registered(at=MOMENT, contact=contact)} if verb == "merge" else {}
        getattr(actions, verb)(melding, by=agent, at=MOMENT + after, **words, **into)
    return melding


def publish_supposed() -> None:
    """The terms that `SUPPOSED` tells of, from before `MOMENT` on."""
    for calendar in Calendar.objects.exclude(slug="always"):
        days = new_calendar_version(calendar, by=None, at=NOW)
        for day in SUPPOSED.closed:
            days.days.create(date=day, name="Vrije dag", origin="announced", status="accepted")
        freeze(days, by=None, at=NOW)
    draft = new_policy_version(Policy.objects.get(is_default=True), by=None, at=NOW)
    draft.starts_on, draft.matrix = date(2026, 6, 1), SUPPOSED.matrix_of(draft)
    draft.save()
    for (clock, priority), (amount, unit) in SUPPOSED.targets.items():
        draft.targets.filter(clock=clock, priority=priority).update(amount=amount, unit=unit)
    publish(draft, by=None, at=NOW)
