"""Which promise holds."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from contractants.models import Contractant, Service
from sla.models import Contract, PolicyVersion

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class NoPolicy(LookupError):
    """No published policy version holds at the moment asked."""


def published_versions(slug: str | None = None) -> list[PolicyVersion]:
    """The published versions of a policy (of the default one without `slug`), in the order in which they
    came to hold; raises `NoPolicy` when there are none."""
    which = Q(policy__slug=slug) if slug else Q(policy__is_default=True)
    versions = PolicyVersion.objects.filter(which, published_at__isnull=False)
    if found := list(versions.order_by("starts_on", "number")):
        return found
    raise NoPolicy(f"No published policy {slug or ''}: run `manage.py load_policies`.")


def held_on(versions: list[PolicyVersion], received_at: datetime) -> PolicyVersion:
    """The one of `published_versions` that times a receipt at this instant."""
    day = received_at.astimezone(AMSTERDAM).date()
    return versions[max(bisect_right(versions, day, key=lambda version: version.starts_on) - 1, 0)]


def contracts_on(moment: datetime) -> QuerySet[Contract]:
    """The contracts that hold on the local day of `moment`."""
    day = moment.astimezone(AMSTERDAM).date()
    return Contract.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


def policy_version_for(
    contractant: Contractant | None, service: Service | None, received_at: datetime
) -> PolicyVersion:
    """The version that times a Melding: by contract of contractant and Dienst on the local day of receipt,
    else the default policy. A receipt from before the first version takes that first version; raises
    `NoPolicy` when nothing is published."""
    contract = None
    if contractant and service:
        holds = contracts_on(received_at).filter(contractant=contractant, service=service)
        contract = holds.select_related("policy").first()
    return held_on(published_versions(contract.policy.slug if contract else None), received_at)
