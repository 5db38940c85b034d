"""Erasing all that belongs to a contractant, in pieces that a kill does not spoil, and proving it (VWO 4.3, 10.1).

What several contractants share stays, without the words that were only its own. Published reports and stored months do
not change otherwise; here they may, and say so: the trail of a report gets an event with its new digest, a stored month
counts what is gone.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import DO_NOTHING, FileField, ForeignKey, Model, ProtectedError

from contractants.models import Contact, Contractant
from desk import audit, postbus, redacted_files, redaction, sessions
from desk.door import record
from desk.locks import only_one
from desk.models import Case, UnscannedFile, User
from privacy.handover import proof, terms, totals
from privacy.handover.scope import OWNED, Owned
from privacy.handover.words import GONE, changeable, holding, only_its_own, pattern, pieces, words_of
from privacy.models import Affected, Erasure

log = logging.getLogger(__name__)
AT_ONCE = 500


def work(now: datetime) -> int:
    """Erase what was approved, and go on with what a worker that died left halfway; returns how many are done."""
    with only_one("erasures") as alone:
        if not alone:
            return 0
        done = 0
        for erasure in Erasure.objects.filter(state__in=["approved", "running"]).order_by("approved_at"):
            try:
                done += erase(erasure, now).finished_at is not None
            except Exception:  # the others need not wait for it; it is tried again at the next call
                log.exception("erasure %s is not done", erasure.pk)
        return done


def erase(erasure: Erasure, now: datetime) -> Erasure:
    """Do what of it is not done yet, and nothing while it has to be kept. Each piece is a transaction, and doing it again
    finds nothing to do."""
    contractant = Contractant.objects.filter(public_id=erasure.party).first()
    if contractant is not None:
        if not _begun(erasure, contractant, now):
            return erasure
        for kind in reversed(OWNED):
            for some in _pieces(kind, contractant) if kind.model is not User else ():
                _gone(erasure, kind, some)
        erasure.refresh_from_db()
    _blot(erasure)
    return _prove(erasure, now)


def what_goes(contractant: Contractant) -> dict[str, int]:
    """How many rows of each kind, to show before it happens."""
    counts = {kind.label: kind.rows(contractant).count() for kind in OWNED}
    return {label: number for label, number in counts.items() if number}


def _begun(erasure: Erasure, contractant: Contractant, now: datetime) -> bool:
    """Whether it may go on. At the first time: remember what to look for afterwards, count what totals lose, write down
    what its breaches have to show, and let nobody of it in any more."""
    with _lawfully():
        Contractant.objects.select_for_update().get(pk=contractant.pk)
        if why := terms.kept(contractant, now):
            log.warning("erasure %s waits: %s", erasure.pk, " ".join(why))
            return False
        if "begun" not in erasure.steps:
            words = words_of(contractant)
            own = only_its_own(words, contractant)
            totals.keep(contractant, erasure, now)
            _tell_breaches(contractant, now)
            _shut_out(contractant, now)
            left = len(words) - len(own)
            erasure.did("begun", state=Erasure.State.RUNNING, begun_at=now, terms=own, left=left, counts={})
    return True


def _tell_breaches(contractant: Contractant, now: datetime) -> None:
    """When it was told of each, and what it decided, stays in the register (AVG art. 33(5))."""
    for row in Affected.objects.filter(contractant=contractant).select_related("incident"):
        told = row.told_at()
        facts = {
            "party": str(contractant.public_id), "told_at": told.isoformat() if told else "",
            "authority": row.authority, "subjects": row.subjects,
        }  # fmt: skip
        record(row.incident, "forget_controller", by=None, at=now, data=facts)


def _shut_out(contractant: Contractant, now: datetime) -> None:
    """Its people cannot sign in any more; what an embedded desk mailed to them goes."""
    Contact.objects.filter(contractant=contractant).update(is_active=False)
    for user in User.objects.filter(contact__contractant=contractant):
        user.is_active = False
        user.save(update_fields=["is_active"])
        sessions.shut_out(user, now)
        postbus.forget({user.email.lower()})


def _pieces(kind: Owned, contractant: Contractant) -> Iterator[list[Any]]:
    """Its rows, so many at a time, until none are left."""
    last = None
    while some := list(kind.rows(contractant).order_by("pk")[:AT_ONCE]):
        if some[0].pk == last:
            raise RuntimeError(f"{kind.label} {last} cannot be erased")
        last = some[0].pk
        yield some


def _gone(erasure: Erasure, kind: Owned, rows: list[Any]) -> None:
    """Files first: a row that is still there says which are left."""
    for field in kind.model._meta.concrete_fields:
        if isinstance(field, FileField):
            paths = [getattr(row, field.attname).name for row in rows]
            for row in rows:
                getattr(row, field.attname).delete(save=False)
            UnscannedFile.objects.filter(path__in=paths).delete()
    ids = [row.pk for row in rows]
    with _lawfully():
        _let_go(kind.model, ids)
        kind.model._base_manager.filter(pk__in=ids).delete()
        erasure.count(kind.label, len(ids))
        if kind.model is Contact:  # by which its people are found
            _let_go(User, [row.user_id for row in rows])
            erasure.count("desk.User", sum(_forget(row.user_id) for row in rows))
        erasure.save(update_fields=["counts"])


def _let_go(model: type[Model], ids: list[int]) -> None:
    """What stays and refers to these rows forgets them."""
    for other in apps.get_models(include_auto_created=True):
        for field in other._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is model and _lets_go(field):
                other._base_manager.filter(**{f"{field.name}__in": ids}).update(**{field.name: None})


def _lets_go(field: Any) -> bool:
    """What refers by id alone, as the trail of NEN 7513 does, says no more of what is gone than that id."""
    return field.null and field.remote_field.on_delete is not DO_NOTHING


def _forget(pk: int) -> bool:
    """Whether the user is gone. Whom a trail that stays still names, keeps a row that says nothing of them."""
    user = User.objects.get(pk=pk)
    try:
        with transaction.atomic():
            user.delete()
    except ProtectedError:
        user.name, user.email, user.is_active = GONE, f"{pk}@erased.invalid", False
        user.mail_rejected_because = ""
        user.set_unusable_password()
        user.save()
    return user.pk is None


@contextmanager
def _lawfully() -> Iterator[None]:
    """A transaction in which what was published, and months that were stored, may change."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL desk.erasing = 'on'")
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def _blot(erasure: Erasure) -> None:
    """Take the words out of what is left, which is nobody's in particular."""
    if "blotted" in erasure.steps:
        return
    for some in pieces(erasure.terms):
        words = re.compile(pattern(some), re.IGNORECASE)
        for model in apps.get_models():
            _blot_rows(erasure, model, some, words)
        redacted_files.clean_postbus(partial(words.sub, GONE))
    cache.clear()
    erasure.did("blotted")


