"""Finding service levels that are structurally not met, and the talk that follows (art. 2.12)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from contractants.models import Contractant, Service
from desk import door, texts
from desk.door import Invalid
from desk.models import User
from domain import quarters
from incidents.models import Kind, Melding, Relation, State
from incidents.models.structural import (
    FailureState,
    Ground,
    StructuralFailure,
    StructuralTalk,
    next_failure_number,
)
from sla.queries import AMSTERDAM, contracts_on

IN_ONE_QUARTER = 3  # "at least three times a quarter", the clause says
NOT_NEW = [Relation.Kind.DUPLICATE, Relation.Kind.CHILD, Relation.Kind.FOLLOW_UP]


@dataclass(frozen=True)
class Found:
    """What shows it for one contractant: Meldingen, and of availability the months (see `StructuralFailure`)."""

    contractant: int
    service: Service | None
    meldingen: list[Melding]
    months: dict[str, str] = field(default_factory=dict)


def detect(now: datetime) -> int:
    """Record what has become structural in this quarter and the last one; returns how many were new. Running it
    twice, or at once, finds each once."""
    this = quarters.first_day(now.astimezone(AMSTERDAM).date())
    new = 0
    for quarter in (quarters.preceding(this), this):
        for ground, find in FINDERS.items():
            for found in find(quarter, now):
                new += _record(found, quarter, ground, now)
    return new


def missed_p1(quarter: date, now: datetime) -> list[Found]:
    """New, independent Incidents of priority 1 whose response or resolution missed its time, three or more."""
    affected: dict[int, list[Melding]] = defaultdict(list)
    for melding in _missed(quarter, now):
        for contractant in _affected(melding):
            affected[contractant].append(melding)
    return [
        Found(pk, Counter(melding.service for melding in meldingen).most_common(1)[0][0], meldingen)
        for pk, meldingen in affected.items()
        if len(meldingen) >= IN_ONE_QUARTER
    ]


# An app above this one adds what it measures.
FINDERS: dict[Ground, Callable[[date, datetime], list[Found]]] = {Ground.PRIORITY_1: missed_p1}


def _missed(quarter: date, now: datetime) -> Iterator[Melding]:
    late = Q()
    for clock in ("response", "resolution"):
        late |= Q(**{f"{clock}_met": False}) | Q(**{f"{clock}_state": "running", f"{clock}_due__lt": now})
    rows = Melding.objects.filter(
        late, kind=Kind.INCIDENT, priority=1, received_at__gte=_midnight(quarter),
        received_at__lt=_midnight(quarters.following(quarter)),
    )  # fmt: skip
    rows = rows.exclude(state__in=[State.CANCELLED, State.DUPLICATE]).exclude(relations__kind__in=NOT_NEW)
    yield from rows.select_related("service").order_by("received_at", "id")


def _affected(melding: Melding) -> list[int]:
    """Whose Incident it is: the contractant's own, else of everybody with a contract for the Dienst."""
    if melding.contractant_id is not None:
        return [melding.contractant_id]
    contracts = contracts_on(melding.received_at).filter(service=melding.service_id)
    return sorted(set(contracts.values_list("contractant", flat=True)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)


@transaction.atomic
def _record(found: Found, quarter: date, ground: Ground, now: datetime) -> bool:
    Contractant.objects.select_for_update(of=("self",)).get(pk=found.contractant)
    same = {"contractant": found.contractant, "quarter": quarter, "ground": ground}
    if ground == Ground.AVAILABILITY:  # each Dienst is promised apart
        same |= {"service": found.service}
    known = StructuralFailure.objects.filter(**same).first()
    if known is not None:
        _add_evidence(known, found, now)
        return False
    failure = StructuralFailure.objects.create(
        contractant_id=found.contractant, quarter=quarter, ground=ground, service=found.service, months=found.months,
        detected_at=now, number=next_failure_number(quarter),
    )  # fmt: skip
    failure.meldingen.set(found.meldingen)
    facts = {
        "meldingen": [melding.number for melding in found.meldingen],
        "months": found.months,
        "version": 1,
    }
    failure.announce(door.record(failure, "detect", by=None, at=now, source="", data=facts))
    return True


def _add_evidence(failure: StructuralFailure, found: Found, now: datetime) -> None:
    more = set(found.meldingen) - set(failure.meldingen.all())
    if (more or found.months.items() - failure.months.items()) and failure.state != FailureState.CLOSED:
        with door.change(failure, "add_evidence", by=None, at=now) as change:
            change.case.meldingen.add(*more)
            change.case.months |= found.months
            change.data |= {
                "meldingen": sorted(melding.number for melding in more),
                "months": found.months,
            }


def request_talk(
    failure: StructuralFailure, *, by: User, at: datetime, request: str, version: int | None = None
) -> StructuralFailure:
    """Record the written request. A second contractant that asks about the same Dienst in the same quarter joins
    the talk, which is then with the umbrella organisation."""
    texts.required(request=request)
    with door.change(failure, "request_talk", by=by, at=at, version=version) as change:
        case = change.case
        case.request, case.requested_at, case.requested_by = request, at, by
        case.talk, _is_new = StructuralTalk.objects.get_or_create(
            quarter=case.quarter, service=case.service, held_at=None
        )
        change.data["talk"] = case.talk.pk
    return failure


def plan_talk(
    failure: StructuralFailure, *, by: User, at: datetime, planned_at: datetime, umbrella: str = "",
    version: int | None = None,
) -> StructuralFailure:  # fmt: skip
    """Say when the talk is, to everybody who asked; with whom, where it is the umbrella organisation."""
    if planned_at <= at:
        raise Invalid({"planned_at": _("Kies een tijdstip in de toekomst.")})
    with transaction.atomic():
        talk = _talk(failure)
        if talk.with_umbrella and not umbrella.strip():
            raise Invalid({"umbrella": _("Meer contractanten vragen dit: noem de koepelorganisatie.")})
        talk.planned_at, talk.umbrella = planned_at, umbrella.strip()
        talk.save()
        facts: dict[str, object] = {"planned_at": planned_at.isoformat(), "umbrella": talk.umbrella}
        _for_all(failure, talk, "plan_talk", by, at, facts, version)
    return failure


def record_outcome(
    failure: StructuralFailure, *, by: User, at: datetime, outcome: str, held_at: datetime,
    version: int | None = None,
) -> StructuralFailure:  # fmt: skip
    """The talk was held; everybody who asked for it hears what came out."""
    texts.required(outcome=outcome)
    if held_at > at:
        raise Invalid({"held_at": _("Dit tijdstip ligt in de toekomst.")})
    with transaction.atomic():
        talk = _talk(failure)
        talk.held_at, talk.outcome = held_at, outcome
        talk.save()
        _for_all(failure, talk, "record_outcome", by, at, {"held_at": held_at.isoformat()}, version)
    return failure


def _talk(failure: StructuralFailure) -> StructuralTalk:
    """The one that lies ahead, locked."""
    talks = StructuralTalk.objects.select_for_update().filter(failures=failure, held_at=None)
    if talk := talks.first():
        return talk
    raise door.NotNow(_("Dit kan niet meer in de huidige status."))


def _for_all(
    failure: StructuralFailure, talk: StructuralTalk, verb: str, by: User, at: datetime,
    facts: dict[str, object], version: int | None,
) -> None:  # fmt: skip
    """One talk, and a step in the trail of each that it is about."""
    for one in talk.failures.order_by("pk"):
        mine = one.pk == failure.pk
        with door.change(
            failure if mine else one, verb, by=by, at=at, version=version if mine else None
        ) as change:
            change.data |= facts
