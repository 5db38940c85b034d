"""What the rules refuse, in the language of the reader."""

from __future__ import annotations

from datetime import date

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from domain import windows
from domain.errors import WrongInput

# Levels as the matrix writes them, and the codes of `domain` that what an administrator enters can raise.
LEVELS = {
    "large": gettext_noop("groot"),
    "medium": gettext_noop("gemiddeld"),
    "small": gettext_noop("klein"),
    "high": gettext_noop("hoog"),
    "low": gettext_noop("laag"),
}
MESSAGES = {
    "never_open": gettext_noop("Deze kalender gaat nooit open."),
    "unknown_zone": gettext_noop("Onbekende tijdzone: %(zone)s."),
    "bad_weekday": gettext_noop("%(weekday)s is geen weekdag: 0 is maandag, 6 is zondag."),
    "bad_window": gettext_noop("%(day)s: schrijf een tijdvak als 09:00-17:00."),
    "bad_time": gettext_noop("%(day)s: %(time)s is geen tijd als 09:00."),
    "end_before_start": gettext_noop("%(day)s: het tijdvak %(start)s-%(end)s eindigt niet na zijn begin."),
    "overlap": gettext_noop("%(day)s: %(one)s en %(other)s overlappen elkaar."),
    "bad_amount": gettext_noop("Een streeftijd duurt ten minste een seconde of een hele werkdag."),
    "unknown_cell": gettext_noop("De matrix kent geen impact %(impact)s met urgentie %(urgency)s."),
    "bad_cell": gettext_noop(
        "Bij impact %(impact)s en urgentie %(urgency)s ontbreekt een prioriteit van 1 t/m 4."
    ),
    "not_monotone": gettext_noop(
        "Impact %(impact)s met urgentie %(urgency)s geeft een lagere prioriteit dan minder impact of urgentie."
    ),
    "beyond": gettext_noop("Zo ver reikt deze kalender niet."),
}


def said(error: Exception) -> str:
    """The message of what `domain` refused; what has no wording here says it in its own words."""
    if not isinstance(error, WrongInput) or error.code not in MESSAGES:
        return str(error)
    values = {name: _value(name, value) for name, value in error.values.items()}
    return _(MESSAGES[error.code]) % values


def level(slug: str) -> str:
    """An impact or urgency as it is read; what is neither stays as it is."""
    return _(LEVELS[slug]) if slug in LEVELS else slug


def _value(name: str, value: object) -> object:
    if name in {"impact", "urgency"}:
        return level(str(value))
    return _day(str(value)) if name == "day" else value


def _day(name: str) -> str:
    if name in windows.WEEKDAYS:
        return str(WEEKDAYS[windows.WEEKDAYS.index(name)])
    return date_format(date.fromisoformat(name), "j F Y")
