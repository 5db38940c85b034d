"""The request of a data subject for all its doors."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from desk.doors import Doors
from desk.models import User
from privacy.models import DataRequest
from privacy.models.request import Step
from privacy.requests import actions
from privacy.requests.forms import FORMS


def rows(user: User) -> QuerySet[DataRequest]:
    return DataRequest.objects.visible_to(user).select_related("contractant", "registered_by")


STORY: dict[str, Any] = {
    "register": lambda event: _("heeft het verzoek vastgelegd."),
    "pass_on": lambda event: _("heeft het verzoek doorgestuurd naar de verwerkingsverantwoordelijke."),
    "instruct": lambda event: _("heeft vastgelegd wat er moet gebeuren."),
    "carry_out": lambda event: _("heeft de opdracht uitgevoerd."),
    "close": lambda event: _("heeft het verzoek gesloten."),
    "warn": lambda event: _("meldt dat %(percent)d %% van de termijn voor ‘%(step)s’ is verbruikt.") % {"percent": event.data["percent"], "step": Step(event.data["step"]).label},
    "breach": lambda event: _("meldt dat de termijn voor ‘%(step)s’ is verstreken.") % {"step": Step(event.data["step"]).label},
}  # fmt: skip

DOORS = Doors(
    model=DataRequest, actions=actions, rows=rows, forms=FORMS, story=STORY,
    told=frozenset({"pass_on", "instruct", "carry_out", "close"}),
)  # fmt: skip
