"""Mail that no person wrote: out-of-office, bounces, lists, and what the desk sent itself. None gets an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from desk import threads
from desk.mail import headers
from desk.mail.headers import Mime
from desk.mail.letter import Letter
from desk.models import InboundMail

Outcome = InboundMail.Outcome
MOST_HOPS = 50
BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
LISTS = ("List-Id", "List-Post", "List-Unsubscribe", "Mailing-List")
REPLIED = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Reply",
    "X-Vacation",
    "X-Mail-Autoreply",
)
POSTMASTERS = frozenset({"mailer-daemon", "postmaster"})
# Only as a mail program writes them: whoever is asked about absence may use the same words.
AWAY = re.compile(
    r"(?:automatisch(?:e)? (?:antwoord|beantwoording|bericht)|automatic reply|autom\. antwoord|auto(?:matic)?[- ]?(?:reply|response)"
    r"|afwezigheidsbericht|out of (?:the )?office(?: auto\w*)?|niet op kantoor|afwezig|vakantiebericht)\s*(?::|$)",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    rb"^(?:Message-ID|X-Original-Message-ID)[ \t]*:\s*(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True)
class Automatic:
    """Why a message is no letter. `undelivered` names the notices of ours that it says did not arrive."""

    outcome: Outcome
    reason: str
    undelivered: tuple[UUID, ...] = ()


def recognise(letter: Letter) -> Automatic | None:
    """What kind of automatic message it is, or None for one that a person wrote."""
    if _is_own(letter):
        return Automatic(Outcome.LOOP, _("Dit bericht heeft de desk zelf verstuurd."))
    if len(letter.message.get_all("Received", [])) > MOST_HOPS:
        return Automatic(Outcome.LOOP, _("Dit bericht gaat rond tussen mailservers."))
    if bounce := _bounce(letter):
        return bounce
    sign = next(_signs(letter), "")
    return Automatic(Outcome.AUTOMATIC, sign[:300]) if sign else None


def _is_own(letter: Letter) -> bool:
    own = {
        parseaddr(address)[1].lower() for address in (settings.DEFAULT_FROM_EMAIL, settings.REPLY_TO_EMAIL)
    }
    return threads.is_own(letter.message_id) or letter.sender in own - {""}


def _signs(letter: Letter) -> Iterator[str]:
    """What betrays it, as a header line or a subject."""
    said = {name: headers.first(letter.message, name) for name in
            ("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "Return-Path")}  # fmt: skip
    if said["Auto-Submitted"] and not said["Auto-Submitted"].lower().startswith("no"):
        yield f"Auto-Submitted: {said['Auto-Submitted']}"
    if said["Precedence"].lower() in BULK:
        yield f"Precedence: {said['Precedence']}"
    if {"all", "autoreply"} & {word.strip() for word in said["X-Auto-Response-Suppress"].lower().split(",")}:
        yield f"X-Auto-Response-Suppress: {said['X-Auto-Response-Suppress']}"
    if said["Return-Path"] == "<>":
        yield "Return-Path: <>"
    yield from (
        f"{name}: {headers.first(letter.message, name)}"
        for name in (*LISTS, *REPLIED)
        if name in letter.message
    )
    if letter.message.get_content_type() == "multipart/report":
        yield "Content-Type: multipart/report"
    if letter.sender.partition("@")[0] in POSTMASTERS:
        yield f"From: {letter.sender}"
    if AWAY.match(letter.subject):
        yield f"Subject: {letter.subject}"


# --- Bounces


def _bounce(letter: Letter) -> Automatic | None:
    """A report that a notice of ours did not arrive for good; one that says "later" is only recorded."""
    reports = list(_reports(letter.message))
    from_server = letter.sender.partition("@")[0] in POSTMASTERS
    refused = [report for report in reports if _is_final(report)]
    if not refused and (reports or not from_server):
        return None
    ours = tuple(dict.fromkeys(_originals(letter)))
    reason = _why(refused[0]) if refused else letter.subject
    return Automatic(Outcome.BOUNCE, " ".join(reason.split())[:300], ours) if ours else None


def _reports(message: Mime) -> Iterator[Mime]:
    """For each recipient what happened (RFC 3464)."""
    for part in message.walk():
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            payload = part.get_payload()
            yield from (block for block in payload if isinstance(block, Message) and "Action" in block)


def _is_final(report: Mime) -> bool:
    return headers.first(report, "Action").lower() == "failed" or headers.first(report, "Status").startswith(
        "5"
    )


def _why(report: Mime) -> str:
    return headers.first(report, "Diagnostic-Code") or headers.first(report, "Status")


def _originals(letter: Letter) -> Iterator[UUID]:
    """The notices whose own Message-ID is quoted in it, genuine ones only."""
    quoted = b" ".join(ORIGINAL.findall(letter.raw)).decode("ascii", "replace")
    yield from threads.uniques_in(quoted)
    yield from threads.uniques_in(headers.first(letter.message, "In-Reply-To"))
