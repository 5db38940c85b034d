"""What totals over all contractants lose when one is erased, so that they can still be checked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from contractants.models import Contractant
from incidents.models import Melding
from privacy.models import Erasure
from problems.models import TrendMonth
from reports.models import ReportLook, ReportState, ServiceLevelReport
from reports.monthly.sealing import seal_again
from reports.verifying.trends import counted


def keep(contractant: Contractant, erasure: Erasure, now: datetime) -> None:
    """Stored months count what is gone and forget its name; what was published is compared with it no more."""
    mine = Melding.objects.filter(contractant=contractant)
    for month in TrendMonth.objects.all():
        gone = counted(month, mine)
        month.erased = {name: month.erased.get(name, 0) + number for name, number in gone.items()}
        month.names.pop(f"contractant:{contractant.pk}", None)
        month.save(update_fields=["erased", "names"])
    services = {
        *contractant.contracts.values_list("service", flat=True),
        *mine.values_list("service", flat=True),
    }
    published = ServiceLevelReport.objects.filter(state=ReportState.PUBLISHED, service__in=services - {None})
    for report in published.exclude(contractant=contractant).only("pk"):
        ReportLook.objects.update_or_create(
            report=report, defaults={"is_last": True}, create_defaults={"is_last": True, "at": now}
        )


def sealed_again(model: type[Model], ids: list[Any], erasure: Erasure) -> None:
    """A published report from which words were taken gets a new digest; its trail has both."""
    if model is ServiceLevelReport:
        seal_again(ids, erasure.begun_at or erasure.planned_at, erasure=erasure.pk)
