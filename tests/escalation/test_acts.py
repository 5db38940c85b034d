"""Escalating by hand: who gets it, who hears of it, and what stands in its time line (SLA 4.4, 9.1, 9.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from desk.door import Invalid, NotAllowed, NotNow, Stale
from desk.models import Notice
from desk.permissions import Role
from incidents import actions, escalations
from incidents.models import Escalation, EscalationState, Melding
from tests import factories
from tests.escalation.conftest import LATER, Cast
from tests.factories import MOMENT
from tests.incidents.test_together import at_once

Told = Callable[[Escalation, str], list[tuple[str, str]]]
WORDS = "Dit duurt ons te lang."


def test_a_contact_starts_at_the_first_echelon_and_staff_one_above_their_own(cast: Cast) -> None:
    """SLA 4.4."""
    assert cast.escalated().level == 1
    for level, person in [(2, cast.staff[0]), (3, cast.staff[1]), (4, cast.staff[2])]:
        melding = actions.escalate(cast.melding(), by=person, at=LATER, reason="content", words=WORDS)
        escalation = melding.escalations.get()
        assert (escalation.level, escalation.role) == (level, cast.staff[level - 1].role)
    on_call = factories.staff(Role.ON_CALL)
    melding = actions.escalate(cast.melding(), by=on_call, at=LATER, reason="content", words=WORDS)
    assert melding.escalations.get().level == 2


def test_both_sides_of_each_echelon_hear_of_it(cast: Cast, told: Told) -> None:
    """SLA 4.4: each echelon faces its counterpart, and whoever has no such role is stood in for by the main contact."""
    escalation = cast.escalated()
    assert told(escalation, "start") == [("Echelon 1", "escalation_started")]  # Noor did it herself
    actions.pass_up(escalation, by=cast.staff[0], at=LATER, words=WORDS)
    assert told(escalation, "pass_up") == [
        ("Echelon 2", "escalation_raised"),
        ("Hoofd Contact", "escalation_raised_contact"),
        ("Noor Verhagen", "escalation_raised_contact"),
    ]
    actions.answer(escalation, by=cast.staff[1], at=LATER, words="Wij bellen u vandaag.")
    assert told(escalation, "answer") == [
        ("Hoofd Contact", "escalation_answered"), ("Noor Verhagen", "escalation_answered")
    ]  # fmt: skip
    actions.dispute(escalation, by=cast.noor.user, at=LATER, words="Niemand belde.")
    assert told(escalation, "dispute") == [
        ("Echelon 3", "escalation_raised"), ("Namens Netwerk", "escalation_raised_contact")
    ]  # fmt: skip
    actions.pass_up(escalation, by=cast.staff[2], at=LATER, words=WORDS)
    assert ("Hoofd Contact", "escalation_raised_contact") in told(escalation, "pass_up")
    actions.settle(escalation, by=cast.staff[3], at=LATER, words="Er ligt een plan.")
    assert (escalation.state, escalation.ended_at) == (EscalationState.CLOSED, LATER)
    assert [event.data.get("level") for event in escalation.events()] == [1, 2, None, 3, 4, None]


def test_a_role_that_nobody_has_is_stood_in_for_by_the_administrators(cast: Cast, told: Told) -> None:
    factories.staff(Role.ADMINISTRATOR, name="Iris")
    for person in cast.staff[1:]:
        person.is_active = False
        person.save()
    escalation = cast.escalated()
    actions.pass_up(escalation, by=cast.staff[0], at=LATER, words=WORDS)
    assert ("Iris", "escalation_raised") in told(escalation, "pass_up")


def test_one_echelon_at_a_time_and_not_beyond_the_last(cast: Cast) -> None:
    """SLA 4.4."""
    escalation = cast.escalated()
    for level in (2, 3, 4):
        actions.pass_up(escalation, by=cast.staff[3], at=LATER, words=WORDS)
        assert escalation.level == level
    with pytest.raises(NotNow):
        actions.pass_up(escalation, by=cast.staff[3], at=LATER, words=WORDS)
    with pytest.raises(NotAllowed):
        actions.answer(escalation, by=cast.staff[2], at=LATER, words=WORDS)


def test_a_second_reason_joins_and_asks_for_an_answer_again(cast: Cast, told: Told) -> None:
    escalation = cast.escalated()
    actions.answer(escalation, by=cast.staff[0], at=LATER, words="Begrepen.")
    actions.escalate(escalation.melding, by=cast.main.user, at=LATER, reason="deadline", words="En te laat.")
    escalation.refresh_from_db()
    assert (escalation.state, Escalation.objects.count()) == ("open", 1)
    assert told(escalation, "join") == [("Echelon 1", "escalation_joined")]
    actions.withdraw(escalation, by=cast.noor.user, at=LATER, words="Opgelost in overleg.")
    actions.escalate(escalation.melding, by=cast.noor.user, at=LATER, reason="content", words="Toch niet.")
    assert Escalation.objects.count() == 2


def test_the_database_admits_one_at_a_time(cast: Cast) -> None:
    one = cast.escalated()
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create(
            melding=one.melding, number="E26-99999", reason="content", level=1, role="support", started_at=LATER
        )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": " "}, "words"),
        ({"words": "BSN 111222333"}, "words"),
        ({"reason": "unacknowledged"}, "reason"),
        ({"reason": "priority"}, "expected_priority"),
        ({"reason": "priority", "expected_priority": 2}, "expected_priority"),  # the one that it has
        ({"reason": "priority", "expected_priority": 9}, "expected_priority"),
    ],
)
def test_what_is_refused_is_named_by_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    given = {"reason": "content", "words": WORDS, **wrong}
    with pytest.raises(Invalid) as refused:
        actions.escalate(cast.melding(), by=cast.noor.user, at=LATER, **given)
    assert set(refused.value.errors) == {field}
    assert not Escalation.objects.exists()


def test_disagreement_about_the_priority_can_end_in_another_one(cast: Cast) -> None:
    """SLA 9.1: the clocks follow the priority that the answer sets, also when the last echelon does."""
    escalation = cast.escalated("priority", expected_priority=1)
    due = escalation.melding.resolution_due
    actions.answer(escalation, by=cast.staff[3], at=LATER, words="U heeft gelijk.", priority=1)
    melding = Melding.objects.get(pk=escalation.melding_id)
    assert (escalation.expected_priority, melding.priority) == (1, 1)
    assert melding.resolution_due != due
    assert escalation.events().get(verb="answer").data["after"] == 1


def test_that_the_deadline_cannot_be_met_is_said_with_a_new_expectation(cast: Cast) -> None:
    """SLA 9.1, 9.3."""
    melding, agent = cast.melding(), cast.staff[0]
    promised = melding.resolution_due
    assert promised is not None
    for wrong in (LATER, promised, LATER + timedelta(days=3000)):
        with pytest.raises(Invalid) as refused:
            actions.cannot_meet(melding, by=agent, at=LATER, reason="Leverancier", expected_at=wrong)
        assert set(refused.value.errors) == {"expected_at"}
    expected = promised + timedelta(days=2)
    actions.cannot_meet(
        melding, by=agent, at=LATER, reason="De leverancier levert later.", expected_at=expected
    )
    assert (melding.expected_at, melding.resolution_due) == (expected, promised)
    escalation = melding.escalations.get()
    assert (escalation.reason, escalation.level) == ("cannot_meet", 2)
    assert melding.messages.get().body == "De leverancier levert later."
    keys = Notice.objects.filter(email=cast.noor.user.email).values_list("key", flat=True)
    assert {"melding_cannot_meet", "escalation_started_contact"} <= set(keys)
    for nobody in (cast.noor.user, cast.staff[3]):
        with pytest.raises(NotAllowed):
            actions.cannot_meet(melding, by=nobody, at=LATER, reason="x", expected_at=expected)


def test_without_a_deadline_there_is_none_to_miss(cast: Cast) -> None:
    free = cast.melding(impact="", urgency="", kind="question")
    with pytest.raises(NotNow):
        actions.cannot_meet(
            free, by=cast.staff[0], at=LATER, reason="x", expected_at=LATER + timedelta(days=9)
        )


@pytest.mark.parametrize("verb", ["cancel", "close", "accept", "mark_duplicate"])
def test_it_ends_with_its_melding(cast: Cast, verb: str) -> None:
    escalation, agent = cast.escalated(), cast.staff[0]
    melding = Melding.objects.get(pk=escalation.melding_id)
    if verb in {"close", "accept"}:
        actions.pick_up(melding, by=agent, at=LATER)
        actions.resolve(melding, by=agent, at=LATER, solution="Klaar")
    more: dict[str, Any] = {"reason": "x"} if verb == "cancel" else {}
    if verb == "mark_duplicate":
        more["other"] = cast.melding()
    getattr(actions, verb)(melding, by=cast.noor.user if verb == "accept" else agent, at=LATER, **more)
    escalation.refresh_from_db()
    assert (escalation.state, escalation.ended_at) == ("closed", LATER)


def test_a_stale_page_hears_what_happened_meanwhile(cast: Cast) -> None:
    escalation = cast.escalated()
    seen = escalation.version
    actions.pass_up(escalation, by=cast.staff[0], at=LATER, words=WORDS, version=seen)
    with pytest.raises(Stale) as refused:
        actions.answer(escalation, by=cast.staff[1], at=LATER, words=WORDS, version=seen)
    assert [event.verb for event in refused.value.meanwhile] == ["pass_up"]


def test_the_time_line_tells_it_to_both_sides(cast: Cast) -> None:
    escalation = cast.escalated("priority", expected_priority=1)
    actions.pass_up(escalation, by=cast.staff[0], at=LATER, words="Graag beoordelen.")
    told = escalations.whole(escalations.with_melding(cast.noor.user).get(number=escalation.number))
    assert [(entry["author"], entry["body"]) for entry in told["entries"]] == [
        ("Noor Verhagen", "heeft geëscaleerd naar echelon 1, Supportafdeling: oneens met de prioriteit (verwacht: P1)."),
        ("Noor Verhagen", "Wij horen niets."),
        ("Echelon 1", "heeft doorgezet naar echelon 2, Productmanager."),
        ("Echelon 1", "Graag beoordelen."),
    ]  # fmt: skip
    assert [step["current"] for step in told["steps"]] == [False, True, False, False]
    assert not escalations.visible(factories.contact().user).filter(number=escalation.number).exists()


def test_nobody_of_the_staff_is_written_to_in_the_night(cast: Cast) -> None:
    """A contact's answer goes out at once; the echelon's waits for the hours of the priority (SLA 4.1)."""
    melding, night = cast.melding(), MOMENT + timedelta(hours=14)  # Wednesday 00:00
    actions.escalate(melding, by=cast.noor.user, at=night, reason="content", words=WORDS)
    waiting = Notice.objects.get(key="escalation_started")
    assert waiting.next_try_at == MOMENT + timedelta(hours=23)  # Wednesday 09:00
    actions.answer(melding.escalations.get(), by=cast.staff[0], at=night, words="Wij zijn al bezig.")
    answered = Notice.objects.get(key="escalation_answered")
    assert answered.next_try_at != waiting.next_try_at


@pytest.mark.django_db(transaction=True)
def test_many_who_escalate_at_once_share_one_escalation() -> None:
    cast = Cast()
    melding = cast.melding()

    def escalate(turn: int) -> str:
        mine = Melding.objects.get(pk=melding.pk)
        by = cast.noor.user if turn % 2 else cast.staff[0]
        actions.escalate(mine, by=by, at=LATER, reason="content", words=f"Reden {turn}")
        return "done"

    assert Counter(at_once(escalate, 20, threads=10)) == {"done": 20}
    (escalation,) = Escalation.objects.all()
    assert Counter(event.verb for event in escalation.events()) == {"start": 1, "join": 19}
    assert escalation.messages.count() == 20


@pytest.mark.django_db(transaction=True)
def test_answering_and_escalating_at_once_do_not_wait_for_each_other() -> None:
    cast = Cast()
    escalation = cast.escalated("priority", expected_priority=1)

    def act(turn: int) -> str:
        if turn % 2:
            mine = Melding.objects.get(pk=escalation.melding_id)
            actions.escalate(mine, by=cast.noor.user, at=LATER, reason="content", words="Nog iets")
        else:
            one = Escalation.objects.get(pk=escalation.pk)
            actions.answer(one, by=cast.staff[0], at=LATER, words="Goed", priority=1 + turn % 3)
        return "done"

    outcomes = Counter(at_once(act, 16, threads=8))
    assert set(outcomes) <= {"done", NotNow}
    assert outcomes["done"] >= 9
    connection.close()
