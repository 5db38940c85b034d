"""What was kept and what was not, by how much: two or three sentences, and the promises beside each other (SLA 13)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.monthly import words
from reports.monthly.document import Block, Chapter, Text, Verdict, Verdicts
from reports.monthly.shape import NormLine, Report


def chapter(data: Report) -> Chapter:
    found = (summary(data), broken(data), available(data), _other(data))
    sentences: list[Block] = [Text(text) for text in found if text]
    about = [Text(words.scope(data))] if data["scope"]["contractant"] else []
    return Chapter("conclusie", _("Conclusie"), [*sentences, Verdicts(_verdicts(data)), *about])


def summary(data: Report) -> str:
    kept, missed = len(data["conclusion"]["kept"]), len(data["conclusion"]["broken"])
    all_of_them = kept + missed
    given = {"month": words.month(data["month"]), "kept": kept, "all": all_of_them}
    if not all_of_them:
        return _("In %(month)s viel er geen afspraak te toetsen.") % given
    if not missed:
        return ngettext(
            "De ene afspraak die in %(month)s te toetsen was, is gehaald.",
            "Alle %(all)d afspraken die in %(month)s te toetsen waren, zijn gehaald.", all_of_them,
        ) % given  # fmt: skip
    return ngettext(
        "In %(month)s is %(kept)d van de %(all)d afspraken gehaald.",
        "In %(month)s zijn %(kept)d van de %(all)d afspraken gehaald.", kept,
    ) % given  # fmt: skip


def broken(data: Report) -> str:
    """Each promise that was not kept, with by how much."""
    told = [one for slug in data["conclusion"]["broken"] for one in _missed(data, slug)]
    return _("Niet gehaald: %(what)s.") % {"what": "; ".join(told)} if told else ""


def available(data: Report) -> str:
    """How much room was left; where there was too little, `broken` has said it."""
    known = data["availability"]
    if "availability" not in data["conclusion"]["kept"]:
        return ""
    given = {
        "percent": words.percent(known["percent"]), "promised": words.promise(known["promised"]),
        "lost": words.minutes(known["counted"]), "allowed": words.number(allowed(data)),
    }  # fmt: skip
    if not known["counted"]:
        return _("De Dienst was %(percent)s van de tijd beschikbaar (afgesproken is %(promised)s).") % given
    return _("De Dienst was %(percent)s van de tijd beschikbaar (afgesproken is %(promised)s): %(lost)s uitval, van de %(allowed)s die mochten.") % given  # fmt: skip


def allowed(data: Report) -> float:
    """Minutes that might be lost before the promise was broken."""
    known = data["availability"]
    return known["whole"] * (100 - float(known["promised"])) / 100


def _missed(data: Report, slug: str) -> list[str]:
    if slug == "availability":
        return [_lost(data)]
    if slug == "performance":
        return [_slow(data)]
    return [_late(line) for line in data["norm"] if line["kept"] is False and _slug(line) == slug]


def _lost(data: Report) -> str:
    known = data["availability"]
    return _("beschikbaarheid, %(percent)s waar %(promised)s is afgesproken (%(lost)s uitval, %(over)s te veel)") % {
        "percent": words.percent(known["percent"]), "promised": words.promise(known["promised"]),
        "lost": words.minutes(known["counted"]), "over": words.number(known["counted"] - allowed(data)),
    }  # fmt: skip


def _late(line: NormLine) -> str:
    return _("%(what)s, %(percent)s waar %(promised)s is afgesproken (%(missed)d van de %(due)d te laat)") % {
        "what": words.clock_of(line["clock"], line["priority"]), "percent": words.percent(line["percent"]),
        "promised": words.promise(line["promised"]), "missed": line["missed"], "due": line["due"],
    }  # fmt: skip


def _slow(data: Report) -> str:
    return _("prestaties, %(slow)s") % {"slow": slow(data)}


def slow(data: Report) -> str:
    """How many measurements were beyond the limit, and how many alerts that gave."""
    times = sum(one["over_limit"] for one in data["performance"]["actions"])
    alerts = len(data["performance"]["alerts"])
    long = ngettext(
        "%(n)s meting langer dan 10 seconden", "%(n)s metingen langer dan 10 seconden", times
    ) % {"n": words.number(times)}  # fmt: skip
    told = ngettext("%(n)d alert", "%(n)d alerts", alerts) % {"n": alerts}
    return _("%(long)s en %(alerts)s") % {"long": long, "alerts": told}


def _other(data: Report) -> str:
    """What a reader must not miss beside the promises."""
    told = []
    if urgent := data["counts"]["by_priority"].get("1", 0):
        told.append(ngettext("%(n)d incident met prioriteit 1", "%(n)d incidenten met prioriteit 1", urgent) % {"n": urgent})  # fmt: skip
    if failures := len(data["structural"]):
        told.append(ngettext("%(n)d structurele tekortkoming", "%(n)d structurele tekortkomingen", failures) % {"n": failures})  # fmt: skip
    return _("Verder: %(what)s.") % {"what": words.listed(told)} if told else ""


def _verdicts(data: Report) -> list[Verdict]:
    return [_availability(data), _clock(data, "response"), _clock(data, "resolution"), _performance(data)]


def _availability(data: Report) -> Verdict:
    known = data["availability"]
    promised = _("afgesproken %(promised)s") % {"promised": words.promise(known["promised"])}
    return _verdict(_("Beschikbaarheid"), words.percent(known["percent"]), promised, known["kept"])


def _clock(data: Report, clock: str) -> Verdict:
    """All priorities of one clock together; the chapter has them apart."""
    judged = [line for line in data["norm"] if line["clock"] == clock and line["kept"] is not None]
    label = words.top(words.named(words.CLOCKS, clock))
    if not judged:
        return _verdict(label, words.NONE, _("geen incidenten te toetsen"), None)
    good = sum(line["kept"] is True for line in judged)
    value = _("%(good)d van %(all)d") % {"good": good, "all": len(judged)}
    norms = sorted({line["promised"] for line in judged}, key=float)
    promised = _("prioriteiten binnen de norm van %(promised)s") % {
        "promised": words.listed([words.promise(one) for one in norms])
    }
    return _verdict(label, value, promised, good == len(judged))


def _performance(data: Report) -> Verdict:
    label = _("Prestaties")
    if not data["performance"]["actions"]:
        return _verdict(label, words.NONE, _("geen metingen"), None)
    alerts = len(data["performance"]["alerts"])
    value = ngettext("%(n)d alert", "%(n)d alerts", alerts) % {"n": alerts}
    return _verdict(label, value, _("grens 10 s, 10 × baseline"), _judged(data, "performance"))


def _judged(data: Report, slug: str) -> bool | None:
    return (
        True
        if slug in data["conclusion"]["kept"]
        else False
        if slug in data["conclusion"]["broken"]
        else None
    )


def _verdict(label: str, value: str, promised: str, kept: bool | None) -> Verdict:
    return Verdict(label, value, promised, words.look(kept), words.kept(kept))


def _slug(line: NormLine) -> str:
    return f"norm_{line['clock']}_p{line['priority']}"
