"""Whether an address is known shows in nothing: not in the words, not in the status, not in the work that is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contractants.actions import remove_contact
from desk.models import Notice, User
from tests import factories
from tests.portal.reading import said

pytestmark = pytest.mark.django_db
PASSWORD = "een lang wachtwoord 42"
DOORS = {
    "/account/login/": lambda email: {"login": email, "password": "een onjuist wachtwoord"},
    "/account/login/code/": lambda email: {"email": email},
    "/account/password/reset/": lambda email: {"email": email},
}


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is really hashed, whether to check it or for nothing."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def _counting(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.signin.test_enumeration.CountingHasher"]
    cache.clear()
    factories.load_policies()


@pytest.fixture
def people() -> list[str]:
    """Staff, a contact, staff switched off, a contact who left, a machine, and nobody."""
    User.objects.create_user("sam@desk.example", PASSWORD, name="Sam")
    User.objects.create_user("weg@desk.example", PASSWORD, name="Weg", is_active=False)
    User.objects.create_user("bel@desk.example", PASSWORD, name="Bel", role="machine")
    factories.contact(user__email="noor@zorg.example", user__password="!")
    left = factories.contact(user__email="left@zorg.example", user__password="!")
    remove_contact(left, by=None, at=timezone.now())
    return [
        "sam@desk.example", "weg@desk.example", "bel@desk.example", "noor@zorg.example", "left@zorg.example",
        "niemand@zorg.example",
    ]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_every_address_gets_the_same_answer_for_the_same_work(door: str, people: list[str]) -> None:
    answers = {email: _asked(door, DOORS[door], email) for email in people}
    assert len(set(answers.values())) == 1, answers


def _asked(door: str, given: Callable[[str], dict[str, str]], email: str) -> tuple[Any, ...]:
    """Statuses, words, hashed passwords and written notices."""
    client, before = Client(), CountingHasher.hashed
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(door, given(email), follow=True)
    written = sum('INSERT INTO "desk_notice"' in query["sql"] for query in queries)
    statuses = [status for _url, status in answer.redirect_chain] + [answer.status_code]
    words = said(answer).replace(email, "")
    return (tuple(statuses), words, CountingHasher.hashed - before, written)


def test_what_was_done_for_nothing_leaves_nothing(people: list[str]) -> None:
    for email in people:
        Client().post("/account/login/code/", {"email": email})
    assert set(Notice.objects.values_list("email", flat=True)) == {"sam@desk.example", "noor@zorg.example"}


def test_asking_too_often_is_answered_in_words_whoever_asks(people: list[str]) -> None:
    for email in ("sam@desk.example", "niemand@zorg.example"):
        asked = [Client().post("/account/login/code/", {"email": email}) for _time in range(4)]
        assert [answer.status_code for answer in asked] == [302, 302, 302, 200]
        assert "Te veel" in said(asked[-1])
    for n in range(31):
        flood = Client().post("/account/login/", {"login": f"n{n}@zorg.example"})
    assert (flood.status_code, "Even geduld" in said(flood)) == (429, True)
