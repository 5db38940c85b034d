"""What comes after: actions, what a controller decided, and closing (AVG 33(5))."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from changes.models import Change as RequestedChange
from desk import door, texts
from desk.door import Invalid, NotNow
from desk.models import User
from desk.permissions import STAFF
from privacy.breach.actions.opening import admit
from privacy.models import Affected, FollowUp, SecurityIncident
from problems.models import Problem


def follow_up(
    case: SecurityIncident, *, by: User, at: datetime, version: int | None = None
) -> SecurityIncident:
    """No breach, and nobody to tell."""
    with door.change(case, "follow_up", by=by, at=at, version=version):
        pass
    return case


def plan(
    case: SecurityIncident,
    *,
    by: User,
    at: datetime,
    what: str,
    owner: User,
    due_on: date,
    version: int | None = None,
) -> SecurityIncident:
    """Whoever has to do it is let in."""
    texts.required(what=what)
    if owner.role not in STAFF or not owner.is_active:
        raise Invalid({"owner": _("Kies een medewerker.")})
    with door.change(case, "plan", by=by, at=at, version=version) as change:
        row = FollowUp.objects.create(
            incident=change.case, what=what.strip()[:300], owner=owner, due_on=due_on
        )
        change.data |= {
            "follow_up": row.pk,
            "owner": owner.pk,
            "people": admit(change.case, [owner], by=by, at=at),
        }
    return case


def finish(
    case: SecurityIncident,
    *,
    by: User,
    at: datetime,
    action: FollowUp,
    handed_to: str = "",
    version: int | None = None,
) -> SecurityIncident:
    """It is done, or goes on as the Problem or Change with this number."""
    number = handed_to.strip().upper()
    if number and not _exists(number, by):
        raise Invalid({"handed_to": _("Er is geen probleem of wijziging met dit nummer.")})
    with door.change(case, "finish", by=by, at=at, version=version) as change:
        row = change.case.follow_ups.get(pk=action.pk)
        if row.done_at is not None:
            raise NotNow(_("Deze actie is al afgerond."))
        row.done_at, row.handed_to = at, number
        row.save()
        change.data |= {"follow_up": row.pk, "handed_to": number}
    return case


def _exists(number: str, user: User) -> bool:
    found = RequestedChange.objects.all().visible_to(user).filter(number=number)
    return bool(found.exists() or Problem.objects.visible_to(user).filter(number=number).exists())


def decide(
    case: SecurityIncident, *, by: User, at: datetime, controller: Affected, authority: str = "", subjects: str = "",
    authority_at: datetime | None = None, subjects_at: datetime | None = None, version: int | None = None,
) -> SecurityIncident:  # fmt: skip
    """What the controller told us that it decided: the authority and the persons concerned are its own to tell."""
    late = {name: _("Dit tijdstip ligt in de toekomst.") for name, when in
            (("authority_at", authority_at), ("subjects_at", subjects_at)) if when and when > at}  # fmt: skip
    if late:
        raise Invalid(late)
    if not (authority or subjects):
        raise Invalid({"authority": _("Kies wat is besloten, hier of bij de betrokkenen.")})
    with door.change(case, "decide", by=by, at=at, version=version) as change:
        row = change.case.affected.get(pk=controller.pk)
        if authority:
            row.authority, row.authority_at = authority, authority_at
        if subjects:
            row.subjects, row.subjects_at = subjects, subjects_at
        row.save()
        change.data |= {"contractant": row.contractant_id, "authority": authority, "subjects": subjects}
    return case


def close(
    case: SecurityIncident,
    *,
    by: User,
    at: datetime,
    effects: str,
    measures: str,
    lessons: str,
    version: int | None = None,
) -> SecurityIncident:
    """With what the register has to hold: its facts stand there already."""
    texts.required(effects=effects, measures=measures, lessons=lessons)
    with door.change(case, "close", by=by, at=at, version=version) as change:
        change.case.effects, change.case.measures, change.case.lessons = effects, measures, lessons
        change.case.ended_at = at
    return case
