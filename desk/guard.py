"""The guard in front of everything that people type (SLA 9.4): no form lets a BSN through to where it is stored.

Every form of the desk that stores text is a `Guarded`; a test walks them all. What a machine sends has no person to
ask and goes by `desk.quarantine`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from desk import texts
from desk.door import Invalid, Refused
from desk.false_alarms import claim

# What is no text of somebody's own: chosen, or a secret.
SPARED = (forms.PasswordInput, forms.HiddenInput)


def is_text(field: forms.Field) -> bool:
    """Whether somebody can type what they like in it."""
    return isinstance(field, forms.CharField) and not isinstance(field.widget, SPARED)


class Guarded(forms.Form):
    """Stops a BSN beside the field that holds it, keeps what was typed, and offers whoever is signed in a tick that it
    is none (`components/field.html`)."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # a hook of Django's that its types leave out
        for name, field in self.fields.items():
            if is_text(field) and (text := self._typed(name)):
                self._guard(name, text)

    def _typed(self, name: str) -> str:
        """As it was cleaned, or as it came where something else is wrong with it already."""
        return "\n".join(_texts_in(self.cleaned_data.get(name, self[name].data)))

    def _guard(self, name: str, text: str) -> None:
        if wrong := texts.bsn_error(text):
            self.offer(name, claim(text))
            if name not in self.errors:
                self.add_error(name, wrong)

    def offer_for(self, error: Refused) -> None:
        """The tick with the files in which an action found something."""
        if isinstance(error, Invalid) and error.claim and "files" in self.fields:
            self.offer("files", error.claim)

    def offer(self, name: str, claimed: str) -> None:
        """Show the tick with this field."""
        self.fields[name].claim = claimed  # type: ignore[attr-defined]


def _texts_in(value: Any, name: str = "") -> Iterator[str]:
    """Each text that somebody typed in one field, such as a list or JSON; a number with what it is called there."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from (str(key), *_texts_in(one, str(key)))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts_in(one, name)
    elif isinstance(value, str):
        yield value
    elif type(value) is int:
        yield f"{name}: {value}" if name else str(value)


class GuardedModelForm(Guarded, forms.ModelForm[Any]):
    """The same for a form that is made from a model, such as those of Beheer."""
