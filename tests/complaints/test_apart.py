"""A complaint about the Supportafdeling goes past it: it cannot be seen by it anywhere (SLA 5)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from complaints import actions, reports
from complaints.models import About, Complaint, ComplaintReport, State
from complaints.queries import VIEWS, counts, mine
from desk import threads
from desk.door import Invalid, NotAllowed, NotNow
from desk.mail import intake
from desk.models import ApiToken, InboundMail, Notice, User, WebhookDelivery, WebhookEndpoint
from desk.notices import deliver, queue
from desk.permissions import Role
from incidents.actions import mail
from incidents.models import Melding, WebReport
from tests import factories
from tests.complaints.conftest import LATER, Cast
from tests.gate.addresses import addresses
from tests.gate.test_gate import ask
from tests.mail.shapes import lines
from tests.portal.reading import said

WORD = "kolibrie"


@pytest.fixture
def apart(cast: Cast) -> Complaint:
    """About the Supportafdeling and about a Melding, with something in every corner."""
    melding = factories.registered(contact=cast.noor)
    words = {"subject": f"{WORD} onderwerp", "description": f"{WORD} klacht", "meldingen": [melding]}
    complaint = cast.brought(State.IN_TREATMENT, About.SUPPORT, **words)
    actions.note(complaint, by=cast.marieke, at=LATER, body=f"{WORD} notitie")
    actions.propose(complaint, by=cast.fatma, at=LATER, solution=f"{WORD} oplossing")
    actions.accept_solution(complaint, by=cast.noor.user, at=LATER)
    parts: dict[str, Any] = {name: f"{WORD} {name}" for name in ("complained", "found", "done", "prevention")}
    actions.send_report(complaint, by=cast.fatma, at=LATER, **parts)
    reports.store(complaint.reports.get())
    return complaint


def pages(complaint: Complaint) -> list[str]:
    """Every address, filled in with what belongs to the complaint, its Melding and its events."""
    event, melding = complaint.events().latest("pk"), complaint.meldingen.get()
    kind = ContentType.objects.get_for_model(Complaint)
    values = {
        "complaint": complaint.number, "edition": 1, "number": melding.number, "object_id": complaint.pk,
        "app_label": "complaints", "verb": "note", "public_id": complaint.attachments.get().public_id,
        "content_type_id": kind.pk, "rest": f"{kind.pk}/{complaint.pk}/",
    }  # fmt: skip
    one = {address.filled(values) for address in addresses()}
    return sorted(one | {f"/beheer/desk/event/{event.pk}/change/", f"/beheer/r/{kind.pk}/{complaint.pk}/"})


def searches(complaint: Complaint) -> list[tuple[str, dict[str, str]]]:
    """The lists and searches that take a query."""
    words = [{"q": WORD}, {"q": complaint.number}]
    views = [{"view": view.slug} for view in VIEWS]
    return [
        *(("/klachten/", query) for query in (*words, *views)), *(("/zoeken/", query) for query in words),
        *(("/meldingen/", query) for query in words), ("/beheer/complaints/complaint/", words[0]),
        ("/beheer/desk/event/", words[1]), ("/klachten/bij-melding/", {"melding": complaint.meldingen.get().number}),
    ]  # fmt: skip


@pytest.mark.django_db
def test_sla_5_no_page_shows_it_to_the_supportafdeling(client: Client, cast: Cast, apart: Complaint) -> None:
    for user in (cast.sam, cast.duty):
        client.force_login(user)
        assert ask(client, "GET", "/klachten/").status_code == 200
        tried = pages(apart) if user == cast.sam else [url for url in pages(apart) if "klachten" in url]
        told = [url for url in tried if _tells(ask(client, "GET", url), apart)]
        told += [
            f"{url} {query}"
            for url, query in searches(apart)
            if _tells(ask(client, "GET", url, query), apart, query)
        ]
        assert told == []


def _tells(answer: Any, complaint: Complaint, query: dict[str, str] | None = None) -> bool:
    assert answer.status_code < 500, answer.request["PATH_INFO"]
    text = answer.content.decode(errors="replace") + answer.headers.get("Location", "")
    for asked in (query or {}).values():
        text = text.replace(asked, "")
    return WORD in text or (complaint.number in text and complaint.number not in (query or {}).values())


def test_a_page_of_it_is_as_one_that_does_not_exist(client: Client, cast: Cast, apart: Complaint) -> None:
    client.force_login(cast.sam)
    ordinary = cast.complaint()
    assert client.get(ordinary.get_absolute_url()).status_code == 200
    for path in ("", "do/assign/", "rapport/1/"):
        for method in ("get", "post"):
            there = getattr(client, method)(f"/klachten/{apart.number}/{path}")
            nowhere = getattr(client, method)(f"/klachten/K26-999999/{path}")
            assert there.status_code == nowhere.status_code
            assert said(there) == said(nowhere)


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MACHINE])
def test_nor_does_the_api(cast: Cast, apart: Complaint, role: str) -> None:
    token = factories.token(ApiToken.Scope.AGENT, user=cast.people[role])
    machine = Client(HTTP_AUTHORIZATION=f"Bearer {token}")
    one, listed = f"/api/v1/complaints/{apart.number}/", "/api/v1/complaints/"
    for asked in ({}, {"about": "support"}, {"melding": apart.meldingen.get().number}):
        assert machine.get(listed, asked).json()["results"] == []
    assert machine.get(one).status_code == 404
    for verb in ("note", "assign", "close"):
        assert machine.post(f"{one}{verb}/", "{}", content_type="application/json").status_code == 404
    body = {"contact": cast.noor.user.email, "about": "support", "subject": "x", "description": "x"}
    made = machine.post(listed, json.dumps(body), content_type="application/json")
    assert (made.status_code, made.json()["code"]) == (403, "not_allowed")


def test_counts_and_numbers_tell_nothing_of_it(cast: Cast, apart: Complaint) -> None:
    assert set(counts(cast.sam, LATER).values()) == {0}
    assert counts(cast.fatma, LATER)["open"] == 1
    first, second = cast.complaint(), cast.complaint()
    cast.complaint(About.SUPPORT)
    third = cast.complaint()
    serials = [int(one.number.partition("-")[2]) for one in (first, second, third)]
    assert serials == [serials[0], serials[0] + 1, serials[0] + 2]


def test_no_notice_goes_to_the_supportafdeling_nor_in_its_name(cast: Cast, apart: Complaint) -> None:
    actions.accept_report(apart, by=cast.noor.user, at=LATER)
    assert Complaint.objects.filter(mine(cast.people[Role.MANAGEMENT], LATER)).get() == apart
    actions.close(apart, by=cast.marieke, at=LATER)
    owed = Notice.objects.filter(case_type="complaint", case_id=apart.pk)
    told = set(User.objects.filter(email__in=owed.values("email")).values_list("role", flat=True))
    assert told == {Role.CONTACT, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT}
    assert not Complaint.objects.filter(mine(cast.people[Role.MANAGEMENT], LATER)).exists()
    from desk.notices import render

    for notice in owed:
        render(notice)
        assert "Supportafdeling" not in notice.subject + notice.body.replace("over de Supportafdeling", "")


def test_a_webhook_tells_the_own_contractant_alone(cast: Cast) -> None:
    endpoint: Any = WebhookEndpoint.objects.create
    everything = endpoint(name="alles", url="https://alles.example/")
    own = endpoint(name="eigen", url="https://eigen.example/", party=cast.noor.contractant.public_id)
    cast.brought(State.PROPOSED, About.SUPPORT)
    assert not WebhookDelivery.objects.filter(endpoint=everything).exists()
    assert WebhookDelivery.objects.filter(endpoint=own, type="complaint.propose").exists()
    cast.complaint()
    assert WebhookDelivery.objects.filter(endpoint=everything, type="complaint.register").count() == 1


def test_the_trail_in_beheer_leaves_it_out(client: Client, cast: Cast, apart: Complaint) -> None:
    ordinary = cast.complaint()
    for user, seen in ((cast.sam, False), (cast.fatma, True)):
        client.force_login(user)
        page = client.get("/beheer/desk/event/").content.decode()
        assert ordinary.number in page
        assert (apart.number in page) is seen
        listed = client.get("/beheer/desk/event/", {"q": apart.number}).content.decode()
        assert ("propose" in listed or "Oplossing voorstellen" in listed) is seen


def test_the_supportafdeling_registers_none_about_itself(cast: Cast) -> None:
    about_us = actions.Received(contact=cast.noor, about=About.SUPPORT, subject="x", description="x")
    for user in (cast.sam, cast.duty, cast.people[Role.MACHINE]):
        with pytest.raises(NotAllowed):
            actions.register(about_us, by=user, at=LATER)
    assert actions.register(about_us, by=cast.marieke, at=LATER).registered_by == cast.marieke


def test_once_it_is_about_the_supportafdeling_that_is_told_nothing_more(cast: Cast) -> None:
    complaint = cast.complaint()
    assert Notice.objects.owed().filter(email=cast.sam.email).count() == 1
    actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.SUPPORT)
    assert not Notice.objects.owed().filter(email=cast.sam.email).exists()
    assert Notice.objects.owed().filter(email=cast.fatma.email, key="complaint_new").exists()
    assert not Complaint.objects.visible_to(cast.sam).exists()


def test_what_it_may_not_hear_any_more_is_never_sent(cast: Cast) -> None:
    complaint = cast.complaint()
    owed = Notice.objects.owed().get(email=cast.sam.email)
    actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.SUPPORT)
    queue.retry_all(Notice.objects.all(), at=LATER)
    with pytest.raises(NotNow, match="achterhaald"):
        queue.retry(owed, at=LATER)
    owed.refresh_from_db()
    assert owed.dropped_because == Notice.Dropped.SUPERSEDED
    Notice.objects.filter(pk=owed.pk).update(dropped_at=None, dropped_because="")
    deliver(timezone.now())
    owed.refresh_from_db()
    assert (owed.sent_at, owed.dropped_because) == (None, Notice.Dropped.SUPERSEDED)
    assert Notice.objects.filter(email=cast.fatma.email, sent_at__isnull=False).exists()


def test_what_colleagues_wrote_stays_out_of_its_sight(cast: Cast) -> None:
    complaint = cast.brought(State.IN_TREATMENT, About.SUPPORT)
    actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.OTHER)
    actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.SUPPORT)
    actions.note(complaint, by=cast.marieke, at=LATER, body=f"{WORD} notitie")
    with pytest.raises(Invalid, match="overlegd"):
        actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.OTHER)
    assert not Complaint.objects.visible_to(cast.sam).exists()


def answered(complaint: Complaint, sender: str, *, signed: bool, subject: str = "Re: klacht") -> InboundMail:
    """What became of a mail that answers a notice, or that names the number alone."""
    reference = threads.message_id("complaint", complaint.pk, uuid4()) if signed else ""
    word = uuid4().hex
    more = [f"In-Reply-To: {reference}"] if signed else []
    raw = lines(word, sender, *more, subject=subject, body=f"{WORD} antwoord per mail")
    return intake.process(intake.keep(raw, mailbox="desk", at=LATER), at=LATER, handle=mail.take)


@pytest.mark.parametrize("signed", [True, False])
def test_an_answer_by_mail_becomes_no_melding_that_others_read(
    cast: Cast, apart: Complaint, signed: bool
) -> None:
    before, named = Melding.objects.count(), f"Over [{apart.number}]"
    assert answered(apart, cast.noor.user.email, signed=signed, subject=named).outcome == "answer"
    assert apart.messages.latest("pk").body == f"{WORD} antwoord per mail"
    actions.withdraw(apart, by=cast.noor.user, at=LATER, reason="Al opgelost.")
    assert answered(apart, cast.noor.user.email, signed=signed, subject=named).outcome == "set_aside"
    assert (Melding.objects.count(), WebReport.objects.count()) == (before, 0)
    assert apart.messages.filter(body__contains="per mail").count() == 1


@pytest.mark.parametrize("signed", [True, False])
def test_who_may_not_add_to_it_gets_no_further_by_its_number(
    cast: Cast, apart: Complaint, signed: bool
) -> None:
    """An answer to a notice of it is set aside; a number that anybody can type takes no mail away."""
    named = f"Over [{apart.number}]"
    senders = ("x@nergens.example", factories.contact().user.email, cast.sam.email)
    found = [answered(apart, sender, signed=signed, subject=named).outcome for sender in senders]
    assert found == (["set_aside"] * 3 if signed else ["unconfirmed", "new", "new"])
    assert not apart.messages.filter(body__contains="per mail").exists()


def test_a_number_of_a_complaint_beside_that_of_a_melding_takes_no_mail_away(cast: Cast) -> None:
    complaint, melding = cast.complaint(), factories.registered(contact=cast.noor)
    subject = f"{melding.number} (zie ook {complaint.number})"
    row = answered(complaint, cast.noor.user.email, signed=False, subject=subject)
    assert (row.case_type, row.case_id) == ("melding", melding.pk)


def test_a_file_of_it_is_no_file_of_the_supportafdeling(client: Client, cast: Cast, apart: Complaint) -> None:
    report: ComplaintReport = apart.reports.get()
    kept: UUID = reports.store(report).public_id
    url = f"/klachten/{apart.number}/rapport/1/"
    for user, status in ((cast.sam, 404), (cast.duty, 404), (cast.marieke, 200), (cast.noor.user, 200)):
        client.force_login(user)
        assert client.get(url).status_code == status
        assert client.get(f"/bijlagen/{kept}/").status_code == 404