def _blot_rows(erasure: Erasure, model: type[Model], some: list[str], words: re.Pattern[str]) -> None:
    with _lawfully():
        ids = list(holding(model._base_manager.all(), changeable(model), some).values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        with _lawfully():
            rows, cases = (
                model._base_manager.filter(pk__in=ids[start : start + AT_ONCE]),
                dict[type[Case], set[int]](),
            )
            count = redaction.rewrite(rows, partial(words.sub, GONE), cases)
            totals.sealed_again(model, ids[start : start + AT_ONCE], erasure)
            for kind, reached in cases.items():
                kind.reindex(sorted(reached), erasure.begun_at or erasure.planned_at)
            erasure.count(f"{model._meta.label}.words", count)
            erasure.save(update_fields=["counts"])


def _prove(erasure: Erasure, now: datetime) -> Erasure:
    with transaction.atomic():
        found = proof.found(erasure.terms)
        state = Erasure.State.FOUND if found else Erasure.State.DONE
        result = audit.FAILED if found else audit.DONE
        audit.log(
            "erasure",
            by=None,
            at=now,
            obj=audit.Of("contractant", str(erasure.party)),
            result=result,
            count=erasure.total,
        )
        erasure.did("proven", state=state, proof=found, terms=[], finished_at=now)
    log.info("erasure %s: %s rows gone, %s places still hold a word", erasure.pk, erasure.total, len(found))
    return erasure
