"""What comes with a mail besides its words: files, and the message itself as it was sent."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from desk import attachments, texts
from desk.door import Invalid
from desk.mail.letter import Enclosed, Letter, read
from desk.models import InboundMail, Upload, User
from incidents.actions.storing import store_files
from incidents.actions.talk import note
from incidents.models import Attachment, Melding, Message, WebReport

DECORATION = 15_000  # bytes; a smaller picture in the layout is a logo or a line below a signature
ORIGINAL = "originele-mail.eml"


def enclose(
    melding: Melding, message: Message | None, row: InboundMail, letter: Letter, *, by: User | None, at: datetime,
    internal: bool = False,
) -> None:  # fmt: skip
    """Keep the files of `letter` with `message`, or with the opening of `melding`, and the mail itself for
    colleagues. What is not kept as a file is named in an internal note; the mail itself has it.

    Nobody could promise by mail that a photo or video shows no patient: only colleagues see it (SLA 9.4).
    """
    told = []
    for enclosed in worth_keeping(letter.files)[: attachments.MOST_FILES]:
        upload = _upload(enclosed)
        try:
            (kind,) = attachments.check([upload])
        except Invalid as wrong:
            told.append(str(wrong))
            continue
        hidden = internal or attachments.is_visual(kind)
        store_files(melding, [upload], [kind], by=by, at=at, message=message, visibility=_visibility(hidden))
        if hidden and not internal:
            told.append(
                _("“%(name)s” is alleen intern te zien: per e-mail is niet bevestigd dat persoonsgegevens zijn afgeschermd.")
                % {"name": upload.name}
            )  # fmt: skip
    told += _told_of_rest(letter)
    _keep_original(melding, message, row, at)
    if told:
        note(melding, by=None, at=at, body=texts.masked("\n".join(told)))


def worth_keeping(files: list[Enclosed]) -> list[Enclosed]:
    """All but what only decorates the layout."""
    return [file for file in files if not (file.inline and len(file.content) < DECORATION)]


def _told_of_rest(letter: Letter) -> list[str]:
    told = []
    if len(letter.files) > attachments.MOST_FILES:
        told.append(_("De mail heeft meer dan %(most)d bijlagen. De overige staan in de originele mail.")
                    % {"most": attachments.MOST_FILES})  # fmt: skip
    if texts.masked(f"{letter.subject}\n{letter.text}") != f"{letter.subject}\n{letter.text}":
        told.append(
            _(
                "In de mail lijkt een BSN te staan. In de tekst is het afgeschermd; de originele mail bevat het nog."
            )
        )
    if len(letter.text) > texts.TEXT_MAX:
        told.append(_("De tekst is ingekort. De originele mail bevat alles."))
    return told


def _visibility(hidden: bool) -> str:
    return Message.Visibility.INTERNAL if hidden else Message.Visibility.PUBLIC


def _upload(enclosed: Enclosed) -> Upload:
    name = texts.masked(enclosed.name)
    return UploadedFile(file=ContentFile(enclosed.content), name=name, size=len(enclosed.content))


def _keep_original(melding: Melding, message: Message | None, row: InboundMail, at: datetime) -> None:
    """For colleagues only; the same stored file, so that it is kept once."""
    Attachment.objects.create(
        melding=melding, message=message, file=row.file.name, name=ORIGINAL, content_type=row.content_type,
        size=row.size, sha256=row.sha256, visibility=Message.Visibility.INTERNAL, at=at,
    )  # fmt: skip


def enclose_confirmed(report: WebReport, melding: Melding, *, at: datetime) -> None:
    """Keep what came with the mail that an unconfirmed report was, now that it became `melding`."""
    row = InboundMail.objects.filter(case_type="web_report", case_id=report.pk).first()
    if row is None:
        return
    with row.file.open("rb") as stored:
        enclose(melding, None, row, read(stored.read()), by=None, at=at)
    row.case_type, row.case_id = melding.case_type, melding.pk
    row.save(update_fields=["case_type", "case_id"])
