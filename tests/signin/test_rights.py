"""The page "Wie mag wat" is the table that the code reads."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from desk import rights
from desk.permissions import STAFF, VERBS, Role
from tests import factories

pytestmark = pytest.mark.django_db


def test_everything_that_is_granted_has_a_line_in_words_and_its_marks() -> None:
    granted = set().union(*VERBS.values())
    assert {verb for verb in granted if rights.word(verb) == verb} == set(), (
        "these verbs have no words (desk/rights.py)"
    )
    lines = [line for group in list(rights.groups())[:-1] for line in group.lines]
    assert len(lines) == len(granted)
    for place, role in enumerate(Role):
        assert sum(line.marks[place] == role.label for line in lines) == len(VERBS[role])


@pytest.mark.parametrize("role", sorted(STAFF))
def test_administrators_and_the_privacy_officer_read_it(role: str) -> None:
    factories.load_policies()
    client = Client()
    client.force_login(factories.staff(role))
    answer = client.get(reverse("rights"))
    if role in {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}:
        assert "Termijn niet haalbaar" in answer.content.decode()
    else:
        assert answer.status_code == 403
