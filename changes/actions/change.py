"""The life of a Change (SLA 10); each step is the declared transition of the same name, and what goes with it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from changes.actions.talk import INTERNAL, PUBLIC, Words, add, say
from changes.approvals import Risk
from changes.models import (
    Change,
    ChangeApproval,
    Release,
    ReleaseState,
)
from desk import door, texts
from desk.door import Invalid
from desk.models import User
from sla.queries import AMSTERDAM


def assess(
    change: Change, *, by: User, at: datetime, cost: str, risk: str, risk_level: str, benefit: str,
    version: int | None = None,
) -> Change:  # fmt: skip
    """Record what it costs, risks and brings. A new assessment asks everybody to approve again."""
    texts.required(cost=cost, risk=risk, benefit=benefit)
    if risk_level not in Risk.values:
        raise Invalid({"risk_level": _("Kies de mate van risico.")})
    with door.change(change, "assess", by=by, at=at, version=version) as going:
        case = going.case
        case.cost, case.risk, case.risk_level, case.benefit = cost, risk, risk_level, benefit
        case.assessment, case.assessed_by = case.assessment + 1, by
        case.react(by, at)
        going.data |= {"risk": risk_level, "assessment": case.assessment}
    return change


def approve(change: Change, *, by: User, at: datetime, version: int | None = None) -> Change:
    """Agree, in one's role, with the last assessment. Nobody approves what they asked for or assessed."""
    with door.change(change, "approve", by=by, at=at, version=version) as going:
        ChangeApproval.objects.create(
            change=going.case, assessment=going.case.assessment, role=by.role, user=by, at=at
        )
        going.data |= {"role": by.role, "assessment": going.case.assessment}
    return change


def honour(change: Change, *, by: User, at: datetime, words: str = "", version: int | None = None) -> Change:
    """Decide to do it; `words` go to the contact with the automatic message (SLA 10.1)."""
    texts.check(words=words)
    with door.change(change, "honour", by=by, at=at, version=version) as going:
        going.case.decided_at = at
        if words.strip():
            going.data["message"] = say(going.case, "honour", by=by, at=at, body=words).pk
    return change


def reject(change: Change, *, by: User, at: datetime, reason: str, version: int | None = None) -> Change:
    """Decide against it; the contact is told why (SLA 10.1)."""
    return _end(change, "reject", by, at, reason, version)


def cancel(change: Change, *, by: User, at: datetime, reason: str, version: int | None = None) -> Change:
    """Stop with it, whatever was done; the contact is told why."""
    return _end(change, "cancel", by, at, reason, version)


def withdraw(change: Change, *, by: User, at: datetime, reason: str, version: int | None = None) -> Change:
    """The contact does not want it any more."""
    return _end(change, "withdraw", by, at, reason, version)


def _end(change: Change, verb: str, by: User, at: datetime, reason: str, version: int | None) -> Change:
    texts.required(reason=reason)
    with door.change(change, verb, by=by, at=at, version=version) as going:
        case = going.case
        case.ended_at, case.release = at, None
        case.decided_at = case.decided_at or (at if verb == "reject" else None)
        case.react(by, at)
        going.data["message"] = say(case, verb, by=by, at=at, body=reason).pk
    return change


def plan(
    change: Change, *, by: User, at: datetime, release: Release, release_note: str, version: int | None = None
) -> Change:
    """Put it in a Release of its Dienst that still takes Changes. One that comes from an Incident goes into the next
    (SLA 10.3)."""
    texts.required(release_note=release_note)
    with transaction.atomic():
        chosen = Release.objects.select_for_update().get(pk=release.pk)
        _check_release(change, chosen)
        with door.change(change, "plan", by=by, at=at, version=version) as going:
            before = going.case.release
            going.case.release, going.case.release_note = chosen, release_note
            going.data |= {"release": chosen.number, "before": before.number if before else None}
    return change


def _check_release(change: Change, release: Release) -> None:
    wrong = ""
    if release.service_id != change.service_id:
        wrong = _("Deze release is van een andere dienst.")
    elif release.state != ReleaseState.PLANNED:
        wrong = _("Deze release neemt geen wijzigingen meer op.")
    elif change.from_incident:
        first = Release.objects.all().next_for(change.service)
        if first is not None and release.planned_on > first.planned_on:
            wrong = _(
                "Deze wijziging komt uit een incident en gaat mee in de eerstvolgende release: %(title)s."
            )
            wrong %= {"title": first.title}
    if wrong:
        raise Invalid({"release": wrong})


def build(change: Change, *, by: User, at: datetime, version: int | None = None) -> Change:
    return _step(change, "build", by, at, version)


def verify(change: Change, *, by: User, at: datetime, result: str = "", version: int | None = None) -> Change:
    """`result` is what was tested and what came out, for colleagues."""
    return _step(change, "verify", by, at, version, result)


def accept(change: Change, *, by: User, at: datetime, version: int | None = None) -> Change:
    return _step(change, "accept", by, at, version)


def send_back(change: Change, *, by: User, at: datetime, reason: str, version: int | None = None) -> Change:
    """It has to be built anew; `reason` is for colleagues."""
    texts.required(reason=reason)
    return _step(change, "send_back", by, at, version, reason)


def _step(change: Change, verb: str, by: User, at: datetime, version: int | None, words: str = "") -> Change:
    texts.check(words=words)
    with door.change(change, verb, by=by, at=at, version=version) as going:
        if words.strip():
            said = say(going.case, verb, by=by, at=at, body=words, visibility=INTERNAL)
            going.data["message"] = said.pk
    return change


def describe(
    change: Change, *, by: User, at: datetime, release_note: str, version: int | None = None
) -> Change:
    """Say in words for contractants what it changes: that stands in the release notes."""
    texts.required(release_note=release_note)
    with door.change(change, "describe", by=by, at=at, version=version) as going:
        going.case.release_note = release_note
    return change


def agree_date(change: Change, *, by: User, at: datetime, on: date, version: int | None = None) -> Change:
    """Record by when it is done, as agreed with the contact (SLA 10.3)."""
    if on < at.astimezone(AMSTERDAM).date():
        raise Invalid({"on": _("Kies een dag in de toekomst.")})
    with door.change(change, "agree_date", by=by, at=at, version=version) as going:
        going.data |= {"on": on.isoformat(), "before": str(going.case.agreed_on or "")}
        going.case.agreed_on = on
        going.case.react(by, at)
    return change


def reply(change: Change, *, by: User, at: datetime, body: str, client_key: UUID | None = None) -> Words:
    """Words that both sides read. The first of staff is the first reaction (SLA 10.3)."""
    return add(change, "reply", by=by, at=at, body=body, visibility=PUBLIC, client_key=client_key)


def note(change: Change, *, by: User, at: datetime, body: str, client_key: UUID | None = None) -> Words:
    """Words for colleagues."""
    return add(change, "note", by=by, at=at, body=body, visibility=INTERNAL, client_key=client_key)


def go_live(change: Change, *, at: datetime, release: Release) -> None:
    """It is in use since its Release is out; the contact hears so without anybody thinking of it (SLA 10.1)."""
    with door.change(change, "go_live", by=None, at=at) as going:
        going.case.ended_at = at
        going.data["release"] = release.number


def unplan(change: Change, *, at: datetime, release: Release) -> None:
    """Its Release is withdrawn: it waits for another. One that was moved meanwhile stays where it is."""
    held = Change.objects.select_for_update().get(pk=change.pk)
    if held.release_id != release.pk:
        return
    with door.change(change, "unplan", by=None, at=at) as going:
        going.case.release, going.case.ended_at = None, None
        going.data["release"] = release.number
