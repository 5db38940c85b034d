"""Taking mail in: stored first, dealt with afterwards, so that nothing is lost and nothing happens twice.

1. `keep` stores the message whole and commits. Only then does the mail server hear that it is done.
2. `process` deals with it: the outcome and all that it led to are one transaction. A crash before it leaves the
   message pending; one that cannot be dealt with is set aside with the reason, and those behind it go on.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from desk import file_guard, notices, scanning, texts
from desk.arriving import way_in
from desk.audit.recording import by_mail
from desk.door import Busy, NotNow
from desk.locks import only_one
from desk.mail import automatic, headers, imap
from desk.mail.automatic import Automatic
from desk.mail.letter import Letter, Unreadable, head, read
from desk.mail.screening import head_without_bsn, nothing_of_it, store, without_bsn
from desk.models import InboundMail, Quarantined

log = logging.getLogger(__name__)
Outcome = InboundMail.Outcome
Handle = Callable[[InboundMail, Letter, datetime], None]
Clock = Callable[[], datetime]

PASSING = (OperationalError, InterfaceError, Busy)  # tried again by itself
MOST_ATTEMPTS = 5  # more means that it ends the process that reads it
LOOK_FOR = 30  # seconds, at the files of one message
RUN_FOR = timedelta(seconds=90)
TRUSTED_DELAY = timedelta(days=7)  # an older date of arrival comes from moving mail between mailboxes


def keep(
    raw: bytes, *, mailbox: str, at: datetime, arrived: datetime | None = None, whole: bool = True
) -> InboundMail:
    """Store a message, once: delivered again it is only counted. `arrived` is when the mail server took it;
    `whole` is False where `raw` is the head of one that is too large. Raises when it could not be stored."""
    message, key, digest = head(raw), _key(raw), hashlib.sha256(raw).hexdigest()
    if earlier := _again(mailbox, key):
        return earlier
    too_large = not whole or len(raw) > settings.MAIL_IN_MAX_BYTES
    row = InboundMail(
        mailbox=mailbox[:120], key=key, sha256=digest, size=len(raw), received_at=_received(arrived, at),
        sender=headers.address(message)[1], subject=texts.masked(headers.first(message, "Subject"))[:200],
        outcome=Outcome.SET_ASIDE if too_large else Outcome.PENDING,
        reason=_too_large(whole) if too_large else "",
    )  # fmt: skip
    row.file.save("", ContentFile(raw), save=False)
    try:
        with file_guard.within(LOOK_FOR), way_in(Quarantined.Source.MAIL, at, later=True):
            kept = _looked_through(raw) if too_large else raw
            with transaction.atomic():
                row.save()
                scanning.set_apart(str(row.file.name))
                store(row, raw, kept)
    except BaseException as error:
        row.file.delete(save=False)
        if isinstance(error, IntegrityError) and (earlier := _again(mailbox, key)):
            return earlier
        raise
    return row


def _again(mailbox: str, key: str) -> InboundMail | None:
    row = InboundMail.objects.filter(mailbox=mailbox[:120], key=key).first()
    if row is not None:
        InboundMail.objects.filter(pk=row.pk).update(copies=F("copies") + 1)
    return row


def _key(raw: bytes) -> str:
    """The Message-ID with what the message says: some programs use an ID twice, and each server that a copy
    passes adds lines of its own on top. Without an ID, what sender and date are."""
    message = head(raw)
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2].rstrip()
    named = headers.first(message, "Message-ID")
    said = [] if named else [headers.first(message, name) for name in ("From", "Date", "Subject")]
    digest = hashlib.sha256("\n".join(said).encode() + body).hexdigest()
    return f"{named[:300]} {digest}".strip()


def _received(arrived: datetime | None, at: datetime) -> datetime:
    return arrived if arrived is not None and at - TRUSTED_DELAY <= arrived <= at else at


def _too_large(whole: bool) -> str:
    if whole:
        return _("Het bericht is te groot om te verwerken.")
    return _(
        "Het bericht is te groot. Alleen de kopregels zijn bewaard; het bericht staat nog in de postbus."
    )


# --- Dealing with it


def process(row: InboundMail, *, at: datetime, handle: Handle, by_hand: bool = False) -> InboundMail:
    """Deal with a pending message: `handle` says what it leads to. `by_hand`: a person judged that it is no
    automatic mail. Returns the row as it is then; raises nothing that has to do with the message itself."""
    tried = InboundMail.objects.filter(pk=row.pk, outcome=Outcome.PENDING).update(attempts=F("attempts") + 1)
    row.refresh_from_db()
    if not tried:
        return row
    with file_guard.within(LOOK_FOR):
        if row.attempts > MOST_ATTEMPTS:
            # Should looking at it be what ends the process, it is not looked at the next time.
            unseen = row.attempts > MOST_ATTEMPTS + 1
            return _set_aside(row, _("Het verwerken is telkens afgebroken."), at, unseen=unseen)
        try:
            _deal(row, at, handle, by_hand)
        except PASSING as error:
            log.warning("mail %s waits: %s", row.pk, type(error).__name__)
        except Exception as error:
            unexpected = not isinstance(error, Unreadable)
            log.warning("mail %s set aside: %s", row.pk, type(error).__name__, exc_info=unexpected)
            return _set_aside(row, f"{type(error).__name__}: {error}", at)
    return row


def _deal(row: InboundMail, at: datetime, handle: Handle, by_hand: bool) -> None:
    with by_mail(), way_in(Quarantined.Source.MAIL, at, later=True):
        raw = _stored(row)
        kept = without_bsn(raw)
        with transaction.atomic():
            locked = InboundMail.objects.select_for_update().get(pk=row.pk)
            if (locked.outcome, locked.file) != (Outcome.PENDING, row.file):  # somebody else was first
                return
            store(locked, raw, kept)
            _lead_on(locked, read(kept), at, handle, by_hand)
            locked.save()
    row.refresh_from_db()


def _lead_on(row: InboundMail, letter: Letter, at: datetime, handle: Handle, by_hand: bool) -> None:
    found = automatic.recognise(letter)
    if found is None or (by_hand and found.outcome == Outcome.AUTOMATIC):
        handle(row, letter, at)
    else:
        _record(row, found, at)


def _record(row: InboundMail, found: Automatic, at: datetime) -> None:
    row.outcome, row.reason = found.outcome, texts.masked(texts.storable(found.reason))[:300]
    for unique in found.undelivered:
        notices.bounced(unique, row.reason, at)


def _stored(row: InboundMail) -> bytes:
    with row.file.open("rb") as stored:
        content: bytes = stored.read()
    return content


def _set_aside(row: InboundMail, reason: str, at: datetime, *, unseen: bool = False) -> InboundMail:
    """The last resort: what nobody deals with yet is kept without BSN too, and `unseen` all of it is sealed."""
    row.refresh_from_db()
    row.outcome, row.reason = Outcome.SET_ASIDE, texts.masked(texts.storable(reason))[:300]
    try:
        raw = _stored(row)
    except OSError:
        log.exception("mail %s is gone from the disk", row.pk)
        row.save()
        return row
    try:
        with way_in(Quarantined.Source.MAIL, at, later=True):
            kept = nothing_of_it() if unseen else _looked_through(raw)
            with transaction.atomic():
                store(row, raw, kept)
                row.save()
    except Exception as error:
        if unseen or isinstance(error, PASSING):
            raise
        log.exception("mail %s is sealed unseen", row.pk)
        return _set_aside(row, reason, at, unseen=True)
    return row


def _looked_through(raw: bytes) -> bytes:
    """As much of it as can be kept without BSN."""
    for screened in (without_bsn, head_without_bsn):
        try:
            return screened(raw)
        except PASSING:
            raise
        except Exception as error:
            log.warning("a mail is not kept whole: %s", type(error).__name__)
    return nothing_of_it()


def retry(row: InboundMail, *, at: datetime, handle: Handle) -> InboundMail:
    """Deal again, by hand, with what was set aside or taken for automatic. Raises `NotNow` for anything else."""
    again = InboundMail.objects.filter(pk=row.pk, outcome__in=[Outcome.SET_ASIDE, Outcome.AUTOMATIC])
    if not again.update(outcome=Outcome.PENDING, reason="", attempts=0):
        raise NotNow(_("Dit bericht is al verwerkt."))
    return process(row, at=at, handle=handle, by_hand=True)


def process_pending(*, now: Clock, handle: Handle, until: datetime) -> int:
    """Deal with all that waits, oldest first, until then; returns how many there were."""
    waiting = InboundMail.objects.filter(outcome=Outcome.PENDING).order_by("pk").values_list("pk", flat=True)
    done = 0
    for pk in list(waiting):
        if now() > until:
            break
        done += _attempt(InboundMail(pk=pk), now(), handle)
    return done


def _attempt(row: InboundMail, at: datetime, handle: Handle) -> bool:
    """Deal with one, and whatever happens go on with the next."""
    try:
        process(row, at=at, handle=handle)
    except Exception:
        log.exception("mail %s could not be dealt with", row.pk)
        return False
    return True


def run(*, now: Clock, handle: Handle) -> int:
    """Fetch from the mailbox of MAIL_IN_URL, if there is one, and deal with what waits; returns how many
    messages were dealt with. Does nothing while another process is at it."""
    until = now() + RUN_FOR
    with only_one("mail in") as mine:
        if not mine:
            return 0
        done = process_pending(now=now, handle=handle, until=until)
        if settings.MAIL_IN_URL:
            box = imap.box(settings.MAIL_IN_URL)

            def take(found: imap.Found) -> None:
                nonlocal done
                try:
                    row = keep(
                        found.raw, mailbox=box.name, at=now(), arrived=found.arrived, whole=found.whole
                    )
                except (*PASSING, OSError):
                    raise
                except Exception:  # it stays on the server
                    log.exception("a mail could not be stored")
                    return
                found.done()
                done += _attempt(row, now(), handle)

            imap.fetch(box, take, go_on=lambda: now() < until)
    return done
