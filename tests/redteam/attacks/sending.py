"""What the desk sends, and what it is sent by mail."""

from __future__ import annotations

from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from desk.mail import intake
from desk.models import InboundMail, Notice, User, WebhookEndpoint
from desk.notices import deliver
from incidents.actions import mail
from incidents.models import Message
from tests import factories
from tests.factories import MOMENT
from tests.mail.shapes import lines
from tests.redteam.attacks.entering import reported
from tests.redteam.scene import Line, Mail, Record, Scene, attack

JSON = "application/json"
PASSWORD = "een lang wachtwoord 42"


@attack(Record("admin:desk_notice_text", "administrator", result="failed"))
def a_text_of_a_notice_that_reaches_into_the_desk(s: Scene) -> None:
    client, address = (
        s.of(factories.staff("administrator")),
        reverse("admin:desk_notice_text", args=["melding_resolved", "nl"]),
    )
    for text in (
        "{{ number.__class__ }}",
        "{% include 'x' %}",
        "{% load static %}",
        "{{ settings.SECRET_KEY }}",
        "{% debug %}",
    ):
        given = {"subject": "Klaar", "body": "{{ message }}" + text, "do": "save"}
        assert client.post(address, given).status_code == 422


@attack(Line("webhook"))
def a_webhook_into_our_own_network(s: Scene) -> None:
    from desk.webhooks.sending import post

    for url in (
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://0177.1/",
        "https://[::ffff:10.0.0.1]/",
        "http://example.nl/",
        "https://localhost/",
    ):
        answer = post(url, b"{}", {})
        assert (answer.status, bool(answer.error)) == (None, True)
    assert not WebhookEndpoint.objects.exists()


def receive(raw: bytes) -> InboundMail:
    return intake.process(intake.keep(raw, mailbox="desk", at=MOMENT), at=MOMENT, handle=mail.take)


@attack(Mail("unconfirmed"))
def mail_that_says_to_be_of_another(s: Scene) -> None:
    row = receive(lines("x", "vreemd@nergens.example", subject=f"Re: {s.melding.number}"))
    assert (row.outcome, Message.objects.filter(melding=s.melding).count()) == (
        InboundMail.Outcome.UNCONFIRMED,
        2,
    )


@attack(Mail("automatic"))
def mail_that_answers_itself_for_ever(s: Scene) -> None:
    owed = Notice.objects.count()
    for number in range(30):
        receive(
            lines(
                f"n{number}",
                s.noor.user.email,
                "Auto-Submitted: auto-replied",
                subject=f"Automatic reply: {s.melding.number}",
            )
        )
    assert Notice.objects.count() == owed


@attack(Record("reply", "sam", "melding", "done"))
def a_name_that_adds_a_header_to_mail(s: Scene) -> None:
    User.objects.filter(pk=s.noor.user_id).update(name="Noor\r\nBcc: kwaad@kwaad.example")
    s.of(s.sam).post(s.page + "do/reply/", {"body": "Dag."})
    deliver(timezone.now())
    for message in outbox.outbox:
        made = message.message()
        assert made["Bcc"] is None
        assert "kwaad" not in str(made["To"]).partition("<")[2]


@attack(Line("Bad Request"), Line("Not Found"))
def a_secret_in_the_log(s: Scene) -> None:
    """Neither what was said nor what opens a door is in a line of the log, also when things go wrong."""
    client = s.api()
    token = client.defaults["HTTP_AUTHORIZATION"].split()[1]
    link = reported(s.of())
    s.of().put(link)
    s.of().get(link.replace("bevestigen", "nergens"))
    client.post(s.json + "messages/", '{"body": "GEHEIM woord"', JSON)
    client.get(f"/api/v1/nergens/{token}/")
    s.of().post("/account/login/", {"login": s.sam.email, "password": PASSWORD})
    said_in_log = " ".join(line.getMessage() for line in s.lines)
    assert s.lines
    for secret in (token, link.strip("/").split("/")[-1], "GEHEIM", PASSWORD, s.sam.email):
        assert secret not in said_in_log
