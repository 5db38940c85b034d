"""Taking in what was handed over, with its numbers, moments, trails and files, and telling nobody of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import FileField, ForeignKey, Model
from django.utils.translation import gettext as _

from contractants.models import Contractant
from desk import audit
from desk.models import User
from incidents.actions.storing import index_ids
from incidents.models import Melding
from privacy.handover.archive import Reader
from privacy.handover.rows import CASES, MESSAGES, Row, facts, stored_fields
from privacy.handover.scope import HANDED, PERSON, REFERRED, Owned, Referred, sequence
from reports.verifying import meldingen
from reports.verifying.checking import Scope, against_trails

AT_ONCE = 500
MOST_TOLD = 20


class Refused(Exception):
    """It cannot be taken in here; `reasons` say all that stands in the way."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons[:MOST_TOLD]))
        self.reasons = reasons


def take_in(reader: Reader, now: datetime) -> Contractant:
    """Store all of it in one transaction, or nothing. Raises `Refused` where something of it is here already, where the
    terms that it is timed by are not, or where its clocks would not stand as they stood."""
    if reasons := [*_collisions(reader), *_absent(reader)]:
        raise Refused(reasons)
    kept: list[str] = []
    try:
        with transaction.atomic():
            contractant = _Intake(reader, kept).all(now)
            audit.log("import_contractant", by=None, at=now, obj=contractant)
            return contractant
    except BaseException:
        for name in kept:
            default_storage.delete(name)
        raise


def _collisions(reader: Reader) -> Iterator[str]:
    """What is here already, by what has to be unique."""
    for kind in HANDED:
        unique = [
            field for field in stored_fields(kind) if field.unique and not isinstance(field, ForeignKey)
        ]
        for some in _some(reader.rows(kind.name)):
            for field in unique:
                given = [row[field.name] for row in some if row[field.name] is not None]
                here = kind.model._base_manager.filter(**{f"{field.name}__in": given})
                for value in here.values_list(field.name, flat=True):
                    yield _("%(kind)s %(value)s bestaat hier al.") % {
                        "kind": kind.model._meta.verbose_name, "value": value,
                    }  # fmt: skip


def _absent(reader: Reader) -> Iterator[str]:
    """What has to be here and is not: the terms, which say how it is timed."""
    for kind in REFERRED:
        if kind.fields is None:
            for row in reader.rows(f"shared.{kind.name}"):
                if _here(kind, row["key"]) is None:
                    yield _("%(kind)s %(value)s ontbreekt hier.") % {
                        "kind": kind.model._meta.verbose_name, "value": row["key"],
                    }  # fmt: skip


def _here(kind: Referred, key: str) -> int | None:
    parts = key.split("/", len(kind.key) - 1)
    found = kind.model._base_manager.filter(**dict(zip(kind.key, parts, strict=True)))
    return found.values_list("pk", flat=True).first()


def _some(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, AT_ONCE)):
        yield some


