"""Taking words out afterwards, wherever they came to stand (SLA 9.4, art. 7): of a case everywhere that it left them, and a
BSN everywhere in the desk. What was taken out is kept nowhere; that it happened is in the trail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from desk import false_alarms, lawful, redacted_files
from desk.door import Invalid, NotAllowed, record
from desk.kept_files import or_nothing
from desk.models import Case, FalseAlarm, IdempotentRequest, Quarantined, Session, User
from domain.bsn import digits_of, find_bsn

Rows = QuerySet[Any]
SHORTEST = 4
BETWEEN = r"[\W_]{0,6}"  # whatever somebody may put between the digits of a number
# People, rights and the trail of who did what: facts, and no words of a case. What has neither is nobody's text.
LEFT_ALONE = frozenset(
    {"auth", "contenttypes", "sessions", "account", "socialaccount", "mfa", "usersessions", "sites", "sla"}
)
STRUCTURE = frozenset(
    {"number", "state", "case_type", "verb", "source", "target", "once", "digest", "mark", "sha256", "kind", "via", "key_hash",
     "path", "fingerprint", "token_hash", "token_key", "salt", "former_salt"}
)  # fmt: skip


@dataclass
class Done:
    """How much was changed: `places` fields of rows, `files`."""

    places: int = 0
    files: int = 0
    cases: dict[type[Case], set[int]] = field(default_factory=dict)


def pattern_of(words: str) -> re.Pattern[str]:
    """What to look for: a BSN however its digits are grouped, other words however they are broken over lines."""
    if _is_bsn(words) and len(words.split()) < 6:
        return re.compile(rf"(?<![0-9]){BETWEEN.join(digits_of(words).lstrip('0'))}(?![0-9])")
    return re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)


def _is_bsn(words: str) -> bool:
    return not any(map(str.isalpha, words)) and bool(find_bsn(words.strip()))


@or_nothing()
@transaction.atomic
def redact(case: Case, words: str, *, by: User, at: datetime, why: str, files: tuple[str, ...] = ()) -> Done:
    """Take `words` (may be empty) out of everything that belongs to `case`, or out of the whole desk where they are a BSN,
    and the stored `files` of it wholly. Raises `Invalid` where there is nothing to find or too little to look for,
    `NotAllowed` for someone without the right, `NotNow` where it stands in a case that is held."""
    if not by.may("redact"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    if (words.strip() and len(words.strip()) < SHORTEST) or words.strip().upper() == case.number:
        raise Invalid(
            {
                "words": _("Geef ten minste %(least)d tekens, en geen nummer van een zaak.")
                % {"least": SHORTEST}
            }
        )
    done, rows = Done(cases={type(case): {case.pk}}), list(scope_of(case))
    with lawful.erasing():
        reached = _out_of_rows(rows, words, done) if words.strip() else []
        cases = _refuse_held(done, at)
        if chosen := redacted_files.paths(rows) & set(files):
            done.files += redacted_files.remove(chosen, rows)
        if words.strip():
            _out_of_files([*reached, *(more for one in cases for more in scope_of(one))], words, done)
        if not done.places + done.files:
            raise Invalid({"words": _("Dit staat nergens in deze zaak.")})
        for kind, ids in done.cases.items():
            kind.reindex(sorted(ids), at)
        for give_up in lawful.COPIES:
            give_up(cases, _is_bsn(words))
    facts = {"places": done.places, "files": done.files, "why": why}
    record(case, "redact", by=by, at=at, data=facts, why=why)
    return done


def _refuse_held(done: Done, at: datetime) -> list[Case]:
    """Also before any file is touched: what becomes of those is not all undone with the transaction."""
    cases = [case for kind, ids in done.cases.items() for case in kind._base_manager.filter(pk__in=ids)]
    for case in cases:
        lawful.refuse_held(case, at)
    return cases


def _out_of_rows(rows: list[Rows], words: str, done: Done) -> list[Rows]:
    """Returns which rows were looked through."""
    pattern = pattern_of(words)
    if _is_bsn(words):
        false_alarms.forget(words)
        rows = [*rows, *everywhere(pattern)]
    for some in rows:
        done.places += rewrite(some, lambda text: _without(text, pattern), done.cases)
    return rows


def _out_of_files(rows: list[Rows], words: str, done: Done) -> None:
    pattern = pattern_of(words)
    paths = redacted_files.paths(rows)
    done.files += redacted_files.take_out(paths, pattern, lambda text: _without(text, pattern))
    done.places += _empty_quarantine(pattern)


def _without(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(_("[verwijderd]"), text)


def _empty_quarantine(pattern: re.Pattern[str]) -> int:
    held = Quarantined.objects.filter(outcome=Quarantined.Outcome.HELD)
    found = [row.pk for row in held.iterator() if redacted_files.is_sealed_in(row, pattern)]
    return redacted_files.destroy(found)


# --- Where words come to stand


def scope_of(case: Case) -> Iterator[Rows]:
    """The rows that belong to `case`: itself, what hangs on it, its trail, and what was sent or came in about it."""
    seen: dict[type[models.Model], set[Any]] = {}
    _grow(type(case), {case.pk}, seen)
    for model, ids in seen.items():
        yield model._base_manager.filter(pk__in=ids)
    yield from type(case).elsewhere(case.pk)
    yield IdempotentRequest.objects.all()  # of one day, and which case each is about it does not say


def _grow(model: type[models.Model], ids: set[Any], seen: dict[type[models.Model], set[Any]]) -> None:
    fresh = ids - seen.get(model, set())
    if not fresh:
        return
    seen.setdefault(model, set()).update(fresh)
    for relation in model._meta.get_fields(include_hidden=True):
        child: Any = relation.related_model
        if (
            (relation.one_to_many or relation.one_to_one)
            and relation.auto_created
            and _hangs_on(child, model)
        ):
            found = child._base_manager.filter(**{f"{relation.field.name}__in": fresh})  # type: ignore[union-attr]
            _grow(child, set(found.values_list("pk", flat=True)), seen)
    if issubclass(model, Case):
        for other in _by_case():
            found = other._base_manager.filter(case_type=model.case_type, case_id__in=fresh)
            _grow(other, set(found.values_list("pk", flat=True)), seen)


def _hangs_on(child: type[models.Model], model: type[models.Model]) -> bool:
    """A case that merely refers to another has words of its own."""
    return is_ours(child) and (not issubclass(child, Case) or issubclass(model, child.part_of()))


def _by_case() -> list[Any]:
    return [
        model for model in apps.get_models() if is_ours(model) and {"case_type", "case_id"} <= _names(model)
    ]


def everywhere(pattern: re.Pattern[str]) -> Iterator[Rows]:
    """The rows of the whole desk that hold it."""
    wanted = pattern.pattern.replace("(?<![0-9])", "").replace("(?![0-9])", "")
    for model in apps.get_models():
        if is_ours(model) and (fields := fields_of(model)):
            texts_of = {f"text_{one.name}": Cast(one.name, models.TextField()) for one in fields}
            found = Q(*((f"{name}__regex", wanted) for name in texts_of), _connector=Q.OR)
            ids = model._base_manager.annotate(**texts_of).filter(found).values_list("pk", flat=True)
            yield model._base_manager.filter(pk__in=list(ids))


def is_ours(model: type[models.Model]) -> bool:
    """Whether words in it may be changed: not of the frameworks, of people's access, of terms that are frozen, of a trail."""
    about_people = {User, FalseAlarm, Session}
    is_trail = model.__module__.endswith(".audit")
    return (
        model._meta.app_label not in LEFT_ALONE
        and model not in about_people
        and not is_trail
        and model._meta.managed
    )


