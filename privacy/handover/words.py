"""What the search for remains looks for: the names, addresses and subjects that only one contractant has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Field, JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from changes.models import Change
from complaints.models import Complaint
from contractants.models import Contact, Contractant
from desk import redaction
from desk.models import InboundMail, User
from incidents.models import Melding, WebReport
from privacy.handover.scope import BY_LABEL, OWNED, REFERRED_BY_LABEL, SHARED, WRITTEN

SHORTEST = 5
AT_ONCE = 200
GONE = "[gewist]"


def names_of(contractant: Contractant) -> set[str]:
    """What it and its people are called, and their addresses."""
    people = User.objects.filter(contact__contractant=contractant).values_list("name", "email")
    return _long_enough([contractant.name, *(word for one in people for word in one)])


def words_of(contractant: Contractant) -> set[str]:
    """All names, addresses, telephone numbers and subjects in its data."""
    mine: dict[type[Model], tuple[str, ...]] = {
        Contact: ("phone",), Change: ("subject",), Complaint: ("subject",),
        Melding: ("subject", "reporter_name", "reporter_email", "reporter_phone"), WebReport: ("email",),
        InboundMail: ("sender", "subject"),
    }  # fmt: skip
    found = names_of(contractant)
    for model, names in mine.items():
        for values in BY_LABEL[model._meta.label].rows(contractant).values_list(*names):
            found |= _long_enough(values)
    return found


def _long_enough(words: Iterable[str]) -> set[str]:
    return {word.strip() for word in words if len(word.strip()) >= SHORTEST}


def only_its_own(words: Iterable[str], contractant: Contractant) -> list[str]:
    """Those that stand in nobody else's data and in nothing that the desk runs on: what two have in common cannot show
    that one is gone, and what another wrote is not erased for it. Its names may stand in what is nobody's in particular;
    a subject there is the desk's own words. The longest first, so that none is cut short by another."""
    chosen = [str(value).lower() for model in apps.get_models() for value in _choices(model)]
    left = {word.lower(): word for word in words if not any(word.lower() in one for one in chosen)}
    names = {name.lower() for name in names_of(contractant)}
    for kind in OWNED:
        others = kind.model._base_manager.exclude(pk__in=kind.rows(contractant).values("pk"))
        if kind.paths:
            somebodys = Q(**{f"{kind.paths[0]}__isnull": False})
            _drop(left, others.filter(somebodys))
            # A report over all was made of what each of them wrote.
            nobodys = others.none() if kind.label.startswith("reports.") else others.exclude(somebodys)
            _drop(left, nobodys, spared=names)
        else:
            _drop(left, others)
    for label in [*SHARED, *REFERRED_BY_LABEL]:
        model = apps.get_model(label)
        if model is not User:
            _drop(left, model._base_manager.all(), spared=names if label in WRITTEN else set())
    return sorted(left.values(), key=len, reverse=True)


def _choices(model: type[Model]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:
        yield from (value for value, _label in field.flatchoices or ())


def _drop(left: dict[str, str], rows: QuerySet[Any], spared: Iterable[str] = ()) -> None:
    """Those of `left` that stand in `rows`, but for the `spared` where they can be taken out."""
    texts, blottable = _texts(rows.model), {field.name for field in changeable(rows.model)}
    for some in pieces(list(left.values())):
        for row in holding(rows, texts, some).values_list(*(f"text_{field.name}" for field in texts)):
            for field, text in zip(texts, row, strict=True):
                for word in {word.lower() for word in some} - (
                    set(spared) if field.name in blottable else set()
                ):
                    if text and word in text.lower():
                        left.pop(word, None)


def _texts(model: type[Model]) -> list[Field[Any, Any]]:
    """All in which a word can be found back; what is chosen from a list is looked at apart."""
    kinds = (CharField, TextField, JSONField, ArrayField)
    return [
        field for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.choices and not field.primary_key and field.name != "password"
    ]  # fmt: skip


def changeable(model: type[Model]) -> list[Field[Any, Any]]:
    """The columns from which words may be taken, wherever they stand in it."""
    if model._meta.label not in WRITTEN or not redaction.is_ours(model):
        return []
    return redaction.fields_of(model)


def holding(rows: QuerySet[Any], fields: list[Field[Any, Any]], words: list[str]) -> QuerySet[Any]:
    """Those of `rows` in which one of the words stands, however it is written."""
    texts = {f"text_{field.name}": Cast(field.name, TextField()) for field in fields}
    if not texts:
        return rows.none()
    found = Q(*((f"{name}__iregex", pattern(words)) for name in texts), _connector=Q.OR)
    held: QuerySet[Any] = rows.annotate(**texts).filter(found)
    return held


def pattern(words: list[str]) -> str:
    """For Python and for PostgreSQL; also as JSON has them."""
    written = {spelled for word in words for spelled in (word, json.dumps(word, ensure_ascii=False)[1:-1])}
    return "|".join(re.escape(one).replace("\\ ", " ") for one in sorted(written, key=len, reverse=True))


def pieces(words: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(words), AT_ONCE):
        yield words[start : start + AT_ONCE]
