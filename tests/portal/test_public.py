"""Reporting without signing in: the form, the mail that confirms, and what strangers can do with either."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from desk.models import Notice
from desk.notices import deliver
from incidents.models import Attachment, Melding, WebReport
from incidents.views import public
from tests import factories
from tests.pictures import PNG, picture
from tests.portal.reading import said

pytestmark = pytest.mark.django_db
BSN = "123456782"


@pytest.fixture(autouse=True)
def _policies() -> None:
    cache.clear()
    factories.load_policies()


def filled_in(**answers: Any) -> dict[str, Any]:
    given = {
        "name": "Noor Verhagen", "email": "noor@linde.example", "phone": "", "kind": "incident", "service": "",
        "subject": "Verslag komt niet terug", "description": "Het verslag verschijnt niet in ons EPD.",
        "impact": "medium", "urgency": "high", "affected_users": "6", "first_seen_at": "2026-04-23T11:40",
        "reproducible": "yes", "client_key": str(uuid4()),
    }  # fmt: skip
    return {**given, **answers}


def post(client: Client, **answers: Any) -> Any:
    return client.post(reverse("incidents:report"), filled_in(**answers))


def link_in_mail() -> str:
    deliver(timezone.now())
    found = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_report_becomes_a_melding_once_its_sender_confirms(client: Client) -> None:
    """SLA 4."""
    service = factories.ServiceFactory.create()
    answer = post(client, service=service.pk, files=SimpleUploadedFile("scherm.png", PNG), images_masked="on")
    assert answer.status_code == 302
    assert "noor@linde.example" in client.get(answer["Location"]).content.decode()
    assert not Melding.objects.exists()
    link = link_in_mail()
    shown = client.get(link)
    assert "Verslag komt niet terug" in shown.content.decode()
    assert "scherm.png" in shown.content.decode()
    assert not Melding.objects.exists(), "looking at the link, as mail scanners do, confirms nothing"
    done = client.post(link)
    melding = Melding.objects.get()
    assert melding.number in done.content.decode()
    assert (melding.priority, melding.expected_priority, melding.impact, melding.urgency) == (
        2,
        2,
        "medium",
        "high",
    )
    assert (melding.affected_users, melding.missing, melding.service) == (6, [], service)
    assert Attachment.objects.get().name == "scherm.png"


def test_files_are_counted_before_anybody_looks_at_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "MOST_FROM_ADDRESS", 1)
    answers = [
        post(client, files=SimpleUploadedFile("scherm.png", picture(size=(200, 200))[:-60]))
        for _time in range(2)
    ]
    assert [answer.status_code for answer in answers] == [422, 429]
    assert ["beschadigd" in answer.content.decode() for answer in answers] == [True, False]
    assert "Verslag komt niet terug" in answers[1].content.decode(), "what was typed stays"
    assert post(client).status_code == 302, "without files there is little to do"


def test_confirming_again_shows_the_same_number(client: Client) -> None:
    post(client)
    link = link_in_mail()
    numbers = {re.search(r"M\d\d-\d+", client.post(link).content.decode())[0] for _time in range(2)}  # type: ignore[index]
    assert len(numbers) == 1
    assert numbers.pop() in client.get(link).content.decode()
    assert Melding.objects.count() == 1


def test_the_address_of_a_contact_makes_it_theirs(client: Client) -> None:
    noor = factories.contact(user__email="noor@linde.example")
    post(client, email="Noor@Linde.example")
    client.post(link_in_mail())
    assert (Melding.objects.get().contact, Melding.objects.get().contractant) == (noor, noor.contractant)


def test_nothing_tells_whether_an_address_is_known(client: Client) -> None:
    factories.contact(user__email="bekend@linde.example")
    pages = []
    for email in ("bekend@linde.example", "vreemd@linde.example"):
        pages.append(said(client.get(post(client, email=email)["Location"])).replace(email, ""))
    assert pages[0] == pages[1]
    assert Notice.objects.filter(key="report_confirmation").count() == 2


def test_the_mail_to_an_address_that_anybody_can_type_carries_no_words_of_theirs(client: Client) -> None:
    post(
        client,
        name="Koop nu http://kwaad.example",
        subject="Gratis prijs",
        description="Klik op kwaad.example",
    )
    deliver(timezone.now())
    message = mail.outbox[-1].message().as_string()
    assert "kwaad.example" not in message
    assert "Gratis" not in message


@pytest.mark.parametrize(
    ("kind", "left_out", "missing"),
    [
        ("incident", {"impact", "urgency", "affected_users", "first_seen_at", "reproducible"}, None),
        ("incident", {"subject", "description"}, None),
        ("change", {"goal"}, None),
        ("question", {"impact", "urgency", "affected_users", "first_seen_at", "reproducible"}, set()),
    ],
)
def test_what_is_missing_is_named_field_by_field(
    client: Client, kind: str, left_out: set[str], missing: set[str] | None
) -> None:
    """SLA 4.3, 9.4, 10.2."""
    answers = {name: value for name, value in filled_in(kind=kind).items() if name not in left_out}
    answer = client.post(reverse("incidents:report"), answers)
    errors = set(answer.context["form"].errors) if answer.context else set()
    assert errors == (left_out if missing is None else missing)
    assert answer.status_code == (422 if errors else 302)


def test_a_bsn_is_stopped_next_to_its_field_and_nothing_typed_is_lost(client: Client) -> None:
    answer = post(client, description=f"Patiënt {BSN} staat er dubbel in.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "BSN" in answer.context["form"].errors["description"][0]
    assert "Verslag komt niet terug" in page
    assert not WebReport.objects.exists()


def test_a_photo_needs_the_promise_and_has_to_be_chosen_again(client: Client) -> None:
    answer = post(client, files=SimpleUploadedFile("scherm.png", PNG))
    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert "images_masked" in errors
    assert "opnieuw" in errors["files"][0]


def test_a_web_page_named_as_a_photo_is_refused(client: Client) -> None:
    answer = post(
        client, files=SimpleUploadedFile("scherm.jpg", b"<html><script>alert(1)</script>"), images_masked="on"
    )
    assert answer.status_code == 422
    assert "scherm.jpg" in answer.context["form"].errors["files"][0]
    assert not WebReport.objects.exists()


def test_sending_the_same_form_twice_is_one_report(client: Client) -> None:
    key = str(uuid4())
    for _time in range(2):
        assert post(client, client_key=key).status_code == 302
    assert WebReport.objects.count() == 1


def test_a_robot_that_fills_in_everything_hears_what_people_hear(client: Client) -> None:
    assert post(client, website="http://kwaad.example").status_code == 302
    assert not WebReport.objects.exists()


def test_too_many_from_one_mailbox_are_stopped_with_what_was_typed(client: Client) -> None:
    statuses = [post(client).status_code for _time in range(11)]
    assert statuses == [302] * 10 + [429]
    assert "Verslag komt niet terug" in post(client).content.decode()
    assert post(client, email="ander@linde.example").status_code == 302


def test_a_priority_1_says_to_call_too(client: Client) -> None:
    """SLA 9.2."""
    answer = post(client, impact="large", urgency="high")
    assert "013 - 46 25 641" in client.get(answer["Location"]).content.decode()
    assert "Bel ook" in client.get(answer["Location"]).content.decode()
    assert "Bel ook" in client.post(link_in_mail()).content.decode()
    assert Melding.objects.get().needs_handover


def test_the_expected_priority_is_explained_while_answering(client: Client) -> None:
    url = reverse("incidents:report_priority")
    assert "Bel ook" in client.get(url, {"impact": "large", "urgency": "high"}).content.decode()
    assert "Bel ook" not in client.get(url, {"impact": "small", "urgency": "low"}).content.decode()
    assert "Bel ook" in client.get(url, {"breach_of_confidentiality": "on"}).content.decode()
    for odd in ({"impact": "huge"}, {"impact": "large", "urgency": "high", "service": "x" * 99}):
        assert client.get(url, odd).status_code == 200


def test_an_expired_link_keeps_the_report_for_an_agent(client: Client) -> None:
    post(client)
    link = link_in_mail()
    WebReport.objects.update(expires_at=timezone.now())
    for answer in (client.get(link), client.post(link)):
        assert "verlopen" in answer.content.decode()
        assert "Verslag komt niet terug" not in answer.content.decode()
    assert not Melding.objects.exists()
    assert WebReport.objects.count() == 1


def test_a_link_that_nobody_was_sent_shows_nothing(client: Client) -> None:
    for answer in (client.get("/melden/bevestigen/geraden/"), client.post("/melden/bevestigen/geraden/")):
        assert answer.status_code == 404
        assert answer["Referrer-Policy"] == "same-origin"


def test_the_page_behind_a_link_does_not_pass_its_address_on(client: Client) -> None:
    post(client)
    answer = client.get(link_in_mail())
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_a_change_by_somebody_unknown_is_taken_in_as_a_question(client: Client) -> None:
    post(client, kind="change", goal="Minder klikken")
    client.post(link_in_mail())
    assert Melding.objects.get().kind == "question"


def test_a_contact_who_is_signed_in_gets_the_shorter_form(client: Client) -> None:
    client.force_login(factories.contact().user)
    assert client.get(reverse("incidents:report"))["Location"] == reverse("incidents:portal_new")


def test_the_start_page_needs_no_account(client: Client) -> None:
    assert "013 - 46 25 641" in client.get(reverse("incidents:start")).content.decode()
