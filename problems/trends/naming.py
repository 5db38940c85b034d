"""What dimensions, values and rules are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Contractant, Service
from incidents.models import Channel, Kind
from problems.trends.figures import NONE
from problems.trends.lines import Line

Names = Mapping[str, str]  # of Diensten and contractants: "service:3" to what it is called

DIMENSION_NAMES = {
    "all": gettext_lazy("Alle meldingen"), "service": gettext_lazy("Dienst"), "kind": gettext_lazy("Soort"),
    "state": gettext_lazy("Status"), "priority": gettext_lazy("Prioriteit"), "channel": gettext_lazy("Kanaal"),
    "contractant": gettext_lazy("Contractant"), "technical": gettext_lazy("Technische KPI’s"),
}  # fmt: skip
FIXED = {
    "all:": gettext_lazy("Alle meldingen"),
    "state:ended": gettext_lazy("Afgerond"),
    "state:open": gettext_lazy("Open aan het einde van de maand"),
    "technical:late": gettext_lazy("Te laat opgelost"),
    "technical:reopened": gettext_lazy("Heropend na oplossing"),
    "technical:resolution": gettext_lazy("Typische oplostijd"),
    "technical:alarms": gettext_lazy("Alarmen van monitoring"),
    f"service:{NONE}": gettext_lazy("Zonder Dienst"),
    f"contractant:{NONE}": gettext_lazy("Zonder contractant"),
    **{f"kind:{kind}": kind.label for kind in Kind},
    **{f"channel:{channel}": channel.label for channel in Channel},
    **{f"priority:{n}": gettext_lazy("Prioriteit %d") % n for n in range(1, 5)},
}
UNITS = {
    "technical:late": gettext_lazy("% van de opgeloste meldingen met een termijn"),
    "technical:reopened": gettext_lazy("% van de opgeloste meldingen"),
    "technical:resolution": gettext_lazy("uren werktijd"),
    "technical:alarms": gettext_lazy("alarmen per maand"),
    "state:open": gettext_lazy("open meldingen"),
    "state:ended": gettext_lazy("afgeronde meldingen per maand"),
}


def current() -> dict[str, str]:
    """In two queries."""
    services = {f"service:{pk}": name for pk, name in Service.objects.values_list("pk", "name")}
    parties = {f"contractant:{one.pk}": str(one) for one in Contractant.objects.all()}
    return services | parties


def label(key: str, names: Names) -> str:
    fixed: Any = FIXED.get(key)
    found = str(fixed) if fixed is not None else names.get(key, key.partition(":")[2])
    return found[:1].upper() + found[1:]


def unit(line: Line) -> str:
    return str(UNITS.get(line.key, _("meldingen per maand")))
