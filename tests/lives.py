"""Every state x transition x role of one kind of case, against its life written out independently."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from desk import door
from desk.door import NotAllowed, NotNow, Refused
from desk.doors import steps_of
from desk.models import Case, User
from desk.permissions import Role
from tests import factories

# Verb -> from which states, to which (None: it stays), for which roles.
Life = Mapping[str, tuple[set[str], str | None, set[Any]]]
NOBODY: set[Any] = set()


def check(
    life: Life, make: Callable[[str], Case], *, at: datetime = factories.MOMENT,
    people: Mapping[str, User] | None = None, prepare: Callable[[Any], None] = lambda going: None,
) -> None:  # fmt: skip
    """`make` gives a case in a state, in which every condition of its transitions holds. `people` are those who try,
    by role; by default one of each, strangers to the case. `prepare` adds what its projections need to a change."""
    someone = people or {role: factories.UserFactory.create(role=role) for role in Role}
    model: Any = type(make(str(next(iter(next(iter(life.values()))[0])))))
    assert set(life) == set(steps_of(model)), "the table names every declared transition, and no other"
    for state, _label in model._meta.get_field("state").choices or []:
        case = make(str(state))
        for verb, (sources, target, roles) in life.items():
            for role, user in someone.items():
                expected: object = target or str(state)
                if role not in roles:
                    expected = NotAllowed
                elif state not in sources:
                    expected = NotNow
                assert outcome(case, verb, user, at, prepare) == expected, (state, verb, role)


def outcome(
    case: Case, verb: str, user: User, at: datetime, prepare: Callable[[Any], None] = lambda going: None
) -> object:
    """The state that `verb` leads to, or how it is refused; undone afterwards."""
    with transaction.atomic():
        tried = type(case)._base_manager.get(pk=case.pk)
        try:
            with door.change(tried, verb, by=user, at=at) as going:
                prepare(going)
        except Refused as refusal:
            return type(refusal)
        finally:
            transaction.set_rollback(True)
    return str(tried.state)
