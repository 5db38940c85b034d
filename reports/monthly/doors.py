"""The service level report for all its doors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from desk.doors import Doors
from desk.forms import Reason, Said, StepForm
from reports.models import ServiceLevelReport
from reports.monthly import actions
from reports.monthly.queries import messages, rows

STORY: dict[str, Any] = {
    "make": lambda event: _("heeft het rapport opgesteld."),
    "rebuild": lambda event: _("heeft de cijfers bijgewerkt."),
    "review": lambda event: _("heeft het rapport beoordeeld."),
    "send_back": lambda event: _("heeft het rapport teruggegeven."),
    "publish": lambda event: _("heeft het rapport gepubliceerd."),
}
FORMS: dict[str, type[StepForm]] = {"none": StepForm, "reason": Reason, "note": Said}

DOORS = Doors(
    model=ServiceLevelReport, actions=actions, rows=rows, forms=FORMS, story=STORY, messages=messages
)
