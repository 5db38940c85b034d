"""Merge and split without losing a word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.door import Invalid
from desk.models import User
from desk.permissions import Role
from incidents import actions, queries
from incidents.actions import together
from incidents.models import Attachment, Melding, Message, Relation, State
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(minutes=5)


def words() -> set[str]:
    return set(Message.objects.values_list("body", flat=True))


def test_merging_moves_all_words_and_files_and_each_remembers_where_it_came_from() -> None:
    agent, contact = factories.staff(), factories.contact()
    one, two = (
        factories.registered(contact=contact, subject=subject, description=f"Over {subject}")
        for subject in ("Printer", "Printers")
    )
    file = SimpleUploadedFile("log.txt", b"regel")
    actions.reply(one, by=contact.user, at=MOMENT, body="Mijn woorden", files=[file])
    actions.note(one, by=agent, at=MOMENT, body="Onze notitie")
    before = words()
    into = actions.merge(one, by=agent, at=MOMENT, into=two)
    assert into.pk == two.pk
    assert words() >= before
    assert one.messages.count() == 0
    moved = two.messages.filter(origin=one).values_list("body", flat=True)
    assert set(moved) == {"Mijn woorden", "Onze notitie", f"{one.number}: Printer\n\nOver Printer"}
    assert Attachment.objects.get().melding == two
    assert (one.state, one.duplicate_of, two.state) == (State.DUPLICATE, two, State.RECEIVED)
    assert list(queries.search(agent, '"Mijn woorden"')) == [two]


def test_a_merge_of_a_merge_keeps_the_first_origin() -> None:
    agent = factories.staff()
    one, two, three = (factories.registered() for _turn in range(3))
    actions.note(one, by=agent, at=MOMENT, body="Het begin")
    actions.merge(one, by=agent, at=MOMENT, into=two)
    actions.merge(two, by=agent, at=MOMENT, into=three)
    assert three.messages.get(body="Het begin").origin == one


def test_words_of_one_contractant_never_come_before_the_eyes_of_another() -> None:
    agent = factories.staff()
    one, two = (
        factories.registered(contact=factories.contact()),
        factories.registered(contact=factories.contact()),
    )
    with pytest.raises(Invalid):
        actions.merge(one, by=agent, at=MOMENT, into=two)
    actions.mark_duplicate(one, by=agent, at=MOMENT, other=two)
    assert (one.state, one.duplicate_of) == (State.DUPLICATE, two)


def test_a_melding_is_no_duplicate_of_itself_nor_of_a_duplicate() -> None:
    agent = factories.staff()
    one, two, three = (factories.registered() for _turn in range(3))
    actions.mark_duplicate(one, by=agent, at=MOMENT, other=two)
    for into in (one, three):
        with pytest.raises(Invalid):
            actions.merge(three, by=agent, at=MOMENT, into=into)
        with pytest.raises(Invalid):
            actions.mark_duplicate(three, by=agent, at=MOMENT, other=into)


def test_splitting_moves_the_chosen_words_to_a_new_melding_received_when_the_old_one_was() -> None:
    agent = factories.staff()
    melding = factories.registered()
    file = SimpleUploadedFile("log.txt", b"regel")
    other = actions.reply(melding, by=agent, at=MOMENT, body="Dit is iets anders", files=[file])
    actions.reply(melding, by=agent, at=MOMENT, body="Dit hoort hier")
    before = words()
    part = actions.split(
        melding, by=agent, at=MOMENT + timedelta(days=1), messages=[other.pk], subject="Iets anders"
    )
    assert (part.received_at, part.priority, part.subject) == (
        melding.received_at,
        melding.priority,
        "Iets anders",
    )
    assert words() == before
    assert [message.body for message in part.messages.all()] == ["Dit is iets anders"]
    assert [message.body for message in melding.messages.all()] == ["Dit hoort hier"]
    assert Attachment.objects.get().melding == part
    assert Relation.objects.get(melding=part).other == melding


def test_only_words_of_this_melding_can_be_split_off() -> None:
    agent = factories.staff()
    melding, other = factories.registered(), factories.registered()
    elsewhere = actions.note(other, by=agent, at=MOMENT, body="Van een ander")
    count = Melding.objects.count()
    for chosen in ([], [elsewhere.pk], [elsewhere.pk, 10**12]):
        with pytest.raises(Invalid):
            actions.split(melding, by=agent, at=MOMENT, messages=chosen, subject="x")
    assert Melding.objects.count() == count


def test_relating_twice_is_relating_once() -> None:
    agent = factories.staff()
    one, two = factories.registered(), factories.registered()
    for _turn in range(2):
        actions.relate(one, by=agent, at=MOMENT, other=two, kind="child")
    assert Relation.objects.count() == 1
    for wrong in ({"other": one, "kind": "child"}, {"other": two, "kind": "cousin"}):
        with pytest.raises(Invalid):
            actions.relate(one, by=agent, at=MOMENT, **wrong)  # type: ignore[arg-type]


# -- what is restricted stays so (SLA 7.4)


def closed(**fields: Any) -> tuple[User, Melding]:
    """One that is restricted, solved by a workaround, with one of the staff whom the privacy officer let in besides."""
    agent, officer = factories.staff(), factories.staff(Role.PRIVACY_OFFICER)
    melding = factories.registered(contact=factories.contact(), **fields)
    actions.reply(melding, by=agent, at=MOMENT, body="Gelekt")
    actions.restrict(melding, by=agent, at=MOMENT)
    actions.let_in(melding, by=officer, at=MOMENT, user=factories.staff(name="Ingelaten"))
    return agent, melding


def readers(melding: Melding) -> set[int]:
    return set(melding.accesses.values_list("user", flat=True))


def test_what_is_split_off_a_restricted_melding_or_follows_from_it_is_for_the_same_people() -> None:
    agent, melding = closed()
    colleague = factories.contact(contractant=melding.contractant)
    part = actions.split(melding, by=agent, at=LATER, messages=[melding.messages.get().pk], subject="Apart")
    actions.pick_up(melding, by=agent, at=LATER)
    actions.resolve(melding, by=agent, at=LATER, solution="Omweg", workaround=True)
    rest = actions.follow_up(
        melding, by=agent, at=LATER, subject="Rest", description="Nog te doen", priority=4
    )
    for one in (part, rest):
        one.refresh_from_db()
        assert (one.restricted_at, readers(one)) == (melding.restricted_at, readers(melding))
        for outsider in (factories.staff(Role.ADMINISTRATOR), factories.machine(), colleague.user):
            assert one not in Melding.objects.visible_to(outsider)
        assert one.events().filter(verb="restrict").exists()
    late, officer = factories.staff(), factories.staff(Role.PRIVACY_OFFICER)
    actions.let_in(melding, by=officer, at=LATER, user=late)
    actions.shut_out(melding, by=officer, at=LATER, user=agent)
    assert readers(part) == readers(rest) == readers(melding)
    assert (late.pk in readers(melding), agent.pk in readers(melding)) == (True, False)


def test_the_words_of_a_restricted_melding_are_not_merged_into_one_that_others_read() -> None:
    agent, melding = closed()
    assert melding.contact is not None
    other = factories.registered(contact=melding.contact)
    with pytest.raises(Invalid, match="afgeschermd"):
        actions.merge(melding, by=agent, at=LATER, into=other)
    assert together.merge_all([melding], by=agent, at=LATER, into=other).refused
    actions.restrict(other, by=agent, at=LATER)
    theirs = factories.staff()
    actions.let_in(other, by=None, at=LATER, user=theirs)
    with pytest.raises(Invalid, match="afgeschermd"):
        actions.merge(melding, by=agent, at=LATER, into=other)
    actions.shut_out(other, by=factories.staff(Role.PRIVACY_OFFICER), at=LATER, user=theirs)
    assert actions.merge(melding, by=agent, at=LATER, into=other).messages.filter(body="Gelekt").exists()


def test_what_becomes_a_duplicate_of_a_restricted_melding_is_restricted_along() -> None:
    agent, melding = closed()
    one, two, older = (factories.registered(contact=melding.contact) for _turn in range(3))
    actions.mark_duplicate(older, by=agent, at=LATER, other=one)
    actions.merge(one, by=agent, at=LATER, into=melding)
    actions.mark_duplicate(two, by=agent, at=LATER, other=melding)
    for row in (one, two, older):
        row.refresh_from_db()
        assert (row.restricted_at, readers(row)) == (melding.restricted_at, readers(melding))


def test_restricting_reaches_what_carries_the_same_words() -> None:
    """What was merged into it or marked as its duplicate, and what it was merged into itself; not what it was only
    marked as a duplicate of."""
    agent, contact = factories.staff(), factories.contact()
    marked, merged, melding, root, elsewhere, twin = (
        factories.registered(contact=contact) for _turn in range(6)
    )
    actions.mark_duplicate(marked, by=agent, at=MOMENT, other=merged)
    actions.merge(merged, by=agent, at=MOMENT, into=melding)
    actions.merge(melding, by=agent, at=MOMENT, into=root)
    actions.mark_duplicate(twin, by=agent, at=MOMENT, other=elsewhere)
    actions.restrict(melding, by=agent, at=LATER)
    actions.restrict(twin, by=agent, at=LATER)
    family = Melding.objects.filter(restricted_at=LATER)
    assert set(family) == {marked, merged, melding, root, twin}
    late = factories.staff()
    actions.let_in(melding, by=None, at=LATER, user=late)
    assert {one.pk for one in family if late.pk in readers(one)} == {
        one.pk for one in (marked, merged, melding, root)
    }
