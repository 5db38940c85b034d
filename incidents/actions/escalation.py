"""Escalating a Melding, and what the echelons and the contractant do with it (SLA 4.4, 9.1, 9.3).

Each act locks the Melding before its escalation, so that none of them waits for another in a circle.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from desk import door, texts
from desk.door import Change, Invalid
from desk.models import AbstractMessage, User
from desk.numbers import next_number
from domain import ladder
from incidents.actions.ending import under_way
from incidents.actions.life import LONGEST_AHEAD, set_priority
from incidents.actions.storing import index
from incidents.actions.talk import say
from incidents.clocks import UNACKNOWLEDGED, Passed
from incidents.models import Escalation, EscalationMessage, Melding, Reason
from incidents.models.escalation import CHOSEN, rank
from sla.adapter import terms


def escalate(
    melding: Melding, *, by: User, at: datetime, reason: str, words: str, expected_priority: int | None = None,
    version: int | None = None,
) -> Melding:  # fmt: skip
    """Ask the echelon above that of `by` to look: a contact starts with the first one. Where an escalation is
    under way already, this reason joins it. Raises `Invalid` by field."""
    texts.required(words=words)
    _check_reason(melding, reason, expected_priority)
    with door.change(melding, "escalate", by=by, at=at, version=version) as change:
        facts = {"reason": reason, "expected": expected_priority if reason == Reason.PRIORITY else None}
        change.data |= {"escalation": _call(change.case, by, at, words, facts).number, "reason": reason}
    return melding


def cannot_meet(
    melding: Melding, *, by: User, at: datetime, reason: str, expected_at: datetime, version: int | None = None
) -> Melding:  # fmt: skip
    """Say that the deadline will not be met, and when it will be solved instead: the contact is told at once
    and the escalation starts (SLA 9.1, 9.3). The deadline itself stays what was promised."""
    texts.required(reason=reason)
    with door.change(melding, "cannot_meet", by=by, at=at, version=version) as change:
        _check_expectation(change.case, at, expected_at)
        change.case.expected_at = expected_at
        facts = {"reason": Reason.CANNOT_MEET.value, "expected_at": expected_at.isoformat()}
        change.data |= {
            "message": say(change.case, "cannot_meet", by=by, at=at, body=reason).pk, "contacted": True,
            "expected_at": expected_at.isoformat(),
            "escalation": _call(change.case, by, at, reason, facts).number,
        }  # fmt: skip
    index(melding)
    return melding


def answer(
    escalation: Escalation, *, by: User, at: datetime, words: str, priority: int | None = None,
    version: int | None = None,
) -> Escalation:  # fmt: skip
    """Answer the contractant; with `priority` the Melding gets that one, and both clocks follow (SLA 9.1, 9.2)."""
    texts.required(words=words)
    with _change(escalation, "answer", by, at, version) as change:
        _speak(change, words)
        melding = change.case.melding
        if priority is not None and priority != melding.priority:
            change.data |= {"before": melding.priority, "after": priority}
            set_priority(melding, by=by, at=at, reason=words, priority=priority)
    return escalation


def pass_up(
    escalation: Escalation, *, by: User, at: datetime, words: str, version: int | None = None
) -> Escalation:
    """Give it to the next echelon, exactly one up, with the reason (SLA 4.4)."""
    return _up(escalation, "pass_up", by, at, words, version)


def dispute(
    escalation: Escalation, *, by: User, at: datetime, words: str, version: int | None = None
) -> Escalation:
    """The contact is not satisfied with the answer and asks the next echelon (SLA 4.4)."""
    return _up(escalation, "dispute", by, at, words, version)


def settle(
    escalation: Escalation, *, by: User, at: datetime, words: str, version: int | None = None
) -> Escalation:
    """The echelon has solved what it was about, and says how."""
    return _end(escalation, "settle", by, at, words, version)


def withdraw(
    escalation: Escalation, *, by: User, at: datetime, words: str, version: int | None = None
) -> Escalation:
    """The side that started it no longer needs it, and says why."""
    return _end(escalation, "withdraw", by, at, words, version)


def accept_answer(
    escalation: Escalation, *, by: User, at: datetime, version: int | None = None
) -> Escalation:
    """The contact is satisfied with the answer."""
    with _change(escalation, "accept_answer", by, at, version) as change:
        change.case.ended_at = at
    return escalation


def climb(melding: Melding, passed: list[Passed], now: datetime) -> None:
    """What the clock asks for (SLA 4.4): the highest echelon whose threshold was passed by `now` gets it; the first
    one is only warned. `melding` is locked by the caller, who records each threshold once."""
    steps = terms(melding.policy_version_id).ladder
    called = [
        (step.level, at, clock, figure) for at, clock, figure in passed
        if (step := _called(steps, clock, figure)) and step.level > 1
    ]  # fmt: skip
    if called:
        level, at, clock, figure = max(called)
        reason = Reason.UNACKNOWLEDGED if clock == UNACKNOWLEDGED else Reason.DEADLINE
        facts = {"reason": reason.value, "clock": clock, "figure": figure, "noticed_at": now.isoformat()}
        number = _call(melding, None, at, "", facts, level).number
        door.record(melding, "escalate", by=None, at=at, data={"escalation": number, "reason": reason.value})


# --- Steps


def _called(steps: ladder.Ladder, clock: str, figure: int) -> ladder.Rung | None:
    by = ladder.called_by_silence if clock == UNACKNOWLEDGED else ladder.called_by_percent
    return by(steps, figure)


def _call(
    melding: Melding, by: User | None, at: datetime, words: str, facts: dict[str, Any], level: int = 0
) -> Escalation:
    """Start one, or let the reason join the one under way, within a change of the locked `melding`."""
    steps = terms(melding.policy_version_id).ladder
    if not steps:
        raise Invalid({"reason": _("De afspraken bij deze melding kennen geen escalatieladder.")})
    if running := under_way(melding):
        return _join(running, by, at, words, facts, level)
    return _start(melding, by, at, words, facts, level or ladder.above(steps, rank(steps, by)))


def _start(
    melding: Melding, by: User | None, at: datetime, words: str, facts: dict[str, Any], level: int
) -> Escalation:
    escalation = Escalation(
        melding=melding, number=next_number("E", "escalation_number", at), reason=facts["reason"], started_by=by, started_at=at,
        expected_priority=facts.get("expected"),
    )  # fmt: skip
    change = Change(escalation, "start", by, at, {**facts, "version": 1})
    _move(change, level)
    escalation.save()
    _speak(change, words)
    event = door.record(escalation, "start", by=by, at=at, source="", data=change.data)
    escalation.announce(event)
    return escalation


def _join(
    escalation: Escalation, by: User | None, at: datetime, words: str, facts: dict[str, Any], level: int
) -> Escalation:
    """The clock takes it higher where that is due; people go one echelon up by saying so."""
    raised = by is None and level > escalation.level
    with door.change(escalation, "climb" if raised else "join", by=by, at=at) as change:
        change.data |= facts
        if raised:
            _move(change, level)
        _speak(change, words)
    return escalation


def _up(
    escalation: Escalation, verb: str, by: User, at: datetime, words: str, version: int | None
) -> Escalation:
    texts.required(words=words)
    with _change(escalation, verb, by, at, version) as change:
        _move(change, ladder.above(change.case.ladder, change.case.level))
        _speak(change, words)
    return escalation


def _end(
    escalation: Escalation, verb: str, by: User, at: datetime, words: str, version: int | None
) -> Escalation:
    texts.required(words=words)
    with _change(escalation, verb, by, at, version) as change:
        change.case.ended_at = at
        _speak(change, words)
    return escalation


@contextmanager
def _change(
    escalation: Escalation, verb: str, by: User, at: datetime, version: int | None
) -> Iterator[Change[Escalation]]:
    with transaction.atomic():
        melding = Melding.objects.select_for_update(of=("self",)).get(pk=escalation.melding_id)
        with door.change(escalation, verb, by=by, at=at, version=version) as change:
            change.case.melding = melding
            yield change


def _move(change: Change[Escalation], level: int) -> None:
    change.case.move_to(level)
    change.data |= {"level": change.case.level, "role": change.case.role}


def _speak(change: Change[Escalation], words: str) -> None:
    if words:
        said = EscalationMessage.objects.create(
            escalation=change.case, verb=change.verb, author=change.by, author_name=str(change.by or ""),
            body=words, at=change.at, visibility=AbstractMessage.Visibility.PUBLIC,
        )  # fmt: skip
        change.data["message"] = said.pk


def _check_reason(melding: Melding, reason: str, expected_priority: int | None) -> None:
    if reason not in CHOSEN:
        raise Invalid({"reason": _("Kies waar de escalatie over gaat.")})
    if reason != Reason.PRIORITY:
        return
    if expected_priority not in (1, 2, 3, 4) or expected_priority == melding.priority:
        raise Invalid({"expected_priority": _("Kies de prioriteit die het zou moeten zijn.")})


def _check_expectation(melding: Melding, at: datetime, expected_at: datetime) -> None:
    if not at < expected_at < at + LONGEST_AHEAD:
        raise Invalid({"expected_at": _("Kies een tijdstip in de toekomst, binnen vijf jaar.")})
    if melding.resolution_due and expected_at <= melding.resolution_due:
        raise Invalid({"expected_at": _("Dit tijdstip valt nog binnen de afgesproken oplostijd.")})