class _Intake:
    def __init__(self, reader: Reader, kept: list[str]) -> None:
        self.reader, self.kept = reader, kept
        self.ids: dict[str, dict[str, int]] = defaultdict(dict)

    def all(self, now: datetime) -> Contractant:
        for shared in REFERRED:
            for row in self.reader.rows(f"shared.{shared.name}"):
                self.ids[shared.label][row["key"]] = self._refer(shared, row)
        for kind in HANDED:
            for some in _some(self.reader.rows(kind.name)):
                self._store(kind, some)
            self._to_itself(kind)
        contractant = Contractant.objects.get(public_id=self.reader.manifest["contractant"])
        self._finish(contractant, now)
        return contractant

    def _refer(self, kind: Referred, row: Row) -> int:
        """The one that is here, or one that is made of what was handed over."""
        if kind.label == PERSON:
            return self._person(row)
        if kind.key and (known := _here(kind, row["key"])):
            return known
        made = {field.attname: self._value(field, row[field.name]) for field in stored_fields(kind)}
        if not kind.key:
            return int(kind.model._base_manager.get_or_create(**made)[0].pk)
        one: Any = kind.model(**made)
        one.save(force_insert=True)
        return int(one.pk)

    def _person(self, row: Row) -> int:
        """Somebody of the desk that it comes from: a name in the trail, who cannot sign in here."""
        made = User.objects.create(
            email=f"{uuid4()}@handover.invalid", name=row["name"], role=row["role"], is_active=False,
            password=make_password(None),
        )  # fmt: skip
        return made.pk

    def _store(self, kind: Owned, rows: list[Row]) -> None:
        made = [self._row(kind, row) for row in rows]
        for row, one in zip(rows, kind.model._base_manager.bulk_create(made), strict=True):
            self.ids[kind.label][row["key"]] = one.pk
            for many in kind.model._meta.many_to_many:
                others = self.ids[many.related_model._meta.label]
                getattr(one, many.name).set([others[key] for key in row[many.name]])

    def _row(self, kind: Owned, row: Row) -> Model:
        values = {}
        for field in stored_fields(kind):
            value = row[field.name]
            if isinstance(field, FileField):
                continue
            if field.name == "case_id":
                value = self._case(row)
            elif (
                field.name == "message"
                and not kind.model._meta.get_field("message").is_relation
                and "case_id" in row
            ):
                model = MESSAGES.get(row["case_type"])
                value = self._called(model, value) if model else None
            elif kind.label == "desk.Event" and field.name == "data":
                value = facts(value, row["case_type"], self._called)
            else:
                value = self._value(field, value, kind)
            values[field.attname] = value
        if kind.label == "desk.User":
            values["password"] = make_password(None)
        if kind.label == "desk.WebhookEndpoint":  # its secret did not come along
            values |= {"active": False, "disabled_reason": _("overgedragen: geef een nieuw geheim uit")}
        one: Any = kind.model(**values)
        self._file(kind, one, row)
        return one  # type: ignore[no-any-return]

    def _case(self, row: Row) -> int | None:
        case = CASES.get(row["case_type"])
        return self._called(case, row["case_id"]) if case and row["case_id"] else None

    def _called(self, model: type[Model], key: str) -> int | None:
        return self.ids[model._meta.label].get(key)

    def _value(self, field: Any, value: Any, kind: Owned | None = None) -> Any:
        if not isinstance(field, ForeignKey):
            return field.to_python(value)
        if kind is not None and field.related_model is kind.model:
            return None  # may come later in the same file
        return self._called(field.related_model, value) if value is not None else None

    def _file(self, kind: Owned, one: Any, row: Row) -> None:
        for field in stored_fields(kind):
            if isinstance(field, FileField):
                name = field.generate_filename(one, "")
                if source := self.reader.file(row[field.name]):
                    with source:
                        name = default_storage.save(name, File(source))
                    self.kept.append(name)
                setattr(one, field.attname, name)

    def _to_itself(self, kind: Owned) -> None:
        """What refers to a row of its own kind, once all of them are there."""
        own = [field for field in stored_fields(kind) if field.related_model is kind.model]
        for row in self.reader.rows(kind.name) if own else ():
            others = {f.attname: self.ids[kind.label][row[f.name]] for f in own if row[f.name] is not None}
            if others:
                kind.model._base_manager.filter(pk=self.ids[kind.label][row["key"]]).update(**others)

    def _finish(self, contractant: Contractant, now: datetime) -> None:
        ids = list(Melding.objects.filter(contractant=contractant).values_list("pk", flat=True))
        index_ids(ids)
        for kind in HANDED:
            if name := sequence(kind.model):
                _move_on(name, self.ids[kind.label])
        mine = Melding.objects.filter(pk__in=ids)
        if moved := list(against_trails(Melding, mine, meldingen.values, Scope(now))):
            raise Refused([f"{one.number} {one.field}: {one.stored} ≠ {one.rebuilt}" for one in moved])


def _move_on(name: str, numbers: dict[str, int]) -> None:
    """So that a new case gets a number that was never given."""
    last = max((int(re.sub(r".*-", "", number)) for number in numbers), default=0)
    if last:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(%s::regclass, %s) FROM pg_sequences WHERE sequencename = %s AND coalesce(last_value, 0) < %s",
                [name, last, name, last],
            )  # fmt: skip
