"""Texts as an administrator changes them: they start as what is shipped, can say little wrong, and never stop a mail."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from desk.door import Invalid
from desk.models import MessageTemplate, Notice, User
from desk.notices import deliver, sandbox, texts, writing
from desk.notices.kinds import GROUPS, KINDS, Kind, kind_of
from desk.permissions import Role
from incidents import actions
from incidents.notices import NOTICES
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
LANGUAGES = ["nl", "en"]
RESOLVED = kind_of("melding_resolved")
BY_CASE = sorted(key for key in KINDS if key != "template_test")


@pytest.fixture
def keeper() -> User:
    return factories.staff(Role.ADMINISTRATOR)


def variants(kind: Kind) -> list[frozenset[str]]:
    some = (combinations(kind.turns, n) for n in range(len(kind.turns) + 1))
    return [frozenset(turns) for turns in chain.from_iterable(some)]


def test_every_notice_of_the_table_is_described() -> None:
    assert {key for rows in NOTICES.values() for key, _to in rows} <= KINDS.keys()
    assert {kind.group for kind in KINDS.values()} - {""} == GROUPS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", BY_CASE)
def test_the_text_to_start_from_says_what_the_shipped_one_says(key: str, language: str) -> None:
    """In each of its variants, and it passes its own check."""
    kind = kind_of(key)
    subject, body = texts.standard(kind, language)
    texts.check(kind, subject, body)
    with translation.override(language):
        for turns in variants(kind):
            sample = texts._sample(kind, turns)
            words = {"name": "Noor Verhagen", **kind.words(sample)}
            expected = writing.shipped(key, sample)
            assert (sandbox.render(subject, words), writing.tidy(sandbox.render(body, words))) == expected


@pytest.mark.parametrize("key", BY_CASE)
def test_both_languages_have_their_own_text(key: str) -> None:
    assert texts.standard(kind_of(key), "nl") != texts.standard(kind_of(key), "en")


WRONG = [
    "{% load i18n %}", "{% include 'notices/base.txt' %}", "{% extends 'notices/base.txt' %}", "{% debug %}", "{% url 'admin:index' %}",
    "{% for x in number %}{{ x }}{% endfor %}", "{% lorem 1000000 %}", "{% if number %}", "{{ number.upper }}", "{{ number.__class__ }}",
    "{{ number|center:1000000000 }}", "{{ request }}", "{{ case.contractant }}", "{{ settings }}", "{% if case.delete %}x{% endif %}", "{{",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG[:-1])
@pytest.mark.parametrize("field", ["subject", "body"])
def test_what_is_more_than_words_is_refused_and_the_field_named(keeper: User, text: str, field: str) -> None:
    given = {"subject": "Opgelost", "body": "{{ message }}"}
    given[field] += text
    with pytest.raises(Invalid) as refused:
        texts.change(RESOLVED, "nl", **given, by=keeper, at=MOMENT)
    assert list(refused.value.errors) == [field]


def test_no_person_in_a_subject_and_no_solution_without_its_words(keeper: User) -> None:
    with pytest.raises(Invalid) as refused:
        texts.change(RESOLVED, "nl", "Voor {{ name }}", "Het werkt weer.", by=keeper, at=MOMENT)
    assert refused.value.errors.keys() == {"subject", "body"}


def test_a_changed_text_is_sent_with_words_as_they_are(keeper: User) -> None:
    melding = factories.registered(contact=factories.contact())
    kind = kind_of("melding_received")
    texts.change(kind, "nl", "Binnen", "Dag {{ name }}: {{ number }}, {{ subject }}", by=keeper, at=MOMENT)
    type(melding).objects.filter(pk=melding.pk).update(subject="{{ number }} & <b>")
    deliver(timezone.now())
    sent = mail.outbox[-1]
    assert sent.subject == f"[{melding.number}] Binnen"
    assert sent.body.endswith(f"{melding.number}, {{{{ number }}}} & <b>")
    assert "&lt;b&gt;" in str(sent.alternatives[0][0])  # type: ignore[attr-defined]


def test_a_text_that_broke_gives_way_to_the_shipped_one_and_the_queue_says_so() -> None:
    factories.registered(contact=factories.contact())
    MessageTemplate.objects.create(key="melding_received", language="nl", subject="x", body="{{ gone }}")
    assert deliver(timezone.now()) == 1
    assert "ontvangen" in mail.outbox[-1].subject
    assert "gone" in Notice.objects.get().error


# --- In the admin


def post(client: Client, key: str = "melding_resolved", **given: str) -> Any:
    return client.post(reverse("admin:desk_notice_text", args=[key, "nl"]), given)


def test_an_administrator_looks_tests_keeps_and_goes_back(client: Client, keeper: User) -> None:
    client.force_login(keeper)
    melding = factories.registered(contact=factories.contact())
    text = {"subject": "Klaar", "body": "{{ number }}: {{ message }}"}
    seen = post(client, **text, number=melding.number, do="preview").content.decode()
    assert f"[{melding.number}] Klaar" in seen
    post(client, **text, do="test")
    deliver(timezone.now())
    assert (mail.outbox[-1].subject, mail.outbox[-1].to) == (
        "[M26-00864] Klaar",
        [f"{keeper.name} <{keeper.email}>"],
    )
    assert not MessageTemplate.objects.exists(), "looking and testing keep nothing"
    assert post(client, **text, do="save").status_code == 302
    assert MessageTemplate.objects.get().body == text["body"]
    assert "gewijzigd" in client.get(reverse("admin:desk_messagetemplate_changelist")).content.decode()
    post(client, do="reset")
    assert not MessageTemplate.objects.exists()


def test_a_wrong_text_comes_back_with_what_was_typed(client: Client, keeper: User) -> None:
    client.force_login(keeper)
    answer = post(client, subject="Klaar", body="{{ nope }}", number="M26-99999", do="save")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "{{ nope }}" in page
    assert "Onbekend: nope." in page
    assert "Er is geen melding met dit nummer." in page


def test_sla_7_4_the_number_of_a_restricted_melding_is_like_an_unknown_one(
    client: Client, keeper: User
) -> None:
    client.force_login(keeper)
    melding = factories.registered(contact=factories.contact(), subject="Parelmoer")
    actions.restrict(melding, by=factories.staff(), at=MOMENT)
    asked = {"subject": "Klaar", "body": "{{ subject }} {{ message }}", "do": "preview"}
    for number in (melding.number, "M26-99999"):
        page = post(client, **asked, number=number).content.decode()
        assert ("Er is geen melding met dit nummer." in page, "armoer" in page) == (True, False)


def test_others_see_the_table_and_change_nothing(client: Client) -> None:
    client.force_login(factories.staff())
    page = client.get(reverse("admin:desk_messagetemplate_changelist")).content.decode()
    assert "de hoofdcontactpersoon van elke geraakte contractant" in page
    assert all(str(kind.label) in page.replace("&#x27;", "'") for kind in KINDS.values())
    assert post(client, subject="x", body="{{ message }}", do="save").status_code == 403
    assert not MessageTemplate.objects.exists()
