"""Who types a BSN is asked to take it out before it is stored, whatever the form (SLA 9.4)."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import get_resolver
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from desk import attachments, file_guard
from desk.door import Invalid
from desk.guard import Guarded, is_text
from desk.models import FalseAlarm
from incidents.models import Attachment, Message
from tests import factories
from tests.pages.conftest import text
from tests.pictures import PNG

pytestmark = pytest.mark.django_db
BSN = "123456782"
# They look something up and store nothing of it, or take words to remove them.
STORES_NOTHING = {
    "Filters", "SightForm", "NumberForm", "Stretch", "RedactForm", "Search", "AgreeForm",
    "AppForm", "CodeForm", "ConfirmForm",  # a code of six digits or eight letters
}  # fmt: skip
OURS = ("changes", "complaints", "contractants", "desk", "incidents", "privacy", "problems", "reports", "sla")


def every_form(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for kind in base.__subclasses__():
        yield kind
        yield from every_form(kind)


def unguarded(kind: type[forms.BaseForm]) -> list[str]:
    fields = getattr(kind, "base_fields", {}).items()
    return [] if issubclass(kind, Guarded) else [name for name, one in fields if is_text(one)]


def test_every_form_that_stores_text_is_guarded() -> None:
    assert get_resolver().url_patterns  # loads them all
    ours = {kind for kind in every_form() if kind.__module__.split(".")[0] in OURS}
    assert len(ours) > 80
    assert {
        kind.__name__: unguarded(kind)
        for kind in ours
        if unguarded(kind) and kind.__name__ not in STORES_NOTHING
    } == {}


class Several(Guarded):
    """As Beheer asks for the columns of lists and JSON."""

    terms = SimpleArrayField(forms.CharField(), required=False)
    facts = forms.JSONField(required=False)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("terms", f"een,pakket {BSN}"),
        ("facts", f'{{"a": ["x", {{"over": "Van {BSN}"}}]}}'),
        ("facts", f'{{"bsn": {BSN}}}'),
        ("facts", f'{{"Van {BSN}": 1}}'),
    ],
)
def test_lists_and_json_are_looked_into(name: str, given: str) -> None:
    assert "BSN" in str(Several({name: given}).errors[name])
    assert not Several({name: given.replace(BSN, "12")}).errors.get("terms")


def test_every_form_of_beheer_is_guarded() -> None:
    request = RequestFactory().get("/")
    request.user = factories.staff("administrator")
    wrong: dict[str, list[str]] = {}
    for model, keeper in admin.site._registry.items():
        if model.__module__.split(".")[0] in OURS and keeper.has_change_permission(request):
            kinds = [
                keeper.get_form(request),
                *(one.get_formset(request).form for one in keeper.get_inline_instances(request)),
            ]
            wrong |= {
                f"{model.__name__} {kind.__name__}": unguarded(kind) for kind in kinds if unguarded(kind)
            }
    assert wrong == {}


def test_what_is_no_bsn_is_said_so_once_and_recorded() -> None:
    agent, client = factories.staff(), Client()
    client.force_login(agent)
    melding = factories.registered()
    url = f"/meldingen/{melding.number}/do/note/"
    stopped = client.post(url, {"body": f"Eerste regel\nOns kenmerk en pakket {BSN}"})
    assert stopped.status_code == 422
    shown = text(stopped)
    assert "lijkt een BSN te staan op regel 2, na “kenmerk en pakket”" in shown
    assert BSN in shown  # what was typed is kept
    tick = stopped.context["talks"][1]["form"].fields["body"].claim if "talks" in stopped.context else ""
    tick = tick or shown.split('name="not_a_bsn" value="')[1].split('"')[0]
    assert client.post(url, {"body": f"Pakket {BSN}", "not_a_bsn": "0" * 40}).status_code == 422
    assert client.post(url, {"body": f"Pakket {BSN}", "not_a_bsn": tick}).status_code == 302
    assert Message.objects.filter(body=f"Pakket {BSN}").exists()
    assert FalseAlarm.objects.exclude(digest="0" * 40).get().by == agent
    # The same number in whatever form or mail raises no alarm any more, another one does.
    assert client.post(url, {"body": f"Pakket 123.456.782 en {BSN}"}).status_code == 302
    assert client.post(url, {"body": "Pakket 111222333"}).status_code == 422


def test_a_visitor_cannot_say_so() -> None:
    factories.load_policies()
    Client().post("/melden/", {"description": BSN, "not_a_bsn": "a" * 40})
    assert not FalseAlarm.objects.exists()


# --- Files


def pdf(words: str, user_password: str = "") -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
                             NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 20 200 Td ({words}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    if user_password:
        writer.encrypt(user_password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def form(value: str, inside: bool = False) -> bytes:
    """A form with that typed into it, and a file `inside` it."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf("Formulier")))
    field = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Widget"),
                              NameObject("/FT"): NameObject("/Tx"), NameObject("/T"): TextStringObject("nummer"),
                              NameObject("/V"): TextStringObject(value)})  # fmt: skip
    shown = ArrayObject([writer._add_object(field)])
    writer.pages[0][NameObject("/Annots")] = shown
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): shown})
    if inside:
        writer.add_attachment("lijst.txt", b"wie weet")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def office(name: str, xml: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, xml)
    return out.getvalue()


BOMB = office("word/document.xml", "<w:t>" + "1 " * 20_000_000)


