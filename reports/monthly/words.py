"""Figures, moments and slugs of a report as its readers write them, in the current language and Dutch local time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrPromise

from changes.models.release import ReleaseKind
from domain.months import Month
from incidents.models.structural import Ground
from reports.monthly.shape import Report
from sla.queries import AMSTERDAM

NONE = "–"
MOST_NAMED = 20  # cases named in one line; the CSV has them all

Names = Mapping[str, StrPromise | str]
CLOCKS: Names = {"response": gettext_lazy("reactietijd"), "resolution": gettext_lazy("oplostijd")}
REASONS: Names = {
    "maintenance": gettext_lazy("aangekondigd onderhoud (SLA 7.2 a)"),
    "contractant_systems": gettext_lazy("ICT-omgeving van een contractant (SLA 7.2 b)"),
    "other_party": gettext_lazy("dienst van een ander (SLA 7.2 c)"),
    "attack": gettext_lazy("DDoS-aanval of malware (SLA 7.2 d)"),
    "misuse": gettext_lazy("onjuist gebruik (SLA 7.2 e)"),
    "against_agreement": gettext_lazy("handelen in strijd met de overeenkomst (SLA 7.2 f)"),
    "contractant": gettext_lazy("aan een contractant toe te rekenen (SLA 7.2 g)"),
    "force_majeure": gettext_lazy("overmacht (SLA 7.2 h)"),
}
EXTENTS: Names = {"full": gettext_lazy("geheel"), "partial": gettext_lazy("gedeeltelijk")}
NOT_JUDGED: Names = {
    "cancelled": gettext_lazy("ingetrokken"), "duplicate": gettext_lazy("dubbel"), "without_term": gettext_lazy("zonder termijn"),
    "running": gettext_lazy("loopt nog"),
}  # fmt: skip
RULES: Names = {
    "limit": gettext_lazy("langer dan 10 seconden"),
    "baseline": gettext_lazy("langer dan 10 × de baseline"),
}
BACKUPS: Names = {
    "full_week": gettext_lazy("volledig, wekelijks"), "differential_day": gettext_lazy("differentieel, dagelijks"),
    "full_year": gettext_lazy("volledig, jaarlijks"),
}  # fmt: skip
OUTCOMES: Names = {"succeeded": gettext_lazy("gelukt"), "failed": gettext_lazy("mislukt")}
RELEASE_KINDS: Names = {one.value: one.label for one in ReleaseKind}
GROUNDS: Names = {one.value: one.label for one in Ground}
KEYS: Names = {**NOT_JUDGED, **{str(n): f"P{n}" for n in range(1, 5)}}  # of the parts that are counted apart
STATES: Names = {
    "draft": gettext_lazy("concept"),
    "reviewed": gettext_lazy("beoordeeld"),
    "published": gettext_lazy("gepubliceerd"),
}


def named(names: Names, slug: str) -> str:
    """A slug that nobody gave a name shows as it is: a report that was kept must stay readable."""
    return str(names.get(slug, slug))


def number(value: float, decimals: int = 1) -> str:
    """With as many decimals as it needs, at most so many; what is not nothing never shows as nothing."""
    exact = Decimal(str(value))
    least = Decimal(1).scaleb(-decimals)
    if 0 < exact < least / 2:
        return f"< {number_format(least, decimals)}"
    shown = exact.quantize(least).normalize()
    return number_format(shown, max(0, -int(shown.as_tuple().exponent)), force_grouping=True)


def percent(value: str | None) -> str:
    """Always with two decimals, as it was reckoned."""
    if value is None:
        return NONE
    return _tied(_("%(number)s %%") % {"number": number_format(Decimal(value), 2)})


def promise(value: str) -> str:
    """A percentage as the contract writes it: 99,7 and not 99,70."""
    return _tied(_("%(number)s %%") % {"number": number(float(value), 2)})


def _tied(text: str) -> str:
    """A number stays with its unit."""
    return text.replace(" ", "\u00a0")


def minutes(value: float) -> str:
    shown = number(value)
    return ngettext("%(shown)s minuut", "%(shown)s minuten", 1 if shown == "1" else 2) % {"shown": shown}


def seconds(value: float | None) -> str:
    return NONE if value is None else _tied(_("%(number)s s") % {"number": number_format(value, 2)})


def hours(value: float | None) -> str:
    return NONE if value is None else _tied(_("%(number)s uur") % {"number": number(value)})


def duration(value: float) -> str:
    """Seconds as hours and minutes."""
    whole = ceil(value / 60)
    return _("%(hours)d:%(minutes)02d uur") % {"hours": whole // 60, "minutes": whole % 60} if whole else NONE


def local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(AMSTERDAM)


def at(moment: str | None) -> str:
    return NONE if moment is None else date_format(local(moment), _("j b H:i"))


def moment(text: str) -> str:
    return date_format(local(text), _("j F Y H:i"))


def on(moment: str) -> str:
    """The whole day, of a moment or of a day."""
    day = local(moment).date() if "T" in moment else date.fromisoformat(moment)
    return date_format(day, "j F Y")


def day(text: str) -> str:
    """Within the month of the report."""
    return date_format(date.fromisoformat(text), "j F")


def month(text: str) -> str:
    return date_format(Month.parse(text).first, "F Y")


def short_month(text: str) -> str:
    return date_format(Month.parse(text).first, _("b y"))


def days(text: str) -> list[date]:
    """Those of a month."""
    found = Month.parse(text)
    return [found.first + timedelta(n) for n in range(found.last.day)]


def promised_thing(slug: str) -> str:
    """`norm_response_p1` is Reactietijd P1."""
    if slug == "availability":
        return _("beschikbaarheid")
    if slug == "performance":
        return _("prestaties")
    clock, priority = slug.removeprefix("norm_").split("_p")
    return clock_of(clock, int(priority))


def clock_of(clock: str, priority: int) -> str:
    return f"{named(CLOCKS, clock)} P{priority}"


def top(text: str) -> str:
    """With a capital."""
    return str(capfirst(text))


def listed(parts: list[str]) -> str:
    """In one sentence: a, b en c."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s en %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def scope(data: Report) -> str:
    """What of the report of one Contractant is about all of them."""
    return _("Incidenten en klachten zijn die van %(name)s. Beschikbaarheid, prestaties, releases en onderhoud gelden voor de hele Dienst.") % {
        "name": data["scope"]["contractant_name"],
    }  # fmt: skip


def met(value: bool | None) -> str:
    return NONE if value is None else _("op tijd") if value else _("te laat")


def kept(value: bool | None) -> str:
    return _("niet te toetsen") if value is None else _("gehaald") if value else _("niet gehaald")


def look(value: bool | None) -> str:
    return "none" if value is None else "ok" if value else "late"
