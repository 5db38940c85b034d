"""Telling the controllers: letters written by one and approved by another, or a call (SLA 9.1; AVG 33(2), 33(3); VWO 9.1, 9.2)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contractants.models import Contact
from desk import door, texts
from desk.door import Invalid, NotNow, Refused
from desk.models import User
from privacy.breach.letters import written
from privacy.models import Affected, BreachState, Letter, SecurityIncident

log = logging.getLogger(__name__)


def draft(
    case: SecurityIncident, *, by: User, at: datetime, english: bool = False, version: int | None = None
) -> SecurityIncident:
    """A letter from the newest assessment to each controller that has none in the making; later ones with new facts too."""
    with door.change(case, "draft", by=by, at=at, version=version) as change:
        for one in change.case.affected.exclude(letters__approved_at=None, letters__isnull=False):
            subject, body = written(one, by, language="en" if english else "nl")
            edition = one.letters.count() + 1
            Letter.objects.create(
                affected=one, edition=edition, subject=subject, body=body, author=by, written_at=at
            )
    return case


def write(
    case: SecurityIncident,
    *,
    by: User,
    at: datetime,
    letter: Letter,
    subject: str,
    body: str,
    version: int | None = None,
) -> SecurityIncident:
    """Change a letter that was not approved yet; whoever did so last wrote it, and another person approves."""
    texts.required(subject=subject, body=body)
    with door.change(case, "write", by=by, at=at, version=version) as change:
        row = Letter.objects.select_for_update().get(pk=letter.pk, affected__incident=change.case)
        if row.approved_at is not None:
            raise NotNow(_("Deze brief is al goedgekeurd en verstuurd."))
        row.subject, row.body, row.author, row.written_at = " ".join(subject.split()), body, by, at
        row.save()
        change.data["letter"] = row.pk
    return case


def approve(
    case: SecurityIncident, *, by: User, at: datetime, letters: Iterable[Letter], version: int | None = None
) -> SecurityIncident:
    """Send these, to every hoofdcontactpersoon of the controller. Nobody approves what they wrote themselves."""
    with door.change(case, "approve", by=by, at=at, version=version) as change:
        rows = Letter.objects.select_for_update().filter(
            pk__in=[one.pk for one in letters], affected__incident=change.case
        )
        for row in rows.select_related(None):
            _approve(row, by, at)
        change.data["letters"] = [row.pk for row in rows]
    return case


def _approve(letter: Letter, by: User, at: datetime) -> None:
    if letter.approved_at is not None:
        raise NotNow(_("Deze brief is al goedgekeurd en verstuurd."))
    if letter.author_id == by.pk:
        raise Invalid({"letters": _("Een ander dan de schrijver keurt een brief goed.")})
    if not addressees(letter.affected).exists() and letter.affected.phoned_at is None:
        said = _("%(contractant)s heeft geen hoofdcontactpersoon die mail krijgt. Bel, en leg dat vast.")
        raise Invalid({"letters": said % {"contractant": letter.affected}})
    letter.approved_by, letter.approved_at = by, at
    letter.save(update_fields=["approved_by", "approved_at"])


def addressees(affected: Affected) -> QuerySet[Contact]:
    """The hoofdcontactpersonen of a controller (SLA 9.1)."""
    main = Contact.objects.filter(contractant=affected.contractant, role=Contact.Role.MAIN)
    return main.filter(is_active=True, user__is_active=True).select_related("user")


def phone(
    case: SecurityIncident, *, by: User, at: datetime, controller: Affected, person: str, phoned_at: datetime | None = None,
    version: int | None = None,
) -> SecurityIncident:  # fmt: skip
    """A controller was told by telephone: whom they spoke to and when. The first call counts."""
    texts.required(person=person)
    when = phoned_at or at
    if when > at:
        raise Invalid({"phoned_at": _("Dit tijdstip ligt in de toekomst.")})
    with door.change(case, "phone", by=by, at=at, version=version) as change:
        if when < change.case.known_at:
            raise Invalid({"phoned_at": _("Dit tijdstip ligt voor de kennisname.")})
        row = change.case.affected.get(pk=controller.pk)
        if row.phoned_at is None or when < row.phoned_at:
            row.phoned_at, row.phoned_person, row.phoned_by = when, person.strip()[:120], by
            row.save()
        change.data |= {"contractant": row.contractant_id, "phoned_at": when.isoformat()}
    return case


def _call_instead(case: SecurityIncident, now: datetime) -> None:
    """Somebody has to phone where a letter goes to nobody any more: it could not be written or sent, or whom it was for left."""
    for letter in Letter.objects.filter(affected__incident=case, approved_at__isnull=False).select_related(
        "affected"
    ):
        lost = letter.notices().filter(dropped_at__isnull=False).order_by("-dropped_at").first()
        waits = letter.notices().filter(sent_at=None, dropped_at=None).exists()
        if lost is not None and not waits and letter.affected.told_at() is None:
            case.could_not_tell(lost, now)


def settle(now: datetime) -> int:
    """Record of each incident under way that every controller was told, at the moment that the last one was; returns how many."""
    done = 0
    for case in SecurityIncident.objects.filter(state=BreachState.INFORMING).order_by("pk"):
        told = case.told_at()
        if told is None:
            _call_instead(case, now)
            continue
        try:
            with door.change(case, "informed", by=None, at=now) as change:
                change.case.informed_at = told
                change.data |= {
                    "told_at": told.isoformat(),
                    "late": int(change.case.late_by(now).total_seconds()),
                }
            done += 1
        except NotNow:  # a letter waits to be approved
            continue
        except Refused:
            log.exception("could not settle %s", case.number)
    return done