def _names(model: type[models.Model]) -> set[str]:
    return {one.name for one in model._meta.concrete_fields}


def fields_of(model: type[models.Model]) -> list[Any]:
    """Its columns with words of people, and none by which the desk finds or tells apart anything."""
    return [one for one in model._meta.concrete_fields if _holds_words(one)]


def _holds_words(one: Any) -> bool:
    if one.choices or one.primary_key or one.unique or one.generated or one.name in STRUCTURE:
        return False
    if isinstance(one, ArrayField):
        return isinstance(one.base_field, models.CharField)
    return isinstance(one, models.CharField | models.TextField | models.JSONField) and not isinstance(
        one, models.SlugField
    )


# --- Changing them


def rewrite(rows: Rows, change: Callable[[str], str], cases: dict[type[Case], set[int]] | None = None) -> int:
    """Change each text in `rows`; returns how many fields became another, and adds the cases that they belong to."""
    fields, count = fields_of(rows.model), 0
    for row in rows.iterator() if fields else ():
        new = {one: _changed(value, change) for one in fields if (value := getattr(row, one.attname))}
        other = {
            one.attname: _fitting(one, value)
            for one, value in new.items()
            if value != getattr(row, one.attname)
        }
        if other:
            count += len(other)
            rows.model._base_manager.filter(pk=row.pk).update(**other)
            _note(row, {} if cases is None else cases)
    return count


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(name): _changed(one, change) for name, one in value.items()}
    if isinstance(value, list):
        return [_changed(one, change) for one in value]
    return change(str(value)) if type(value) is int and change(str(value)) != str(value) else value


def _fitting(one: Any, value: Any) -> Any:
    longest = getattr(one, "max_length", None)
    return value[:longest] if isinstance(value, str) and longest else value


def _note(row: Any, cases: dict[type[Case], set[int]]) -> None:
    """Which cases `row` belongs to, for what follows from their words."""
    if isinstance(row, Case):
        cases.setdefault(type(row), set()).add(row.pk)
    for one in row._meta.concrete_fields:
        kind = one.related_model
        if kind and isinstance(kind, type) and issubclass(kind, Case) and (pk := getattr(row, one.attname)):
            cases.setdefault(kind, set()).add(pk)
    for kind in Case.kinds():
        if row.__dict__.get("case_type") == kind.case_type and row.case_id:
            cases.setdefault(kind, set()).add(row.case_id)
