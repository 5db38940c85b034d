"""Files with a complaint: taken, shown and kept from others as those with a Melding (SLA 5, 9.4)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints import actions
from complaints.models import About, Complaint, ComplaintAttachment
from desk import threads
from desk.door import Invalid
from desk.mail import intake
from desk.models import InboundMail
from incidents.actions import mail
from incidents.models import Melding
from tests import factories
from tests.complaints.conftest import LATER, Cast
from tests.complaints.test_pages import registering
from tests.mail.shapes import PDF, made
from tests.pages.conftest import signed_in, text
from tests.pictures import PNG

NEW = {"about": "other", "subject": "Al weken geen antwoord", "description": "Zie de bijlage."}


def brief(name: str = "brief.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("scherm.png", PNG)


def sent() -> ComplaintAttachment:
    return ComplaintAttachment.objects.latest("pk")


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_contact_sends_files_in_with_a_complaint_and_with_an_answer(cast: Cast) -> None:
    portal = signed_in(cast.noor.user)
    page = portal.post("/portaal/klachten/nieuw/", {**NEW, "files": [brief()]}, follow=True)
    complaint, file = Complaint.objects.get(), sent()
    assert (file.complaint, file.message, file.author) == (complaint, None, cast.noor.user)
    assert f'href="/klachten/bijlagen/{file.public_id}/" download' in text(page)
    told = portal.post(
        f"/portaal/klachten/{complaint.number}/reply/",
        {"body": "En deze foto.", "files": [photo()], "images_masked": "on"}, follow=True,
    )  # fmt: skip
    assert "scherm.png" in text(told)
    assert sent().message == complaint.messages.get()
    desk = signed_in(cast.sam)
    shown = text(desk.get(complaint.get_absolute_url()))
    assert ("brief.pdf" in shown, "scherm.png" in shown) == (True, True)
    answer = desk.get(f"/klachten/bijlagen/{file.public_id}/")
    assert (body(answer), answer["Content-Disposition"]) == (PDF, 'attachment; filename="brief.pdf"')
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([SimpleUploadedFile("brief.pdf", b"MZ\x90\x00")], "geen foto, video, pdf of tekst"),
        ([SimpleUploadedFile("leeg.txt", b"")], "is leeg"),
        ([photo()], "Bevestig dit, of verstuur het zonder foto of video."),
    ],
)
def test_what_is_no_file_for_us_is_refused_and_the_words_stay(
    cast: Cast, files: list[Any], words: str
) -> None:
    portal = signed_in(cast.noor.user)
    for file in files:
        file.seek(0)
    answer = portal.post("/portaal/klachten/nieuw/", {**NEW, "files": files})
    assert (answer.status_code, Complaint.objects.count()) == (422, 0)
    assert (words in text(answer), NEW["subject"] in text(answer)) == (True, True)
    complaint = cast.complaint()
    for file in files:
        file.seek(0)
    answer = portal.post(f"/portaal/klachten/{complaint.number}/reply/", {"body": "Zie dit.", "files": files})
    assert (answer.status_code, words in text(answer), "Zie dit." in text(answer)) == (422, True, True)
    assert (complaint.messages.count(), ComplaintAttachment.objects.count()) == (0, 0)


def test_files_are_asked_for_again_where_something_else_is_wrong(cast: Cast) -> None:
    answer = signed_in(cast.noor.user).post(
        "/portaal/klachten/nieuw/", {**NEW, "subject": "", "files": [brief()]}
    )
    assert "Kies de bestanden opnieuw" in text(answer)


def test_staff_add_files_when_they_register_and_when_they_answer(cast: Cast) -> None:
    desk = signed_in(cast.sam)
    for _twice in range(2):
        desk.post("/klachten/nieuw/", registering(cast, files=[brief("ingescande brief.pdf")]))
    complaint = Complaint.objects.get()
    assert [file.name for file in ComplaintAttachment.objects.all()] == ["ingescande brief.pdf"]
    answered = desk.post(
        f"{complaint.get_absolute_url()}do/reply/", {"body": "Zo is het.", "files": [brief()]}
    )
    assert answered.status_code == 302
    page = text(signed_in(cast.noor.user).get(f"/portaal/klachten/{complaint.number}/"))
    assert ("ingescande brief.pdf" in page, "brief.pdf</span>" in page) == (True, True)


def test_actions_check_what_no_form_did(cast: Cast) -> None:
    complaint = cast.complaint()
    cases: list[tuple[list[Any], str]] = [
        ([], "files"),
        ([photo()], "images_masked"),
        ([brief()] * 11, "files"),
    ]
    for files, field in cases:
        with pytest.raises(Invalid) as refused:
            actions.attach(complaint, by=cast.noor.user, at=LATER, files=files)
        assert set(refused.value.errors) == {field}


def test_sla_5_the_supportafdeling_sees_no_file_of_a_complaint_about_it(cast: Cast, client: Client) -> None:
    complaint = cast.complaint(About.OTHER)
    actions.attach(complaint, by=cast.noor.user, at=LATER, files=[brief("kolibrie.pdf")])
    file = sent()
    page = f"/klachten/bijlagen/{file.public_id}/"
    keeper = f"/beheer/complaints/complaintattachment/{file.pk}/change/"
    client.force_login(cast.sam)
    assert (client.get(page).status_code, client.get(keeper).status_code) == (200, 200)
    actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.SUPPORT)
    api = f"/api/v1/complaints/{complaint.number}/attachments/"
    stranger = factories.contact().user
    for user, status in (
        (cast.sam, 404), (cast.duty, 404), (cast.people["machine"], 404), (stranger, 404), (cast.fatma, 200),
        (cast.marieke, 200), (cast.noor.user, 200),
    ):  # fmt: skip
        client.force_login(user)
        token = {"HTTP_AUTHORIZATION": f"Bearer {factories.token(user=user, name=str(user))}"}
        if user.role != "machine":
            assert client.get(page).status_code == status
        assert Client(**token).get(api).status_code == status  # type: ignore[arg-type]
        assert Client(**token).get(f"{api}{file.public_id}/").status_code == status  # type: ignore[arg-type]
        assert client.get(f"/bijlagen/{file.public_id}/").status_code == (
            302 if user.role == "machine" else 404
        )
    client.force_login(cast.sam)
    assert "kolibrie" not in text(client.get("/beheer/complaints/complaintattachment/"))
    assert client.get(keeper).status_code != 200
    client.logout()
    assert client.get(page).status_code == 302


def test_the_api_takes_files_lists_them_and_gives_them(cast: Cast) -> None:
    complaint = cast.complaint()
    api = Client(HTTP_AUTHORIZATION=f"Bearer {factories.token(user=cast.noor.user)}")
    url = f"/api/v1/complaints/{complaint.number}/"
    refused = api.post(f"{url}attachments/", {"files": [photo()]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "images_masked")
    (added,) = api.post(f"{url}attachments/", {"files": [photo()], "images_masked": "true"}).json()
    assert (added["name"], added["content_type"], added["size"]) == ("scherm.png", "image/png", len(PNG))
    assert [one["id"] for one in api.get(f"{url}attachments/").json()["results"]] == [added["id"]]
    (message,) = api.get(url).json()["messages"]
    assert (message["attachments"], message["body"]) == ([added], "Bijlage toegevoegd.")
    assert body(api.get(added["url"])) == PNG
    assert api.get(f"{url}attachments/{uuid4()}/").status_code == 404


def by_mail(complaint: Complaint, sender: str) -> InboundMail:
    """An answer to a notice with a PDF, a photo, a program and a logo below the signature."""
    message = made(uuid4().hex, sender)
    message["In-Reply-To"] = threads.message_id("complaint", complaint.pk, uuid4())
    message.set_content("Zie de bijlage.")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="bon.pdf")
    message.add_attachment(PNG, maintype="image", subtype="png", filename="scherm.png")
    message.add_attachment(
        b"MZ\x90\x00", maintype="application", subtype="octet-stream", filename="virus.exe"
    )
    message.add_attachment(
        PNG, maintype="image", subtype="png", filename="logo.png", disposition="inline", cid="<logo>"
    )
    return intake.process(intake.keep(bytes(message), mailbox="desk", at=LATER), at=LATER, handle=mail.take)


def test_what_a_contact_encloses_in_a_mail_is_kept_with_the_complaint(cast: Cast) -> None:
    complaint = cast.complaint(About.SUPPORT)
    assert by_mail(complaint, cast.noor.user.email).outcome == "answer"
    said, note = complaint.messages.order_by("pk")
    kept = {file.name: (file.visibility, file.message) for file in complaint.attachments.all()}
    assert kept == {
        "bon.pdf": ("public", said), "scherm.png": ("internal", said), "originele-mail.eml": ("internal", said),
    }  # fmt: skip
    assert said.body == "Zie de bijlage."
    assert note.is_internal
    assert ("scherm.png" in note.body, "virus.exe" in note.body) == (True, True)
    own = text(signed_in(cast.noor.user).get(f"/portaal/klachten/{complaint.number}/"))
    assert ("bon.pdf" in own, "scherm.png" in own, "virus.exe" in own) == (True, False, False)
    page = text(signed_in(cast.marieke).get(complaint.get_absolute_url()))
    assert ("scherm.png" in page, "originele-mail.eml" in page) == (True, True)
    assert Melding.objects.count() == 0
    # What the desk itself noted about the mail keeps no complaint closed.
    actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.OTHER)


def test_what_staff_enclose_stays_with_colleagues(cast: Cast) -> None:
    complaint = cast.complaint()
    assert by_mail(complaint, cast.fatma.email).outcome == "answer"
    assert {file.visibility for file in complaint.attachments.all()} == {"internal"}
    assert "bon.pdf" not in text(signed_in(cast.noor.user).get(f"/portaal/klachten/{complaint.number}/"))


def test_a_mail_that_is_too_late_leaves_nothing_behind(cast: Cast) -> None:
    complaint = cast.complaint()
    actions.withdraw(complaint, by=cast.noor.user, at=LATER, reason="Al opgelost.")
    assert by_mail(complaint, cast.noor.user.email).outcome == "set_aside"
    assert not ComplaintAttachment.objects.exists()
