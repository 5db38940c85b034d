"""A notice as a mail: its headers keep the mails about one case together and out of the way of machines."""

from __future__ import annotations

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from desk import threads
from desk.models import Case, Notice
from desk.notices.kinds import kind_of
from desk.notices.writing import one_line, render

EARLIER = 3  # mails before this one that it refers to, beside the first


def letter(notice: Notice, case: Case | None = None) -> EmailMultiAlternatives:
    """The mail of `notice`, whose subject and body it writes; `case` as in `render`."""
    context = render(notice, case)
    with translation.override(notice.language):
        html = render_to_string(
            "email/notice.html", {**context, "subject": notice.subject, "text": notice.body}
        )
    mail = EmailMultiAlternatives(
        notice.subject, notice.body, to=[formataddr((one_line(notice.name), notice.email))],
        reply_to=[settings.REPLY_TO_EMAIL], headers=_headers(notice, context["case"]),
    )  # fmt: skip
    mail.attach_alternative(html, "text/html")
    return mail


def _headers(notice: Notice, case: Case | None) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(notice),
        "Auto-Submitted": "auto-replied" if kind_of(notice.key).receipt else "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "List-Id": f"<{case.mail_list if case else 'desk'}.{threads.host()}>",
    }
    if case is not None:
        before = [threads.root(case.case_type, case.pk), *_earlier(notice)]
        headers |= {"References": " ".join(before), "In-Reply-To": before[-1]}
    return headers


def message_id(notice: Notice) -> str:
    """Signed for the case, so that an answer finds its way back; plain for what has no case."""
    if notice.case_id is None:
        return f"<{notice.message_id}@{threads.host()}>"
    return threads.message_id(notice.case_type, notice.case_id, notice.message_id)


def _earlier(notice: Notice) -> list[str]:
    """What this person had before about this case, oldest first."""
    sent = Notice.objects.filter(
        case_type=notice.case_type, case_id=notice.case_id, email=notice.email, sent_at__isnull=False,
        pk__lt=notice.pk,
    ).order_by("-id")[:EARLIER]  # fmt: skip
    return [message_id(one) for one in reversed(sent)]
