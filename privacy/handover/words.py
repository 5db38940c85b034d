"""What the search for remains looks for: the names, addresses and subjects that only one contractant has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Field, JSONField, Model, TextField
from django.db.models.functions import Cast

from changes.models import Change
from complaints.models import Complaint
from contractants.models import Contact, Contractant
from desk.models import InboundMail, User
from incidents.models import Melding, WebReport
from privacy.handover.scope import BY_LABEL, OWNED

SHORTEST = 5
AT_ONCE = 200
GONE = "[gewist]"


def words_of(contractant: Contractant) -> set[str]:
    """All names, addresses, telephone numbers and subjects in its data."""
    mine: dict[type[Model], tuple[str, ...]] = {
        User: ("name", "email"), Contact: ("phone",), Change: ("subject",), Complaint: ("subject",),
        Melding: ("subject", "reporter_name", "reporter_email", "reporter_phone"), WebReport: ("email",),
        InboundMail: ("sender", "subject"),
    }  # fmt: skip
    found = {contractant.name}
    for model, names in mine.items():
        for values in BY_LABEL[model._meta.label].rows(contractant).values_list(*names):
            found.update(value.strip() for value in values)
    return {word for word in found if len(word) >= SHORTEST}


def only_its_own(words: Iterable[str], contractant: Contractant) -> list[str]:
    """Those that stand in nobody else's data: what two people have in common cannot show that one is gone, and what
    another wrote is not erased for it. The longest first, so that none is cut short by another."""
    left = {word.lower(): word for word in words}
    for kind in OWNED:
        if kind.paths:
            others = kind.model._base_manager.exclude(pk__in=kind.rows(contractant).values("pk"))
            others = others.filter(**{f"{kind.paths[0]}__isnull": False})
            _drop(left, kind.model, others)
    _drop(left, User, User.objects.exclude(contact__contractant=contractant))
    return sorted(left.values(), key=len, reverse=True)


def _drop(left: dict[str, str], model: type[Model], rows: Any) -> None:
    for field in text_fields(model):
        for some in pieces(list(left.values())):
            for text in matching(rows, field, some).values_list(as_text(field), flat=True):
                for word in some:
                    if word.lower() in text.lower():
                        left.pop(word.lower(), None)


def text_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """The columns in which people's words can stand."""
    kinds = (CharField, TextField, JSONField, ArrayField)
    return [
        field for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.primary_key and not field.choices and field.name not in NO_WORDS
    ]  # fmt: skip


NO_WORDS = {
    "password",
    "sha256",
    "token_hash",
    "salt",
    "former_salt",
    "fingerprint",
    "case_type",
    "verb",
    "once",
}


def as_text(field: Field[Any, Any]) -> Any:
    return Cast(field.name, TextField())


def matching(rows: Any, field: Field[Any, Any], words: list[str]) -> Any:
    """Those of `rows` in which one of the words stands, however it is written."""
    return rows.annotate(as_text=as_text(field)).filter(as_text__iregex=pattern(words))


def pattern(words: list[str]) -> str:
    """For Python and for PostgreSQL; also as JSON has them."""
    written = {spelled for word in words for spelled in (word, json.dumps(word, ensure_ascii=False)[1:-1])}
    return "|".join(re.escape(one).replace("\\ ", " ") for one in sorted(written, key=len, reverse=True))


def pieces(words: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(words), AT_ONCE):
        yield words[start : start + AT_ONCE]


def blotted(value: Any, words: re.Pattern[str]) -> Any:
    """The same value without them."""
    if isinstance(value, str):
        return words.sub(GONE, value)
    if isinstance(value, list):
        return [blotted(one, words) for one in value]
    if isinstance(value, dict):
        return {blotted(name, words): blotted(one, words) for name, one in value.items()}
    return value
