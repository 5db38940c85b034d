"""The klachtrapport as a PDF that everybody can read (PDF/UA-1), made once and kept as it was sent (SLA 5)."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import typst
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.models import ComplaintAttachment, ComplaintReport

TEMPLATE = Path(__file__).parent / "data" / "report.typ"
PDF = "application/pdf"
LONGEST_WORD = 70
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
MOST_TRIES = 20


def store(report: ComplaintReport) -> ComplaintAttachment:
    """The file of `report`: made when it is first asked for, and the same ever after."""
    with transaction.atomic():
        ComplaintReport.objects.select_for_update().get(pk=report.pk)
        kept = ComplaintAttachment.objects.filter(report=report).first()
        if kept is None:
            content = pdf(report)
            kept = ComplaintAttachment(
                complaint=report.complaint, report=report, name=f"klachtrapport-{report.complaint.number}-{report.edition}.pdf",
                content_type=PDF, size=len(content), sha256=hashlib.sha256(content).hexdigest(), author=report.author,
                at=report.at,
            )  # fmt: skip
            kept.file.save(kept.name, ContentFile(content), save=False)
            kept.save()
    return kept


def pdf(report: ComplaintReport) -> bytes:
    """The report as PDF/UA-1 in Dutch, the language in which it was agreed; the same bytes each time."""
    with translation.override("nl"):
        return _compiled(_content(report), report)


def _content(report: ComplaintReport) -> dict[str, Any]:
    complaint = report.complaint
    facts = [
        (_("Klacht"), complaint.subject),
        (_("Van"), f"{complaint.contact}, {complaint.contractant}"),
        (_("Ontvangen"), _day(complaint.received_at)),
        (_("Opgesteld door"), f"{report.author}, {_day(report.at)}"),
    ]
    return {
        "lang": "nl", "number": complaint.number, "title": _("Klachtrapport %(number)s") % {"number": complaint.number},
        "summary": complaint.subject, "author": str(report.author),
        "facts": [{"label": label, "value": value} for label, value in facts],
        "parts": [{"heading": _heading(name), "lines": text.splitlines()} for name, text in report.parts],
    }  # fmt: skip


def _heading(name: str) -> str:
    return name[:1].upper() + name[1:]


def _day(at: Any) -> str:
    return date_format(localtime(at), "j F Y")


def _compiled(content: dict[str, Any], report: ComplaintReport) -> bytes:
    """A letter that no font has must not keep anybody from the report: it becomes U+FFFD, one kind at a time, and
    everything beyond Latin where there is no end to them."""
    text = json.dumps(_printable(content), ensure_ascii=False)
    for _turn in range(MOST_TRIES):
        try:
            return _typeset(text, report)
        except typst.TypstError as error:
            missing = NO_GLYPH.search(str(error))
            if missing is None:
                raise
            lost = ESCAPED.sub(lambda code: chr(int(code[1], 16)), missing[1])
            text = "".join("\ufffd" if char in lost else char for char in text)
    return _typeset("".join(char if ord(char) < 0x250 else "\ufffd" for char in text), report)


def _typeset(data: str, report: ComplaintReport) -> bytes:
    made: bytes = typst.compile(
        str(TEMPLATE), root=str(TEMPLATE.parent), sys_inputs={"data": data}, ignore_system_fonts=True, format="pdf",
        pdf_standards=["ua-1"], timestamp=int(report.at.timestamp()),
    )  # fmt: skip
    return made


def _printable(part: Any) -> Any:
    """Without control characters, and with a place to break in words that would run off the page."""
    if isinstance(part, dict):
        return {name: _printable(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_printable(value) for value in part]
    seen = "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in part)
    return re.sub(rf"\S{{{LONGEST_WORD}}}(?=\S)", lambda run: run[0] + "\u200b", seen)
