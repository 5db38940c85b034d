"""What becomes of what is in quarantine: looked at with a reason, put back, destroyed by hand, or after its time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from desk import attachments, audit, false_alarms, lawful, quarantine, scanning, texts
from desk.door import Invalid, NotAllowed, NotNow, record
from desk.kept_files import models_with_file, or_nothing, swap
from desk.models import (
    AbstractAttachment,
    AbstractMessage,
    Case,
    InboundMail,
    Quarantined,
    QuarantinedQuerySet,
    Revealed,
    User,
)
from desk.permissions import SEES_RESTRICTED
from desk.redaction import everywhere, rewrite, scope_of

Kind, Outcome = Quarantined.Kind, Quarantined.Outcome


@dataclass(frozen=True)
class Content:
    """What was sealed; `name` is empty for a number."""

    name: str
    content: bytes

    @property
    def number(self) -> str:
        return self.content.decode("utf-8", "replace")


def visible_to(user: User) -> QuarantinedQuerySet:
    """The gate: for who may reveal, of the cases that they may see, and what belongs to no case; of mail that nobody
    deals with, which may be about anything, for who sees all (SLA 5, 7.4)."""
    rows: Any = Quarantined.objects.all()
    if not user.may("quarantine.reveal"):
        return rows.none()  # type: ignore[no-any-return]
    if user.role not in SEES_RESTRICTED:
        rows = rows.exclude(pk__in=_nobodys_mail())
    kinds: list[Any] = Case.kinds()
    hidden = [
        kind
        for kind in kinds
        if kind._base_manager.exclude(pk__in=kind.objects.visible_to(user).values("pk")).exists()
    ]
    for kind in hidden:
        seen = kind.objects.visible_to(user).values("pk")
        rows = rows.exclude(
            pk__in=rows.filter(case_type=kind.case_type).exclude(case_id__in=seen).values("pk")
        )
    return rows  # type: ignore[no-any-return]


def _nobodys_mail() -> Any:
    """What came by mail, belongs to no case, and does not wait for its sender to confirm it."""
    waiting = InboundMail.objects.filter(outcome=InboundMail.Outcome.UNCONFIRMED).values("file")
    rows = Quarantined.objects.filter(source=Quarantined.Source.MAIL, case_id=None)
    return rows.exclude(path__in=waiting).exclude(part_of__path__in=waiting).values("pk")


def case_of(row: Quarantined) -> Case | None:
    kind = next((kind for kind in Case.kinds() if kind.case_type == row.case_type), None)
    return kind._base_manager.filter(pk=row.case_id).first() if kind else None


@transaction.atomic
def reveal(row: Quarantined, *, by: User, at: datetime, why: str, words: str) -> Content:
    """What was sealed. That `by` saw it, and why, is recorded first. Raises `NotAllowed`, `NotNow` when it is gone, and
    `HeldBack` for a file or mail in which the virus scanner finds something, or that it cannot look at."""
    row = _held(row, by)
    texts.required(words=words)
    found = _content(row)
    if row.kind != Kind.NUMBER:
        scanning.refuse_unseen(found.content)
    Revealed.objects.create(row=row, by=by, at=at, why=why, words=words)
    _record(row, "reveal_bsn", by, at, why=why)
    return found


@or_nothing()
@transaction.atomic
def release(row: Quarantined, *, by: User, at: datetime) -> None:
    """Put back what is no BSN after all, with what came in with it; its numbers raise no alarm any more. Raises `NotNow`
    for who has not looked, `Invalid` for a file that is not taken for another reason."""
    row = _held(row, by)
    if not row.revealed.filter(by=by).exists():
        raise NotNow(_("Bekijk eerst wat er is tegengehouden."))
    for one in row.parts.filter(outcome=Outcome.HELD):
        try:
            _put_back(one, _content(one), by, at)
        except Invalid:  # such a file is not kept apart from its mail, which has it
            _close(one, Outcome.DESTROYED, by, at)
        else:
            _close(one, Outcome.RELEASED, by, at)
    _put_back(row, _content(row), by, at)
    _close(row, Outcome.RELEASED, by, at)
    _record(row, "release_bsn", by, at)


@transaction.atomic
def destroy(row: Quarantined, *, by: User, at: datetime) -> None:
    """Destroy it, with what came in with it; its mark stays where it stands. Raises `NotNow` where its case is held."""
    row = _held(row, by)
    lawful.refuse_held(case_of(row), at)
    for one in [*row.parts.filter(outcome=Outcome.HELD), row]:
        _close(one, Outcome.DESTROYED, by, at)
    _record(row, "destroy_bsn", by, at)


def purge(before: datetime) -> int:
    """Destroy what was to be kept until then at most and is of no case that is held; returns how much that was."""
    rows = Quarantined.objects.filter(outcome=Outcome.HELD, until__lt=before)
    due = [row.pk for row in rows.defer("sealed") if not lawful.is_held(case_of(row), before)]
    return rows.filter(pk__in=due).update(sealed=b"", digest="", outcome=Outcome.EXPIRED, settled_at=before)


def _held(row: Quarantined, by: User) -> Quarantined:
    if not by.may("quarantine.reveal"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    row = Quarantined.objects.select_for_update().get(pk=row.pk)
    if row.outcome != Outcome.HELD:
        raise NotNow(_("Dit is al afgehandeld: %(outcome)s.") % {"outcome": row.get_outcome_display()})
    return row


def _close(row: Quarantined, outcome: str, by: User, at: datetime) -> None:
    row.sealed, row.digest, row.outcome, row.settled_by, row.settled_at = b"", "", outcome, by, at
    row.save()


def _record(row: Quarantined, verb: str, by: User, at: datetime, **facts: Any) -> None:
    why = str(facts.get("why", ""))
    if (case := case_of(row)) is not None:
        record(case, verb, by=by, at=at, data={"mark": row.mark, "what": row.kind, **facts}, why=why)
    else:
        audit.log(verb, by=by, at=at, obj=audit.Of("quarantined", str(row.public_id)), why=why)


def _content(row: Quarantined) -> Content:
    try:
        name, content = quarantine.opened(row)
    except ValueError as error:
        raise NotNow(_("Dit is met een vorige sleutel verzegeld en niet meer te openen.")) from error
    return Content(f"mail-{row.mark}.eml" if row.kind == Kind.MAIL else name, content)


# --- Putting back


def _put_back(row: Quarantined, was: Content, by: User, at: datetime) -> None:
    if row.kind == Kind.NUMBER:
        false_alarms.tell_numbers(was.number, by=by, at=at)
        _write_back(row, was.number, at)
    elif row.kind == Kind.MAIL:
        scanning.set_apart(swap(row.path, was.content))
    else:
        _put_file_back(row, was)


def _put_file_back(row: Quarantined, was: Content) -> None:
    """Like any file that comes in. That a photo or video shows no patient, nobody promised (SLA 9.4)."""
    upload = SimpleUploadedFile(was.name, was.content)
    kind = attachments.check_one(upload, words=False)
    hidden = {"visibility": AbstractMessage.Visibility.INTERNAL} if attachments.is_visual(kind) else {}
    content = upload.read()
    for path in _stand_ins(row):
        now = swap(path, content, name=upload.name, content_type=kind, **hidden)
        if not getattr(upload, "scanned", False):
            scanning.set_apart(now)


def _write_back(row: Quarantined, number: str, at: datetime) -> None:
    pattern = re.compile(rf"\[[^\[\]]*\b{row.mark}\b[^\[\]]*\]")
    case, cases = case_of(row), {}  # type: ignore[var-annotated]
    one_case = case is not None and row.source != Quarantined.Source.MONITORING
    with lawful.erasing():
        for rows in list(scope_of(case) if one_case and case else everywhere(re.compile(row.mark))):
            rewrite(rows, lambda text: pattern.sub(number, text), cases)
        for kind, ids in cases.items():
            kind.reindex(sorted(ids), at)


def _stand_ins(row: Quarantined) -> set[str]:
    """Where what stands in for this file is stored."""
    name = quarantine.placeholder_name(row)
    attachments = [model for model in models_with_file() if issubclass(model, AbstractAttachment)]
    return {
        path
        for model in attachments
        for path in model._base_manager.filter(name=name).values_list("file", flat=True)
    }
