"""What text may hold before it is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from desk import sealing
from desk.door import Invalid
from desk.models import FalseAlarm
from domain.bsn import digits_of, find_bsn

SUBJECT_MAX = 200
TEXT_MAX = 20_000
AT_ONCE = 500
ERASED = "[verwijderd]"  # stands where words were that are no longer kept


def errors_in(**texts: str) -> dict[str, str]:
    """What is wrong with each named text: control characters, too long, or a BSN that patients own."""
    return {name: wrong for name, text in texts.items() if (wrong := _error_in(text))}


def check(**texts: str) -> None:
    """Raise `Invalid` that names each text with something wrong in it."""
    if errors := errors_in(**texts):
        raise Invalid(errors)


def required(**texts: str) -> None:
    """Like `check`, and none may be empty."""
    empty = {name: _("Dit veld is verplicht.") for name, text in texts.items() if not text.strip()}
    if errors := errors_in(**texts) | empty:
        raise Invalid(errors)


def bsn_in(text: str) -> list[tuple[int, int]]:
    """Where `text` seems to hold a BSN that nobody said is none: (start, end) of each, in order."""
    return list(each_bsn(text))


def each_bsn(text: str) -> Iterator[tuple[int, int]]:
    """The same one by one, for who wants to know no more than whether there are any, or many."""
    found = find_bsn(text)
    for some in (found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE)):
        known = {span: set(sealing.digests(digits_of(text[slice(*span)]))) for span in some}
        told = FalseAlarm.objects.filter(digest__in=set().union(*known.values()))
        digests = set(told.values_list("digest", flat=True))
        yield from (span for span in some if known[span].isdisjoint(digests))


def replaced(text: str, instead: Callable[[str], str]) -> str:
    """`text` with, for each BSN that seems to stand in it, what `instead` makes of it; that may hold no digits."""
    while found := bsn_in(text):
        kept, at = [], 0
        for start, end in found:
            if start >= at:  # the rest of what overlaps is found by looking again
                kept += [text[at:start], instead(text[start:end])]
                at = end
        text = "".join([*kept, text[at:]])
    return text


def masked(text: str) -> str:
    """What somebody sent in a way that cannot be refused, without the BSN that seem to stand in it (SLA 9.4)."""
    return replaced(text, lambda _number: _("[BSN afgeschermd]"))


def bsn_error(text: str) -> str:
    """What to tell somebody who typed `text` and can still take it out; empty where nothing is wrong."""
    found = bsn_in(text)
    if not found:
        return ""
    return _(
        "In de tekst lijkt een BSN te staan%(where)s. Haal het weg: gegevens van patiënten zijn hier niet nodig en mogen niet "
        "worden bewaard. Is het een ander nummer? Zet er dan een # voor."
    ) % {"where": _where(text, found[0][0])}


def _where(text: str, start: int) -> str:
    """In words, without the number itself: the line, and the words before it."""
    lines = text[:start].split("\n")
    before = " ".join(word for word in lines[-1].split()[-3:] if not any(map(str.isdigit, word)))[-40:]
    line = _(" op regel %(line)d") % {"line": len(lines)} if "\n" in text.strip() else ""
    return line + (_(", na “%(before)s”") % {"before": before} if before else "")


def _error_in(text: str) -> str:
    if "\x00" in text:
        return _("De tekst bevat een teken dat niet kan worden opgeslagen.")
    if len(text) > TEXT_MAX:
        return _("De tekst is te lang: %(length)d tekens, hooguit %(most)d.") % {
            "length": len(text), "most": TEXT_MAX,
        }  # fmt: skip
    return bsn_error(text)


def storable(text: str) -> str:
    """What a machine sent, without what PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")
