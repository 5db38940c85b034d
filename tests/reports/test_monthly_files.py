"""The same figures on page, in PDF, CSV and JSON, in both languages, whatever people wrote (SLA 13)."""

from __future__ import annotations

import csv as sheets
import io
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import strip_tags
from pypdf import PdfReader

from desk.models import User
from desk.permissions import Role
from reports.monthly import pdf as paper
from reports.monthly import tables
from reports.monthly.chapters import of
from reports.monthly.document import Figures
from reports.monthly.shape import Facts, Report
from tests.reports import sample

pytestmark = pytest.mark.django_db
CORRECTED: Facts = {**sample.PUBLISHED, "corrections": [sample.CORRECTION]}

# Figures of the sample as people read them, in Dutch and English, and as a program does.
FIGURES = [
    ("99,85 %", "99.85%", ("availability", "percent"), "99.85"), ("66,5", "66.5", ("availability", "counted"), 66.5),
    ("44.640", "44,640", ("availability", "whole"), 44640), ("88,89 %", "88.89%", ("norm", 5, "percent"), "88.89"),
    ("97,30 %", "97.30%", ("norm", 6, "percent"), "97.30"), ("34.120", "34,120", ("performance", "actions", 0, "count"), 34120),
    ("1,31 s", "1.31 s", ("performance", "actions", 0, "p95"), 1.31), ("M26-00388", "M26-00388", ("norm", 6, "missed_numbers", 0), "M26-00388"),
    ("131", "131", ("counts", "closed"), 131), ("P26-00031", "P26-00031", ("causes", 0, "number"), "P26-00031"),
    ("2026.5", "2026.5", ("releases", 0, "version"), "2026.5"), ("6,5 uur", "6.5 hours", ("continuity", "recovery_tests", 0, "rpo_hours"), 6.5),
]  # fmt: skip


def page(data: Report, language: str, corrections: Any = None, role: str = Role.SUPPORT) -> str:
    template = engines["django"].from_string('{% include "reports/body.html" %}')
    request = RequestFactory().get("/")
    request.user = User(email="a@desk.example", role=role)
    with translation.override(language):
        return str(template.render({"data": data, "corrections": corrections}, request))


@cache
def document(name: str, language: str) -> tuple[bytes, PdfReader, str]:
    made: dict[str, tuple[Callable[[], Report], Facts]] = {
        "full": (sample.full, CORRECTED), "empty": (sample.empty, sample.DRAFT), "extreme": (sample.extreme, sample.DRAFT),
    }  # fmt: skip
    make, facts = made[name]
    content = paper.pdf(make(), language, facts)
    found = PdfReader(io.BytesIO(content))
    return content, found, "".join(squeezed(one.extract_text()) for one in found.pages)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def lines(data: Report, language: str) -> list[list[str]]:
    text = tables.csv(data, language).decode("utf-8-sig")
    return list(sheets.reader(io.StringIO(text, newline=""), delimiter=";"))


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)
    else:
        yield value


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_figures_are_alike_on_page_in_pdf_csv_and_json(language: str) -> None:
    data = sample.full()
    shown = squeezed(strip_tags(page(data, language)))
    printed = document("full", language)[2]
    values = [line[3] for line in lines(data, language)]
    kept = json.loads(tables.as_json(data))
    for dutch, english, path, value in FIGURES:
        words = squeezed(dutch if language == "nl" else english)
        assert words in shown, words
        assert words in printed, words
        assert at(kept, path) == value
        decimal = "," if language == "nl" and path[-1] != "version" else "."
        assert str(value).replace(".", decimal) in values, value


def test_the_csv_opens_in_a_dutch_spreadsheet_and_holds_every_figure() -> None:
    data = sample.full()
    content = tables.csv(data, "nl")
    assert content.startswith(b"\xef\xbb\xbfOnderdeel;Waarvan;Cijfer;Waarde\r\n")
    found = lines(data, "nl")
    assert {len(line) for line in found} == {4}
    assert ["norm", "Oplostijd P2", "percentage", "88,89"] in found
    assert ["norm", "Oplostijd P2", "te laat, nummer", "M26-00431"] in found
    assert ["beschikbaarheid", "2026-05-12 20:00:00", "telt mee", "nee"] in found
    assert ["trend", "2025-10", "percentage", "99,62"] in found
    paired = {"trend": len(data["trend"]["months"])}  # a month stands before its figures
    assert len(found) - 1 == sum(1 for _one in leaves(data)) - paired["trend"]


