"""Reading what is held, what is due and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext

from changes.models import Change
from complaints.models import Complaint
from contractants.models import Contact, Contractant
from desk.audit.pruning import YEARS
from desk.models import Event, Traced, User
from desk.models.quarantine import KEPT_FOR
from incidents.models import Escalation, Melding
from privacy.handover import scope
from privacy.models import LegalHold, RetentionRule, RetentionRun
from privacy.retention.kinds import KINDS, Kind
from privacy.retention.rules import night_of

SAMPLES = 5
# What a hold on a Melding or on a contact keeps the correspondence of; that of a contractant is what is handed over.
CLOSER: dict[type[Traced], tuple[str, str]] = {
    Melding: ("pk", "contact"),
    Escalation: ("melding", "melding__contact"),
    Complaint: ("", "contact"),
    Change: ("", "contact"),
}


def held(contractant: Contractant, at: datetime) -> bool:
    """Whether anything of `contractant` is on hold at that instant: itself, one of its contacts or of its Meldingen.
    Then nothing of it may be erased as a whole."""
    return (
        LegalHold.objects.in_force(at)
        .filter(
            Q(contractant=contractant)
            | Q(contact__contractant=contractant)
            | Q(melding__contractant=contractant)
        )
        .exists()
    )


def held_meldingen(at: datetime) -> QuerySet[Melding]:
    """Meldingen that a hold keeps: on themselves, on their contact or on their contractant."""
    holds = LegalHold.objects.in_force(at)
    return Melding.objects.filter(_on(holds, "pk", "contact", "contractant"))


def unheld(kind: Kind, rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
    """Those of `rows` that no hold keeps."""
    holds = LegalHold.objects.in_force(at)
    kept = _on(holds, kind.melding, kind.contact, kind.contractant)
    if kind.of_case:
        named: Any = Event if kind.of_case == "event" else rows.model
        kept |= Q(**{f"{kind.of_case}__in": named.objects.filter(_about(holds)).values("pk")})
    if kind.address:
        kept |= Q(**{f"{kind.address}__in": _people(holds)})
    return rows.exclude(pk__in=rows.model._default_manager.filter(kept).values("pk")) if kept else rows


def _about(holds: QuerySet[LegalHold]) -> Q:
    """Where `case_type` and `case_id` name what is kept: by itself, by its contact, or with all of its contractant."""
    found = Q()
    for model, (melding, contact) in CLOSER.items():
        ids = model._default_manager.filter(_on(holds, melding, contact, "")).values("pk")
        found |= Q(case_type=model.case_type, case_id__in=ids)
    for contractant in Contractant.objects.filter(holds__in=holds).distinct():
        found |= scope.cases(contractant)
    return found


def _people(holds: QuerySet[LegalHold]) -> QuerySet[User, Any]:
    """The e-mail addresses of the contacts that are kept."""
    return User.objects.filter(contact__in=Contact.objects.filter(_on(holds, "", "pk", "contractant"))).values("email")  # fmt: skip


def _on(holds: QuerySet[LegalHold], *paths: str) -> Q:
    found = Q()
    for path, name in zip(paths, ("melding", "contact", "contractant"), strict=True):
        if path:
            found |= Q(**{f"{path}__in": holds.filter(**{f"{name}__isnull": False}).values(name)})
    return found


def due(kind: Kind, rule: RetentionRule, now: datetime) -> QuerySet[Any]:
    """What would be dealt with at `now`."""
    return unheld(kind, kind.due(rule.until(now)), now)


def holds_on(melding: Melding, at: datetime) -> QuerySet[LegalHold]:
    """Those that keep this Melding."""
    mine = Q(melding=melding)
    if melding.contact_id:
        mine |= Q(contact=melding.contact_id)
    if melding.contractant_id:
        mine |= Q(contractant=melding.contractant_id)
    return LegalHold.objects.in_force(at).filter(mine)


@dataclass(frozen=True)
class Outlook:
    """What one rule would do now: how many, since when the oldest is there, a few of them by number, and how many a hold
    keeps back."""

    kind: Kind
    rule: RetentionRule
    number: int
    oldest: datetime | None
    samples: list[str]
    held: int


def outlook(now: datetime) -> list[Outlook]:
    """Every rule, in the order of the kinds; changes nothing."""
    rules = {rule.kind: rule for rule in RetentionRule.objects.all()}
    return [_outlook(kind, rules[kind.slug], now) for kind in KINDS if kind.slug in rules]


def _outlook(kind: Kind, rule: RetentionRule, now: datetime) -> Outlook:
    old = kind.due(rule.until(now))
    free = unheld(kind, old, now)
    seen = free.aggregate(number=Count("pk"), oldest=Min(kind.since))
    rows = free.order_by("pk")[:SAMPLES] if kind.number and seen["number"] else []
    samples = [kind.number(row) for row in rows if kind.number]
    return Outlook(kind, rule, seen["number"], seen["oldest"], samples, old.count() - seen["number"])


@dataclass(frozen=True)
class Fixed:
    """A period that no rule sets: of what, for how long, and what decides it."""

    label: str
    term: str
    because: str


def fixed() -> list[Fixed]:
    """What is kept for a time beside the rules."""
    days = gettext("%(n)s dagen")
    return [
        Fixed(gettext("Het spoor van NEN 7513"), gettext("%(n)s jaar") % {"n": YEARS},
              gettext("NEN 7513; de database zelf weigert het eerder te wissen.")),
        Fixed(gettext("BSN’s in quarantaine"), days % {"n": KEPT_FOR.days},
              gettext("Vast in de software: daarna ongezien vernietigd (SLA 9.4).")),
        Fixed(gettext("Bestanden van een overdracht"), days % {"n": settings.HANDOVER_DAYS},
              gettext("Instelling HANDOVER_DAYS van deze installatie.")),
    ]  # fmt: skip


def next_run(now: datetime) -> datetime:
    """When the next night's work may begin (UTC)."""
    night = night_of(now)
    done = RetentionRun.objects.filter(started_at__gte=night, finished_at__isnull=False).exists()
    return night_of(now + timedelta(days=1)) if done or now < night else max(night, now)
