"""Until when a request is passed on, and an instruction is carried out (VWO 8.1, AVG art. 12(3))."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from desk.models import Limit
from domain.privacy import month_later
from domain.targets import Target
from incidents.duty import hours_now
from privacy.models.request import TIMED, DataRequest, RequestState, Step
from sla.queries import AMSTERDAM

WARNED_AT = (75, 100)


def due(step: Step, received: datetime) -> datetime:
    """VWO 8.1 gives no term for passing on; the desk takes so many Werkdagen (docs/readings.md). The controller has a
    month from the receipt, so what it instructs is done by then."""
    if step == Step.CARRY_OUT:
        return month_later(received, AMSTERDAM)
    days = settings.DATA_REQUEST_WORKING_DAYS
    return Target(days, "working_days", hours_now(received).office).due(received)


def retime(request: DataRequest) -> None:
    """Set what is waited for now; the caller saves."""
    step = TIMED.get(RequestState(request.state))
    if step is None:
        request.due_step, request.due_at = "", None
    elif request.due_step != step:
        request.due_step, request.due_at = step, due(step, request.received_at)


def limit(request: DataRequest) -> Limit | None:
    if request.due_at is None:
        return None
    calendar = hours_now(request.received_at).office
    return Limit(
        request.due_step, {"step": request.due_step}, request.received_at, request.due_at, calendar, WARNED_AT
    )
