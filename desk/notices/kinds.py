"""The kinds of notices: what each is called, whether somebody may do without it, and what its text may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str]
Text = str | Promise


def plain(context: Mapping[str, Any]) -> Words:
    """The texts and numbers among what a template may use."""
    return {name: str(value) for name, value in context.items() if isinstance(value, str | int)}


@dataclass(frozen=True)
class Kind:
    """One kind of notice, by the key of its template.

    `group` is what somebody may turn off; a kind without one is always sent. `needs` are the words that its text
    cannot do without, `turns` those that make it say something else when they are empty. `sample` gives made-up
    values to its template, with the `turns` given; `words` makes of such values, or of real ones, the flat texts
    that a changed text may use.
    """

    key: str
    label: Text
    group: str = ""
    needs: frozenset[str] = frozenset()
    turns: tuple[str, ...] = ()
    receipt: bool = False  # an automatic answer to what somebody sent
    secret: bool = False  # holds what opens a door: goes first, and is forgotten once sent
    sample: Callable[[frozenset[str]], dict[str, Any]] = lambda turns: {}
    words: Callable[[Mapping[str, Any]], Words] = field(default=plain)

    def like(self, key: str, label: Text, **changed: Any) -> Kind:
        return replace(self, key=key, label=label, **changed)


KINDS: dict[str, Kind] = {}
# Group -> what it is called for whom may turn it off (the contract leaves room for these alone), and whether that
# is staff. Questions, solutions, escalations and anything about a P1 are always sent.
GROUPS: dict[str, tuple[Text, bool]] = {}


def describe(*kinds: Kind) -> None:
    """Make kinds of notices known; a module that owes them does so when it is loaded."""
    KINDS.update({kind.key: kind for kind in kinds})


def group(slug: str, label: Text, *, staff: bool) -> None:
    GROUPS[slug] = (label, staff)


def kind_of(key: str) -> Kind:
    return KINDS.get(key) or Kind(key, key)


def secret_keys() -> list[str]:
    return [kind.key for kind in KINDS.values() if kind.secret]


def called(label: Text) -> Callable[[Any], Any]:
    """Say what the recipients are called on the page with the table of notices."""

    def name(recipients: Any) -> Any:
        recipients.label = label
        return recipients

    return name


def _account(turns: frozenset[str]) -> dict[str, Any]:
    return {"code": "Q7X-4KD", "link": "https://desk.example.nl/link/voorbeeld/"}


describe(
    Kind("sign_in_code", _("Code om aan te melden"), needs=frozenset({"code"}), secret=True, sample=_account),
    Kind("password_reset", _("Nieuw wachtwoord"), needs=frozenset({"link"}), secret=True, sample=_account),
    Kind("second_step_changed", _("Tweede stap gewijzigd")),
    Kind("report_confirmation", _("Bevestigen van een melding"), needs=frozenset({"link"}), secret=True,
         receipt=True, turns=("mailed",), sample=lambda turns: {**_account(turns), "mailed": "ja" if "mailed" in turns else ""}),
    Kind("audit_tampered", _("Logboek klopt niet"), needs=frozenset({"number"}), sample=lambda turns: {"number": 3}),
    Kind("template_test", _("Testbericht van een tekst")),
    Kind("webhook_disabled", _("Webhook uitgezet"), needs=frozenset({"endpoint"}), turns=("reason",),
         sample=lambda turns: {"endpoint": "Meldkamer", "reason": "gone" if "reason" in turns else ""}),
)  # fmt: skip
