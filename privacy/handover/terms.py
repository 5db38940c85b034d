"""When data can be had and when it is erased, by the contracts of a contractant; and what stands in the way."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contractants.models import Contractant
from domain import ending
from domain.ending import Ended
from privacy.models import BreachState, Erasure, SecurityIncident
from privacy.models.request import RequestState
from privacy.retention.queries import held
from sla.models import Contract
from sla.queries import AMSTERDAM


def today(at: datetime) -> date:
    return at.astimezone(AMSTERDAM).date()


def contracts(contractant: Contractant, at: datetime) -> list[Ended] | None:
    """Those that ended; None while one runs or where there never was one."""
    rows = list(Contract.objects.filter(contractant=contractant).select_related("policy"))
    found = [Ended(row.policy.slug, row.ends_on) for row in rows if row.ends_on and row.ends_on < today(at)]
    return found if found and len(found) == len(rows) else None


def ended(contractant: Contractant, at: datetime) -> date | None:
    """The last day of its last contract."""
    found = contracts(contractant, at)
    return max(one.on for one in found) if found else None


def handed_until(contractant: Contractant, at: datetime) -> date | None:
    """The last day on which its data can be had; None while a contract runs."""
    return ending.handed_until(contracts(contractant, at) or [])


def erased_from(contractant: Contractant, at: datetime) -> date | None:
    return ending.erased_from(contracts(contractant, at) or [])


def policies(contractant: Contractant) -> str:
    """By which terms: the codes of the policies of its contracts."""
    found = Contract.objects.filter(contractant=contractant).values_list("policy__slug", flat=True)
    return ", ".join(sorted(set(found)))[:200]


def blocks(contractant: Contractant, at: datetime) -> list[str]:
    """Why it may not be erased now, each in a sentence."""
    found, first = [], erased_from(contractant, at)
    if first is None:
        found.append(_("Er loopt nog een contract, of er is er nooit een geweest."))
    elif today(at) < first:
        found.append(
            _("Wissen kan vanaf %(day)s: tot dan kunnen de gegevens worden overgedragen.")
            % {"day": date_format(first, "j F Y")}
        )
    found += kept(contractant, at)
    if contractant.handovers.filter(state__in=["waiting", "running"]).exists():
        found.append(_("Er wordt nog een overdracht gemaakt."))
    return found


def kept(contractant: Contractant, at: datetime) -> list[str]:
    """Why it has to stay, also where its term is past and two persons agreed; which case it is, not everybody may know."""
    found = []
    if held(contractant, at):
        found.append(_("De gegevens moeten bewaard blijven: er geldt een bewaarplicht."))
    concerned = Q(affected__contractant=contractant) | Q(melding__contractant=contractant)
    incidents = SecurityIncident.objects.exclude(state=BreachState.CLOSED).filter(concerned)
    if incidents.exists() or contractant.data_requests.exclude(state=RequestState.CLOSED).exists():
        found.append(_("Er loopt nog een beveiligingsincident of een verzoek van een betrokkene."))
    return found


def under_way(contractant: Contractant) -> Erasure | None:
    return contractant.erasures.filter(state__in=["planned", "approved", "running"]).first()
