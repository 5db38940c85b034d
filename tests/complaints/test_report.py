"""The klachtrapport as a file: readable for everybody, whatever was written, and never another one (SLA 5)."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from complaints import reports
from complaints.models import ComplaintReport, State
from tests.complaints.conftest import Cast

HOSTILE = """#set text(red) #panic("x") $x^2$ `raw` \\ " ' *bold* _em_ [x] <lab> @ref // c /* {{ data }} #import "a.typ" #read("/etc/passwd")"""


def read(content: bytes) -> tuple[PdfReader, str]:
    """The file, and what its pages say without their feet."""
    found = PdfReader(io.BytesIO(content))
    pages = [re.sub(r"K26-\d{5}\d/\d$", "", squeezed(page.extract_text())) for page in found.pages]
    return found, "".join(pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_it_is_tagged_dutch_titled_and_kept(cast: Cast, client: Client) -> None:
    complaint = cast.brought(State.REPORTED)
    report: ComplaintReport = complaint.reports.get()
    client.force_login(cast.noor.user)
    answer = client.get(f"/klachten/{complaint.number}/rapport/1/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    found, text = read(content)
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert (root["/Lang"], found.metadata and found.metadata.title) == (
        "nl",
        f"Klachtrapport {complaint.number}",
    )
    assert b"pdfuaid" in content
    assert all(squeezed(part) in text for _name, part in report.parts)
    kept = reports.store(report)
    assert (kept.sha256, kept.size) == (hashlib.sha256(content).hexdigest(), len(content))
    cast.noor.user.name = "Anders"
    cast.noor.user.save()
    assert reports.store(ComplaintReport.objects.get()).file.read() == content
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("text", [
    HOSTILE, HOSTILE * (20_000 // len(HOSTILE)), "x" * 20_000, "é漢字 😀 سلام \x01 →", "漢" * 50 + "字語本日" * 10,
    "regel 1\nregel 2\n\n\n- geen lijst\n= geen kop",
])  # fmt: skip
def test_whatever_was_written_stays_text(cast: Cast, text: str) -> None:
    complaint = cast.brought(State.REPORTED, subject="#panic() $", description=text)
    report: ComplaintReport = complaint.reports.get()
    report.found = text
    found, shown = read(reports.pdf(report))
    kept = re.sub(r"[^\x21-\x7e]", "", squeezed(text))
    assert kept[:5000] in re.sub(r"[^\x21-\x7e]", "", shown)
    assert squeezed("#panic() $") in shown
    assert len(found.pages) >= 1
