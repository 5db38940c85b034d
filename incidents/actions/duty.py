"""Planning the Beschikbaarheidsdienst (SLA 4.2): each act is one transaction, with its line in the trail.

`by` is who plans, `at` the instant (aware). All raise `desk.door.Refused` or one of its kinds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Event, User
from desk.permissions import STAFF
from incidents import duty
from incidents.models import Shift

LONGEST_HOURS = 24


def plan(
    *, by: User, at: datetime, person: User, starts_at: datetime, ends_at: datetime, note: str = "",
    role: str = Shift.Duty.ON_CALL,
) -> Shift:  # fmt: skip
    """Put `person` on duty. Raises `Invalid` where that is no shift or the person has one then already."""
    _may_plan(by)
    shift = Shift(person=person, duty=role, starts_at=starts_at, ends_at=ends_at, note=note)
    with transaction.atomic(), _alone():
        _check(shift)
        shift.save()
        _record(shift, "plan", by, at)
    return shift


def plan_pattern(*, by: User, at: datetime, first: datetime, last: datetime) -> list[Shift]:
    """Plan what the week pattern proposes for the gaps from `first` to `last`; who has another shift then is
    passed over, and that gap stays to be seen."""
    _may_plan(by)
    made = []
    for shift in duty.proposals(duty.hours_now(at), max(first, at), last):
        try:
            with transaction.atomic():
                shift.save()
                _record(shift, "plan", by, at)
        except IntegrityError:
            continue
        made.append(shift)
    return made


def hand_to(shift: Shift, *, by: User, at: datetime, person: User) -> Shift:
    """Have `person` do this shift instead."""
    with transaction.atomic(), _alone():
        held = _locked(by, at, shift)[0]
        before, held.person = held.person, person
        _check(held)
        held.save()
        _record(held, "hand_to", by, at, before=before.pk)
    return held


def swap(shift: Shift, other: Shift, *, by: User, at: datetime) -> None:
    """Let two people do each other's shift."""
    with transaction.atomic(), _alone():
        one, two = _locked(by, at, shift, other)
        if one.person_id == two.person_id:
            raise Invalid({"other": _("Kies een dienst van iemand anders.")})
        if one.starts_at < two.ends_at and two.starts_at < one.ends_at:
            raise Invalid({"other": _("Deze diensten vallen samen.")})
        one.person, two.person = two.person, one.person
        for held in (one, two):
            _check(held)
            held.save()
            _record(held, "swap", by, at, other=(two if held is one else one).pk)


def drop(shift: Shift, *, by: User, at: datetime) -> None:
    """Take a shift off the roster; what it covered shows as a gap."""
    _may_plan(by)
    with transaction.atomic():
        held = _locked(by, at, shift)[0]
        _record(held, "drop", by, at)
        held.delete()


def _may_plan(by: User) -> None:
    if not by.may("plan_duty"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))


def _locked(by: User, at: datetime, *shifts: Shift) -> list[Shift]:
    """These shifts, locked in one order, and only where `by` may change one of them and none is over."""
    pks = [shift.pk for shift in shifts]
    rows = {
        row.pk: row
        for row in Shift.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk__in=pks)
        .order_by("pk")
    }
    if len(rows) < len(set(pks)):
        raise NotNow(_("Deze dienst staat niet meer in het rooster."))
    found = [rows[pk] for pk in pks]
    own = by.may("swap_duty") and any(row.person_id == by.pk for row in found)
    if not own and not by.may("plan_duty"):
        raise NotAllowed(_("Wisselen kan alleen met een eigen dienst."))
    if any(row.ends_at <= at for row in found):
        raise NotNow(_("Deze dienst is al voorbij."))
    return found


def _check(shift: Shift) -> None:
    if shift.person.role not in STAFF or not shift.person.is_active:
        raise Invalid({"person": _("Kies een medewerker.")})
    if not shift.starts_at < shift.ends_at:
        raise Invalid({"ends_at": _("Een dienst eindigt na het begin.")})
    if (shift.ends_at - shift.starts_at).total_seconds() > LONGEST_HOURS * 3600:
        raise Invalid({"ends_at": _("Een dienst duurt hooguit een etmaal.")})
    try:
        shift.clean_fields()
    except ValidationError as wrong:
        raise Invalid({name: " ".join(texts) for name, texts in wrong.message_dict.items()}) from wrong


@contextmanager
def _alone() -> Iterator[None]:
    """Says in words what the database refuses: two shifts of one person at the same time."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        raise Invalid({"person": _("Deze collega heeft dan al een dienst.")}) from clash


def _record(shift: Shift, verb: str, by: User, at: datetime, **facts: object) -> None:
    facts |= {"person": shift.person_id, "from": shift.starts_at.isoformat(), "to": shift.ends_at.isoformat()}
    Event.objects.create(case_type="shift", case_id=shift.pk, verb=verb, at=at, actor=by, data=facts)
