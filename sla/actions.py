"""What keepers do with calendars and policies. A version in use is never changed: a new one is made.

Each act is atomic, takes the instant as `at` (aware), writes the trail of its calendar or policy, and raises
`NotAllowed` for who may not, `NotNow` where the version no longer changes, and `Invalid` with each objection.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

import holidays
from django.db import models, transaction
from django.utils.translation import gettext as _

from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Event, User
from sla import shipped
from sla.models import Calendar, CalendarDay, CalendarVersion, Echelon, Policy, PolicyVersion, Target
from sla.objections import calendar_objections, policy_objections
from sla.queries import AMSTERDAM

Version = CalendarVersion | PolicyVersion
M = TypeVar("M", bound=models.Model)
V = TypeVar("V", CalendarVersion, PolicyVersion)

_FRESH_CALENDAR: dict[str, Any] = {"frozen_at": None, "shipped": "", "note": ""}
_FRESH_POLICY: dict[str, Any] = {"published_at": None, "shipped": ""}
_POLICY_FIELDS = (
    "label", "starts_on", "matrix", "question_priority", "change_priority", "pauses_for_contractant",
    "starts_at_registration", "warnings",
)  # fmt: skip


@transaction.atomic
def new_calendar_version(calendar: Calendar, *, by: User | None, at: datetime) -> CalendarVersion:
    """A draft with the hours and days of the newest version; of a calendar without any, an empty one."""
    _may(by)
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    newest = calendar.versions.first()
    draft = _copy(newest, _FRESH_CALENDAR) if newest else CalendarVersion(calendar=calendar, weekly={})
    draft.number = _next_number(calendar)
    draft.save()
    if newest:
        CalendarDay.objects.bulk_create(_copy(day, {"version_id": draft.pk}) for day in newest.days.all())
    record(draft, "new_version", by=by, at=at)
    return draft


@transaction.atomic
def propose_holidays(
    version: CalendarVersion, years: Iterable[int], *, by: User | None, at: datetime
) -> list[CalendarDay]:
    """Propose what the `holidays` library knows in `years` and the version does not yet hold, days that are
    not free everywhere included; a person decides on each (SLA 2.8)."""
    _may(by)
    version = _draft(version)
    found = holidays.country_holidays("NL", years=years, language="nl", categories=("public", "optional"))
    known = set(version.days.values_list("date", flat=True))
    proposed = CalendarDay.objects.bulk_create(
        CalendarDay(version=version, date=day, name=name, origin=CalendarDay.Origin.NATIONAL)
        for day, name in sorted(found.items())
        if day not in known
    )
    record(version, "propose_holidays", by=by, at=at, days=[str(day.date) for day in proposed])
    return proposed


@transaction.atomic
def review_day(day: CalendarDay, *, accept: bool, by: User | None, at: datetime) -> CalendarDay:
    """Accept a proposed day, or reject it: it stays on record and is not proposed again."""
    _may(by)
    version = _draft(day.version)
    day.status = CalendarDay.Status.ACCEPTED if accept else CalendarDay.Status.REJECTED
    day.save(update_fields=["status"])
    record(version, "review_day", by=by, at=at, day=str(day.date), status=day.status)
    return day


@transaction.atomic
def freeze(version: CalendarVersion, *, by: User | None, at: datetime) -> CalendarVersion:
    """Settle a calendar version, from when policies may use it and nothing of it changes."""
    _may(by)
    version = _draft(version)
    _refuse(calendar_objections(version))
    version.frozen_at = at
    version.save(update_fields=["frozen_at"])
    record(version, "freeze", by=by, at=at)
    return version


@transaction.atomic
def new_policy_version(policy: Policy, *, by: User | None, at: datetime) -> PolicyVersion:
    """A draft with the figures of the newest version (of a policy without any: of the default policy) on
    the newest frozen version of each calendar, to hold from today."""
    _may(by)
    Policy.objects.select_for_update().get(pk=policy.pk)
    model = policy.versions.first() or PolicyVersion.objects.filter(policy__is_default=True).first()
    if model is None:
        raise NotNow(_("Er zijn nog geen standaardafspraken om van uit te gaan."))
    draft = _copy(model, {**_FRESH_POLICY, "policy_id": policy.pk, "number": _next_number(policy)})
    draft.label = _("versie %(number)s") % {"number": draft.number}
    draft.starts_on = at.astimezone(AMSTERDAM).date()
    draft.save()
    Target.objects.bulk_create(_copy_target(row, draft) for row in model.targets.select_related("calendar"))
    Echelon.objects.bulk_create(_copy(row, {"version_id": draft.pk}) for row in model.echelons.all())
    record(draft, "new_version", by=by, at=at)
    return draft


@transaction.atomic
def publish(version: PolicyVersion, *, by: User | None, at: datetime) -> PolicyVersion:
    """Let a policy version hold from its start date for what is received from then on (SLA 6). Meldingen that
    are open keep theirs until an administrator applies this one."""
    _may(by)
    version = _draft(version)
    _refuse(policy_objections(version))
    version.published_at = at
    version.save(update_fields=["published_at"])
    record(version, "publish", by=by, at=at, starts_on=str(version.starts_on))
    return version


@transaction.atomic
def make_default(policy: Policy, *, by: User | None, at: datetime) -> None:
    """From now on time with this policy what no contract covers; raises `NotNow` while it has no figures."""
    _may(by)
    if not policy.versions.filter(published_at__isnull=False).exists():
        raise NotNow(_("Publiceer eerst een versie van deze afspraken."))
    Policy.objects.filter(is_default=True).update(is_default=False)
    Policy.objects.filter(pk=policy.pk).update(is_default=True)
    Event.objects.create(case_type=policy.case_type, case_id=policy.pk, verb="make_default", at=at, actor=by)


@transaction.atomic
def load_shipped(*, at: datetime) -> list[Version]:
    """Store what ships and was not stored before; returns the versions made, so nothing the second time.

    Shipped content that changed makes new versions. A policy of which the desk made a version of its own
    gets them as a draft: then a person decides.
    """
    made: list[Version] = []
    calendars = {calendar.slug: _ship_calendar(calendar, at, made) for calendar in shipped.calendars()}
    for policy in shipped.policies():
        _ship_policy(policy, calendars, at, made)
    return made


def _ship_calendar(data: shipped.Calendar, at: datetime, made: list[Version]) -> CalendarVersion:
    Calendar.objects.get_or_create(slug=data.slug, defaults={"name": data.name})
    calendar = Calendar.objects.select_for_update().get(slug=data.slug)
    if known := calendar.versions.filter(shipped=data.digest).first():
        return known
    version = CalendarVersion.objects.create(
        calendar=calendar, number=_next_number(calendar), tz=data.tz, weekly=data.weekly, shipped=data.digest
    )
    CalendarDay.objects.bulk_create(_ship_day(version, day) for day in data.days)
    made.append(freeze(version, by=None, at=at))
    return version


def _ship_day(version: CalendarVersion, day: shipped.Day) -> CalendarDay:
    status = CalendarDay.Status.ACCEPTED if day.closed else CalendarDay.Status.REJECTED
    return CalendarDay(version=version, date=day.date, name=day.name, origin=day.origin, status=status)


def _ship_policy(
    data: shipped.Policy, calendars: dict[str, CalendarVersion], at: datetime, made: list[Version]
) -> None:
    digest = data.digest({slug: version.shipped for slug, version in calendars.items()})
    policy = _shipped_policy(data)
    newest = policy.versions.first()
    if policy.versions.filter(shipped=digest).exists():
        return
    fields = {name: data.content[name] for name in _POLICY_FIELDS}
    version = PolicyVersion.objects.create(
        policy=policy, number=_next_number(policy), shipped=digest, **fields,
        phone_lines=data.content.get("phone_lines", []),
    )  # fmt: skip
    Target.objects.bulk_create(
        Target(version=version, **{**row, "calendar": calendars[row["calendar"]]})
        for row in data.content["targets"]
    )
    Echelon.objects.bulk_create(
        Echelon(version=version, level=level, **row)
        for level, row in enumerate(data.content["echelons"], start=1)
    )
    own = newest is not None and not newest.shipped
    made.append(version if own else publish(version, by=None, at=at))


def _shipped_policy(data: shipped.Policy) -> Policy:
    default = data.content["default"] and not Policy.objects.filter(is_default=True).exists()
    names = {"name": data.content["name"], "supplier": data.content["supplier"], "is_default": default}
    Policy.objects.get_or_create(slug=data.slug, defaults=names)
    return Policy.objects.select_for_update().get(slug=data.slug)


def record(version: Version, verb: str, *, by: User | None, at: datetime, **data: Any) -> None:
    """Write one act on `version` into the trail of its calendar or policy."""
    case_type, case_id = version.case
    facts = {"version": version.number, **data}
    Event.objects.create(case_type=case_type, case_id=case_id, verb=verb, at=at, actor=by, data=facts)


def _may(by: User | None) -> None:
    if by is not None and not by.has_perm("sla.change_policyversion"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))


def _refuse(objections: dict[str, str]) -> None:
    if objections:
        raise Invalid(objections)


def _draft(version: V) -> V:
    """The row, locked until the end of the transaction, if it may still change."""
    row = type(version)._base_manager.select_for_update().get(pk=version.pk)
    if not row.is_draft:
        raise NotNow(_("Deze versie ligt vast. Maak een nieuwe versie om iets te wijzigen."))
    return row


def _next_number(parent: Calendar | Policy) -> int:
    newest = parent.versions.first()
    return newest.number + 1 if newest else 1


def _copy(row: M, changes: dict[str, Any]) -> M:
    kept = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return type(row)(**{**kept, **changes})


def _copy_target(row: Target, draft: PolicyVersion) -> Target:
    newest = row.calendar.calendar.versions.filter(frozen_at__isnull=False).first()
    return _copy(row, {"version_id": draft.pk, "calendar_id": newest.pk if newest else row.calendar_id})
