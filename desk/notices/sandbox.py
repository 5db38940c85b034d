"""Texts that an administrator wrote: words between braces and `{% if %}`, and nothing else of Django's templates.

There is no way to a file, another template, a method or a loop, so the worst that a text can be is wrong.
"""

from __future__ import annotations

from django.template import Context, Engine, Library, Template, TemplateSyntaxError
from django.template.base import Lexer, Parser, Token, Variable
from django.template.defaulttags import do_if
from django.utils.translation import gettext as _

from desk.notices.kinds import Words

register = Library()
register.tag("if", do_if)


class Refused(ValueError):
    """A text that cannot be used; `str()` says why, to whoever wrote it."""


class Narrow(Engine):
    """Without loaders, libraries, and without what every template otherwise knows."""

    default_builtins = [__name__]


class Reader(Parser):
    """Notes which words a text uses; refuses what is no plain word."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens, libraries={}, builtins=[register])
        self.used: set[str] = set()

    def compile_filter(self, token: str):  # type: ignore[no-untyped-def]
        found = super().compile_filter(token)
        if found.filters or (isinstance(found.var, Variable) and len(found.var.lookups or ()) > 1):
            raise Refused(_("Gebruik alleen de woorden uit de lijst: “%(word)s” kan niet.") % {"word": token})
        if isinstance(found.var, Variable) and found.var.lookups:
            self.used.add(found.var.lookups[0])
        return found


ENGINE = Narrow(loaders=[], autoescape=False)


def words_in(text: str) -> set[str]:
    """The words that `text` uses. Raises `Refused` when it is more than words and conditions."""
    reader = Reader(Lexer(text).tokenize())
    try:
        reader.parse()
    except TemplateSyntaxError as error:
        raise Refused(_wrong(error)) from error
    return reader.used


def _wrong(error: TemplateSyntaxError) -> str:
    line = getattr(getattr(error, "token", None), "lineno", None)
    where = _("Regel %(line)s kan niet") % {"line": line} if line else _("Dit kan niet")
    tags = _("alleen {{ woord }} en {% if woord %} … {% else %} … {% endif %} zijn mogelijk")
    return f"{where}: {tags}."


def check(text: str, known: set[str]) -> set[str]:
    """The words that `text` uses, all of them `known`. Raises `Refused`."""
    used = words_in(text)
    if unknown := sorted(used - known):
        raise Refused(_("Onbekend: %(words)s.") % {"words": ", ".join(unknown)})
    return used


def render(text: str, words: Words) -> str:
    """`text` with `words` filled in as they are. Raises `Refused` for what `check` refuses."""
    check(text, set(words))
    return Template(text, engine=ENGINE).render(Context(words, autoescape=False))
