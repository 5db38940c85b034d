"""Recording Niet-Beschikbaarheid, and correcting what was recorded (SLA 2.18, 7.2).

A row never changes: a correction is a new row beside the old one, so what somebody wrote stays to be read. `by` is who
does it, `at` the instant (aware). Both raise `desk.door.Refused` or one of its kinds. One at a time of a Dienst, so
that what is sent twice is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from changes.models import Maintenance
from contractants.models import Service
from desk import texts
from desk.door import Invalid, NotAllowed, Stale
from desk.models import Event, User
from incidents.models import Channel, Melding
from reports.models import Extent, Reason, Source, Unavailability

LONGEST_EVIDENCE = 2000
REACH = timedelta(days=5 * 366)
RECORD, EXCLUDE = "availability.record", "availability.exclude"


@dataclass(frozen=True)
class Facts:
    """What is said of one stretch; `ended_at` None: it goes on. Without a `reason` it counts."""

    service: Service
    started_at: datetime
    ended_at: datetime | None = None
    extent: str = Extent.FULL
    reason: str = ""
    evidence: str = ""

    @property
    def excludes(self) -> bool:
        return bool(self.reason) or self.extent == Extent.NONE


@transaction.atomic
def record(
    facts: Facts, *, by: User, at: datetime, melding: Melding | None = None,
    maintenance: Maintenance | None = None,
) -> Unavailability:  # fmt: skip
    """A stretch of its own, or what a Melding or Onderhoud meant for the Dienst in those minutes: that then holds
    instead of what their trail tells."""
    _check(facts, by, at, about_something=melding is not None or maintenance is not None)
    row = Unavailability(melding=melding, maintenance=maintenance, source=_source(melding, maintenance))
    return _keep(row, facts, by, at, "record")


@transaction.atomic
def correct(
    row: Unavailability, facts: Facts, *, by: User, at: datetime, version: int | None = None
) -> Unavailability:
    """What holds in place of the last word on the stretch of `row`. Raises `Stale` where that is not the `version`
    that the caller saw; None skips that check."""
    last = _last_word(row.series, version)
    _check(facts, by, at, about_something=True)
    if last.excluded:
        _may(by, EXCLUDE)
    fresh = Unavailability(
        series=last.series,
        replaces=last,
        melding=last.melding,
        maintenance=last.maintenance,
        source=last.source,
    )
    return _keep(fresh, facts, by, at, "correct")


def _last_word(series: UUID, version: int | None) -> Unavailability:
    """Read when nobody else corrects it any more."""
    rows = Unavailability.objects.filter(series=series).order_by("pk")
    rows.select_for_update().first()
    last = rows.select_related("recorded_by", "melding", "maintenance").last()
    assert last is not None
    if version not in (None, last.version):
        later = Event.objects.filter(
            case_type=last.case_type, case_id__in=rows.filter(pk__gt=version).values("pk")
        )
        said = _("Dit is intussen gecorrigeerd door %(who)s.") % {"who": last.recorded_by}
        raise Stale(said, list(later.select_related("actor")))
    return last


def _refuse_twice(row: Unavailability) -> None:
    """Of the same Melding or Onderhoud nothing else is said about any of these minutes, and of what stands by itself
    not about exactly these. Nobody else records for the Dienst meanwhile."""
    Service.objects.select_for_update(no_key=True).get(pk=row.service_id)
    same = Unavailability.objects.all().current().exclude(pk=row.replaces_id or 0)
    same = same.filter(service=row.service, melding=row.melding, maintenance=row.maintenance)
    if row.number is None:
        same = same.filter(started_at=row.started_at, ended_at=row.ended_at)
    else:
        same = same.filter(Q(ended_at=None) | Q(ended_at__gt=row.started_at))
        same = same.filter(started_at__lt=row.ended_at) if row.ended_at else same
    if same.exists():
        raise Invalid({"started_at": _("Van deze minuten is al iets vastgelegd: corrigeer dat.")})


def _keep(row: Unavailability, facts: Facts, by: User, at: datetime, verb: str) -> Unavailability:
    for name, value in vars(facts).items():
        setattr(row, name, value)
    row.evidence, row.recorded_by, row.recorded_at = facts.evidence.strip(), by, at
    _refuse_twice(row)
    row.save()
    told: dict[str, Any] = {
        "service": row.service_id, "from": row.started_at.isoformat(),
        "to": row.ended_at.isoformat() if row.ended_at else None, "extent": row.extent, "reason": row.reason,
        "series": str(row.series), "replaces": row.replaces_id, "version": row.version,
    }  # fmt: skip
    Event.objects.create(case_type=row.case_type, case_id=row.pk, verb=verb, at=at, actor=by, data=told)
    return row


def _source(melding: Melding | None, maintenance: Maintenance | None) -> str:
    if melding is not None:
        return Source.MONITORING if melding.channel == Channel.MONITORING else Source.INCIDENT
    return Source.MAINTENANCE if maintenance is not None else Source.HAND


def _may(by: User, verb: str) -> None:
    if by.may(verb):
        return
    if verb == EXCLUDE:
        raise NotAllowed(
            _("Alleen een productmanager, servicelevelmanager of beheerder laat minuten buiten beschouwing.")
        )
    raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))


def _check(facts: Facts, by: User, at: datetime, *, about_something: bool) -> None:
    _may(by, RECORD)
    wrong = _wrong_times(facts, at) | _wrong_words(facts)
    if facts.extent == Extent.NONE and not about_something:
        wrong["extent"] = _("Zonder melding of onderhoud valt er niets te weerleggen.")
    if facts.extent == Extent.NONE and facts.reason:
        wrong["reason"] = _("De dienst was beschikbaar: laat dit leeg.")
    if wrong:
        raise Invalid(wrong)
    if facts.excludes:
        _may(by, EXCLUDE)


def _wrong_times(facts: Facts, at: datetime) -> dict[str, str]:
    if facts.started_at > at:
        return {"started_at": _("Dit tijdstip ligt in de toekomst.")}
    if facts.started_at < at - REACH:
        return {"started_at": _("Dit is meer dan vijf jaar geleden.")}
    if facts.ended_at is not None and facts.ended_at > at:
        return {"ended_at": _("Dit tijdstip ligt in de toekomst.")}
    if facts.ended_at is not None and facts.ended_at <= facts.started_at:
        return {"ended_at": _("Het einde ligt niet na het begin.")}
    return {}


def _wrong_words(facts: Facts) -> dict[str, str]:
    wrong = texts.errors_in(evidence=facts.evidence)
    if facts.extent not in Extent.values:
        wrong["extent"] = _("Kies een omvang uit de lijst.")
    if facts.reason and facts.reason not in Reason.values:
        wrong["reason"] = _("Kies een reden uit de lijst.")
    if facts.excludes and not facts.evidence.strip():
        wrong["evidence"] = _("Zeg waaruit blijkt dat deze minuten niet meetellen (SLA 7.2).")
    if len(facts.evidence) > LONGEST_EVIDENCE:
        wrong["evidence"] = _("De tekst is te lang: %(length)d tekens, hooguit %(most)d.") % {
            "length": len(facts.evidence), "most": LONGEST_EVIDENCE,
        }  # fmt: skip
    return wrong