def test_the_csv_of_500_missed_names_them_all_and_runs_no_formula() -> None:
    data = sample.extreme()
    found = lines(data, "nl")
    assert sum(line[1:3] == ["Oplostijd P3", "te laat, nummer"] for line in found) == 500
    assert ["incidenten", "M26-00003", "onderwerp", "'=1+1"] in found
    assert ["oorzaken", "P26-00031", "maatregel", "'-1"] in found
    assert not [cell for line in found for cell in line if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("language", "title"), [("nl", "Servicelevelrapport mei 2026"), ("en", "Service level report May 2026")]
)
def test_the_pdf_is_tagged_titled_and_tells_what_each_plot_shows(language: str, title: str) -> None:
    content, found, text = document("full", language)
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata is not None
    assert found.metadata.title == title
    assert b"pdfuaid" in content
    with translation.override(language):
        figures = [
            one
            for part in of(sample.full())
            for block in part.blocks
            if isinstance(block, Figures)
            for one in block.items
        ]
    assert [squeezed(one["/Alt"]) for one in tags(found) if one.get("/S") == "/Figure"] == [
        squeezed(one.says) for one in figures
    ]
    assert squeezed(CORRECTED["hash"] or "") in text
    assert "S26-00005" in text
    assert squeezed("M26-00420") in text
    assert "ConceptCONCEPT" not in text


def tags(found: PdfReader) -> list[Any]:
    """The tree of tags, in the order in which it is read."""
    root: Any = found.trailer["/Root"]
    return list(_tags(root["/StructTreeRoot"]))


def _tags(element: Any) -> Iterator[Any]:
    one = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(one, list):
        for part in one:
            yield from _tags(part)
    elif isinstance(one, dict):
        yield one
        yield from _tags(one.get("/K", []))


def test_a_table_in_the_pdf_has_headers() -> None:
    kinds = [one.get("/S") for one in tags(document("full", "nl")[1])]
    assert kinds.count("/Table") == kinds.count("/THead") > 5
    assert "/TH" in kinds
    assert kinds.count("/H1") == 1


def test_the_pdf_is_the_same_each_time() -> None:
    assert paper.pdf(sample.full(), "nl", CORRECTED) == document("full", "nl")[0]


def test_a_draft_says_on_its_pages_that_it_is_one() -> None:
    _content, found, text = document("empty", "nl")
    assert "nognietgepubliceerd" in text
    assert "SHA-256" not in text
    assert all("concept" in squeezed(one.extract_text()) for one in found.pages)


def test_whatever_was_written_stays_text_in_the_pdf() -> None:
    _content, _found, text = document("extreme", "nl")
    assert squeezed(sample.HOSTILE) in text
    assert squeezed(sample.LONG) in text
    assert "ennog480,ziedeCSV" in text


def test_whatever_was_written_stays_text_on_the_page() -> None:
    shown = page(sample.extreme(), "nl")
    assert "<script" not in shown
    assert "style=" not in shown
    assert "&lt;script&gt;" in shown


def test_numbers_lead_to_the_case_for_who_may_read_it() -> None:
    staff = page(sample.full(), "nl")
    assert 'href="/meldingen/M26-00420/"' in staff
    assert 'href="/problemen/P26-00031/"' in staff
    own = page(sample.full(), "nl", role=Role.CONTACT)
    assert 'href="/portaal/M26-00420/"' in own
    assert "/problemen/" not in own
    assert "P26-00031" in own


def test_corrections_are_listed_beside_a_published_report_alone() -> None:
    assert "88,89 %" in page(sample.full(), "nl", CORRECTED["corrections"])
    assert "Tweede Pinksterdag" in page(sample.full(), "nl", CORRECTED["corrections"])
    assert "geen cijfer anders gebleken" in page(sample.full(), "nl", [])
    assert "Correcties" not in page(sample.full(), "nl", None)
