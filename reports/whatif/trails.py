"""What the trails of Meldingen say to their clocks, as columns of whole numbers.

Moments are microseconds since 1970, `NEVER` where something did not happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from domain.instants import MICROSECONDS, join, split
from domain.priority import IMPACTS, URGENCIES
from incidents.models import Kind, Melding
from reports.whatif.columns import Numbers, moments, read

NEVER = 1 << 62
KINDS = [str(kind) for kind in Kind]
Flags = npt.NDArray[np.bool_]


def micros(moment: datetime) -> int:
    second, micro = split(moment)
    return second * MICROSECONDS + micro


def at(value: int) -> datetime:
    return join(*divmod(value, MICROSECONDS))


def _at(condition: str, which: str = "e.at", aggregate: str = "min") -> str:
    return f"coalesce({aggregate}({which}) FILTER (WHERE {condition}), 'infinity')"


def _fact(name: str, condition: str, otherwise: str) -> str:
    return f"coalesce(max((e.data->>'{name}')::bigint) FILTER (WHERE {condition}), {otherwise})"


def _kind(condition: str, otherwise: str) -> str:
    given = _place(KINDS, "e.data->>'kind'")
    return f"coalesce(nullif(max({given}) FILTER (WHERE {condition}), 0), {otherwise})"


def _place(words: Sequence[str], value: str) -> str:
    """The place in `words`, counted from 1; 0 for what is not among them."""
    return f"coalesce(array_position(ARRAY{list(words)!r}, {value}::text), 0)::bigint"


REGISTERED, AGREED = "e.verb = 'register'", "e.verb = 'agree_date'"
SOLVED, REOPENED = "e.verb IN ('resolve', 'available_again')", "e.verb IN ('reopen', 'unavailable_again')"
# Any other that has a priority carries it along: what that would have been is told by what happened before.
GIVEN = (
    "(e.verb = 'set_priority' OR e.verb = 'convert' AND e.data->>'kind' = 'change') AND e.data ? 'priority'"
)
OF_MELDING = {
    "id": "m.id",
    "received": "m.received_at",
    "is_incident": "(m.kind = 'incident')::int::bigint",
    "without_verdict": "(m.state IN ('cancelled', 'duplicate'))::int::bigint",
    "confidential": "m.breach_of_confidentiality::int::bigint",
    "impact": _place(IMPACTS, "m.impact"),
    "urgency": _place(URGENCIES, "m.urgency"),
}
OF_TRAIL = {
    "registered": _at(REGISTERED),
    "registrations": f"count(*) FILTER (WHERE {REGISTERED})",
    "first_version": _fact("policy_version", REGISTERED, "m.policy_version_id"),
    "first_priority": _fact("priority", REGISTERED, "m.priority"),
    "first_kind": _kind(REGISTERED, _place(KINDS, "m.kind")),
    "given": _at(GIVEN),
    "times_given": f"count(*) FILTER (WHERE {GIVEN})",
    "given_priority": _fact("priority", GIVEN, "0"),
    "given_kind": _kind(GIVEN, "0"),
    "contacted": _at("e.data->>'contacted' = 'true'"),
    "diagnosed": _at("e.data->>'diagnosed' = 'true'"),
    "dropped": _at("e.verb IN ('cancel', 'merge', 'mark_duplicate')"),
    "solved": _at(SOLVED),
    "solved_last": _at(SOLVED, aggregate="max"),
    "times_solved": f"count(*) FILTER (WHERE {SOLVED})",
    "agreed": _at(AGREED),
    "times_agreed": f"count(*) FILTER (WHERE {AGREED})",
    "agreed_due": _at(AGREED, "(e.data->>'due')::timestamptz"),
    "waits": "count(*) FILTER (WHERE e.verb = 'wait_for_contractant')",
    "reopened": _at(REOPENED),
    "times_reopened": f"count(*) FILTER (WHERE {REOPENED})",
    "other": f"""count(*) FILTER (WHERE e.data ?| ARRAY['priority', 'policy_version']
        AND NOT ({REGISTERED}) AND NOT ({GIVEN}))""",
}
MOMENTS = (
    "received", "registered", "given", "contacted", "diagnosed", "dropped", "solved", "solved_last", "reopened", "agreed",
    "agreed_due",
)  # fmt: skip
# A trail at a time, by its index: joined and grouped, the planner may read every event of the desk for each piece.
SQL = f"""
SELECT {", ".join([*OF_MELDING.values(), *(f"trail.{name}" for name in OF_TRAIL)])}
FROM incidents_melding m CROSS JOIN LATERAL (
    SELECT count(*) AS events, {", ".join(f"{value} AS {name}" for name, value in OF_TRAIL.items())}
    FROM desk_event e WHERE e.case_type = '{Melding.case_type}' AND e.case_id = m.id AND e.at <= %(now)s
) trail
WHERE m.id = ANY(%(ids)s) AND trail.events > 0
"""  # noqa: S608 - nothing of it comes from outside


@dataclass(frozen=True)
class Trails:
    """The columns of some Meldingen, a row each."""

    columns: dict[str, Numbers]

    def __getitem__(self, name: str) -> Numbers:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self["id"])

    def only(self, which: Flags) -> Trails:
        return Trails({name: column[which] for name, column in self.columns.items()})

    def simple(self, now: int) -> Flags:
        """Those of which these columns tell all: nothing that these summaries could not hold happened."""
        is_agreed, is_given = self["times_agreed"] > 0, self["times_given"] > 0
        found: Flags = (
            (self["registrations"] == 1) & (self["other"] == 0)
            & ((self["times_reopened"] == 0) | self.reopened_once)
            & (self["times_given"] <= 1) & (self["times_agreed"] <= 1)
            & ~(is_agreed & is_given & (self["given"] >= self["agreed"]))
            & (self["received"] <= now)
        )  # fmt: skip
        return found

    @property
    def reopened_once(self) -> Flags:
        """Solved, then reopened, then solved at most once more, and no more than that."""
        found: Flags = (
            (self["times_reopened"] == 1) & (self["times_solved"] <= 2)
            & ((self["times_agreed"] == 0) | (self["agreed"] < self["solved"]))
            & (self["dropped"] == NEVER) & (self["solved"] < self["reopened"])
            & ((self["times_solved"] == 1) | (self["solved_last"] > self["reopened"]))
            & (self["solved"] >= np.maximum(self["received"], self["registered"]))
        )  # fmt: skip
        return found

    @property
    def responded(self) -> Numbers:
        """When the response stopped: at the last of its three moments (SLA 2.25), or when it was dropped."""
        met = np.maximum(self["registered"], np.maximum(self["contacted"], self["diagnosed"]))
        return np.minimum(met, self["dropped"])

    @property
    def ended(self) -> Numbers:
        """When the resolution stopped (SLA 2.21); after it was reopened, when it stopped again."""
        again = np.where(self["times_solved"] == 2, self["solved_last"], NEVER)
        return np.where(self["times_reopened"] > 0, again, np.minimum(self["solved"], self["dropped"]))


def trails(ids: Sequence[int], now: datetime) -> Trails:
    """Of the Meldingen with these ids as of `now`, in one query; one without any event is left out."""
    columns = read(SQL, {"ids": list(ids), "now": now}, (*OF_MELDING, *OF_TRAIL))
    for name in MOMENTS:
        columns[name] = moments(columns[name], NEVER)
    return Trails(columns)
