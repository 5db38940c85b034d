"""The two clocks of a Melding, derived from its events under the policy that holds for it (SLA 2.21, 2.25, 9.3).

Nothing here is remembered: the columns on the Melding are a projection that `project` makes anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from desk.models import Event
from domain.clock import Clock, run
from domain.clock import Event as Tick
from domain.ladder import percents
from incidents.models import Melding, State
from sla.adapter import Terms, terms

RESPONSE, RESOLUTION = "response", "resolution"
CLOCKS = (RESPONSE, RESOLUTION)
UNACKNOWLEDGED = "unacknowledged"  # no clock, but swept like one: a P1 that nobody picked up
Passed = tuple[
    datetime, str, int
]  # when, which clock, at how many percent (or minutes, where unacknowledged)
MOMENTS = ("registered", "contacted", "diagnosed")
KEEPS_AGREEMENT = frozenset({"apply_policy", "convert"})  # what was agreed with the contact goes on to hold
WITHOUT_VERDICT = frozenset({State.CANCELLED, State.DUPLICATE})


@dataclass(frozen=True)
class Reading:
    """Both clocks of one Melding at one instant, and the three moments of the response (SLA 2.25)."""

    response: Clock
    resolution: Clock
    moments: dict[str, datetime]
    recorded: frozenset[str]
    p1_since: datetime | None

    def __getitem__(self, clock: str) -> Clock:
        return self.response if clock == RESPONSE else self.resolution


def read(melding: Melding, now: datetime, events: Iterable[Event] | None = None,
         terms_of: Callable[[int], Terms] = terms) -> Reading:  # fmt: skip
    """Derive both clocks at `now`. `events` may be given when they were read already; `terms_of` maps the id
    of a policy version to its terms, and can be another one to ask what would be."""
    trail = sorted(melding.events() if events is None else events, key=lambda event: (event.at, event.pk))
    ticks, moments = _ticks(melding, trail, terms_of)
    return Reading(
        response=run(ticks[RESPONSE], now),
        resolution=run(ticks[RESOLUTION], now),
        moments=moments,
        recorded=frozenset(event.once for event in trail if event.once),
        p1_since=_p1_since(trail),
    )


def _p1_since(trail: list[Event]) -> datetime | None:
    """When it got the priority 1 that it has, on registration or later."""
    given = [(event.at, event.data["priority"]) for event in trail if "priority" in event.data]
    since = None
    for at, priority in given:
        since = (since or at) if priority == 1 else None
    return since


def _ticks(
    melding: Melding, trail: list[Event], terms_of: Callable[[int], Terms]
) -> tuple[dict[str, list[Tick]], dict[str, datetime]]:
    ticks: dict[str, list[Tick]] = {RESPONSE: [], RESOLUTION: []}
    moments: dict[str, datetime] = {}
    version, priority = melding.policy_version_id, melding.priority
    agreed: list[Tick] = []
    for event in trail:
        version = event.data.get("policy_version", version)
        priority = event.data.get("priority", priority)
        held = terms_of(version)
        for clock in CLOCKS:
            ticks[clock] += _tick(event, clock, held, priority, melding.received_at)
        if event.verb == "agree_date":
            agreed = ticks[RESOLUTION][-1:]
        elif event.verb in KEEPS_AGREEMENT and held.targets[RESOLUTION, priority] is None:
            ticks[RESOLUTION] += [replace(tick, at=event.at) for tick in agreed]
        elif event.verb == "set_priority":
            agreed = []
        if _note_moments(moments, event) and len(moments) == len(MOMENTS):
            ticks[RESPONSE].append(Tick(max(moments.values()), "stop"))
    return ticks, moments


def _tick(event: Event, clock: str, held: Terms, priority: int, received_at: datetime) -> list[Tick]:
    target, calendar = held.targets[clock, priority], held.calendars[clock, priority]
    match event.verb:
        case "register":
            late_start = clock == RESOLUTION and held.starts_at_registration  # Hersteltijd, VWO 1
            start = event.at if late_start else received_at
            return [Tick(start, "start", target=target, calendar=calendar)]
        case "set_priority" | "convert" | "apply_policy" if "priority" in event.data:
            return [Tick(event.at, "retarget", target=target, calendar=calendar)]
        case "wait_for_contractant" if held.pauses_for_contractant:
            return [Tick(event.at, "pause")]
        case "resume" if held.pauses_for_contractant:
            return [Tick(event.at, "resume")]
        case "cancel" | "merge" | "mark_duplicate":
            return [Tick(event.at, "stop")]
    return _resolution_tick(event, held, priority) if clock == RESOLUTION else []


def _resolution_tick(event: Event, held: Terms, priority: int) -> list[Tick]:
    match event.verb:
        case "resolve" | "available_again":
            return [Tick(event.at, "stop")]
        case "reopen" | "unavailable_again":
            return [Tick(event.at, "reopen")]
        case "agree_date":
            due = datetime.fromisoformat(event.data["due"])
            return [Tick(event.at, "agree", due=due, calendar=held.calendars[RESOLUTION, priority])]
    return []


def _note_moments(moments: dict[str, datetime], event: Event) -> bool:
    """Registered, first contact made, diagnosis started: each counts once, the first time (SLA 2.25). Whether there
    was one that was not there yet."""
    before = len(moments)
    if event.verb == "register":
        moments.setdefault("registered", event.at)
    if event.data.get("contacted"):
        moments.setdefault("contacted", event.at)
    if event.data.get("diagnosed"):
        moments.setdefault("diagnosed", event.at)
    return len(moments) > before


def once_key(clock: str, percent: int, priority: int) -> str:
    """Names a warning: once for each clock, threshold and priority, whatever runs twice."""
    return f"{clock}-{percent}-p{priority}"


def project(
    melding: Melding, at: datetime, new: Event | None = None, trail: Iterable[Event] | None = None
) -> Reading:
    """Set the projection columns from the events, of which `new` is the first where the Melding is not stored
    yet; the caller saves. `trail` may be given when they were read already. Returns what was read."""
    reading = read(melding, at, trail if melding.pk else [new] if new else [])
    held = terms(melding.policy_version_id)
    for name in CLOCKS:
        clock = reading[name]
        setattr(melding, f"{name}_state", clock.state)
        setattr(melding, f"{name}_due", clock.due)
        setattr(melding, f"{name}_budget", _whole(clock.budget))
        setattr(melding, f"{name}_elapsed", _whole(clock.elapsed))
        setattr(melding, f"{name}_counts_at", clock.counts_at)
        setattr(melding, f"{name}_met", None if melding.state in WITHOUT_VERDICT else clock.met)
    melding.next_due_at = _first(reading[name].due for name in CLOCKS)
    early = [percent for percent in held.warnings if percent < 100][-1:]
    melding.warns_at = _first(reading[name].threshold_at(percent) for name in CLOCKS for percent in early)
    melding.sweep_at = _first(moment for moment, _, _ in thresholds(melding, reading))
    return reading


def thresholds(melding: Melding, reading: Reading) -> list[Passed]:
    """What the clocks will say that was not recorded yet, earliest first (SLA 4.4)."""
    held = terms(melding.policy_version_id)
    found = [
        (moment, name, percent) for name in CLOCKS for percent in sorted({*held.warnings, *percents(held.ladder)})
        if (moment := reading[name].threshold_at(percent)) is not None
    ]  # fmt: skip
    found += _unacknowledged(melding, reading, held)
    return sorted(
        (moment, name, figure) for moment, name, figure in found
        if once_key(name, figure, melding.priority) not in reading.recorded
    )  # fmt: skip


def _unacknowledged(melding: Melding, reading: Reading, held: Terms) -> list[Passed]:
    """When a P1 that nobody picks up calls which echelon, in minutes of its cover (SLA 4.2, 4.4)."""
    if melding.priority != 1 or melding.state != State.RECEIVED or reading.p1_since is None:
        return []
    cover = held.calendars[RESPONSE, 1]
    waits = [step.unacknowledged_minutes for step in held.ladder if step.unacknowledged_minutes is not None]
    return [(cover.add(reading.p1_since, minutes * 60), UNACKNOWLEDGED, minutes) for minutes in waits]


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds)