@pytest.mark.parametrize(
    ("name", "content", "kind", "found", "unread"),
    [
        ("a.pdf", pdf(f"Uitslag van {BSN}"), "application/pdf", True, False),
        ("a.pdf", pdf("Niets bijzonders"), "application/pdf", False, False),
        ("a.pdf", pdf(BSN, user_password="geheim"), "application/pdf", False, True),
        ("a.pdf", b"%PDF-1.7 kapot", "application/pdf", False, True),
        (f"uitslag_{BSN}.pdf", b"", "application/pdf", True, False),
        (f"foto {BSN}.png", b"", "image/png", True, False),
        ("a.docx", office("word/document.xml", f"<w:p><w:t>12345</w:t><w:t>6782</w:t></w:p>"), "", True, False),  # noqa: F541
        ("a.xlsx", office("xl/sharedStrings.xml", f"<si><t>bsn {BSN}</t></si>"), "", True, False),
        ("a.docx", BOMB, "", False, True),
        ("a.txt", f"regel\n{BSN}".encode(), "text/plain", True, False),
        ("a.eml", f"Subject: x\n\nhet gaat om {BSN}".encode(), "message/rfc822", True, False),
        ("a.png", PNG, "image/png", False, False),
        ("a.png", BSN.encode(), "image/png", True, False),  # what it is called changes nothing
        ("a.csv", f"Zoë;{BSN}\n".encode("latin-1"), "application/vnd.ms-excel", True, False),
        ("a.csv", b"\xef\xbb\xbfZo\xeb;" + BSN.encode(), "", True, False),
        ("a.csv", f"Jan;{BSN}\n".encode("utf-16"), "application/octet-stream", True, False),
        ("a.csv", f"Jan;{BSN}\n".encode("utf-16-be"), "text/plain; charset=utf-8", True, False),
        ("a.log", b"x" * 2_500_000 + f"\n{BSN}".encode(), "", True, False),
        ("a.log", f"%PDF-1.4 {BSN}".encode(), "", False, True),
        ("a.log", f"Over %PDF-1.4 {BSN}".encode(), "", True, False),
        ("a.pdf", b"\x00\r\n" + pdf(BSN), "", True, False),
        ("a.csv", b"\x00" + f"Jan;{BSN};".encode() * 20, "", True, False),
        ("a.bin", bytes(range(256)) * 8 + BSN.encode(), "", False, False),
        ("form.pdf", form("111222333"), "application/pdf", True, False),
        ("form.pdf", form("leeg"), "application/pdf", False, False),
        ("form.pdf", form("leeg", inside=True), "application/pdf", False, True),
        ("form.pdf", form("111222333", inside=True), "application/pdf", True, False),
        ("scan-111222333.pdf", b"", "", True, False),
        ("IMG-111222333", b"", "", True, False),
        ("INC-123456782.pdf", b"", "", False, False),
        ("2026-06-16-10-11-12.png", b"", "", False, False),
    ],
)  # fmt: skip
def test_a_file_is_read_or_marked_as_not_read(
    name: str, content: bytes, kind: str, found: bool, unread: bool
) -> None:
    looked = file_guard.look(name, content, kind)
    assert (bool(looked.text), looked.unread) == (found, unread)


def test_files_that_share_a_time_are_read_once_and_no_longer_than_that() -> None:
    read, late = pdf("Uitslag"), file_guard.Found(unread=True, late=True)
    with file_guard.within(0.01):
        assert file_guard.look("a.pdf", read, "") == file_guard.look("b.pdf", read, "") == file_guard.Found()
        assert file_guard.look("c.pdf", pdf("Nog een"), "") == late
    assert not file_guard.look("c.pdf", pdf("Nog een"), "").unread


def test_a_file_with_a_bsn_is_stopped_and_one_that_is_locked_is_marked() -> None:
    agent, melding = factories.staff(), factories.registered()
    client = Client()
    client.force_login(agent)
    url = f"/meldingen/{melding.number}/do/reply/"
    upload = SimpleUploadedFile("uitslag.pdf", pdf(f"Uitslag {BSN}"))
    with pytest.raises(Invalid, match="lijkt een BSN"):
        attachments.check([upload])
    upload.seek(0)
    stopped = client.post(url, {"body": "Zie bijlage", "files": upload})
    assert stopped.status_code == 422
    assert "In “uitslag.pdf” lijkt een BSN te staan" in text(stopped)
    assert 'name="not_a_bsn"' in stopped.content.decode()
    assert not Attachment.objects.exists()
    locked = SimpleUploadedFile("slot.pdf", pdf("x", user_password="geheim"))
    assert client.post(url, {"body": "Zie bijlage", "files": locked}).status_code == 302
    assert Attachment.objects.get().unread
    assert "niet gelezen op BSN" in text(client.get(melding.get_absolute_url()))


def test_the_log_holds_no_bsn(caplog: Any, capsys: Any) -> None:
    """Neither of an address that somebody made up, nor of an error with its traceback."""
    from mdo_desk.masked_log import MaskingFormatter

    factories.load_policies()
    caplog.handler.setFormatter(MaskingFormatter())
    caplog.set_level(logging.INFO)
    client = Client(raise_request_exception=False)
    client.get(f"/zoek/{BSN}/?bsn={BSN}")
    client.post("/melden/", {"description": f"Patiënt {BSN}"})
    try:
        raise ValueError(f"bsn {BSN}")
    except ValueError:
        logging.getLogger("desk").exception("it broke on %s", BSN)
    assert "it broke on *********" in caplog.text
    assert BSN not in caplog.text + capsys.readouterr().out
