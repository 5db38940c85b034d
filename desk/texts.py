"""What text may hold before it is stored."""

from __future__ import annotations

from django.utils.translation import gettext as _

from desk.door import Invalid
from domain.bsn import find_bsn

SUBJECT_MAX = 200
TEXT_MAX = 20_000
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


def masked(text: str) -> str:
    """What somebody sent in a way that cannot be refused, without the BSN that seem to stand in it (SLA 9.4)."""
    while found := find_bsn(text):
        for start, end in reversed(found):
            text = text[:start] + _("[BSN afgeschermd]") + text[end:]
    return text


def _error_in(text: str) -> str:
    if "\x00" in text:
        return _("De tekst bevat een teken dat niet kan worden opgeslagen.")
    if len(text) > TEXT_MAX:
        return _("De tekst is te lang: %(length)d tekens, hooguit %(most)d.") % {
            "length": len(text), "most": TEXT_MAX,
        }  # fmt: skip
    if find_bsn(text):
        return _(
            "In de tekst lijkt een BSN te staan. Haal het weg: patiëntgegevens horen niet in een melding."
        )
    return ""


def storable(text: str) -> str:
    """What a machine sent, without what PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")
