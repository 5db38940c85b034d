"""A clock as a card: its bar, the sentence that says how it stands, and the strip that explains it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from domain.clock import Clock
from incidents.bars import WARN_AT, bar, of_clock
from incidents.strips import strip
from incidents.times import amount, full, promised, to_go


def card(name: str, clock: Clock, *, warns: int = WARN_AT, judged: bool = True) -> dict[str, Any]:
    """One clock for `components/clock_card.html`, with its strip. `judged`: it counts for the norm."""
    drawn = bar(of_clock(name, clock, warns), clock.until)
    if clock.stopped_at and not judged:
        drawn |= {"state": "untimed", "headline": _("gestopt")}
    verdict = full(clock.due) if clock.due and not clock.late else drawn["headline"]
    return {**drawn, "verdict": verdict, "sub": _sentence(clock, judged), "strip": strip(clock)}


def _sentence(clock: Clock, judged: bool) -> str:
    if clock.stopped_at:
        return _stopped_sentence(clock, judged)
    parts = [_basis(clock)]
    if clock.state == "paused":
        parts.append(_("De klok staat stil."))
        if clock.remaining is not None:
            parts.append(_("Er is nog %(left)s over.") % {"left": to_go(clock.remaining)})
    elif clock.state == "untimed":
        parts.append(_("Spreek met de melder een datum af."))
    elif clock.late and clock.due:
        parts.append(_("Uiterlijk was %(due)s.") % {"due": full(clock.due)})
    else:
        parts.append(_("Nog %(left)s te gaan.") % {"left": to_go(clock.remaining)})
    return " ".join(parts)


def _basis(clock: Clock) -> str:
    """What it is measured by and from when it counts: "2 werkdagen, ontvangen do 23 april 15:04."."""
    start = full(clock.started)
    if clock.terms.agreed and clock.terms.agreed_at:
        return _("Afgesproken op %(at)s.") % {"at": full(clock.terms.agreed_at)}
    text = _("%(promise)s, ontvangen %(start)s") % {
        "promise": promised(clock.terms.target).capitalize(),
        "start": start,
    }
    if clock.effective and clock.effective != clock.started:
        text += _(", telt vanaf %(effective)s") % {"effective": full(clock.effective)}
    return f"{text}."


def _stopped_sentence(clock: Clock, judged: bool) -> str:
    if not judged:
        return _("Telt niet mee voor de norm.")
    if clock.last_due is None:
        return _("In %(time)s; er gold geen termijn.") % {"time": amount(clock.elapsed)}
    text = _("In %(time)s van %(budget)s.") % {"time": amount(clock.elapsed), "budget": amount(clock.budget)}
    return text if clock.met else f"{text} " + _("Uiterlijk was %(due)s.") % {"due": full(clock.last_due)}
