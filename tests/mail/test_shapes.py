"""Any message that a mail program can send is taken in, and what is no message at all has an outcome too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.mail import intake, letter
from desk.models import InboundMail, Notice
from incidents.actions import mail
from incidents.models import Attachment, Melding, Message
from tests import factories
from tests.factories import MOMENT
from tests.mail.shapes import SHAPES, Shape, lines, made

pytestmark = pytest.mark.django_db
Outcome = InboundMail.Outcome
NOBODY = {Outcome.AUTOMATIC, Outcome.LOOP, Outcome.SET_ASIDE}


def receive(raw: bytes, mailbox: str = "desk") -> InboundMail:
    row = intake.keep(raw, mailbox=mailbox, at=MOMENT)
    return intake.process(row, at=MOMENT, handle=mail.take)


@pytest.fixture(autouse=True)
def _policies() -> None:
    factories.load_policies()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_contact_may_send_any_shape(shape: Shape) -> None:
    """SLA 4: by e-mail."""
    contact = factories.contact(user__email="wil@zorg.example")
    raw = shape.build("parelmoer", "wil@zorg.example")
    row = receive(raw)
    if not shape.person:
        assert (row.outcome in NOBODY, Melding.objects.count(), Notice.objects.count()) == (True, 0, 0)
        assert row.reason
        return
    assert row.outcome == Outcome.NEW, row.reason
    melding = Melding.objects.get()
    assert (melding.contact, melding.channel, melding.kind) == (contact, "email", "incident")
    assert ("parelmoer" in melding.subject + melding.description) is shape.shows_word
    assert "\x00" not in melding.subject + melding.description
    assert "alert(1)" not in melding.description
    with row.file.open("rb") as stored:
        assert stored.read() == raw or shape.name == "bsn_in_the_text"


def test_there_are_shapes_enough() -> None:
    assert len(SHAPES) >= 50


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("quoted_printable_latin", "Patiënt café parelmoer"),
        ("base64_windows_1252", "“Leeg” – € parelmoer"),
        ("ascii_that_is_not", "Één café parelmoer"),
        ("html_only", "Leeg € parelmoer"),
        ("html_with_a_footer_in_plain_text", "parelmoer\nGescand op virussen."),
        ("forwarded_as_attachment", "Zie hieronder (parelmoer)."),
        ("apple_with_text_around_a_photo", "Het scherm blijft leeg (parelmoer)."),
        ("invitation_beside_the_text", "Graag overleg (parelmoer)."),
    ],
)
def test_the_words_are_read_as_they_were_written(name: str, expected: str) -> None:
    (shape,) = [shape for shape in SHAPES if shape.name == name]
    assert letter.read(shape.build("parelmoer", "wil@zorg.example")).text == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("eight_bit_headers", "Één café parelmoer"),
        ("eight_bit_headers_in_latin", "Één café parelmoer"),
        ("encoded_words_that_are_folded", "€ café parelmoer"),
        ("encoded_word_that_is_broken", "=?x?z?y?= parelmoer"),
    ],
)
def test_so_is_the_subject(name: str, expected: str) -> None:
    (shape,) = [shape for shape in SHAPES if shape.name == name]
    assert letter.read(shape.build("parelmoer", "wil@zorg.example")).subject == expected


def test_25_megabytes(client: object) -> None:
    factories.contact(user__email="wil@zorg.example")
    message = made("groot", "wil@zorg.example")
    message.set_content("Zie bijlage.")
    pdf = b"%PDF-1.4\n" + b"0" * 18_700_000  # 25 MB once it is encoded
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename="scan.pdf")
    row = receive(message.as_bytes())
    assert (row.outcome, row.size > 25_000_000) == (Outcome.NEW, True)
    assert Attachment.objects.get(name="scan.pdf").size == len(pdf)


def test_what_is_too_large_is_kept_aside(settings: object) -> None:
    settings.MAIL_IN_MAX_BYTES = 1000  # type: ignore[attr-defined]
    row = receive(lines("groot", "wil@zorg.example", body="x" * 2000))
    assert (row.outcome, row.size > 2000, "te groot" in row.reason) == (Outcome.SET_ASIDE, True, True)


NAMES = [
    b"From", b"Subject", b"Content-Type", b"Content-Transfer-Encoding", b"Message-ID", b"References",
    b"Content-Disposition", b"MIME-Version",
]  # fmt: skip
VALUES = [
    b"multipart/mixed; boundary=x", b"multipart/alternative; boundary=x", b"message/rfc822", b"base64",
    b"text/html; charset=utf-7", b"quoted-printable", b"x-uuencode", b"wil@zorg.example", b"=?utf-8?q?=?=",
    b"attachment; filename*=utf-8''%zz",
]  # fmt: skip
CHUNKS = [
    b"--x\r\n", b"--x--\r\n", b"\r\n", b"Content-Type: text/html\r\n\r\n", b"<blockquote>", b"> oud\r\n",
    b"Op 1 jan schreef X:\r\n", b"begin 644 x\r\n", b"\xff\x00", b"tekst\r\n",
]  # fmt: skip
HEAD = st.tuples(st.sampled_from(NAMES), st.binary(max_size=60) | st.sampled_from(VALUES))
BODY = st.binary(max_size=300) | st.lists(st.sampled_from(CHUNKS), max_size=20).map(b"".join)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(head=st.lists(HEAD, max_size=6), body=BODY)
def test_bytes_of_any_kind_have_an_outcome(head: list[tuple[bytes, bytes]], body: bytes) -> None:
    raw = b"".join(name + b": " + value + b"\r\n" for name, value in head) + b"\r\n" + body
    assert receive(raw).outcome != Outcome.PENDING


@pytest.mark.parametrize(
    "html", ["<div>" * 100_000, "<blockquote>x" * 50_000, "<!--" * 50_000, "<a " * 100_000, "<![" * 50_000, "&#" * 99_999]
)  # fmt: skip
def test_html_made_to_hurt_is_read_in_no_time(html: str) -> None:
    import time

    started = time.process_time()
    letter.read(lines("x", "wil@zorg.example", "Content-Type: text/html", body=html))
    assert time.process_time() - started < 5


# --- What comes with it


def enclosed() -> dict[str, str]:
    return dict(Attachment.objects.values_list("name", "visibility"))


def told() -> str:
    return "\n".join(Message.objects.filter(visibility="internal").values_list("body", flat=True))


def test_a_photo_is_for_colleagues_only_because_nobody_promised_that_it_is_masked() -> None:
    """SLA 9.4."""
    contact = factories.contact(user__email="wil@zorg.example")
    receive(next(s for s in SHAPES if s.name == "photo_attached").build("w", "wil@zorg.example"))
    assert enclosed() == {"scherm.png": "internal", "originele-mail.eml": "internal"}
    assert "scherm.png" in told()
    assert not Attachment.objects.all().visible_to(contact.user).exists()


def test_a_document_is_for_the_contractant_too() -> None:
    factories.contact(user__email="wil@zorg.example")
    receive(next(s for s in SHAPES if s.name == "pdf_with_a_name_in_rfc_2231").build("w", "wil@zorg.example"))
    assert enclosed() == {"één lang verslag €.pdf": "public", "originele-mail.eml": "internal"}
    assert told() == ""


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("program_attached", "factuur.pdf.exe"),
        ("winmail_dat", "winmail.dat"),
        ("forwarded_as_attachment", "bericht.eml"),
    ],
)
def test_what_is_not_kept_as_a_file_is_named_and_stays_in_the_original(name: str, refused: str) -> None:
    factories.contact(user__email="wil@zorg.example")
    receive(next(s for s in SHAPES if s.name == name).build("w", "wil@zorg.example"))
    assert list(enclosed()) == ["originele-mail.eml"]
    assert refused in told()


def test_a_logo_below_a_signature_is_no_file() -> None:
    factories.contact(user__email="wil@zorg.example")
    receive(next(s for s in SHAPES if s.name == "logo_below_the_signature").build("w", "wil@zorg.example"))
    assert list(enclosed()) == ["originele-mail.eml"]
    assert told() == ""


def test_a_bsn_is_masked_where_it_shows() -> None:
    """SLA 9.4."""
    factories.contact(user__email="wil@zorg.example")
    raw = lines("w", "wil@zorg.example", subject="BSN 123456782", body="Het gaat om 123456782.")
    row = receive(raw)
    melding = Melding.objects.get()
    assert "123456782" not in melding.subject + melding.description + row.subject
    assert melding.description.startswith("Het gaat om [BSN afgeschermd ")
    assert "BSN" in told()


def test_received_counts_from_the_mail_server() -> None:
    factories.contact(user__email="wil@zorg.example")
    arrived = MOMENT - timedelta(hours=3)
    row = intake.keep(lines("w", "wil@zorg.example"), mailbox="desk", at=MOMENT, arrived=arrived)
    intake.process(row, at=MOMENT, handle=mail.take)
    assert Melding.objects.get().received_at == arrived
