"""What comes with a mail besides its words, made ready for whatever kind of case takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from desk import attachments, quarantine, texts
from desk.door import Invalid
from desk.mail.letter import Enclosed, Letter
from desk.models import AbstractMessage, InboundMail, Upload

DECORATION = 15_000  # bytes; a smaller picture in the layout is a logo or a line below a signature
ORIGINAL = "originele-mail.eml"
INTERNAL, PUBLIC = AbstractMessage.Visibility.INTERNAL, AbstractMessage.Visibility.PUBLIC


@dataclass(frozen=True)
class Kept:
    """A file that is taken. `hidden`: nobody could promise by mail that a photo or video shows no patient, so that only
    colleagues see it (SLA 9.4)."""

    upload: Upload
    content_type: str
    hidden: bool


@dataclass(frozen=True)
class Post:
    """A mail for a case: its words, its files, what colleagues have to know about those (masked, may be empty), and
    the mail as it came."""

    body: str
    files: list[Kept]
    told: str
    row: InboundMail

    @property
    def original(self) -> dict[str, Any]:
        """The mail itself as an attachment, for colleagues only; the same stored file, so that it is kept once."""
        row = self.row
        return {
            "file": row.file.name, "name": ORIGINAL, "content_type": row.content_type, "size": row.size,
            "sha256": row.sha256, "visibility": INTERNAL,
        }  # fmt: skip


def sort_out(row: InboundMail, letter: Letter, body: str = "", *, internal: bool = False) -> Post:
    """The files of `letter` that are taken, and in `told` why others are not: the mail itself has them. `internal`:
    all of it is for colleagues already."""
    files, told = [], []
    for enclosed in worth_keeping(letter.files)[: attachments.MOST_FILES]:
        upload = _upload(enclosed)
        try:
            (kind,) = attachments.check([upload])
        except Invalid as wrong:
            told.append(str(wrong))
            continue
        hidden = internal or attachments.is_visual(kind)
        files.append(Kept(upload, kind, hidden))
        if hidden and not internal:
            told.append(
                _("“%(name)s” is alleen intern te zien: per e-mail is niet bevestigd dat persoonsgegevens zijn afgeschermd.")
                % {"name": upload.name}
            )  # fmt: skip
    return Post(body, files, texts.masked("\n".join([*told, *_told_of_rest(row, letter)])), row)


def worth_keeping(files: list[Enclosed]) -> list[Enclosed]:
    """All but what only decorates the layout."""
    return [file for file in files if not (file.inline and len(file.content) < DECORATION)]


def _told_of_rest(row: InboundMail, letter: Letter) -> list[str]:
    told = []
    if len(letter.files) > attachments.MOST_FILES:
        told.append(_("De mail heeft meer dan %(most)d bijlagen. De overige staan in de originele mail.")
                    % {"most": attachments.MOST_FILES})  # fmt: skip
    if quarantine.is_held(str(row.file.name)):
        told.append(
            _(
                "In de mail lijkt een BSN te staan. Het is afgeschermd; de mail zoals die binnenkwam, staat in quarantaine."
            )
        )
    if len(letter.text) > texts.TEXT_MAX:
        told.append(_("De tekst is ingekort. De originele mail bevat alles."))
    return told


def _upload(enclosed: Enclosed) -> Upload:
    name = texts.masked(enclosed.name)
    return UploadedFile(file=ContentFile(enclosed.content), name=name, size=len(enclosed.content))
