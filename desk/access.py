"""What an administrator does to somebody's way in. Each act is atomic and written into the trail of that person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from desk import audit, second_step, sessions
from desk.door import NotAllowed
from desk.models import Event, User
from desk.notices import owe_user
from desk.permissions import Role

ACCESS = frozenset({"role", "is_active", "email"})  # what decides who somebody is and what they may


@transaction.atomic
def reset_factors(user: User, *, by: User | None, at: datetime) -> None:
    """Forget every second step of `user`, who sets one up at the next sign-in, and end their sessions."""
    _may(by)
    second_step.reset(user)
    user.set_unusable_password()  # else whoever knows it sets up the next one
    user.save(update_fields=["password"])
    sessions.end(user)
    owe_user("second_step_changed", user, event=_record(user, "reset_factors", by, at))


@transaction.atomic
def end_sessions(user: User, *, by: User | None, at: datetime) -> None:
    _may(by)
    ended = sessions.end(user)
    _record(user, "end_sessions", by, at, ended=ended)


@transaction.atomic
def changed(user: User, fields: set[str], *, by: User | None, at: datetime) -> None:
    """After an administrator changed `fields` of `user`: whoever may do or be something else signs in anew, and who is
    switched off keeps nothing."""
    _may(by)
    if not fields & ACCESS:
        return
    if user.is_active:
        sessions.end(user)
    else:
        sessions.shut_out(user, at)
    _record(user, "change_access", by, at, fields=sorted(fields & ACCESS))


def _may(by: User | None) -> None:
    if by is not None and by.role != Role.ADMINISTRATOR:
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))


def _record(user: User, verb: str, by: User | None, at: datetime, **facts: object) -> Event:
    audit.log(verb, by=by, at=at, obj=user, mode=audit.Mode.ACCESS)
    return Event.objects.create(
        case_type=User.case_type, case_id=user.pk, verb=verb, at=at, actor=by, data=facts
    )
