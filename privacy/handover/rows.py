"""Rows as they stand in an archive: without ids of this database, by what names them everywhere or by their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Field, FileField, ForeignKey, GeneratedField, Model

from contractants.models import Contractant
from desk.models import AbstractMessage, Event, Traced, User
from desk.permissions import SEES_ALL
from privacy.handover.scope import BY_LABEL, HANDED, PERSON, REFERRED_BY_LABEL, Owned, Referred

Row = dict[str, Any]
CASES: dict[str, type[Model]] = {
    kind.model.case_type: kind.model for kind in HANDED if issubclass(kind.model, Traced)
}
# What in the facts of an event is the id of a row, and of which.
FACTS = {
    "contact": "contractants.Contact", "assignee": PERSON, "manager": PERSON, "owner": PERSON,
    "merged": "incidents.Melding", "into": "incidents.Melding", "other": "incidents.Melding",
    "chain_request": "incidents.ChainRequest", "notice": "desk.Notice", "talk": "incidents.StructuralTalk",
    "policy_version": "sla.PolicyVersion", "alert": "incidents.Alert",
}  # fmt: skip


def stored_fields(kind: Owned | Referred) -> list[Field[Any, Any]]:
    """The columns of it that are handed over."""
    if isinstance(kind, Referred):
        return [kind.model._meta.get_field(name) for name in kind.fields or ()]  # type: ignore[misc]
    left_out = (GeneratedField, SearchVectorField)
    return [
        field for field in kind.model._meta.concrete_fields
        if not field.primary_key and not isinstance(field, left_out) and field.name not in kind.without
    ]  # fmt: skip


def message_of(case_type: str) -> type[Model] | None:
    """The kind of message in the conversation on such a case."""
    case = CASES.get(case_type)
    for model in apps.get_models() if case else ():
        if issubclass(model, AbstractMessage) and any(f.related_model is case for f in model._meta.fields):
            return model
    return None


MESSAGES = {case_type: message_of(case_type) for case_type in CASES}


class Keys:
    """What rows are called in the archive of one contractant. What is met and is not its own is remembered, to be
    handed over as far as it takes to know what is meant."""

    def __init__(self, contractant: Contractant) -> None:
        self.contractant = contractant
        self.met: dict[str, dict[int, str]] = {label: {} for label in REFERRED_BY_LABEL}
        self._own: dict[str, dict[int, str]] = {}

    def own(self, kind: Owned) -> dict[int, str]:
        if kind.label not in self._own:
            found = kind.handed_rows(self.contractant).values_list("pk", *kind.key)
            self._own[kind.label] = {
                pk: joined(key) if key else f"#{n}"
                for n, (pk, *key) in enumerate(found.iterator(), start=1)
            }  # fmt: skip
        return self._own[kind.label]

    def of(self, model: type[Model], pk: int | None) -> str | None:
        """None for what is not handed over."""
        if pk is None:
            return None
        kind, label = BY_LABEL.get(model._meta.label), model._meta.label
        if kind is not None and kind.handed and pk in self.own(kind):
            return self.own(kind)[pk]
        return self._met(label, pk) if label in REFERRED_BY_LABEL else None

    def _met(self, label: str, pk: int) -> str | None:
        known, kind = self.met[label], REFERRED_BY_LABEL[label]
        if pk not in known:
            if label == PERSON and not User.objects.filter(pk=pk, role__in=SEES_ALL).exists():
                return None
            found = kind.model._base_manager.filter(pk=pk).values_list(*kind.key).first() if kind.key else ()
            if found is None:
                return None
            known[pk] = joined(found) if kind.key else f"{label.rpartition('.')[2].lower()}-{len(known) + 1}"
        return known[pk]


def joined(parts: Any) -> str:
    return "/".join(map(str, parts))


def written(kind: Owned, keys: Keys) -> Iterator[Row]:
    """Every row of it that is handed over. What hangs on something that is not, is not either."""
    model, fields = kind.model, stored_fields(kind)
    many = list(model._meta.many_to_many)
    rows = kind.handed_rows(keys.contractant)
    for one in rows.prefetch_related(*(field.name for field in many)).iterator(chunk_size=1000):
        row = {"key": keys.own(kind)[one.pk], **(_values(one, fields, keys))}
        for field in many:
            found = (keys.of(field.related_model, other.pk) for other in getattr(one, field.name).all())
            row[field.name] = sorted(key for key in found if key is not None)
        if kind.label == "incidents.Melding" or all(
            row[field.name] is not None for field in fields if _is_needed(field, one)
        ):
            yield row


def referred(label: str, keys: Keys) -> Iterator[Row]:
    """What was met of it, in the order in which it was."""
    kind, fields = REFERRED_BY_LABEL[label], stored_fields(REFERRED_BY_LABEL[label])
    rows = kind.model._base_manager.in_bulk(list(keys.met[label]))
    for pk, key in list(keys.met[label].items()):
        yield {"key": key, **_values(rows[pk], fields, keys)}


def _is_needed(field: Field[Any, Any], one: Model) -> bool:
    if field.name == "case_id":
        return isinstance(one, Event)
    return isinstance(field, ForeignKey) and not field.null


def _values(one: Any, fields: list[Field[Any, Any]], keys: Keys) -> Row:
    return {field.name: _value(one, field, keys) for field in fields}


def _value(one: Any, field: Field[Any, Any], keys: Keys) -> Any:
    stored = getattr(one, field.attname)
    if isinstance(field, ForeignKey):
        return keys.of(field.related_model, stored)
    if isinstance(field, FileField):
        return f"files/{one.public_id}"
    if field.name == "case_id":
        return (stored and one.case_type in CASES and keys.of(CASES[one.case_type], stored)) or None
    if field.name == "message" and not isinstance(stored, str):  # of a mail: its place in the conversation
        return keys.of(model, stored) if (model := MESSAGES.get(one.case_type)) else None
    if isinstance(one, Event) and field.name == "data":
        return facts(stored, one.case_type, keys.of)
    return plain(stored)


def facts(data: Row, case_type: str, called: Callable[[type[Model], Any], Any]) -> Row:
    """The facts of an event with the ids in them called otherwise, by `called`."""
    found = {}
    for name, value in data.items():
        model = MESSAGES.get(case_type) if name == "message" else _model_of(name)
        found[name] = called(model, value) if model and value is not None else value
    return found


def _model_of(name: str) -> type[Model] | None:
    return apps.get_model(FACTS[name]) if name in FACTS else None


def plain(value: Any) -> Any:
    """As JSON has it; moments in UTC, to the microsecond."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, str) else value
