"""Merge and split without losing a word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.door import Invalid
from incidents import actions, queries
from incidents.models import Attachment, Melding, Message, Relation, State
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db


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
