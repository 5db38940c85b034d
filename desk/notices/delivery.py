"""Sending what is owed: one deliverer at a time, oldest first, never past one that has to go before."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, models, transaction

from desk.locks import only_one
from desk.models import Case, Notice, User
from desk.notices import queue
from desk.notices.kinds import kind_of, secret_keys
from desk.notices.letter import letter
from desk.notices.line import Answer, Down, Line, describe, meaning
from desk.notices.writing import case_of, cases_of

log = logging.getLogger(__name__)
BACK_OFF = [timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60)]
TRIES = 5  # of a notice that cannot be written, or that the server refuses for what it says
PATIENCE = 100  # seconds that one call works at most, well within the time limit of a task
PAGE = 50


def deliver(now: datetime, limit: int = 10_000) -> int:
    """Send what is owed and due from `now` on, at most `limit` tries; returns how many were sent.

    Returns 0 at once while another worker delivers, and while the outbox rests.
    """
    with only_one("mail out") as alone:
        if not alone or queue.paused(now):
            return 0
        return Delivery(now, limit).run()


class Delivery:
    """One run through the outbox."""

    def __init__(self, now: datetime, limit: int) -> None:
        self.now, self.limit = now, limit
        self.began = time.monotonic()
        self.line = Line()
        self.sent = 0
        self.flagged: set[str] = set()
        self.cases: dict[tuple[str, int | None], Case] = {}
        self.held: set[tuple[str, int | None, str]] = set()

    def run(self) -> int:
        try:
            for notice in self._due():
                self._try(notice)
        except Down as down:
            log.warning("mail rests: %s", down)
            queue.pause(self._at(), str(down))
        finally:
            self.line.close()
        return self.sent

    def _at(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    def _due(self) -> Iterator[Notice]:
        """Page by page, because meanwhile more is owed; what somebody waits for at a screen goes first."""
        first = models.Case(models.When(key__in=secret_keys(), then=0), default=1)
        tried = 0
        while page := Notice.objects.due(self._at()).select_related("event").order_by(first, "id")[:PAGE]:
            rejecting = User.objects.filter(mail_rejected_at__isnull=False).values_list("email", flat=True)
            self.flagged = set(rejecting)
            self.cases = cases_of(page)
            for notice in page:
                if tried == self.limit or time.monotonic() - self.began > PATIENCE:
                    return
                if (notice.case_type, notice.case_id, notice.email) not in self.held:
                    tried += 1
                    yield notice

    def _try(self, notice: Notice) -> None:
        if not self._stands(notice):
            return
        notice.attempts, notice.error = notice.attempts + 1, ""
        try:
            mail = letter(notice, self.cases.get((notice.case_type, notice.case_id)))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # a text that cannot be written must not hold up the notices behind it
            self._refused(notice, error)
            return
        try:
            self.line.send(mail)
        except Down:
            raise
        except Exception as error:  # what it means decides
            self._not_sent(notice, error)
        else:
            self._stamp(notice)

    @transaction.atomic
    def _stands(self, notice: Notice) -> bool:
        """Whether it is still owed, after whoever is dropping it, and may still be told. The page that it was read with
        may be minutes old."""
        if not Notice.objects.owed().select_for_update().filter(pk=notice.pk).first():
            return False
        case = self.cases.get((notice.case_type, notice.case_id))
        if case is None or case.may_tell(notice):
            return True
        queue.drop(Notice.objects.filter(pk=notice.pk), Notice.Dropped.SUPERSEDED, at=self._at())
        return False

    def _stamp(self, notice: Notice) -> None:
        notice.sent_at = self._at()
        if kind_of(notice.key).secret and not settings.EMBEDDED:
            notice.data, notice.body = {}, ""  # except where mail is only written to the disk
        notice.save()
        if not self.sent:
            queue.unpause()
        self.sent += 1
        if notice.email in self.flagged:
            _accepted(notice.email)

    def _not_sent(self, notice: Notice, error: Exception) -> None:
        answer = meaning(error)
        if answer is Answer.REJECTED:
            _rejected(notice, describe(error), self._at())
        elif answer is Answer.REFUSED:
            self._refused(notice, error)
        else:
            self._later(notice, error)
        if answer is Answer.HUNG_UP:
            raise Down(describe(error))

    def _refused(self, notice: Notice, error: Exception) -> None:
        """Trying again will hardly help, so not for ever."""
        if notice.attempts < TRIES:
            self._later(notice, error)
            return
        log.error("notice %s given up: %s", notice.pk, type(error).__name__)
        notice.error = describe(error)[:300]
        notice.dropped_at, notice.dropped_because = self._at(), Notice.Dropped.BROKEN
        notice.save()

    def _later(self, notice: Notice, error: Exception) -> None:
        log.warning("notice %s not sent: %s", notice.pk, type(error).__name__)
        notice.error = describe(error)[:300]
        notice.next_try_at = self._at() + BACK_OFF[min(notice.attempts, len(BACK_OFF)) - 1]
        notice.save(
            update_fields=["attempts", "error", "next_try_at", "subject", "body"]
        )  # not what drops it
        if notice.case_id is not None:
            self.held.add((notice.case_type, notice.case_id, notice.email))


def bounced(message_uuid: UUID, reason: str, at: datetime) -> bool:
    """The mail with this `Notice.message_id` came back for good; returns whether the desk knows it.

    Its mailbox is flagged until somebody clears the flag: that its server accepts a mail says nothing here.
    """
    notice = Notice.objects.filter(message_id=message_uuid).first()
    if notice is None:
        return False
    if notice.dropped_at is None:
        _rejected(notice, reason, at)
    return True


def _accepted(email: str) -> None:
    """Take away the flag that a refusal set, not that of a mail that had been accepted before it came back."""
    came_back = Notice.objects.filter(
        email=email, dropped_at=models.OuterRef("mail_rejected_at"), sent_at__isnull=False
    )
    flagged = User.objects.filter(~models.Exists(came_back), email=email)
    flagged.update(mail_rejected_at=None, mail_rejected_because="")


@transaction.atomic
def _rejected(notice: Notice, reason: str, at: datetime) -> None:
    notice.error, notice.dropped_at, notice.dropped_because = reason[:300], at, Notice.Dropped.REJECTED
    notice.save()
    User.objects.filter(email=notice.email).update(mail_rejected_at=at, mail_rejected_because=notice.error)
    case = case_of(notice.case_type, notice.case_id)
    if case is not None:
        case.could_not_tell(notice, at)
