"""Telling people: notices are owed in the transaction of their event, and delivered afterwards.

A notice is claimed by locking its row, sent, and stamped in the same transaction: a crash in between sends
that one again, never a batch, and never nothing.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from desk.door import NotNow
from desk.models import Case, Event, Notice, User

log = logging.getLogger(__name__)
BACK_OFF = [timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60)]
SPARE_LINES = re.compile(r"\n\s*\n(\s*\n)+")  # what a template's tags leave behind
SECRET_KEYS = frozenset({"sign_in_code", "report_confirmation", "password_reset"})


def owe(
    key: str, *, email: str, name: str = "", language: str = "nl", event: Event | None = None,
    data: dict[str, Any] | None = None, not_before: datetime | None = None,
) -> None:  # fmt: skip
    """Owe one person one message about `event`, to be sent at once or not before a moment of the business
    hours; owing it twice is owing it once."""
    notice = Notice(key=key, email=email.lower(), name=name, language=language, event=event, data=data or {})
    if event is not None:
        notice.case_type, notice.case_id = event.case_type, event.case_id
    if not_before is not None:
        notice.next_try_at = not_before
    Notice.objects.bulk_create([notice], ignore_conflicts=event is not None)
    transaction.on_commit(wake)


def owe_user(
    key: str, user: User, *, event: Event | None = None, data: dict[str, Any] | None = None,
    not_before: datetime | None = None,
) -> None:  # fmt: skip
    owe(
        key, email=user.email, name=user.name, language=user.language, event=event, data=data,
        not_before=not_before,
    )  # fmt: skip


def wake() -> None:
    """Ask a worker to deliver now. Only a wake-up call: without it, beat delivers within seconds."""
    from desk.tasks import deliver_notices, publish

    publish(deliver_notices)


def retry(notice: Notice, *, at: datetime) -> None:
    """Have an owed notice tried at once, whatever its back-off says. Raises `NotNow` when it was sent."""
    if not Notice.objects.filter(pk=notice.pk, sent_at=None).update(next_try_at=at):
        raise NotNow(_("Dit bericht is al verzonden."))
    transaction.on_commit(wake)


def deliver(now: datetime, limit: int = 200) -> int:
    """Send what is owed and due at `now`, oldest first; returns how many were sent."""
    sent = 0
    for _turn in range(limit):
        outcome = _deliver_one(now)
        if outcome is None:
            break
        sent += outcome
    return sent


@transaction.atomic
def _deliver_one(now: datetime) -> bool | None:
    notice = (
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(Q(next_try_at__lte=now), sent_at=None)
        .order_by("id")
        .first()
    )
    if notice is None:
        return None
    try:
        with transaction.atomic():
            _send(notice)
    except Exception as error:  # a bad address or template must not hold up the notices behind it
        log.warning("notice %s not sent: %s", notice.pk, type(error).__name__)
        notice.error = f"{type(error).__name__}: {error}"[:300]
        notice.next_try_at = now + BACK_OFF[min(notice.attempts, len(BACK_OFF) - 1)]
    else:
        notice.sent_at, notice.error = now, ""
        _forget_secrets(notice)
    notice.attempts += 1
    notice.save()
    return notice.sent_at is not None


def render(notice: Notice) -> dict[str, Any]:
    """Write the subject and body of `notice` in its language; returns what its template was given."""
    with translation.override(notice.language):
        context = notice_context(notice)
        text = render_to_string(f"notices/{notice.key}.txt", context).strip()
    subject, _line_end, body = text.partition("\n")
    notice.subject = _one_line(subject)[:250]
    notice.body = SPARE_LINES.sub("\n\n", body.strip())
    return context


def _send(notice: Notice) -> None:
    context = render(notice)
    with translation.override(notice.language):
        html = render_to_string(
            "email/notice.html", {**context, "subject": notice.subject, "text": notice.body}
        )
    host = settings.SITE_URL.rpartition("/")[2].partition(":")[0]
    mail = EmailMultiAlternatives(
        notice.subject, notice.body, to=[formataddr((_one_line(notice.name), notice.email))],
        headers={"Message-ID": f"<{notice.message_id}@{host}>", "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    mail.attach_alternative(html, "text/html")
    mail.send()


def notice_context(notice: Notice) -> dict[str, Any]:
    """What the template of a notice may use: `case`, `event`, what the case adds, the owed data, and the base
    of links."""
    case = case_of(notice.case_type, notice.case_id)
    added = case.notice_context(notice.event) if case and notice.event else {}
    return {
        **added, **notice.data, "case": case, "event": notice.event, "name": _one_line(notice.name),
        "site_url": settings.SITE_URL,
    }  # fmt: skip


def _one_line(text: str) -> str:
    """Nothing in a header may start another one."""
    return " ".join(text.split())


def case_of(case_type: str, case_id: int | None) -> Case | None:
    """The case behind a trail or notice row; `case_type` is declared on each model of a case."""
    model = next((kind for kind in Case.kinds() if kind.case_type == case_type), None)
    return model._base_manager.filter(pk=case_id).first() if model else None


def _forget_secrets(notice: Notice) -> None:
    """What opens a door is not kept once it was sent, except where mail is only written to the disk."""
    if notice.key in SECRET_KEYS and not settings.EMBEDDED:
        notice.data, notice.body = {}, ""
