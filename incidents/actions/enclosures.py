"""Keeping with a Melding what comes with a mail besides its words: files, and the message itself as it was sent."""

from __future__ import annotations

from datetime import datetime

from desk import quarantine
from desk.mail.enclosures import INTERNAL, PUBLIC, sort_out
from desk.mail.letter import Letter, read
from desk.models import InboundMail, User
from incidents.actions.storing import store_files
from incidents.actions.talk import note
from incidents.models import Attachment, Melding, Message, WebReport


def enclose(
    melding: Melding, message: Message | None, row: InboundMail, letter: Letter, *, by: User | None, at: datetime,
    internal: bool = False,
) -> None:  # fmt: skip
    """Keep the files of `letter` with `message`, or with the opening of `melding`, and the mail itself for
    colleagues. What is not kept as a file is named in an internal note; the mail itself has it."""
    post = sort_out(row, letter, internal=internal)
    for one in post.files:
        visibility = INTERNAL if one.hidden else PUBLIC
        store_files(
            melding, [one.upload], [one.content_type], by=by, at=at, message=message, visibility=visibility
        )
    Attachment.objects.create(melding=melding, message=message, at=at, **post.original)
    if post.told:
        note(melding, by=None, at=at, body=post.told)


def enclose_confirmed(report: WebReport, melding: Melding, *, at: datetime) -> None:
    """Keep what came with the mail that an unconfirmed report was, now that it became `melding`."""
    row = InboundMail.objects.filter(case_type="web_report", case_id=report.pk).first()
    if row is None:
        return
    with row.file.open("rb") as stored:
        enclose(melding, None, row, read(stored.read()), by=None, at=at)
    quarantine.follow(str(row.file.name), melding)
    row.case_type, row.case_id = melding.case_type, melding.pk
    row.save(update_fields=["case_type", "case_id"])
