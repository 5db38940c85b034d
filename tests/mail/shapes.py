"""Mail as mail programs send it, and as they should not: one function for each shape.

Every shape carries `word`, so that a test can find where it went. Everybody is fictional.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from tests.factories import MOMENT
from tests.pictures import PNG

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
DESK = "desk@example.nl"

Build = Callable[[str, str], bytes]


@dataclass(frozen=True)
class Shape:
    """`build(word, sender)` gives the bytes; `person` says whether a person wrote it, who can be answered."""

    name: str
    build: Build
    person: bool
    shows_word: bool


SHAPES: list[Shape] = []


def shape(person: bool = True, shows_word: bool = True) -> Callable[[Build], Build]:
    def add(build: Build) -> Build:
        SHAPES.append(Shape(build.__name__, build, person, shows_word))
        return build

    return add


def lines(word: str, sender: str, *more: str, body: str = "", subject: str = "") -> bytes:
    """A message written out by hand; `more` are header lines."""
    head = [
        f"From: Wil Voorbeeld <{sender}>", f"To: {DESK}", f"Subject: {subject or 'Storing ' + word}",
        f"Message-ID: <{word}@zorg.example>", f"Date: {format_datetime(MOMENT)}", *more,
    ]  # fmt: skip
    return ("\r\n".join(head) + "\r\n\r\n" + (body or f"Het scherm blijft leeg ({word}).")).encode(
        "utf-8", "surrogateescape"
    )


def made(word: str, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = f"Wil Voorbeeld <{sender}>", DESK
    message["Subject"], message["Message-ID"] = f"Storing {word}", f"<{word}@zorg.example>"
    message["Date"] = format_datetime(MOMENT)
    return message


def mixed(word: str, sender: str, *parts: str) -> bytes:
    body = "".join(f"--grens\r\n{part}\r\n" for part in parts) + "--grens--\r\n"
    return lines(
        word, sender, "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="grens"', body=body
    )


def words(word: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\r\n\r\nHet scherm blijft leeg ({word})."


@shape()
def plain(word: str, sender: str) -> bytes:
    return lines(word, sender)


@shape()
def plain_and_html(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(f"Het scherm blijft leeg ({word}).")
    message.add_alternative(f"<p>Het scherm blijft <b>leeg</b> ({word}).</p>", subtype="html")
    return message.as_bytes()


@shape()
def html_only(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(
        f"<html><head><style>p{{}}</style></head><body><script>alert(1)</script><p>Leeg &euro; {word}</p></body></html>",
        subtype="html",
    )
    return message.as_bytes()


@shape()
def html_with_an_empty_text_beside_it(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(" \n")
    message.add_alternative(f"<div>{word}</div>", subtype="html")
    return message.as_bytes()


@shape()
def html_that_is_broken(word: str, sender: str) -> bytes:
    return lines(
        word, sender, "Content-Type: text/html", body=f"<p>{word}<table><td><![if !x]><b <i>&#xffffffff;</div"
    )


@shape()
def html_with_a_footer_in_plain_text(word: str, sender: str) -> bytes:
    html = f"Content-Type: text/html\r\n\r\n<p>{word}</p>"
    return mixed(word, sender, html, "Content-Type: text/plain\r\n\r\nGescand op virussen.")


@shape()
def quoted_printable_latin(word: str, sender: str) -> bytes:
    body = quopri.encodestring(f"Patiënt café {word}".encode("latin-1")).decode()
    return lines(
        word, sender, "Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: quoted-printable", body=body
    )  # fmt: skip


@shape()
def base64_windows_1252(word: str, sender: str) -> bytes:
    body = base64.encodebytes(f"“Leeg” – € {word}".encode("cp1252")).decode()
    return lines(
        word, sender, "Content-Type: text/plain; charset=windows-1252", "Content-Transfer-Encoding: base64", body=body
    )  # fmt: skip


@shape()
def charset_that_nobody_knows(word: str, sender: str) -> bytes:
    return lines(word, sender, "Content-Type: text/plain; charset=x-klingon-9")


@shape()
def charset_that_is_no_charset(word: str, sender: str) -> bytes:
    return lines(word, sender, "Content-Type: text/plain; charset=zlib")


@shape()
def ascii_that_is_not(word: str, sender: str) -> bytes:
    return lines(word, sender, "Content-Type: text/plain; charset=us-ascii", body=f"Één café {word}")


@shape()
def eight_bit_headers(word: str, sender: str) -> bytes:
    return lines(word, sender, subject=f"Één café {word}")


@shape()
def eight_bit_headers_in_latin(word: str, sender: str) -> bytes:
    return lines(word, sender).replace(b"Storing", "Één café".encode("latin-1"))


@shape()
def encoded_words_that_are_folded(word: str, sender: str) -> bytes:
    folded = "=?utf-8?b?4oKs?=\r\n =?utf-8?q?_caf=C3?=\r\n =?utf-8?q?=A9_?=\r\n " + word
    return lines(word, sender, subject=folded)


@shape()
def encoded_word_that_is_broken(word: str, sender: str) -> bytes:
    return lines(word, sender, subject=f"=?utf-8?b?%%%?= =?x?z?y?= {word}")


@shape()
def no_subject(word: str, sender: str) -> bytes:
    return lines(word, sender).replace(b"Subject: Storing " + word.encode() + b"\r\n", b"")


@shape(shows_word=False)
def empty_body(word: str, sender: str) -> bytes:
    return lines(word, sender, body="\r\n").replace(b"Storing " + word.encode(), b"Leeg")


@shape()
def no_date(word: str, sender: str) -> bytes:
    return lines(word, sender).replace(b"Date:", b"X-Was-Date:")


@shape()
def date_that_is_none(word: str, sender: str) -> bytes:
    return lines(word, sender).replace(b"Date: ", b"Date: gisteren of zo, ")


@shape()
def no_message_id(word: str, sender: str) -> bytes:
    return lines(word, sender).replace(b"Message-ID:", b"X-Was-ID:")


@shape()
def unix_line_ends(word: str, sender: str) -> bytes:
    return lines(word, sender).replace(b"\r\n", b"\n")


@shape()
def nul_bytes(word: str, sender: str) -> bytes:
    return lines(word, sender, body=f"Leeg\x00 scherm\x00 {word}").replace(b"Storing", b"Sto\x00ring")


@shape()
def ten_thousand_recipients(word: str, sender: str) -> bytes:
    everybody = ",\r\n ".join(f"collega{n}@zorg.example" for n in range(10_000))
    return lines(word, sender, f"Cc: {everybody}")


@shape()
def photo_attached(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(f"Zie de foto ({word}).")
    message.add_attachment(PNG * 300, maintype="image", subtype="png", filename="scherm.png")
    return message.as_bytes()


@shape()
def pdf_with_a_name_in_rfc_2231(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(f"Zie bijlage ({word}).")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="één lang verslag €.pdf")
    return message.as_bytes()


@shape()
def program_attached(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(f"Zie bijlage ({word}).")
    message.add_attachment(
        b"MZ\x90\x00" * 50, maintype="application", subtype="octet-stream", filename="../../factuur.pdf.exe"
    )
    return message.as_bytes()


@shape()
def logo_below_the_signature(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(f'<p>{word}</p><img src="cid:logo">', subtype="html")
    message.add_related(PNG, "image", "png", cid="<logo>")
    return message.as_bytes()


@shape()
def winmail_dat(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(f"Zie bijlage ({word}).")
    message.add_attachment(
        b"\x78\x9f\x3e\x22" * 40, maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    return message.as_bytes()


@shape()
def base64_that_is_broken(word: str, sender: str) -> bytes:
    broken = (
        'Content-Type: application/pdf; name="x.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@JVBERi0'
    )
    return mixed(word, sender, words(word), broken)


@shape()
def forwarded_as_attachment(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(f"Zie hieronder ({word}).")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "ander@elders.example", "Binnenste"
    inner.set_content("De tekst van een ander.")
    message.add_attachment(inner)
    return message.as_bytes()


@shape()
def message_in_message_in_message(word: str, sender: str) -> bytes:
    inner = EmailMessage()
    inner.set_content("Het diepst")
    for _depth in range(20):
        outer = EmailMessage()
        outer.set_content("Omhulsel")
        outer.add_attachment(inner)
        inner = outer
    message = made(word, sender)
    message.set_content(f"Doorgestuurd ({word}).")
    message.add_attachment(inner)
    return message.as_bytes()


@shape()
def signed(word: str, sender: str) -> bytes:
    body = f"--s\r\n{words(word)}\r\n--s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMIIB\r\n--s--\r\n"
    return lines(
        word, sender, 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=s', body=body
    )  # fmt: skip


@shape()
def apple_with_text_around_a_photo(word: str, sender: str) -> bytes:
    photo = "Content-Type: image/png; name=scherm.png\r\nContent-Disposition: inline; filename=scherm.png\r\n" \
            "Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(PNG).decode()  # fmt: skip
    return mixed(
        word, sender, words(word), photo, "Content-Type: text/plain\r\n\r\nVerstuurd vanaf mijn iPhone"
    )


@shape()
def invitation_beside_the_text(word: str, sender: str) -> bytes:
    message = made(word, sender)
    message.set_content(f"Graag overleg ({word}).")
    message.add_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR", subtype="calendar")
    return message.as_bytes()


@shape()
def boundary_that_never_comes(word: str, sender: str) -> bytes:
    head = ("MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="nergens"')
    return lines(word, sender, *head, body=f"Het scherm blijft leeg ({word}).")


@shape()
def no_end_of_the_last_part(word: str, sender: str) -> bytes:
    return mixed(word, sender, words(word)).replace(b"--grens--\r\n", b"")


@shape()
def a_hundred_thousand_lines(word: str, sender: str) -> bytes:
    return lines(word, sender, body=f"{word}\r\n" + "regel\r\n" * 100_000)


@shape()
def one_endless_line(word: str, sender: str) -> bytes:
    return lines(word, sender, body=word + " " + "x" * 500_000)


@shape()
def bsn_in_the_text(word: str, sender: str) -> bytes:
    return lines(word, sender, body=f"Patiënt met BSN 123456782 ({word}).")


@shape()
def header_that_is_no_header(word: str, sender: str) -> bytes:
    return lines(word, sender, "dit is geen kopregel")


# --- What no person wrote, or nobody can be answered


@shape(person=False)
def out_of_office(word: str, sender: str) -> bytes:
    return lines(word, sender, "Auto-Submitted: auto-replied", subject=f"Automatisch antwoord: {word}")


@shape(person=False)
def out_of_office_without_headers(word: str, sender: str) -> bytes:
    return lines(word, sender, subject="Out of Office", body=f"Ik ben er maandag weer ({word}).")


@shape(person=False)
def newsletter(word: str, sender: str) -> bytes:
    return lines(word, sender, "List-Unsubscribe: <https://nieuws.example/uit>", "Precedence: bulk")


@shape(person=False)
def without_return_path(word: str, sender: str) -> bytes:
    return b"Return-Path: <>\r\n" + lines(word, sender)


@shape(person=False)
def exchange_asks_for_no_answer(word: str, sender: str) -> bytes:
    return lines(word, sender, "X-Auto-Response-Suppress: All")


@shape(person=False)
def read_receipt(word: str, sender: str) -> bytes:
    return lines(
        word, sender, "Content-Type: multipart/report; report-type=disposition-notification; boundary=r",
        body="--r\r\nContent-Type: text/plain\r\n\r\nGelezen.\r\n--r\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: x\r\n--r--",
    )  # fmt: skip


@shape(person=False)
def round_and_round(word: str, sender: str) -> bytes:
    return b"Received: from a by b\r\n" * 60 + lines(word, sender)


@shape(person=False)
def from_the_desk_itself(word: str, sender: str) -> bytes:
    return lines(word, DESK)


@shape(person=False)
def no_sender(word: str, sender: str) -> bytes:
    return lines(word, sender).replace(b"From:", b"X-Was-From:")


@shape(person=False)
def sender_without_address(word: str, sender: str) -> bytes:
    return lines(word, sender).replace(
        b"From: Wil Voorbeeld <" + sender.encode() + b">", b"From: undisclosed"
    )


@shape(person=False)
def nested_without_end(word: str, sender: str) -> bytes:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(2000))
    return lines(word, sender).split(b"\r\n\r\n")[0] + b"\r\n" + nested.encode()


def all_shapes() -> Iterator[tuple[int, Shape]]:
    yield from enumerate(SHAPES)
