"""The texts of notices as an administrator changes them: where one starts, what is admitted, how it looks."""

from __future__ import annotations

import re
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from desk.door import Invalid
from desk.models import Case, MessageTemplate, Notice, User
from desk.notices import sandbox
from desk.notices.kinds import Kind, Words
from desk.notices.writing import notice_context, numbered, one_line, shipped, tidy

# Everybody who passes by a screen reads a subject: nothing that people wrote, and nobody's name.
NOT_IN_SUBJECT = frozenset({"message", "subject", "name", "actor", "unreachable", "phone"})


def current(kind: Kind, language: str) -> tuple[str, str]:
    """Subject and body to start from: those that are used now."""
    text = MessageTemplate.objects.filter(key=kind.key, language=language).first()
    return (text.subject, text.body) if text else standard(kind, language)


def standard(kind: Kind, language: str) -> tuple[str, str]:
    """The text that comes with the desk, as one that can be changed: what varies is a word between braces, and
    what it says only sometimes stands in a condition."""
    with translation.override(language):
        subject, body = ("".join(_variants(kind, part, kind.turns, frozenset())) for part in (0, 1))
    return subject, body.strip()


def _variants(kind: Kind, part: int, turns: tuple[str, ...], given: frozenset[str]) -> list[str]:
    """The lines of a part of the shipped text with `given`, where each of `turns` still may or may not hold."""
    if turns:
        first, others = turns[0], turns[1:]
        holds = _variants(kind, part, others, given | {first})
        return _either(first, holds, _variants(kind, part, others, given))
    context = _sample(kind, given)
    text = shipped(kind.key, context)[part] + "\n" * part
    return _with_words(text, kind, kind.words(context)).splitlines(keepends=True)


def _either(turn: str, holds: list[str], else_: list[str]) -> list[str]:
    lines = []
    for same, a, b, c, d in SequenceMatcher(None, holds, else_, autojunk=False).get_opcodes():
        if same == "equal":
            lines += holds[a:b]
        else:
            other = "{% else %}" + "".join(else_[c:d]) if d > c else ""
            lines.append(f"{{% if {turn} %}}{''.join(holds[a:b])}{other}{{% endif %}}")
    return lines


def _with_words(text: str, kind: Kind, words: Words) -> str:
    """`text` with braces where a word of the sample stands, the longest first."""
    names = {
        value: name for name, value in words.items() if value and not (name in kind.turns and len(value) < 4)
    }
    longest = sorted(names, key=len, reverse=True)
    values = "|".join(re.escape(value) for value in longest)
    return re.sub(rf"(?<!\w)({values})(?!\w)", lambda m: f"{{{{ {names[m[1]]} }}}}", text) if names else text


def _sample(kind: Kind, given: frozenset[str]) -> dict[str, Any]:
    return {
        "case": None, "event": None, "name": "Noor Verhagen", "site_url": settings.SITE_URL, **kind.sample(given),
    }  # fmt: skip


def example(kind: Kind, language: str) -> Words:
    """The words that a text of this kind may use, with made-up values."""
    with translation.override(language):
        return {"name": "", **kind.words(_sample(kind, frozenset(kind.turns)))}


def of_case(kind: Kind, language: str, number: str, user: User) -> Words | None:
    """The words as they would be about the newest event of a real case; None where `user` sees none with that number."""
    kinds: list[Any] = Case.kinds()
    for model in kinds:
        case = model.objects.visible_to(user).filter(number__iexact=number).first()
        if case is not None:
            event = case.events().last()
            notice = Notice(key=kind.key, case_type=case.case_type, case_id=case.pk, event=event)
            with translation.override(language):
                return {
                    **example(kind, language),
                    **kind.words(notice_context(notice, case)),
                    "name": "Noor Verhagen",
                }
    return None


def check(kind: Kind, subject: str, body: str) -> None:
    """Raises `Invalid`, by field, for a text that would not do."""
    known, wrong = set(example(kind, "nl")), {}
    for name, text in (("subject", subject), ("body", body)):
        try:
            used = sandbox.check(text, known)
        except sandbox.Refused as error:
            wrong[name] = str(error)
            continue
        if name == "subject" and (personal := sorted(used & NOT_IN_SUBJECT)):
            wrong[name] = _("Een onderwerp leest iedereen mee; hierin mag niet: %(words)s.") % {
                "words": ", ".join(personal)}  # fmt: skip
        if name == "body" and (absent := sorted(kind.needs - used)):
            wrong[name] = _("Zonder dit kan de ontvanger er niets mee: %(words)s.") % {
                "words": ", ".join(absent)
            }
    if wrong:
        raise Invalid(wrong)


def preview(subject: str, body: str, words: Words) -> tuple[str, str]:
    """How a checked text comes out with `words`."""
    number = words.get("number", "")
    line = one_line(sandbox.render(subject, words))
    return numbered(line, number), tidy(sandbox.render(body, words))


def change(kind: Kind, language: str, subject: str, body: str, *, by: User, at: datetime) -> MessageTemplate:
    """Use this text from now on. Raises `Invalid`."""
    check(kind, subject, body)
    given = {"subject": one_line(subject), "body": tidy(body), "changed_by": by, "changed_at": at}
    return MessageTemplate.objects.update_or_create(key=kind.key, language=language, defaults=given)[0]


def reset(kind: Kind, language: str) -> None:
    """Back to the text that comes with the desk."""
    MessageTemplate.objects.filter(key=kind.key, language=language).delete()
