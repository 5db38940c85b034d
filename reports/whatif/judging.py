"""Both clocks of many Meldingen at once, as they are and as they would be (SLA 9.3).

A Melding whose trail is simple is judged by columns, any other by `incidents.clocks.read`; both say the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from desk.models import Event
from domain.clock import Clock
from domain.errors import WrongInput
from domain.priority import IMPACTS, URGENCIES
from incidents.clocks import CLOCKS, RESOLUTION, RESPONSE, WITHOUT_VERDICT, read
from incidents.models import Kind, Melding
from incidents.queries import trails_of
from reports.models import Verdict
from reports.whatif.alteration import priority_then
from reports.whatif.columns import Numbers
from reports.whatif.trails import KINDS, NEVER, Flags, Trails, at, micros
from sla.adapter import Terms, terms

log = logging.getLogger(__name__)
TermsOf = Callable[[int], Terms]
NONE, MET, LATE, RUNNING = (int(one) for one in (Verdict.NONE, Verdict.MET, Verdict.LATE, Verdict.RUNNING))


@dataclass(frozen=True)
class World:
    """Under which terms something is judged, at what moment. `held` are those that the rules gave priorities by, `then`
    the ones that they would have given them by; the same for the world as it is."""

    now: datetime
    then: TermsOf = terms
    held: TermsOf = terms


@dataclass(frozen=True)
class Judged:
    """A row for each Melding: the priority that it ends with, and of each clock the verdict and the deadline."""

    priority: Numbers
    verdict: dict[str, Numbers]
    due: dict[str, Numbers]


# --- By columns


@dataclass(frozen=True)
class Stage:
    """Under which version, with which priority, for each row; what the rules look at with it."""

    version: Numbers
    kind: Numbers
    priority: Numbers


def judge(rows: Trails, world: World) -> tuple[Judged, Flags]:
    """What the columns say, and for which rows that is not all there is to say."""
    first = Stage(rows["first_version"], rows["first_kind"], rows["first_priority"])
    is_given = rows["times_given"] > 0
    last = Stage(
        first.version,
        *(np.where(is_given & (rows[f"given_{name}"] > 0), rows[f"given_{name}"], getattr(first, name))
          for name in ("kind", "priority")),
    )  # fmt: skip
    simple = rows.simple(micros(world.now))
    simple &= (rows["waits"] == 0) | ~_where(first.version, world, "pauses_for_contractant")
    late_start = _where(first.version, world, "starts_at_registration")  # Hersteltijd, VWO 1
    starts = {
        RESPONSE: rows["received"],
        RESOLUTION: np.where(late_start, rows["registered"], rows["received"]),
    }
    stops = {RESPONSE: rows.responded, RESOLUTION: rows.ended}
    judged = Judged(_priorities(rows, last, world), {}, {})
    for clock in CLOCKS:
        simple &= (rows["given"] != stops[clock]) | ~is_given
        stage = _chosen(is_given & (rows["given"] < stops[clock]), last, first)
        judged.due[clock] = _due(rows, clock, stage, starts[clock], world)
    is_agreed = rows["times_agreed"] > 0
    simple &= (rows["agreed"] != rows.ended) | ~is_agreed
    judged.due[RESOLUTION] = np.where(
        is_agreed & (rows["agreed"] < rows.ended), rows["agreed_due"], judged.due[RESOLUTION]
    )
    _move_reopened(judged.due[RESOLUTION], rows, stage, world)
    for clock in CLOCKS:
        stop = np.maximum(stops[clock], starts[clock])
        judged.verdict[clock] = _verdict(rows, judged.due[clock], stop, micros(world.now))
    return judged, ~simple


def _chosen(which: Flags, one: Stage, other: Stage) -> Stage:
    return Stage(
        *(
            np.where(which, getattr(one, name), getattr(other, name))
            for name in ("version", "kind", "priority")
        )
    )


def _verdict(rows: Trails, due: Numbers, stop: Numbers, now: int) -> Numbers:
    stopped = stop <= now
    found = np.where(np.minimum(stop, now) > due, LATE, np.where(stopped, MET, RUNNING))
    return np.where((due == NEVER) | (rows["without_verdict"] > 0), NONE, found)


def _priorities(rows: Trails, stage: Stage, world: World) -> Numbers:
    found = stage.priority.copy()
    for which, about in _groups(rows, stage):
        found[which] = priority_then(
            about["priority"], about, world.held(about["version"]), world.then(about["version"])
        )
    return found


def _due(rows: Trails, clock: str, stage: Stage, start: Numbers, world: World) -> Numbers:
    """The deadlines by the targets."""
    due = np.full(len(rows), NEVER)
    for which, about in _groups(rows, stage):
        held, then = world.held(about["version"]), world.then(about["version"])
        target = then.targets[clock, priority_then(about["priority"], about, held, then)]
        if target is not None:
            due[which] = target.due_many_exact(start[which])
    return due


def _move_reopened(due: Numbers, rows: Trails, stage: Stage, world: World) -> None:
    """By the business time during which it counted as solved, as `domain.clock` has it."""
    is_moved = rows.reopened_once & (rows["solved"] < due) & (due < NEVER)
    for which, about in _groups(rows, stage) if is_moved.any() else ():
        held, then = world.held(about["version"]), world.then(about["version"])
        calendar = then.calendars[RESOLUTION, priority_then(about["priority"], about, held, then)]
        for n in which[is_moved[which]]:
            start, end = at(int(rows["solved"][n])), at(int(rows["reopened"][n]))
            due[n] = micros(max(calendar.add(at(int(due[n])), calendar.between_exact(start, end)), end))


def _where(versions: Numbers, world: World, says: str) -> Flags:
    """Of each row whether the terms say so."""
    return np.isin(versions, [one for one in np.unique(versions) if getattr(world.then(int(one)), says)])


def _groups(rows: Trails, stage: Stage) -> Iterator[tuple[Numbers, dict[str, Any]]]:
    """The places of the rows that are alike in all that terms and priority depend on."""
    versions, version = np.unique(stage.version, return_inverse=True)
    code = version
    for column, size in (
        (stage.kind, 4), (stage.priority, 5), (rows["impact"], 4), (rows["urgency"], 4), (rows["confidential"], 2)
    ):  # fmt: skip
        code = code * size + column
    order = np.argsort(code, kind="stable")
    edges = np.flatnonzero(np.diff(code[order])) + 1
    for places in np.split(order, edges) if len(order) else []:
        n = places[0]
        yield places, {
            "version": int(versions[version[n]]), "kind": ["", *KINDS][stage.kind[n]],
            "priority": int(stage.priority[n]), "impact": ["", *IMPACTS][rows["impact"][n]],
            "urgency": ["", *URGENCIES][rows["urgency"][n]],
            "breach_of_confidentiality": bool(rows["confidential"][n]),
        }  # fmt: skip


# --- One by one


AT_ONCE = 1000
CARRY = frozenset({"convert", "apply_policy"})
ASKED = (
    "number", "state", "kind", "priority", "impact", "urgency", "breach_of_confidentiality", "received_at", "policy_version",
)  # fmt: skip


def settle(judged: dict[World, Judged], places: Numbers, ids: Numbers) -> None:
    """Judge the rows at `places` from their whole trails instead, in each world; so many trails at a time."""
    for start in range(0, len(places), AT_ONCE):
        _settle_some(judged, places[start : start + AT_ONCE], ids)


def _settle_some(judged: dict[World, Judged], places: Numbers, ids: Numbers) -> None:
    found = Melding.objects.only(*ASKED).in_bulk([int(pk) for pk in ids[places]])
    told = trails_of(found.values())
    for n in map(int, places):
        melding = found[int(ids[n])]
        trail = sorted(told[melding.pk], key=lambda event: (event.at, event.pk))
        for world, one in judged.items():
            _settle(one, n, melding, trail, world)


def _settle(judged: Judged, n: int, melding: Melding, trail: list[Event], world: World) -> None:
    altered, judged.priority[n] = as_if(melding, [event for event in trail if event.at <= world.now], world)
    try:
        reading = read(melding, world.now, altered, world.then)
    except WrongInput:
        log.warning("the trail of %s makes no clock", melding.number)
        for clock in CLOCKS:
            judged.verdict[clock][n], judged.due[clock][n] = NONE, NEVER
        return
    for clock in CLOCKS:
        due = reading[clock].last_due
        judged.verdict[clock][n] = _verdict_of(melding, reading[clock])
        judged.due[clock][n] = NEVER if due is None else micros(due)


def _verdict_of(melding: Melding, clock: Clock) -> int:
    if clock.last_due is None or melding.state in WITHOUT_VERDICT:
        return NONE
    return LATE if clock.late else MET if clock.state == "stopped" else RUNNING


def as_if(melding: Melding, trail: list[Event], world: World) -> tuple[list[Event], int]:
    """The trail with the priorities that it would have had, and the last of those."""
    version, kind, priority = melding.policy_version_id, melding.kind, melding.priority
    recorded: int | None = None
    about = {name: getattr(melding, name) for name in ("impact", "urgency", "breach_of_confidentiality")}
    altered = []
    for event in trail:
        version = event.data.get("policy_version", version)
        if event.verb in {"register", "convert"}:
            kind = event.data.get("kind", kind)
        if "priority" in event.data:
            before, recorded = recorded, int(event.data["priority"])
            if not (recorded == before and _carries(event)):
                held, then = world.held(version), world.then(version)
                priority = priority_then(recorded, {**about, "kind": kind}, held, then)
            event = _with(event, priority)
        altered.append(event)
    return altered, priority


def _carries(event: Event) -> bool:
    """Whether it leaves the priority as it was; a Wijziging gets its own (SLA 10.3)."""
    return event.verb in CARRY and event.data.get("kind") != Kind.CHANGE


def _with(event: Event, priority: int) -> Event:
    if event.data["priority"] == priority:
        return event
    return Event(
        pk=event.pk, verb=event.verb, at=event.at, once=event.once, data={**event.data, "priority": priority}
    )
