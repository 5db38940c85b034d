"""Every notice about an escalation reads well in both languages, and tells the contractant where to follow it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk.models import Notice
from desk.notices import render
from incidents import actions
from incidents.escalation_notices import NOTICES
from tests.escalation.conftest import LATER, Cast
from tests.factories import MOMENT


@pytest.mark.parametrize("language", ["nl", "en"])
def test_all_of_them_in_both_languages(cast: Cast, language: str) -> None:
    for user in (*cast.staff, cast.noor.user, cast.main.user):
        user.language = language
        user.save()
    one, two, three = cast.escalated(), cast.escalated(), cast.melding()
    actions.escalate(one.melding, by=cast.main.user, at=LATER, reason="deadline", words="Te laat")
    actions.pass_up(one, by=cast.staff[0], at=LATER, words="Graag meekijken")
    actions.answer(one, by=cast.staff[1], at=LATER, words="Wij bellen u")
    actions.accept_answer(one, by=cast.noor.user, at=LATER)
    actions.withdraw(two, by=cast.main.user, at=LATER, words="Niet meer nodig")
    actions.escalate(three, by=cast.staff[0], at=LATER, reason="content", words="Hulp nodig")
    actions.settle(three.escalations.get(), by=cast.staff[1], at=LATER, words="Geregeld")
    due = cast.melding()
    actions.sweep(MOMENT + timedelta(hours=4, seconds=1))
    assert due.escalations.exists()
    owed = list(Notice.objects.filter(key__startswith="escalation_"))
    keys = {key for rows in NOTICES.values() for key, _to in rows}
    assert {notice.key for notice in owed} == keys
    for notice in owed:
        render(notice)
        assert "E26-" in notice.subject
        assert "{{" not in notice.subject + notice.body
        link = "/portaal/M26" if notice.name in {"Noor Verhagen", "Hoofd Contact"} else "/escalaties/E26"
        assert link in notice.body, (notice.key, notice.body)
